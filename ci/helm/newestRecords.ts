import { CoreV1Api } from '@kubernetes/client-node';
import { decodeRecord, type ReleaseName, type ReleaseRecord } from './releaseRecord.ts';

/**
 * What Helm keeps of the newest revisions, whatever became of them. For those who do not know their numbers.
 * @returns at most `count`, the newest first; none when the release is not there
 * @throws ApiException of the client library
 */
export async function newestRecords(
  { kube, namespace, release }: ReleaseName,
  count: number,
): Promise<ReleaseRecord[]> {
  const labelSelector = `owner=helm,name=${release}`;
  const { items } = await kube.makeApiClient(CoreV1Api).listNamespacedSecret({ namespace, labelSelector });
  const version = (one: (typeof items)[number]) => Number(one.metadata?.labels?.['version']);
  const newest = items.sort((a, b) => version(b) - version(a)).slice(0, count);
  return newest.map(({ data }) => decodeRecord(data?.['release'] ?? ''));
}
