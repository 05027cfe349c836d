import type { TestCase } from '../core/report.ts';
import type { Finding } from './finding.ts';
import { locate } from './locate.ts';

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
