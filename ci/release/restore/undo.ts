import { history } from '../../helm/history.ts';
import type { Book } from '../journal.ts';
import { type Entry, type NewEntry, type Operation, rollbackTarget } from '../ledger/ledger.ts';
import { olderTarget } from '../olderTarget.ts';
import { orGiveUp } from '../orGiveUp.ts';
import { type ReleaseContext, restore } from './restore.ts';
import { removeFirstInstall } from './uninstall.ts';

/**
 * Undoes an operation: the newest release that passed its tests comes back, and is tested again. A first installation, before which
 * there was nothing, is removed without its data. The operation is closed then, and also when neither can be done.
 * @param failed keys of releases that are not gone back to
 * @param ended what is written down of the operation before anything is changed back; null when that was done
 * @returns how the first installation was left; null when a release is back
 * @throws PipelineError NOT_RESTORED, RESTORED_UNVERIFIED
 */
export async function undo(
  ctx: ReleaseContext,
  book: Book,
  operation: Operation,
  failed: readonly string[],
  ended: NewEntry | null,
): Promise<string | null> {
  const { entries } = await book.read();
  const first = isFirst(operation, entries, failed);
  // Helm is asked only where the ledger knows of nothing to go back to.
  const known = first || rollbackTarget(entries, failed);
  const older = known ? null : olderTarget(await history(ctx), operation.before, entries, failed);
  if (ended) await book.write(ended, first ? 'uninstall' : 'rollback');
  return orGiveUp(ctx, book, async () => {
    if (!first) {
      await restore(ctx, book, operation, failed, older);
      return null;
    }
    const left = await removeFirstInstall(ctx);
    ctx.report.live = `nothing that works: the failed first installation of ${ctx.config.release} was ${left}`;
    await book.abandon();
    return left;
  });
}

/** Whether there was nothing before the operation, neither in Helm nor in the ledger. */
export function isFirst({ before }: Operation, entries: readonly Entry[], failed: readonly string[]): boolean {
  return before === 0 && !rollbackTarget(entries, failed);
}
