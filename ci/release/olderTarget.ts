import type { Revision } from '../helm/history.ts';
import type { Entry } from './ledger/ledger.ts';
import type { Target } from './restore/restore.ts';

/**
 * What to go back to where the ledger tells of no verified release, because the release is older than its ledger or its chart has no
 * tests: the newest revision that Helm took for good, and of which the ledger does not know better. Helm counts a revision as good
 * once its objects are there, whatever came of its tests.
 * @param before the newest revision before the operation
 * @param entries of the ledger
 * @param failed keys of releases that are not gone back to
 */
export function olderTarget(
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
