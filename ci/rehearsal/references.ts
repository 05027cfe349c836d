import { isObject, sha256 } from '../core/values.ts';
import type { ManifestObject } from '../helm/manifest.ts';

/**
 * Finds the ConfigMaps and Secrets that the objects of a chart refer to, as pods do, and that are among them: the cluster has none of
 * them before the first release, and the old ones before any other.
 * @param suffix for the names of the copies
 * @returns the objects with references to copies, and the copies
 */
export function withCopies(
  objects: readonly ManifestObject[],
  suffix: string,
): { objects: ManifestObject[]; copies: ManifestObject[] } {
  const rendered = objects.filter(({ kind }) => kind === 'ConfigMap' || kind === 'Secret');
  const copies = new Map<string, ManifestObject>();
  const copyOf = (kind: string, name: string): string => {
    const object = rendered.find((each) => each.kind === kind && each.metadata.name === name);
    if (!object) return name;
    const copy = `${kind.toLowerCase()}-${sha256(name).slice(0, 8)}-${suffix}`;
    const { metadata: _, immutable: __, ...content } = object;
    copies.set(copy, { ...content, apiVersion: 'v1', kind, metadata: { name: copy } });
    return copy;
  };
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([field, part]) => [field, referring(field, part) ?? walk(part)]),
    );
  };
  const referring = (field: string, part: unknown): unknown => {
    if (field === 'imagePullSecrets' && Array.isArray(part)) return part.map((each) => referring('secretRef', each));
    const kind = kinds[field];
    if (!kind || !isObject(part)) return null;
    // A volume of its own names a Secret otherwise than a source of a projected one.
    const key = typeof part['secretName'] === 'string' ? 'secretName' : 'name';
    const name = part[key];
    return typeof name === 'string' ? { ...part, [key]: copyOf(kind, name) } : null;
  };
  const others = objects.filter((each) => !rendered.includes(each)).map((each) => walk(each) as ManifestObject);
  return { objects: others, copies: [...copies.values()] };
}

const kinds: Record<string, 'ConfigMap' | 'Secret'> = {
  secret: 'Secret',
  secretRef: 'Secret',
  secretKeyRef: 'Secret',
  configMap: 'ConfigMap',
  configMapRef: 'ConfigMap',
  configMapKeyRef: 'ConfigMap',
};
