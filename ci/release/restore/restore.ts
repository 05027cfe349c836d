import { messageOf } from '../../core/causes.ts';
import { PipelineError } from '../../core/errors.ts';
import { newestRevision } from '../../helm/history.ts';
import { begunBy, entryOf, failedTests, type HeldRelease, markOf, outcomeOf, recordLive } from '../journal.ts';
import { type Entry, identityOf, type Operation, type Target } from '../ledger/ledger.ts';
import { steadily } from '../steadily.ts';

/** So many releases are tried, one after the other. */
export const mostAttempts = 3;

/**
 * Brings back the first of the targets that works, and tests it again. The operation in the ledger is closed when one is live and
 * verified.
 * @param operation what has failed or was interrupted
 * @param targets see candidates; those that are nowhere any more are passed over
 * @returns the entry of what is live now
 * @throws PipelineError NOT_RESTORED saying what is live, RESTORED_UNVERIFIED; and what says nothing about a release, such as CLUSTER
 */
export async function restore(ctx: HeldRelease, operation: Operation, targets: readonly Target[]): Promise<Entry> {
  const problems: string[] = [];
  let tried = 0;
  for (const target of targets) {
    if (tried >= mostAttempts) break;
    if (!(await ctx.client.isAvailable(target))) {
      problems.push(`${nameOf(target)}: neither Helm nor the archive has it any more`);
      continue;
    }
    tried++;
    try {
      return await restoreOne(ctx, operation, target);
    } catch (error) {
      ctx.journal.lease.assertHeld();
      if (!(error instanceof PipelineError)) throw error;
      // Older code is still farther from what the database has become.
      if (error.code === 'SCHEMA')
        throw new PipelineError('NOT_RESTORED', `${nameOf(target)} is back, but ${error.message}`, {
          details: [...problems, ...error.details],
          cause: error,
        });
      // What says nothing about this release would be the same with an older one.
      if (outcomeOf(error) !== 'failed' && error.code !== 'NOT_RESTORED') throw error;
      problems.push(`${nameOf(target)}: ${messageOf(error)}`, ...error.details);
    }
  }
  const { release } = ctx.place;
  if (tried === 0) ctx.report.live = await ctx.client.describeLive((await ctx.journal.read()).entries);
  const why =
    tried === 0
      ? `there is no release of ${release} to go back to`
      : `${tried === 1 ? 'the only release' : `none of ${tried} releases`} of ${release} that could be gone back to works${tried === 1 ? ' no more' : ''}`;
  throw new PipelineError('NOT_RESTORED', why, { details: problems });
}

/**
 * Brings back one release and tests it. The operation is closed when it is live; else it is left open.
 * @throws PipelineError saying in which step it failed; RESTORED_UNVERIFIED when it is live, but nothing proves that it works
 */
export async function restoreOne(ctx: HeldRelease, operation: Operation, target: Target): Promise<Entry> {
  const { report, client, journal } = ctx;
  const { release } = ctx.place;
  // Who restores need not be who failed.
  const started = { ...operation, ...identityOf(target), ...begunBy(ctx) };
  let revision: number | null = null;
  let suites: string[] = [];
  try {
    // What comes back may need numbers of its own.
    await journal.phase('rollback', null);
    report.live = `unknown: ${nameOf(target)} was being put back`;
    const there = await client.reinstate(target);
    if (there === null)
      throw new PipelineError('NOT_RESTORED', `neither Helm nor the archive still has revision ${target.revision}`);
    await client.waitForHooks();
    revision = await steadily(ctx, async () => {
      await journal.phase('rollback', newestRevision(await client.history()) + 1);
      return client.rollBack(there);
    });
    await journal.phase('wait-rollback');
    await client.waitForRevision(revision);
    await client.assertRunsImage(target.image);
    report.live = `revision ${revision} of ${release} (${nameOf(target)}), restored, not tested yet`;
    await journal.phase('test-rollback');
    suites = await steadily(ctx, () => client.test(), ['NOT_TRIED']);
  } catch (error) {
    journal.lease.assertHeld();
    if (!(error instanceof PipelineError)) throw error;
    if (error.code === 'AHEAD' && revision !== null) return leaveUnproven(ctx, started, target, revision, error);
    const outcome = error.code === 'SCHEMA' ? 'interrupted' : outcomeOf(error);
    if (revision === null) report.live = await client.describeLive((await journal.read()).entries);
    else if (outcome === 'failed' || error.code === 'SCHEMA')
      report.live = `revision ${revision} of ${release} (${nameOf(target)}), which does not work: ${error.message}`;
    const told = { revision, reason: error.message, ...failedTests(error), ...(await markOf(client, revision)) };
    await journal.record(entryOf(started, { kind: 'rollback', outcome, ...told }), 'rollback');
    throw error;
  }
  const written = await recordLive(ctx, started, { kind: 'rollback', revision }, suites);
  if (suites.length === 0) {
    report.live = `revision ${revision} of ${release} (${nameOf(target)}), restored; its chart has no tests`;
    throw new PipelineError('RESTORED_UNVERIFIED', `${nameOf(target)} is back, but its chart has no tests`);
  }
  report.live = `revision ${revision} of ${release} (${nameOf(target)}), restored and tested again`;
  return written;
}

/** All that was tried works, but newer code has changed the database: whether this code can live with that nobody has tried. */
async function leaveUnproven(
  ctx: HeldRelease,
  started: Operation,
  target: Target,
  revision: number,
  error: PipelineError,
): Promise<never> {
  await recordLive(ctx, started, { kind: 'rollback', revision, reason: error.message, ...failedTests(error) }, []);
  ctx.report.live = `revision ${revision} of ${ctx.place.release} (${nameOf(target)}), restored, though ${error.message}`;
  throw new PipelineError('RESTORED_UNVERIFIED', `${nameOf(target)} is back, but ${error.message}`, {
    details: error.details,
    cause: error,
  });
}

function nameOf({ commit, revision }: Target): string {
  return commit ? `commit ${commit.slice(0, 12)}` : `revision ${revision}`;
}
