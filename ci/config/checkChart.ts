import { join } from 'node:path';
import { parse } from 'yaml';
import { complain, type Desk, pathOf, textOf } from './check/validation.ts';

/** The folder of the chart, whose own description and values can be read. Its templates are Helm's affair. */
export function checkChart(desk: Desk): string {
  const given = textOf(desk, 'chart');
  const chart = given === undefined ? join(desk.facts.repository, 'helm-chart') : pathOf(desk, given);
  const problem = (text: string) => complain(desk, 'chart', text, 'CHART');
  const kind = desk.facts.kind(chart);
  if (kind === 'absent') problem(`there is no folder ${chart}`);
  else if (kind === 'file') problem(`${chart} is a file; an unpacked chart is needed`);
  else if (desk.facts.kind(join(chart, 'Chart.yaml')) !== 'file') problem(`${chart} holds no Chart.yaml`);
  else for (const text of unreadable(desk, chart)) problem(text);
  return chart;
}

/** What is wrong with the two files that the pipeline reads itself. */
function unreadable(desk: Desk, chart: string): string[] {
  const read = (name: string): { file: string; content?: unknown; problem?: string } => {
    const file = join(chart, name);
    try {
      return { file, content: parse(desk.facts.read(file)) };
    } catch (error) {
      const [why] = String(error instanceof Error ? error.message : error).split('\n');
      return { file, problem: `${file} cannot be read: ${why?.replace(/:$/, '')}` };
    }
  };
  const description = read('Chart.yaml');
  const { name, version } = (description.content ?? {}) as { name?: unknown; version?: unknown };
  const values = desk.facts.kind(join(chart, 'values.yaml')) === 'file' ? read('values.yaml') : undefined;
  return [
    ...(description.problem ? [description.problem] : []),
    ...(description.problem || (name && version)
      ? []
      : [`${description.file} names no chart: it needs name and version`]),
    ...(values?.problem ? [values.problem] : []),
  ];
}
