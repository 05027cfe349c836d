import type { Step } from '../../core/context.ts';
import { PipelineError } from '../../core/errors.ts';
import { type HelmContext, type HelmResult, helm, reason } from '../../helm/helm.ts';
import { releaseMask } from '../masking/releaseMask.ts';
import { withFailFast } from './failFast.ts';
import { noFaultOfRelease } from './noFaultOfRelease.ts';

/**
 * For `helm upgrade` and `helm rollback`: what somebody changed by hand is put back, where Helm would stop at a conflict. What
 * controllers have set is kept by other means, see leaveControlled. Said together, because a release that was applied on the client's
 * side allows the second only with the first.
 */
export const overrideConflicts: readonly string[] = ['--server-side=true', '--force-conflicts'];

/** What came of a Helm command that waits for hooks. */
export interface Changed extends HelmResult {
  /** Why it failed, in one sentence: a hook that had no hope says more than Helm, which saw only its end. */
  why: string;
  /** State, events and logs of hooks that were ended. */
  evidence: string[];
}

/**
 * Runs a Helm command that waits for hooks or tests, and ends those that have no hope. What they have printed is told without the
 * release's secrets.
 * @param args behind `helm`
 * @throws PipelineError CLUSTER, NOT_TRIED, FORBIDDEN when it failed for what is no fault of the release; see noFaultOfRelease
 */
export async function helmOperation(ctx: HelmContext, args: readonly string[], mounts?: Step): Promise<Changed> {
  const { result, ended, seen } = await withFailFast(ctx, () => helm(ctx, args, mounts));
  if (result.exitCode === 0 && ended.length === 0) return { ...result, why: '', evidence: [] };
  const mask = await releaseMask(ctx);
  const lines = result.lines.map(mask);
  const [first] = ended;
  const why = first ? mask(`${first.pod}: ${first.why}`) : reason(lines);
  const evidence = ended.flatMap((hook) => hook.evidence.map(mask));
  const outside = result.exitCode === 0 || first ? null : noFaultOfRelease(lines, seen);
  if (!outside) return { ...result, lines, why, evidence };
  throw new PipelineError(outside.code, `helm ${args[0]} of ${ctx.place.release} failed: ${mask(outside.why)}`, {
    details: lines.slice(-10),
  });
}
