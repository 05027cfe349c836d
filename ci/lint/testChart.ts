import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ReturnType } from '@dagger.io/dagger';
import type { Context } from '../core/context.ts';
import type { Finding, TestCase } from '../core/report.ts';
import type { Chart } from '../helm/chart.ts';
import { chartInside } from '../helm/values.ts';
import { parseJunit } from '../report/parseJunit.ts';
import type { Linted } from './finding.ts';
import { locate } from './locate.ts';

/** Runs the chart's own tests, `tests/*_test.yaml`, with helm-unittest. A chart without tests is not blamed for it. */
export async function testChart(
  { dag, config, images }: Pick<Context, 'dag' | 'config' | 'images'>,
  { directory, beside }: Chart,
): Promise<Linted> {
  const suites = suitesOf(config.chart);
  if (Object.keys(suites).length === 0) return { findings: [], summary: '' };
  const chart = relative(process.cwd(), config.chart) || '.';
  const ran = dag
    .container()
    .from(images.unittest)
    // The public image runs as a user of its own, who may write nowhere but here.
    .withUser('0')
    .withDirectory(chartInside, beside)
    .withDirectory(chartInside, directory)
    .withWorkdir(chartInside)
    .withExec(['helm', 'unittest', '--strict', '-t', 'JUnit', '-o', '/tmp/junit.xml', '.'], { expect: ReturnType.Any });
  const [exitCode, output] = [await ran.exitCode(), await ran.combinedOutput()];
  const files = await ran.directory('/tmp').glob('junit.xml');
  const cases = files.length > 0 ? (parseJunit(await ran.file('/tmp/junit.xml').contents()) ?? []) : [];
  const findings = chartTestFindings(cases, suites, chart);
  // A suite that cannot be read has no case to fail.
  if ((exitCode !== 0 && findings.length === 0) || cases.length === 0) {
    findings.push({
      tool: 'helm-unittest',
      level: 'error',
      file: `${chart}/tests`,
      message: output.trim().slice(-2_000),
    });
  }
  return { findings, summary: `${cases.length} chart tests` };
}

function suitesOf(chart: string): Record<string, string> {
  const files = readdirSync(chart, { recursive: true, encoding: 'utf8' });
  const suites = files.filter((path) => /^tests\/[^/]+_test\.yaml$/.test(path));
  return Object.fromEntries(suites.map((path) => [path, readFileSync(join(chart, path), 'utf8')]));
}

/**
 * The tests of a chart that failed, each at the line where it is declared.
 * @param cases of helm-unittest's JUnit file
 * @param suites the chart's test files, path in the chart to text
 * @param chart the chart's folder, as people know it
 */
export function chartTestFindings(
  cases: readonly TestCase[],
  suites: Readonly<Record<string, string>>,
  chart: string,
): Finding[] {
  return cases
    .filter(({ outcome }) => outcome === 'failed')
    .map(({ suite, name, message }) => ({
      tool: 'helm-unittest' as const,
      level: 'error' as const,
      ...placeOf(suite, name, suites, chart),
      message: `${suite} › ${name}: ${message || 'failed'}`,
    }));
}

function placeOf(
  suite: string,
  test: string,
  suites: Readonly<Record<string, string>>,
  chart: string,
): Pick<Finding, 'file' | 'line'> {
  for (const [path, text] of Object.entries(suites)) {
    const located = locate(text);
    for (const [index, document] of located.documents.entries()) {
      const content = document.toJS() as { suite?: unknown; tests?: { it?: unknown }[] } | null;
      if (content?.suite !== suite) continue;
      const position = content.tests?.findIndex(({ it }) => it === test) ?? -1;
      const line = located.line(index, position < 0 ? ['suite'] : ['tests', String(position), 'it']);
      return { file: `${chart}/${path}`, ...(line !== undefined && { line }) };
    }
  }
  return { file: `${chart}/tests` };
}
