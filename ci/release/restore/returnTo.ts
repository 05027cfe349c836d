import { PipelineError } from '../../core/errors.ts';
import { newestRevision } from '../../helm/history.ts';
import { type HeldRelease, outcomeOf } from '../journal.ts';
import { type Entry, isSame, type Operation } from '../ledger/ledger.ts';
import { targetsOf } from './candidates.ts';
import { restore, restoreOne } from './restore.ts';
import { closeIfNotRestored } from './undo.ts';

/**
 * Brings back the release that somebody chose. Where it does not work any more, what was live before comes back instead.
 * @returns the entry of what is live now
 * @throws PipelineError RESTORED when the release that was chosen does not work and another one is back, NOT_RESTORED when nothing is
 */
export async function returnTo(ctx: HeldRelease, operation: Operation, target: Entry): Promise<Entry> {
  const { client, journal, report } = ctx;
  try {
    return await restoreOne(ctx, operation, target);
  } catch (failure) {
    journal.lease.assertHeld();
    if (!(failure instanceof PipelineError) || failure.code === 'RESTORED_UNVERIFIED') throw failure;
    const { message, details } = failure;
    if (newestRevision(await client.history()) <= operation.before) {
      report.live = await client.describeLive((await journal.read()).entries);
      report.revision = { before: operation.before, after: null };
      await journal.abandon();
      throw failure;
    }
    // What says nothing about the release would be the same with another one; the next run goes on with this.
    if (outcomeOf(failure) !== 'failed' && failure.code !== 'NOT_RESTORED') throw failure;
    // From here on what was chosen is what failed, for whoever has to go on with this.
    const { kind: _, ...rest } = operation;
    const failed: Operation = { ...rest, phase: 'rollback' };
    await journal.begin(failed);
    const targets = await targetsOf(client, failed, (await journal.read()).entries);
    const others = targets.filter((other) => !isSame(other, target));
    const { revision } = await closeIfNotRestored(ctx, () => restore(ctx, failed, others));
    report.revision = { before: operation.before, after: revision };
    throw new PipelineError('RESTORED', `the release that was to come back does not work: ${message}`, {
      details,
      cause: failure,
    });
  }
}
