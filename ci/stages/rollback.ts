import type { Context } from '../core/context.ts';
import { type ErrorCode, PipelineError } from '../core/errors.ts';
import { newestRevision } from '../helm/history.ts';
import { apiMessage } from '../kube/apiError.ts';
import { entryOf, failedTests, type HeldRelease, markOf, outcomeOf } from '../release/journal.ts';
import { undo } from '../release/restore/undo.ts';
import { explain } from '../report/explain.ts';
import { stage } from '../report/stage.ts';

/**
 * Undoes a deployment that failed: brings back what was live before, and tests it again. A first
 * installation is removed, without its data. A failure that does not speak against the release is written down as an interruption,
 * after which the same may be tried again.
 * @returns see undo
 * @throws PipelineError NOT_RESTORED, RESTORED_UNVERIFIED
 */
export async function undoDeployment(ctx: HeldRelease, failure: unknown): Promise<string | null> {
  const { operation } = await ctx.journal.read();
  if (!operation) throw new Error('there is no operation to undo');
  const { report } = ctx;
  const revision = report.revision?.after ?? null;
  const outcome = outcomeOf(failure);
  const told = {
    revision,
    reason: apiMessage(failure),
    ...failedTests(failure),
    ...(await markOf(ctx.client, revision)),
  };
  const ended = entryOf(operation, { kind: 'deploy', outcome, ...told });
  return undo(ctx, operation, ended);
}

/** Failures of a rollback that say how the release stands. */
const told: readonly ErrorCode[] = ['NOT_RESTORED', 'RESTORED_UNVERIFIED', 'LEASE_LOST'];

/**
 * Undoes a deployment that failed in whatever way, once Helm has begun to change something. Not when the run is interrupted or has
 * lost its lease: then the next run, or the one that has taken over, does it.
 * @param failure what the deployment threw
 * @returns the error with which the run ends: the failure itself where there is nothing to undo, RESTORED or FIRST_REMOVED when that
 * was done
 */
export async function rollback(ctx: Context & HeldRelease, failure: unknown): Promise<unknown> {
  const { report, signal } = ctx;
  const isOver = () => signal.aborted || ctx.journal.lease.lost.aborted;
  if (isOver() || (failure instanceof PipelineError && failure.code === 'LEASE_LOST')) return failure;
  const why = apiMessage(failure);
  const { code, details: evidence, fix } = explain(failure);
  // What the run ends with is that it was undone; what is to be mended is another matter then.
  let details = ['FORBIDDEN', 'NOT_TRIED'].includes(code) ? [...evidence, fix] : evidence;
  try {
    await ctx.journal.lease.confirm(true);
    const revision = await leftBehind(ctx);
    if (revision === null) {
      if (report.revision) report.revision.after = null;
      return failure;
    }
    const before = report.revision?.before ?? null;
    report.revision = { before, after: revision };
    const left = await stage(ctx, 'rollback', async ({ summary }) => {
      details = [...details, ...(await ctx.client.collectEvidence({ revision, before }))];
      if (report.failure) report.failure.details = details;
      const removed = await undoDeployment(ctx, failure);
      if (removed !== null) summary(`the first installation was ${removed}`);
      return removed;
    });
    return new PipelineError(left === null ? 'RESTORED' : 'FIRST_REMOVED', why, { details, cause: failure });
  } catch (error) {
    if (isOver() || (error instanceof PipelineError && told.includes(error.code))) return error;
    report.live ??= `unknown: a deployment of ${ctx.config.release} has failed, and was not undone`;
    return new PipelineError('NOT_RESTORED', `${why}; it is not undone, since that failed, too: ${apiMessage(error)}`, {
      details: [...details, 'the next run finishes or undoes first what this one has left'],
      cause: error,
    });
  }
}

/**
 * What a deployment that failed has left.
 * @returns Helm's newest revision when it is of this deployment; null when nothing was changed: then the operation is closed
 */
async function leftBehind(ctx: HeldRelease): Promise<number | null> {
  const { operation } = await ctx.journal.read();
  if (!operation) return null;
  const newest = ctx.report.revision?.after ?? newestRevision(await ctx.client.history());
  if (newest > operation.before) return newest;
  await ctx.journal.abandon();
  return null;
}
