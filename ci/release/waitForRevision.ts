import { PipelineError } from '../core/errors.ts';
import { releaseRecord } from '../helm/storage.ts';
import type { ReleaseContext } from './restore/restore.ts';
import { waitForRollout } from './rollout/waitForRollout.ts';
import { workloadsOf } from './workloadsOf.ts';

/**
 * Waits until all that a revision runs is ready.
 * @throws PipelineError DEPLOY when that is hopeless, or takes longer than --deploy-timeout
 */
export async function waitForRevision(ctx: ReleaseContext, revision: number): Promise<void> {
  const { release, namespace, deployTimeout } = ctx.config;
  const record = await releaseRecord({ kube: ctx.cluster.kube, namespace, release }, revision);
  if (!record) throw new PipelineError('DEPLOY', `Helm has lost revision ${revision} of ${release}`);
  await waitForRollout(ctx, workloadsOf(record.manifest), deployTimeout, ctx.signal);
}
