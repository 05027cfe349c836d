import { PipelineError } from '../../core/errors.ts';
import { history } from '../../helm/history.ts';
import type { HeldRelease } from '../journal.ts';
import type { Entry, Operation } from '../ledger/ledger.ts';
import { describeLive } from '../state/describeLive.ts';
import { restore, restoreOne } from './restore.ts';
import { closeIfNotRestored } from './undo.ts';

/**
 * Brings back the release that somebody chose. Where it does not work any more, the newest other one that passed its tests comes
 * back instead, which usually is the one that was live before.
 * @returns the entry of what is live now
 * @throws PipelineError RESTORED when the release that was chosen does not work and another one is back, NOT_RESTORED when nothing is
 */
export async function returnTo(ctx: HeldRelease, operation: Operation, target: Entry): Promise<Entry> {
  try {
    return await restoreOne(ctx, operation, target);
  } catch (failure) {
    ctx.journal.lease.assertHeld();
    if (!(failure instanceof PipelineError) || failure.code === 'RESTORED_UNVERIFIED') throw failure;
    const { message, details } = failure;
    if (((await history(ctx)).at(-1)?.revision ?? 0) <= operation.before) {
      ctx.report.live = await describeLive(ctx, (await ctx.journal.read()).entries);
      ctx.report.revision = { before: operation.before, after: null };
      await ctx.journal.abandon();
      throw failure;
    }
    // From here on what was chosen is what failed, for whoever has to go on with this.
    const { kind: _, ...rest } = operation;
    const failed: Operation = { ...rest, phase: 'rollback' };
    await ctx.journal.begin(failed);
    const { revision } = await closeIfNotRestored(ctx, () => restore(ctx, failed, [target.key]));
    ctx.report.revision = { before: operation.before, after: revision };
    throw new PipelineError('RESTORED', `the release that was to come back does not work: ${message}`, {
      details,
      cause: failure,
    });
  }
}
