import { parseAllDocuments } from 'yaml';

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
