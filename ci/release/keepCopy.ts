import { apiMessage } from '../kube/apiError.ts';
import { answered } from '../kube/retry.ts';
import { keepRevision } from './ledger/archive.ts';
import type { Entry } from './ledger/ledger.ts';
import type { ReleaseContext } from './restore/restore.ts';

/**
 * Keeps a copy of a revision that has passed its tests. Where that cannot be done it is noted, and no more: the release works, and Helm
 * has it for some revisions still.
 * @param entries of the ledger
 * @returns for the entry: what tells the revision from another of the same number, where a copy was kept
 */
export async function keepCopy(
  { cluster, config, report }: Pick<ReleaseContext, 'cluster' | 'config' | 'report'>,
  entry: Pick<Entry, 'key' | 'revision'>,
  entries: readonly Entry[],
): Promise<Pick<Entry, 'manifestHash'>> {
  const { namespace, release } = config;
  try {
    const where = { kube: cluster.kube, namespace, release };
    return { manifestHash: await answered(() => keepRevision(where, entry, entries)) };
  } catch (error) {
    report.notes.push(`no copy of revision ${entry.revision} could be kept for later: ${apiMessage(error)}`);
    return {};
  }
}
