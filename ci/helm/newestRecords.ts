import { CoreV1Api } from '@kubernetes/client-node';
import { decodeRecord, type ReleaseName, type ReleaseRecord } from './storage.ts';

/**
 * What Helm keeps of the newest revisions, whatever became of them. For those who do not know their numbers.
 * @returns at most `count`, the newest first; none when the release is not there
 * @throws ApiException of the client library
 */
export async function newestRecords(where: ReleaseName, count: number): Promise<ReleaseRecord[]> {
  return (await recordSecrets(where)).slice(0, count).map(({ data }) => decodeRecord(data));
}

/** The numbers of the revisions that Helm has, newest first. */
export async function revisionNumbers(where: ReleaseName): Promise<number[]> {
  return (await recordSecrets(where)).map(({ version }) => version);
}

async function recordSecrets({ kube, namespace, release }: ReleaseName): Promise<{ version: number; data: string }[]> {
  const core = kube.makeApiClient(CoreV1Api);
  const labelSelector = `owner=helm,name=${release}`;
  const { items } = await core.listNamespacedSecret({ namespace, labelSelector });
  return items
    .map(({ metadata, data }) => ({ version: Number(metadata?.labels?.['version']), data: data?.['release'] ?? '' }))
    .sort((a, b) => b.version - a.version);
}
