import { PipelineError } from '../../core/errors.ts';
import type { HeldRelease } from '../journal.ts';
import type { NewEntry, Operation, Target } from '../ledger/ledger.ts';
import { steadily } from '../steadily.ts';
import { targetsOf } from './candidates.ts';
import { restore } from './restore.ts';

/**
 * Undoes an operation: what was live before comes back, and is tested again. A first installation, before which there was nothing, is
 * removed without its data. The operation is closed then, and also when neither can be done.
 * @param ended what is written down of the operation before anything is changed back; null when that was done
 * @returns how the first installation was left; null when a release is back
 * @throws PipelineError NOT_RESTORED, RESTORED_UNVERIFIED
 */
export async function undo(ctx: HeldRelease, operation: Operation, ended: NewEntry | null): Promise<string | null> {
  const { client, journal } = ctx;
  const { entries } = await journal.read();
  const judged = ended ? [...entries, { ...ended, number: 0 }] : entries;
  const targets = await targetsOf(client, operation, judged);
  // Helm may know of nothing before it although the ledger does: of a release that was uninstalled, or of another cluster.
  const first = operation.before === 0 && !(await anyAvailable(ctx, targets));
  if (ended) await journal.record(ended, first ? 'uninstall' : 'rollback');
  return closeIfNotRestored(ctx, async () => {
    if (!first) {
      await restore(ctx, operation, targets);
      return null;
    }
    const left = await steadily(ctx, () => client.uninstall());
    ctx.report.live = `nothing: the failed first installation of ${ctx.place.release} was ${left}`;
    await journal.abandon();
    return left;
  });
}

async function anyAvailable({ client }: HeldRelease, targets: readonly Target[]): Promise<boolean> {
  for (const target of targets) if (await client.isAvailable(target)) return true;
  return false;
}

/**
 * Does what is to undo an operation, and closes the operation where that cannot be done: it is known then for what it is, and a
 * person, or the next deployment, goes on from there. No run would do better by trying the same again.
 * @throws what `work` throws
 */
export async function closeIfNotRestored<T>({ client, journal }: HeldRelease, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'NOT_RESTORED') {
      await client.unlock();
      await journal.abandon();
    }
    throw error;
  }
}
