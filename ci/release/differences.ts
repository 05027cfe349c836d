import { isObject, type Path } from './fieldPath.ts';

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
