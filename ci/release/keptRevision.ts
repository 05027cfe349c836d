import { CoreV1Api } from '@kubernetes/client-node';
import { decodeRecord, encodeRecord, type ReleaseName, recordName } from '../helm/releaseRecord.ts';
import { type Entry, keptVerified, verifiedReleases } from './ledger.ts';
import { ownLabels, statusOf } from './ledgerStore.ts';

const label = 'django-delivery-pipeline/kept-for';

/**
 * Keeps a copy of Helm's record of a verified revision, chart and values included, under a name of our own: Helm forgets
 * its revisions after ten more, whatever they were worth. Copies beyond those that a rollback could want are removed.
 * @param entries of the ledger
 */
export async function keepRevision(
  where: ReleaseName,
  entry: Pick<Entry, 'key' | 'revision'>,
  entries: readonly Entry[],
): Promise<void> {
  const { kube, namespace, release } = where;
  const core = kube.makeApiClient(CoreV1Api);
  const { data } = await core.readNamespacedSecret({ name: recordName(release, entry.revision ?? 0), namespace });
  const name = keptName(release, entry.key);
  const body = {
    metadata: { name, labels: { ...ownLabels, [label]: release } },
    type: 'django-delivery-pipeline/revision',
    data: { release: data?.['release'] ?? '' },
  };
  await core.createNamespacedSecret({ namespace, body }).catch(async (error) => {
    if (statusOf(error) !== 409) throw error;
    await core.replaceNamespacedSecret({ name, namespace, body });
  });
  const keys = [...new Set([entry.key, ...verifiedReleases(entries).map(({ key }) => key)])];
  const names = new Set(keys.slice(0, keptVerified).map((key) => keptName(release, key)));
  const kept = await core.listNamespacedSecret({ namespace, labelSelector: `${label}=${release}` });
  for (const { metadata } of kept.items)
    if (metadata?.name && !names.has(metadata.name))
      await core.deleteNamespacedSecret({ name: metadata.name, namespace });
}

/**
 * Makes sure that Helm has a revision, from our copy if it has forgotten it.
 * @returns false when there is neither
 */
export async function bringBackRevision(
  { kube, namespace, release }: ReleaseName,
  entry: Pick<Entry, 'key' | 'revision'>,
): Promise<boolean> {
  const core = kube.makeApiClient(CoreV1Api);
  const revision = entry.revision ?? 0;
  const read = (name: string) =>
    core.readNamespacedSecret({ name, namespace }).catch((error) => {
      if (statusOf(error) === 404) return null;
      throw error;
    });
  if (await read(recordName(release, revision))) return true;
  const kept = await read(keptName(release, entry.key));
  const record = kept?.data?.['release'];
  if (!record) return false;
  const decoded = decodeRecord(record);
  const superseded = { ...decoded, info: { ...decoded.info, status: 'superseded' } };
  await core
    .createNamespacedSecret({
      namespace,
      body: {
        metadata: {
          name: recordName(release, superseded.version),
          labels: { owner: 'helm', name: release, status: 'superseded', version: String(superseded.version) },
        },
        type: 'helm.sh/release.v1',
        data: { release: encodeRecord(superseded) },
      },
    })
    .catch((error) => {
      if (statusOf(error) !== 409) throw error;
    });
  return superseded.version === revision;
}

function keptName(release: string, key: string): string {
  return `${release}-kept-${key.slice(0, 12)}`;
}
