import type { Revision } from '../../helm/history.ts';
import { type Entry, goodReleases, type Operation, quarantined, type Target } from '../ledger/ledger.ts';

/**
 * What an operation can go back to, in this order: what was live before it, whoever made it so; the releases that were live before
 * that, newest first; and where nothing of that is known, what Helm took for good. Nothing that was seen to be bad.
 * @param entries of the ledger, with what became of the operation
 * @param revisions Helm's, oldest first
 */
export function candidates(
  { live, before }: Pick<Operation, 'live' | 'before'>,
  entries: readonly Entry[],
  revisions: readonly Revision[],
): Target[] {
  const good = goodReleases(entries);
  const others = good.filter(({ key }) => key !== live?.key);
  const found: Target[] = live && mayBeGood(live, entries, good) ? [live, ...others] : others;
  if (found.length > 0) return found;
  const older = helmTarget(revisions, before, entries);
  return older ? [older] : [];
}

/** A release that the ledger knows counts by what it knows; one that somebody made by hand is tried: it was live. */
function mayBeGood({ key }: Target, entries: readonly Entry[], good: readonly Entry[]): boolean {
  return good.some((entry) => entry.key === key) || !entries.some((entry) => entry.key === key);
}

/**
 * What to go back to where the ledger tells of no release that was live, because the release is older than its ledger: the newest
 * revision that Helm took for good, and of which the ledger does not know better. Helm counts a revision as good once its objects are
 * there, whatever came of its tests.
 * @param before the newest revision before the operation
 * @param entries of the ledger
 */
export function helmTarget(revisions: readonly Revision[], before: number, entries: readonly Entry[]): Target | null {
  const known = (number: number) => entries.findLast(({ revision }) => revision === number);
  const isBad = (entry: Entry | undefined) =>
    entry !== undefined && (entry.outcome !== 'unverified' || quarantined(entries, entry.key) !== null);
  const good = revisions.findLast(
    ({ revision, status }) =>
      revision <= before && (status === 'deployed' || status === 'superseded') && !isBad(known(revision)),
  );
  if (!good) return null;
  const { revision } = good;
  const older = { key: `helm-${revision}`, commit: '', image: '', chart: '', chartHash: '', valuesHash: '' };
  return { ...older, ...known(revision), revision };
}
