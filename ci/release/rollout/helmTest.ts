import type { Context } from '../../core/context.ts';
import { PipelineError } from '../../core/errors.ts';
import { testSuites } from '../../helm/helm.ts';
import { podDiagnosis } from '../../kube/podDiagnosis.ts';
import { releaseMask } from '../masking/releaseMask.ts';
import { helmOperation } from './helmOperation.ts';

/** The last lines of the tests' output that are worth showing. */
const shown = 30;

/**
 * Runs `helm test` against the release as it is now.
 * @param summary told which tests passed
 * @returns their names; none when the chart has no tests
 * @throws PipelineError VERIFY with what the tests printed
 */
export async function helmTest(
  ctx: Pick<Context, 'dag' | 'config' | 'images' | 'cluster' | 'place' | 'log' | 'mask' | 'report' | 'signal'>,
  summary: (text: string) => void = () => {},
): Promise<string[]> {
  const { release, namespace, deployTimeout } = ctx.config;
  const args = ['test', release, '--namespace', namespace, '--timeout', `${deployTimeout}s`, '--logs'];
  const { exitCode, lines, evidence } = await helmOperation(ctx, args);
  if (exitCode === 0) {
    const suites = testSuites(lines);
    summary(suites.join(', '));
    // Of what was looked at last, which is what serves.
    ctx.report.untested = suites.length === 0;
    if (ctx.report.untested) ctx.report.notes.push('the chart has no tests: nothing was verified');
    return suites;
  }
  const diagnosis = await podDiagnosis(ctx.place);
  const mask = await releaseMask(ctx);
  throw new PipelineError('VERIFY', `helm test of ${release} failed`, {
    details: [...lines.slice(-shown), ...evidence, ...diagnosis.map(mask)],
  });
}
