import { isObject } from '../../core/values.ts';
import type { ManifestObject } from '../../helm/manifest.ts';
import {
  additionsByHand,
  isControllers,
  isMeant,
  type Managed,
  type ManagedFields,
  ownersOf,
  type Path,
  pathText,
} from '../../kube/managedFields.ts';
import { redactText, secretName } from '../masking/redact.ts';

/** One thing that is not as the manifest says. */
export interface Drift {
  /** Such as `Deployment shop`. */
  object: string;
  /** Such as `spec.template.spec.containers[web].image`; empty for the object itself. */
  path: string;
  meant: string;
  live: string;
  /** Who set it and when, as far as the API server knows; of what was removed it does not. */
  by?: string;
  /** Only of what was added beside the manifest, so that no upgrade takes it away: when that was, in ISO 8601. */
  addedAt?: string;
}

/**
 * What of an object is not as its manifest says.
 * @param object from the manifest
 * @param applied what the server answers to the object's apply
 * @param live the object as it is
 */
export function objectDrift(object: ManifestObject, applied: Managed, live: Managed): Drift[] {
  const name = `${object.kind} ${object.metadata.name}`;
  const shown = (path: Path, value: unknown) => shownValue(object.kind, path, value);
  const changed = differences(applied, live).flatMap(({ path, meant, live: is }): Drift[] => {
    const [owner] = ownersOf(live, path);
    if (!isMeant(path) || isControllers(path, owner, meant)) return [];
    return [{ object: name, path: pathText(path), ...words(shown, path, meant, is), ...by(owner) }];
  });
  const added = additionsByHand(live, applied).map(({ path, live: is, by: owner }) => ({
    ...{ object: name, path: pathText(path) },
    ...words(shown, path, undefined, is),
    ...by(owner),
    ...(owner.time && { addedAt: owner.time }),
  }));
  const deleted = live.metadata?.['deletionTimestamp'];
  return deleted ? [{ object: name, path: '', meant: 'there', live: 'being deleted' }] : [...changed, ...added];
}

/** Of what is not shown it is said at least which of the two it lacks. */
function words(shown: (path: Path, value: unknown) => string, path: Path, meant: unknown, live: unknown) {
  const texts = { meant: shown(path, meant), live: shown(path, live) };
  return texts.meant === texts.live ? { ...texts, live: 'changed' } : texts;
}

function by(owner: ManagedFields | undefined): { by?: string } {
  return owner ? { by: `${owner.manager}${owner.time ? ` at ${owner.time}` : ''}` } : {};
}

/** Where two values are not the same; undefined stands for what is not there. */
export interface Difference {
  path: Path;
  meant: unknown;
  live: unknown;
}

/** Fields by which Kubernetes tells the items of a list apart, the most telling first. */
const keys = ['name', 'key', 'mountPath', 'devicePath', 'containerPort', 'port', 'host', 'path', 'ip', 'type', 'uid'];

/**
 * Where two objects of JSON differ, as deep as can be. Items of a list are compared by what names them, so that a missing one
 * does not make all that follow it differ; then their order counts for nothing.
 */
export function differences(meant: unknown, live: unknown, path: Path = []): Difference[] {
  if (isObject(meant) && isObject(live)) {
    const fields = [...new Set([...Object.keys(meant), ...Object.keys(live)])];
    return fields.flatMap((field) => differences(meant[field], live[field], [...path, { field }]));
  }
  if (Array.isArray(meant) && Array.isArray(live)) return ofLists(meant, live, path);
  return meant === live ? [] : [{ path, meant, live }];
}

function ofLists(meant: unknown[], live: unknown[], path: Path): Difference[] {
  const key = keys.find((one) => names(meant, one) && names(live, one));
  if (key === undefined) return JSON.stringify(meant) === JSON.stringify(live) ? [] : [{ path, meant, live }];
  const [before, now] = [byKey(meant, key), byKey(live, key)];
  return [...new Set([...before.keys(), ...now.keys()])].flatMap((label) => {
    const item = now.get(label) ?? before.get(label);
    return differences(before.get(label), now.get(label), [...path, { item, label }]);
  });
}

/** Whether the field tells all items apart. */
function names(list: unknown[], key: string): boolean {
  const values = list.map((item) => (isObject(item) ? item[key] : undefined));
  return !values.includes(undefined) && new Set(values).size === values.length;
}

function byKey(list: unknown[], key: string): Map<string, unknown> {
  return new Map(list.map((item) => [String((item as Record<string, unknown>)[key]), item]));
}

const longest = 120;

/**
 * A value of an object as text for people, short, and without what looks like a secret.
 * @param kind of a Secret nothing is shown
 */
export function shownValue(kind: string, path: Path, value: unknown): string {
  if (value === undefined) return 'nothing';
  if (kind === 'Secret' || looksSecret(path, value)) return 'not shown';
  const text = typeof value === 'string' ? value : JSON.stringify(value, hide);
  const safe = redactText(text).replaceAll('\n', '\\n');
  return safe.length > longest ? `${safe.slice(0, longest)}…` : safe;
}

// In metadata a name such as `key` tells of nothing secret, and a number or a reference is none.
function looksSecret(path: Path, value: unknown): boolean {
  const names = path.flatMap((step) => ('item' in step ? [step.label] : [step.field]));
  if (names[0] === 'metadata' || (typeof value !== 'string' && !isObject(value))) return false;
  if (isObject(value) && !('value' in value)) return false;
  return names.slice(-2).some((name) => name !== 'valueFrom' && secretName.test(name));
}

function hide(this: unknown, name: string, value: unknown): unknown {
  const named = isObject(this) && name === 'value' ? this['name'] : undefined;
  const owner = typeof named === 'string' ? named : name;
  return typeof value === 'string' && secretName.test(owner) ? '***' : value;
}
