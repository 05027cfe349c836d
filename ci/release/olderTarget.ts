import type { Revision } from '../helm/history.ts';
import type { Target } from './restore.ts';

/**
 * What to go back to where no ledger tells of a verified release, because the release is older than its ledger or its chart has no
 * tests: the newest revision that Helm took for good.
 * @param before the newest revision before the operation
 */
export function olderTarget(revisions: readonly Revision[], before: number): Target | null {
  const good = revisions.findLast(
    ({ revision, status }) => revision <= before && (status === 'deployed' || status === 'superseded'),
  );
  if (!good) return null;
  return {
    key: `helm-${good.revision}`,
    commit: '',
    image: '',
    chart: '',
    chartHash: '',
    valuesHash: '',
    revision: good.revision,
  };
}
