import type { ReleaseContext } from '../../core/context.ts';
import { PipelineError } from '../../core/errors.ts';
import { history, newestRevision } from '../../helm/history.ts';
import { helmOperation, overrideConflicts } from './helmOperation.ts';
import { withoutControlled } from './leaveControlled.ts';

/**
 * Helm's own rollback, to a revision that it has.
 * @returns the new revision
 * @throws PipelineError NOT_RESTORED with Helm's words
 */
export async function rollBack(ctx: ReleaseContext, revision: number): Promise<number> {
  const { release, namespace, deployTimeout } = ctx.config;
  const where = ['--namespace', namespace, '--timeout', `${deployTimeout}s`];
  const { exitCode, why, lines, evidence } = await withoutControlled(ctx, revision, (number) =>
    helmOperation(ctx, ['rollback', release, String(number), ...where, ...overrideConflicts]),
  );
  if (exitCode !== 0)
    throw new PipelineError('NOT_RESTORED', `the rollback to revision ${revision} failed: ${why}`, {
      details: [...lines.slice(-10), ...evidence],
    });
  return newestRevision(await history(ctx));
}
