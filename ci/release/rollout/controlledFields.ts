import { AutoscalingV2Api, type V1ObjectMeta } from '@kubernetes/client-node';
import type { Place } from '../../core/context.ts';
import { fieldsOf, isObject } from '../../core/values.ts';
import { changeObjects, type ManifestObject } from '../../helm/manifest.ts';
import { isControllers, type Managed, ownersOf, type Path, pathText, type Step } from '../../kube/managedFields.ts';
import { kubeRequest, objectPaths } from '../../kube/request.ts';

/** A field that a controller has set, which is its work. */
export interface ControlledField {
  object: ManifestObject;
  path: Path;
  /** What the manifest says; undefined where it leaves the field out. */
  meant: unknown;
  live: unknown;
  by: string;
}

/**
 * The fields of a manifest that are in the hands of controllers: the number of pods that an autoscaler has set, where the manifest names
 * one, and certificates that it leaves open. Helm can only apply an object as a whole, and either stops at such a field or takes it:
 * the number falls back to the chart's under load.
 * @param objects of the manifest
 * @throws Error when the API server does not answer
 */
export async function controlledFields(place: Place, objects: readonly ManifestObject[]): Promise<ControlledField[]> {
  const pathOf = objectPaths(place.kube);
  const found = await Promise.all(
    objects.filter(mayBeControlled).map(async (object) => {
      const { apiVersion, kind, metadata } = object;
      const where = await pathOf({ apiVersion, kind, name: metadata.name, namespace: namespaceOf(place, object) });
      const live = where && (await kubeRequest(place.kube, where.path));
      return live?.status === 200 ? controlled(object, JSON.parse(live.text) as Managed) : [];
    }),
  );
  const fields = found.flat();
  const scaled = fields.filter(({ path }) => isReplicas(path));
  if (scaled.length === 0) return fields;
  const namespaces = [...new Set(scaled.map(({ object }) => namespaceOf(place, object)))];
  const targets = await autoscaled(place, objects, namespaces);
  return fields.filter(({ path, object }) => !isReplicas(path) || targets.has(nameOf(place, object)));
}

/** Those that applying the manifest as it is would take from their controllers. */
export function endangered(fields: readonly ControlledField[]): ControlledField[] {
  return fields.filter(({ meant, live }) => meant !== undefined && meant !== live);
}

/**
 * A manifest that leaves fields to their controllers. A certificate is left out. A number of pods is written into it: of one that is left
 * out Kubernetes makes 1, as soon as nobody else has set it.
 */
export function withControlled(manifest: string, place: Place, fields: readonly ControlledField[]): string {
  return changeObjects(
    manifest,
    (object) =>
      fields
        .filter((field) => nameOf(place, field.object) === nameOf(place, object))
        .reduce(
          (all, { path, live }) => replaced(all, path, isReplicas(path) ? live : undefined),
          object as unknown,
        ) as ManifestObject,
  );
}

/** For the report: what was left to whom, and how a chart spares the question. */
export function controlledNote({ object, path, meant, live, by }: ControlledField): string {
  const what = `${object.kind} ${object.metadata.name}, ${pathText(path)}`;
  if (!isReplicas(path)) return `left to its controller: ${what} (set by ${by}); the chart should leave it out`;
  return `left to its autoscaler: ${what}: ${String(live)} instead of ${String(meant)}; the chart should leave it out where something else scales`;
}

function controlled(object: ManifestObject, live: Managed): ControlledField[] {
  return [replicas, ...pathsTo('caBundle', live, [])].flatMap((path) => {
    const [owner] = ownersOf(live, path);
    const [meant, is] = [valueAt(object, path), valueAt(live, path)];
    if (!owner || !isControllers(path, owner, meant)) return [];
    // What has no pods cannot show that it works.
    if (isReplicas(path) && (meant === undefined || is === 0)) return [];
    return [{ object, path, meant, live: is, by: owner.manager }];
  });
}

const replicas: Path = [{ field: 'spec' }, { field: 'replicas' }];

/** Kinds that hold the certificate of a webhook. */
const certified: readonly string[] = [
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
  'CustomResourceDefinition',
  'APIService',
];

function mayBeControlled(object: ManifestObject): boolean {
  return certified.includes(object.kind) || valueAt(object, replicas) !== undefined;
}

function pathsTo(name: string, value: unknown, path: Path): Path[] {
  if (Array.isArray(value))
    return value.flatMap((item: unknown) => {
      const label = fieldsOf(item)['name'];
      return typeof label === 'string' ? pathsTo(name, item, [...path, { item, label }]) : [];
    });
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([field, part]) =>
    field === name && !isObject(part) ? [[...path, { field }]] : pathsTo(name, part, [...path, { field }]),
  );
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce(partOf, value);
}

function partOf(value: unknown, step: Step): unknown {
  if ('field' in step) return fieldsOf(value)[step.field];
  return Array.isArray(value) ? value.find((one) => fieldsOf(one)['name'] === step.label) : undefined;
}

function replaced(value: unknown, [step, ...rest]: Path, leaf: unknown): unknown {
  if (step === undefined) return leaf;
  if ('field' in step) {
    const fields = fieldsOf(value);
    return { ...fields, [step.field]: replaced(fields[step.field], rest, leaf) };
  }
  if (!Array.isArray(value)) return value;
  return value.map((one) => (fieldsOf(one)['name'] === step.label ? replaced(one, rest, leaf) : one));
}

/** The objects that an autoscaler scales, now and after the manifest was applied. */
async function autoscaled(
  place: Place,
  objects: readonly ManifestObject[],
  namespaces: readonly string[],
): Promise<Set<string>> {
  const api = place.kube.makeApiClient(AutoscalingV2Api);
  const lists = await Promise.all(
    namespaces.map((namespace) => api.listNamespacedHorizontalPodAutoscaler({ namespace })),
  );
  return new Set(
    lists
      .flatMap(({ items }) => items)
      .filter(({ metadata = {} }) => stays(place, metadata, objects))
      .map(({ metadata, spec }) => {
        const target = spec?.scaleTargetRef;
        return key(target?.kind ?? '', metadata?.namespace ?? '', target?.name ?? '');
      }),
  );
}

/**
 * An autoscaler of the release itself that is not in the manifest any more goes with it, and its last number would stay for ever. KEDA
 * makes one for an object of its own, and copies that object's annotations.
 */
function stays(place: Place, metadata: V1ObjectMeta, objects: readonly ManifestObject[]): boolean {
  const { name = '', namespace = '', annotations, deletionTimestamp, ownerReferences = [] } = metadata;
  if (deletionTimestamp) return false;
  if (annotations?.['meta.helm.sh/release-name'] !== place.release) return true;
  const owner = ownerReferences.find(({ controller }) => controller);
  const own = key(owner?.kind ?? 'HorizontalPodAutoscaler', namespace, owner?.name ?? name);
  return objects.some((object) => nameOf(place, object) === own);
}

function isReplicas(path: Path): boolean {
  return pathText(path) === 'spec.replicas';
}

function namespaceOf({ namespace }: Place, { metadata }: ManifestObject): string {
  return metadata?.namespace ?? namespace;
}

function nameOf(place: Place, object: ManifestObject): string {
  return key(object.kind, namespaceOf(place, object), object.metadata?.name);
}

function key(kind: string, namespace: string, name: string): string {
  return `${kind} ${namespace}/${name}`;
}
