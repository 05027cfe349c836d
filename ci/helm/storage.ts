import { gunzipSync, gzipSync } from 'node:zlib';
import { CoreV1Api } from '@kubernetes/client-node';
import type { Place } from '../core/context.ts';
import { retryCall } from '../kube/retry.ts';

/** What Helm keeps of a revision, as far as it matters here. */
export interface ReleaseRecord {
  version: number;
  info: { status: string; [field: string]: unknown };
  /** The objects of the release as YAML; hooks are not among them. */
  manifest: string;
  /** `events` are those that a hook runs at, such as `pre-upgrade`. */
  hooks?: { manifest: string; events?: string[] }[] | null;
  [field: string]: unknown;
}

/** The name of the Secret in which Helm keeps a revision. */
export const recordName = (release: string, revision: number): string => `sh.helm.release.v1.${release}.v${revision}`;

/**
 * Reads a revision from where Helm keeps it, not by `helm get`: what a container prints is in the engine's log, and a manifest
 * may hold Secrets.
 * @returns null when Helm does not have it
 * @throws ApiException of the client library
 */
export async function releaseRecord(
  { kube, namespace, release }: Place,
  revision: number,
): Promise<ReleaseRecord | null> {
  const core = kube.makeApiClient(CoreV1Api);
  try {
    const name = recordName(release, revision);
    const { data } = await retryCall(() => core.readNamespacedSecret({ namespace, name }));
    return decodeRecord(data?.['release'] ?? '');
  } catch (error) {
    if ((error as { code?: number }).code === 404) return null;
    throw error;
  }
}

/** Helm packs JSON by gzip and writes it in base64 (pkg/storage/driver/util.go); Kubernetes does the latter once more. */
export function decodeRecord(data: string): ReleaseRecord {
  const packed = Buffer.from(Buffer.from(data, 'base64').toString('latin1'), 'base64');
  return JSON.parse(gunzipSync(packed).toString('utf8')) as ReleaseRecord;
}

/** The reverse. */
export function encodeRecord(record: ReleaseRecord): string {
  const packed = gzipSync(JSON.stringify(record)).toString('base64');
  return Buffer.from(packed, 'latin1').toString('base64');
}

/**
 * What Helm keeps of the newest revisions, whatever became of them. For those who do not know their numbers.
 * @returns at most `count`, the newest first; none when the release is not there
 * @throws ApiException of the client library
 */
export async function newestRecords(place: Place, count: number): Promise<ReleaseRecord[]> {
  return (await recordSecrets(place)).slice(0, count).map(({ data }) => decodeRecord(data));
}

/** The numbers of the revisions that Helm has, newest first. */
export async function revisionNumbers(place: Place): Promise<number[]> {
  return (await recordSecrets(place)).map(({ version }) => version);
}

async function recordSecrets({ kube, namespace, release }: Place): Promise<{ version: number; data: string }[]> {
  const core = kube.makeApiClient(CoreV1Api);
  const labelSelector = `owner=helm,name=${release}`;
  const { items } = await core.listNamespacedSecret({ namespace, labelSelector });
  return items
    .map(({ metadata, data }) => ({ version: Number(metadata?.labels?.['version']), data: data?.['release'] ?? '' }))
    .sort((a, b) => b.version - a.version);
}

/**
 * Changes what Helm keeps of a revision, for which Helm has no command. Only for whoever holds the lease.
 * @throws ApiException of the client library; its code is 409 when somebody else has changed it at the same moment
 */
export async function rewriteRecord(
  { kube, namespace, release }: Place,
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
