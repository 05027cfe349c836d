import { type Document, parseAllDocuments } from 'yaml';
import { messageOf } from '../core/causes.ts';
import type { Context } from '../core/context.ts';
import { PipelineError } from '../core/errors.ts';
import { isObject } from '../core/values.ts';
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
export async function releaseManifest({ place }: Pick<Context, 'place'>, revision: number): Promise<ManifestObject[]> {
  try {
    const record = await releaseRecord(place, revision);
    if (!record) throw new Error('Helm does not have it');
    return manifestObjects(record.manifest);
  } catch (cause) {
    throw new PipelineError('CLUSTER', `revision ${revision} of release ${place.release} cannot be read`, {
      details: [messageOf(cause)],
      cause,
    });
  }
}

/**
 * The objects of a manifest, those inside a List among them.
 * @throws Error where the text is no YAML
 */
export function manifestObjects(manifest: string): ManifestObject[] {
  return documents(manifest).flatMap((document) => {
    const [error] = document.errors;
    if (error) throw error;
    return objectsIn(plain(document));
  });
}

/** The same of what can be read of it: for whoever has to go on in any case, such as an undo, or a mask. Never throws. */
export function readableObjects(manifest: string): ManifestObject[] {
  return documents(manifest).flatMap((document) => {
    try {
      return objectsIn(plain(document));
    } catch {
      return [];
    }
  });
}

/**
 * A manifest in which some objects are others. The text of all the rest stays as it is.
 * @param change answers the very object where nothing is to be changed
 */
export function changeObjects(manifest: string, change: (object: ManifestObject) => ManifestObject): string {
  // Three dashes at the start of a line are the end of a document, whatever is in it.
  return manifest
    .split(/^(?=---)/m)
    .map((text) => {
      const [before] = readableObjects(text);
      if (!before) return text;
      const value = plain(documents(text)[0] as Document);
      const after = changed(value, change);
      if (after === value) return text;
      const head = /^(---[^\S\n]*\n)?(#[^\n]*\n)*/.exec(text)?.[0] ?? '';
      // JSON is YAML, too, and leaves no doubt about what a scalar is.
      return `${head}${JSON.stringify(after, null, 2)}\n`;
    })
    .join('');
}

function changed(value: unknown, change: (object: ManifestObject) => ManifestObject): unknown {
  const [first] = objectsIn(value);
  if (!isObject(value) || !first) return value;
  if (first === value) return change(first);
  const items = (value['items'] as unknown[]).map((item) => changed(item, change));
  return items.some((item, index) => item !== (value['items'] as unknown[])[index]) ? { ...value, items } : value;
}

/**
 * Helm reads YAML 1.1, where `0644` is octal, `on` is true and `<<` merges. Its parser makes no times and no numbers to the base of 60,
 * though, and lets the last of two equal keys win (go-yaml v2, by sigs.k8s.io/yaml).
 */
function documents(manifest: string) {
  return [
    ...parseAllDocuments(manifest, {
      version: '1.1',
      uniqueKeys: false,
      logLevel: 'silent',
      customTags: (tags) =>
        tags.filter(
          (tag) => typeof tag === 'string' || (tag.tag !== 'tag:yaml.org,2002:timestamp' && tag.format !== 'TIME'),
        ),
    }),
  ];
}

/** What Helm has taken has as many aliases as it may have. */
function plain(document: Document): unknown {
  return document.toJS({ maxAliasCount: -1 });
}

function objectsIn(value: unknown): ManifestObject[] {
  if (!isObject(value) || typeof value['kind'] !== 'string' || value['kind'] === '') return [];
  const { kind, items } = value;
  return kind.endsWith('List') && Array.isArray(items) ? items.flatMap(objectsIn) : [value as ManifestObject];
}

/** A workload that runs until it is replaced, so that its rollout can be waited for. */
export interface WorkloadName {
  kind: 'Deployment' | 'StatefulSet' | 'DaemonSet';
  name: string;
  /** Only when it is not the one of the release. */
  namespace?: string;
}

/**
 * The Deployments, StatefulSets and DaemonSets of a manifest.
 * @param manifest as `helm get manifest` prints it: hooks are not in it
 */
export function workloadsOf(manifest: string): WorkloadName[] {
  return readableObjects(manifest).flatMap(({ apiVersion, kind, metadata }) => {
    if (!String(apiVersion).startsWith('apps/') || !isWorkload(kind) || typeof metadata?.name !== 'string') return [];
    return [{ kind, name: metadata.name, ...(metadata.namespace !== undefined && { namespace: metadata.namespace }) }];
  });
}

function isWorkload(kind: string): kind is WorkloadName['kind'] {
  return kind === 'Deployment' || kind === 'StatefulSet' || kind === 'DaemonSet';
}
