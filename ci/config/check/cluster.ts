import { join } from 'node:path';
import { parse } from 'yaml';
import type { Config } from '../../core/config.ts';
import { didYouMean } from '../suggest.ts';
import { nameProblem } from './kubernetesName.ts';
import { complain, type Desk, listOf, pathOf, secondsOf, textOf } from './validation.ts';

type Part = Pick<
  Config,
  'kubeconfig' | 'context' | 'namespace' | 'release' | 'chart' | 'values' | 'set' | 'deployTimeout'
>;

/** Where and how the release is installed. `name` is the default of namespace and release. */
export function checkCluster(desk: Desk, name: string): Part {
  const kubeconfig = kubeconfigOf(desk);
  const context = textOf(desk, 'context');
  if (context !== undefined && kubeconfig === undefined) complain(desk, 'context', 'has no use without a kubeconfig');
  return {
    namespace: kubernetesNameOf(desk, 'namespace', 63, name),
    // Helm allows 53, which leaves room for the suffixes of its own objects.
    release: kubernetesNameOf(desk, 'release', 53, name),
    chart: checkChart(desk),
    values: valuesOf(desk),
    set: setOf(desk),
    deployTimeout: secondsOf(desk, 'deployTimeout', 300),
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
  };
}

function kubernetesNameOf(desk: Desk, option: 'namespace' | 'release', longest: number, byDefault: string): string {
  const given = textOf(desk, option);
  const problem = given === undefined ? undefined : nameProblem(given, longest);
  if (problem) complain(desk, option, `"${given}" ${problem}`);
  return given ?? byDefault;
}

function valuesOf(desk: Desk): string[] {
  const files = listOf(desk, 'values').map((text) => pathOf(desk, text));
  for (const file of files) if (desk.facts.kind(file) !== 'file') complain(desk, 'values', `there is no file ${file}`);
  return files;
}

function setOf(desk: Desk): string[] {
  const pairs = listOf(desk, 'set');
  // The value is not shown: some charts take passwords this way.
  for (const pair of pairs) if (!/^[^=\s]+=/.test(pair)) complain(desk, 'set', 'each must be of the form key=value');
  return [...pairs];
}

function kubeconfigOf(desk: Desk): string | undefined {
  const given = textOf(desk, 'kubeconfig');
  if (given === undefined) return undefined;
  const path = pathOf(desk, given);
  const problem = (text: string) => complain(desk, 'kubeconfig', text, 'KUBECONFIG');
  if (desk.facts.kind(path) !== 'file') {
    problem(`there is no file ${path}`);
    return path;
  }
  const contexts = contextsOf(desk, path);
  if (!contexts) {
    problem(`${path} cannot be read as a kubeconfig`);
    return path;
  }
  const context = textOf(desk, 'context');
  const known = contexts.names.join(', ') || 'none';
  if (context === undefined && !contexts.names.includes(contexts.current))
    problem(`${path} has no current context; give --context one of: ${known}`);
  if (context !== undefined && !contexts.names.includes(context))
    complain(
      desk,
      'context',
      `"${context}" is not in ${path}${didYouMean(context, contexts.names)} It has: ${known}`,
      'KUBECONFIG',
    );
  return path;
}

/** The names of the contexts. Nothing of the file is ever printed but these: it holds credentials. */
function contextsOf(desk: Desk, path: string): { names: string[]; current: string } | undefined {
  try {
    const file: unknown = parse(desk.facts.read(path));
    if (typeof file !== 'object' || file === null || !('clusters' in file) || !('contexts' in file)) return undefined;
    if (!Array.isArray(file.contexts)) return undefined;
    const names = file.contexts.map((entry: { name?: unknown } | null) => String(entry?.name));
    return { names, current: 'current-context' in file ? String(file['current-context']) : '' };
  } catch {
    return undefined;
  }
}

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
