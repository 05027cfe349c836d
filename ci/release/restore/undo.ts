import { PipelineError } from '../../core/errors.ts';
import { history, type Revision } from '../../helm/history.ts';
import type { HeldRelease } from '../journal.ts';
import type { Target } from '../ledger/ledger.ts';
import { type Entry, type NewEntry, type Operation, rollbackTarget } from '../ledger/ledger.ts';
import { unlock } from '../rollout/unlock.ts';
import { restore } from './restore.ts';
import { uninstallFirst } from './uninstall.ts';

/**
 * Undoes an operation: the newest release that passed its tests comes back, and is tested again. A first installation, before which
 * there was nothing, is removed without its data. The operation is closed then, and also when neither can be done.
 * @param failed keys of releases that are not gone back to
 * @param ended what is written down of the operation before anything is changed back; null when that was done
 * @returns how the first installation was left; null when a release is back
 * @throws PipelineError NOT_RESTORED, RESTORED_UNVERIFIED
 */
export async function undo(
  ctx: HeldRelease,
  operation: Operation,
  failed: readonly string[],
  ended: NewEntry | null,
): Promise<string | null> {
  const { entries } = await ctx.journal.read();
  const first = isFirst(operation, entries, failed);
  // Helm is asked only where the ledger knows of nothing to go back to.
  const known = first || rollbackTarget(entries, failed);
  const older = known ? null : helmTarget(await history(ctx), operation.before, entries, failed);
  if (ended) await ctx.journal.record(ended, first ? 'uninstall' : 'rollback');
  return closeIfNotRestored(ctx, async () => {
    if (!first) {
      await restore(ctx, operation, failed, older);
      return null;
    }
    const left = await uninstallFirst(ctx);
    ctx.report.live = `nothing that works: the failed first installation of ${ctx.config.release} was ${left}`;
    await ctx.journal.abandon();
    return left;
  });
}

/** Whether there was nothing before the operation, neither in Helm nor in the ledger. */
export function isFirst({ before }: Operation, entries: readonly Entry[], failed: readonly string[]): boolean {
  return before === 0 && !rollbackTarget(entries, failed);
}

/**
 * What to go back to where the ledger tells of no verified release, because the release is older than its ledger or its chart has no
 * tests: the newest revision that Helm took for good, and of which the ledger does not know better. Helm counts a revision as good
 * once its objects are there, whatever came of its tests.
 * @param before the newest revision before the operation
 * @param entries of the ledger
 * @param failed keys of releases that are not gone back to
 */
export function helmTarget(
  revisions: readonly Revision[],
  before: number,
  entries: readonly Entry[],
  failed: readonly string[],
): Target | null {
  const known = (number: number) => entries.findLast(({ revision }) => revision === number);
  const isBad = (entry: Entry | undefined) =>
    entry !== undefined && (entry.outcome !== 'unverified' || failed.includes(entry.key));
  const good = revisions.findLast(
    ({ revision, status }) =>
      revision <= before && (status === 'deployed' || status === 'superseded') && !isBad(known(revision)),
  );
  if (!good) return null;
  const { revision } = good;
  const older = { key: `helm-${revision}`, commit: '', image: '', chart: '', chartHash: '', valuesHash: '' };
  return { ...older, ...known(revision), revision };
}

/**
 * Does what is to undo an operation, and closes the operation where that cannot be done: it is known then for what it is, and a
 * person, or the next deployment, goes on from there. No run would do better by trying the same again.
 * @throws what `work` throws
 */
export async function closeIfNotRestored<T>(ctx: HeldRelease, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'NOT_RESTORED') {
      await unlock(ctx);
      await ctx.journal.abandon();
    }
    throw error;
  }
}
