import { parseAllDocuments } from 'yaml';
import { messageOf } from '../core/causes.ts';
import type { Context } from '../core/context.ts';
import { PipelineError } from '../core/errors.ts';
import { releaseRecord } from './storage.ts';

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
 * The objects of a revision of the release; hooks are not among them.
 * @throws PipelineError CLUSTER when there is no such revision, or it cannot be read
 */
export async function releaseManifest(
  { cluster, config }: Pick<Context, 'cluster' | 'config'>,
  revision: number,
): Promise<ManifestObject[]> {
  const { release, namespace } = config;
  try {
    const record = await releaseRecord({ kube: cluster.kube, namespace, release }, revision);
    if (!record) throw new Error('Helm does not have it');
    return manifestObjects(record.manifest);
  } catch (cause) {
    throw new PipelineError('CLUSTER', `revision ${revision} of release ${release} cannot be read`, {
      details: [messageOf(cause)],
      cause,
    });
  }
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

/** A workload that runs until it is replaced, so that its rollout can be waited for. */
export interface WorkloadName {
  kind: 'Deployment' | 'StatefulSet' | 'DaemonSet';
  name: string;
  /** Only when it is not the one of the release. */
  namespace?: string;
}

interface ListedObject {
  apiVersion?: unknown;
  kind?: unknown;
  metadata?: { name?: unknown; namespace?: unknown } | null;
  items?: unknown;
}

/**
 * The Deployments, StatefulSets and DaemonSets of a manifest.
 * @param manifest as `helm get manifest` prints it: hooks are not in it
 */
export function workloadsOf(manifest: string): WorkloadName[] {
  return parseAllDocuments(manifest, { uniqueKeys: false, logLevel: 'silent' }).flatMap((document) =>
    workloads(document.toJS() as unknown),
  );
}

function workloads(value: unknown): WorkloadName[] {
  if (typeof value !== 'object' || value === null) return [];
  const { apiVersion, kind, metadata, items } = value as ListedObject;
  if (Array.isArray(items)) return items.flatMap(workloads);
  if (typeof apiVersion !== 'string' || !apiVersion.startsWith('apps/') || !isWorkload(kind)) return [];
  const { name, namespace } = metadata ?? {};
  if (typeof name !== 'string') return [];
  return [{ kind, name, ...(typeof namespace === 'string' && { namespace }) }];
}

function isWorkload(kind: unknown): kind is WorkloadName['kind'] {
  return kind === 'Deployment' || kind === 'StatefulSet' || kind === 'DaemonSet';
}
