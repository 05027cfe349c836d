import { CoreV1Api } from '@kubernetes/client-node';
import { decodeRecord, encodeRecord, type ReleaseName, type ReleaseRecord, recordName } from './storage.ts';

/**
 * Changes what Helm keeps of a revision, for which Helm has no command. Only for whoever holds the lease.
 * @throws ApiException of the client library; its code is 409 when somebody else has changed it at the same moment
 */
export async function rewriteRecord(
  { kube, namespace, release }: ReleaseName,
  revision: number,
  change: (record: ReleaseRecord) => ReleaseRecord,
): Promise<void> {
  const core = kube.makeApiClient(CoreV1Api);
  const name = recordName(release, revision);
  const secret = await core.readNamespacedSecret({ name, namespace });
  const record = change(decodeRecord(secret.data?.['release'] ?? ''));
  // Helm looks for revisions by this label, and believes the record when it has found one.
  const labels = { ...secret.metadata?.labels, status: record.info.status };
  const data = { ...secret.data, release: encodeRecord(record) };
  const body = Object.assign(secret, { metadata: Object.assign(secret.metadata ?? {}, { labels }), data });
  await core.replaceNamespacedSecret({ name, namespace, body });
}
