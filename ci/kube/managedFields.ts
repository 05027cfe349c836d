import { fieldsOf, isObject } from '../core/values.ts';

/** Who set which fields, as the API server keeps it in every object. */
export interface ManagedFields {
  manager: string;
  operation: 'Apply' | 'Update';
  time?: string;
  /** `status` or `scale` when only that part of the object was written. */
  subresource?: string;
  /** A tree: `f:field`, `k:{"name":"web"}` for an item by its keys, `v:…` by its value, `.` for the thing itself. */
  fieldsV1?: Record<string, unknown>;
}

/** An object, as far as it tells who set what. */
export interface Managed {
  metadata?: { managedFields?: readonly ManagedFields[]; [field: string]: unknown };
  [field: string]: unknown;
}

/** The name under which Helm 4 sets fields (cmd/helm/helm.go). */
export const helmManager = 'helm';

/**
 * Names under which people's tools set fields: what the tool says of itself, or else the start of its User-Agent. Any other
 * name may be a controller, whose work it is to set fields.
 */
const peoplesTools = /^(kubectl|oc|k9s|lens|mozilla|dashboard|curl)\b/i;

export function isByHand({ manager }: Pick<ManagedFields, 'manager'>): boolean {
  return peoplesTools.test(manager);
}

/**
 * Whether a field is a controller's to set, whatever the manifest says of it.
 * @param owner the latest of those who own it besides Helm
 * @param meant what the manifest says
 */
export function isControllers(path: Path, owner: Owner | undefined, meant: unknown): boolean {
  if (!owner || isByHand(owner)) return false;
  // An autoscaler goes by the object's scale; whoever writes the object itself is no autoscaler.
  if (pathText(path) === 'spec.replicas') return owner.subresource === 'scale';
  // A chart leaves the certificate of a webhook open for an injector; one that it names itself is meant.
  return lastField(path) === 'caBundle' && isBlank(meant);
}

type Owner = Pick<ManagedFields, 'manager' | 'subresource'>;

function isBlank(certificates: unknown): boolean {
  return (
    Buffer.from(typeof certificates === 'string' ? certificates : '', 'base64')
      .toString()
      .trim() === ''
  );
}

/** Those who own a field besides Helm, the latest first. */
export function ownersOf({ metadata }: Managed, path: Path): ManagedFields[] {
  return (metadata?.managedFields ?? [])
    .filter((one) => !(one.manager === helmManager && one.operation === 'Apply') && owns(one.fieldsV1, path))
    .sort((a, b) => (b.time ?? '').localeCompare(a.time ?? ''));
}

// A leaf of the tree owns all that is below: a list or map that is only ever replaced as a whole.
function owns(tree: unknown, [step, ...rest]: Path): boolean {
  if (!isObject(tree)) return false;
  if (step === undefined || Object.keys(tree).length === 0) return true;
  return Object.entries(tree).some(([key, below]) => leadsTo(key, step) && owns(below, rest));
}

function leadsTo(key: string, step: Step): boolean {
  if ('field' in step) return key === `f:${step.field}`;
  if (key.startsWith('v:')) return key.slice(2) === JSON.stringify(step.item);
  return key.startsWith('k:') && hasKeys(step.item, key);
}

function hasKeys(item: unknown, key: string): boolean {
  const wanted = Object.entries(JSON.parse(key.slice(2)) as Record<string, unknown>);
  return wanted.every(([field, value]) => fieldsOf(item)[field] === value);
}

/** What somebody set by hand beside the manifest. */
export interface Addition {
  path: Path;
  live: unknown;
  by: ManagedFields;
}

/** Annotations that kubectl and Kubernetes write for their own use; a restart by hand changes nothing of what runs. */
const bookkeeping = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'kubectl.kubernetes.io/restartedAt',
  'kubernetes.io/change-cause',
  'deployment.kubernetes.io/revision',
  'deprecated.daemonset.template.generation',
];

/**
 * The fields of an object that were set by hand and are not in the manifest, so that no upgrade would ever remove them.
 * @param applied the server's answer to the manifest's apply: its entry for Helm names all that the manifest sets
 */
export function additionsByHand(live: Managed, applied: Managed): Addition[] {
  const helms = applied.metadata?.managedFields?.find(
    ({ manager, operation }) => manager === helmManager && operation === 'Apply',
  );
  const set = fieldsOf(helms?.fieldsV1);
  // What a Secret's manifest writes as stringData is stored, and changed by people, as data.
  const ours = { ...set, 'f:data': { ...fieldsOf(set['f:data']), ...fieldsOf(set['f:stringData']) } };
  return (live.metadata?.managedFields ?? [])
    .filter((one) => isByHand(one) && one.subresource !== 'status')
    .flatMap((by) => additions(by.fieldsV1 ?? {}, ours, live, []).map((found) => ({ ...found, by })))
    .filter(({ path }) => isMeant(path));
}

/** Whether a field may be of a manifest: not the status, nor what Kubernetes keeps for itself in the metadata. */
export function isMeant(path: Path): boolean {
  const fields = path.map((step) => ('field' in step ? step.field : ''));
  if (fields[0] === 'status') return false;
  if (fields[0] === 'metadata' && !['labels', 'annotations'].includes(fields[1] ?? '')) return false;
  return !bookkeeping.includes(lastField(path));
}

function lastField(path: Path): string {
  const step = path.at(-1);
  return step && 'field' in step ? step.field : '';
}

function additions(
  theirs: Record<string, unknown>,
  helms: Record<string, unknown>,
  value: unknown,
  path: Path,
): Omit<Addition, 'by'>[] {
  return Object.entries(theirs).flatMap(([key, below]) => {
    const step = stepOf(key, value);
    if (!step || !isObject(below)) return [];
    const part = 'item' in step ? step.item : fieldsOf(value)[step.field];
    const whole = [...path, step];
    const ours = helms[key];
    if (isObject(ours)) return Object.keys(ours).length === 0 ? [] : additions(below, ours, part, whole);
    // An item that they made is one thing; a map or list that they made is told by what they put into it.
    const isItem = 'item' in step && '.' in below;
    const deeper = isItem ? [] : additions(below, {}, part, whole);
    if (deeper.length > 0) return deeper;
    return part === undefined ? [] : [{ path: whole, live: part }];
  });
}

/** The step that a key of the tree stands for; null when the value has no such part any more. */
function stepOf(key: string, value: unknown): Step | null {
  if (key.startsWith('f:')) return { field: key.slice(2) };
  if (!Array.isArray(value)) return null;
  if (key.startsWith('v:')) return { item: JSON.parse(key.slice(2)) as unknown, label: key.slice(2) };
  if (!key.startsWith('k:')) return null;
  const item: unknown = value.find((one) => hasKeys(one, key));
  return item === undefined ? null : { item, label: String(Object.values(JSON.parse(key.slice(2)) as object)[0]) };
}

/** A step from a value to a part of it: a field, or an item of a list, with what the step is called. */
export type Step = { field: string } | { item: unknown; label: string };

export type Path = readonly Step[];

/** Such as `spec.template.spec.containers[web].image`. */
export function pathText(path: Path): string {
  return path
    .map((step) => {
      if ('item' in step) return `[${step.label}]`;
      return /^[\w-]+$/.test(step.field) ? `.${step.field}` : `[${step.field}]`;
    })
    .join('')
    .replace(/^\./, '');
}
