import { gunzipSync } from 'node:zlib';
import { CoreV1Api } from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';
import type { Context } from '../context.ts';
import { messageOf } from '../errors/explain.ts';
import { PipelineError } from '../errors.ts';

/** An object as the chart rendered it. */
export interface ManifestObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    [field: string]: unknown;
  };
  [field: string]: unknown;
}

/**
 * The objects of a revision of the release; hooks are not among them. Read from where Helm keeps it, not by `helm get
 * manifest`: what a container prints is in the engine's log, and a manifest may hold Secrets.
 * @throws PipelineError CLUSTER when there is no such revision, or it cannot be read
 */
export async function releaseManifest(
  { cluster, config }: Pick<Context, 'cluster' | 'config'>,
  revision: number,
): Promise<ManifestObject[]> {
  const { release, namespace } = config;
  try {
    const core = cluster.kube.makeApiClient(CoreV1Api);
    const secret = await core.readNamespacedSecret({ namespace, name: `sh.helm.release.v1.${release}.v${revision}` });
    return manifestObjects(decodeRelease(secret.data?.['release'] ?? '').manifest);
  } catch (cause) {
    throw new PipelineError('CLUSTER', `revision ${revision} of release ${release} cannot be read`, {
      details: [messageOf(cause)],
      cause,
    });
  }
}

/** Helm packs JSON by gzip and writes it in base64 (pkg/storage/driver/util.go); Kubernetes does the latter once more. */
function decodeRelease(data: string): { manifest: string } {
  const packed = Buffer.from(Buffer.from(data, 'base64').toString('latin1'), 'base64');
  return JSON.parse(gunzipSync(packed).toString('utf8')) as { manifest: string };
}

/**
 * The objects of a manifest, those inside a List among them.
 *
 * Helm reads YAML 1.1, where `0644` is octal and `on` is true. Its parser (go-yaml v2) makes no times and no numbers to
 * the base of 60, though.
 * @throws Error where the text is no YAML
 */
export function manifestObjects(manifest: string): ManifestObject[] {
  const documents = parseAllDocuments(manifest, {
    version: '1.1',
    logLevel: 'silent',
    customTags: (tags) =>
      tags.filter(
        (tag) => typeof tag === 'string' || (tag.tag !== 'tag:yaml.org,2002:timestamp' && tag.format !== 'TIME'),
      ),
  });
  return [...documents].flatMap((document) => {
    const [error] = document.errors;
    if (error) throw error;
    const object = document.toJS() as (ManifestObject & { items?: ManifestObject[] }) | null;
    if (!object?.kind) return [];
    return object.kind === 'List' ? (object.items ?? []) : [object];
  });
}
