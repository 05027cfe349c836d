import { gunzipSync, gzipSync } from 'node:zlib';
import { CoreV1Api, type KubeConfig } from '@kubernetes/client-node';
import { answered } from '../kube/retry.ts';

/** Where a release is. */
export interface ReleaseName {
  kube: KubeConfig;
  namespace: string;
  release: string;
}

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
  { kube, namespace, release }: ReleaseName,
  revision: number,
): Promise<ReleaseRecord | null> {
  const core = kube.makeApiClient(CoreV1Api);
  try {
    const name = recordName(release, revision);
    const { data } = await answered(() => core.readNamespacedSecret({ namespace, name }));
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
