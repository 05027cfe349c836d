import { CoreV1Api } from '@kubernetes/client-node';
import { decodeRecord, type ReleaseName, type ReleaseRecord } from './releaseRecord.ts';

/**
 * What Helm keeps of the newest revision, whatever became of it. For those who do not know its number.
 * @returns null when the release is not there
 * @throws ApiException of the client library
 */
export async function newestRecord({ kube, namespace, release }: ReleaseName): Promise<ReleaseRecord | null> {
  const labelSelector = `owner=helm,name=${release}`;
  const { items } = await kube.makeApiClient(CoreV1Api).listNamespacedSecret({ namespace, labelSelector });
  const numbered = items.map(({ metadata, data }) => ({
    version: Number(metadata?.labels?.['version']),
    record: data?.['release'] ?? '',
  }));
  const newest = numbered.sort((a, b) => a.version - b.version).at(-1);
  return newest ? decodeRecord(newest.record) : null;
}
