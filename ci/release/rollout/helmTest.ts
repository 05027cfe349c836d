import type { Context } from '../../core/context.ts';
import { type ErrorCode, PipelineError } from '../../core/errors.ts';
import { testSuites } from '../../helm/helm.ts';
import { podDiagnosis } from '../../kube/podDiagnosis.ts';
import { releaseMask } from '../masking/releaseMask.ts';
import { helmOperation } from './helmOperation.ts';
import { type Check, checksIn, failedChecks, testLogs } from './testLogs.ts';

/** The last lines of the tests' output that are worth showing. */
const shown = 30;

type TestContext = Pick<
  Context,
  'dag' | 'config' | 'images' | 'cluster' | 'place' | 'log' | 'mask' | 'report' | 'signal'
>;

/**
 * Runs `helm test` against the release as it is now.
 * @param summary told what has passed
 * @returns names of what has passed: the checks of our chart, or the tests of another; none when the chart has no tests
 * @throws PipelineError VERIFY with what the tests printed; SCHEMA and AHEAD where the database does not go with the code
 */
export async function helmTest(ctx: TestContext, summary: (text: string) => void = () => {}): Promise<string[]> {
  const { release, namespace } = ctx.place;
  const args = ['test', release, '--namespace', namespace, '--timeout', `${ctx.config.deployTimeout}s`];
  const { exitCode, lines, evidence, why } = await helmOperation(ctx, args);
  const suites = testSuites(lines);
  // Of what was looked at last, which is what serves.
  ctx.report.untested = exitCode === 0 && suites.length === 0;
  if (ctx.report.untested) {
    ctx.report.notes.push('the chart has no tests: nothing was verified');
    return [];
  }
  const logs = await testLogs(ctx);
  const checks = checksIn(logs.flatMap((log) => log.lines));
  if (exitCode === 0) {
    const passed = checks.length > 0 ? checks.map(({ name }) => name) : suites;
    summary(passed.join(', '));
    return passed;
  }
  const mask = await releaseMask(ctx);
  const printed = logs.flatMap((log) => log.lines.slice(-shown));
  const diagnosis = await podDiagnosis(ctx.place);
  const details = [...printed, ...diagnosis].map(mask);
  throw new PipelineError(codeOf(checks), mask(`helm test of ${release} failed: ${inOneSentence(checks) || why}`), {
    details: [...(checks.length > 0 ? [] : lines.slice(-shown)), ...details, ...evidence],
  });
}

/**
 * What failing checks tell. Without a column that its models have, or with changes that it does not know *and* another failure, code does
 * not go with the database, and older code would be still farther from it. With such changes alone nobody knows.
 */
export function codeOf(checks: readonly Check[]): ErrorCode {
  const failed = failedChecks(checks);
  if (failed.includes('schema')) return 'SCHEMA';
  if (!failed.includes('ahead')) return 'VERIFY';
  return failed.length === 1 ? 'AHEAD' : 'SCHEMA';
}

/** What is wrong, the database first: a page that fails may fail of that. */
function inOneSentence(checks: readonly Check[]): string {
  const failed = checks.filter(({ problem }) => problem !== undefined);
  const first = ['schema', 'ahead', 'migrations', 'database'];
  const rank = ({ name }: Check) => first.indexOf(name) + 1 || first.length + 1;
  return failed
    .sort((a, b) => rank(a) - rank(b))
    .map(({ name, problem }) => `${name}: ${problem}`)
    .join('; ');
}
