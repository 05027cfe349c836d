import { stringify } from 'yaml';
import { isObject } from '../../core/values.ts';
import { readableObjects } from '../../helm/manifest.ts';

/** Names of what holds secrets, though not all of it lies in Secrets: variables, keys of ConfigMaps, fields of other objects. */
export const secretName = /pass|pwd|token|credential|secret|private|key|auth|webhook|dsn|_url$/i;
/** User and password in a URL, such as that of a database. */
const urlCredentials = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/:@'"]*:[^\s/@'"]+@/gi;
const hidden = '***';
/** What fills pages and tells nothing; the annotation repeats the whole object, values included. */
const noise = ['managedFields', 'kubectl.kubernetes.io/last-applied-configuration'];

/** Takes credentials out of the URLs of a text. */
export function redactText(text: string): string {
  return text.replaceAll(urlCredentials, `$1${hidden}@`);
}

/**
 * A copy of a Kubernetes object that may be shown: without the values of Secrets, of variables and ConfigMap keys whose names
 * tell that they hold one, and of credentials in URLs.
 */
export function redact(object: unknown): unknown {
  const { kind } = (object ?? {}) as { kind?: unknown };
  return walk(object, (key, value, parent) => {
    if (noise.includes(key)) return undefined;
    if (kind === 'Secret' && (key === 'data' || key === 'stringData')) return hiddenValues(value, () => true);
    if (kind === 'ConfigMap' && (key === 'data' || key === 'binaryData'))
      return hiddenValues(value, (name) => secretName.test(name));
    if (key === 'value' && typeof parent['name'] === 'string' && secretName.test(parent['name'])) return hidden;
    return value;
  });
}

/**
 * A manifest that may be shown. Where Secrets differ between two manifests, the later one says so in place of the value.
 * @param before the manifest that it is compared with
 */
export function redactManifest(manifest: string, before = ''): string {
  const earlier = new Map(readableObjects(before).map((object) => [titleOf(object), object]));
  const documents = readableObjects(manifest).map((object) => {
    const shown = redact(object) as Record<string, unknown>;
    for (const part of ['data', 'stringData']) {
      const [values, old] = [valuesOf(object, part), valuesOf(earlier.get(titleOf(object)), part)];
      const target = shown[part] as Record<string, unknown> | undefined;
      for (const key of Object.keys(values))
        if (target?.[key] === hidden && key in old && old[key] !== values[key]) target[key] = `${hidden} (changed)`;
    }
    return `# ${titleOf(object)}\n${stringify(shown)}`;
  });
  return documents.join('---\n');
}

/** The plain values of all Secrets in a manifest, so that they can be masked wherever else they appear. */
export function secretsIn(manifest: string): string[] {
  return readableObjects(manifest)
    .filter(({ kind }) => kind === 'Secret')
    .flatMap(plainValues);
}

/** The plain values of one Secret, and of those with several lines each line. */
export function plainValues(secret: object): string[] {
  const encoded = Object.values(valuesOf(secret as Plain, 'data'));
  return (
    [
      ...Object.values(valuesOf(secret as Plain, 'stringData')),
      ...encoded.map((value) => Buffer.from(String(value), 'base64').toString('utf8')),
    ]
      .filter((value): value is string => typeof value === 'string')
      .flatMap((value) => [value, ...value.split('\n')])
      .map((value) => value.trim())
      // A short one is a word that also means something else, such as `admin`: masking it would only make logs unreadable.
      .filter((value) => value.length >= 8)
  );
}

type Plain = Record<string, unknown>;

function titleOf({ kind, metadata }: Plain): string {
  return `${String(kind)} ${String((metadata as Plain | undefined)?.['name'])}`;
}

function valuesOf(object: Plain | undefined, part: string): Plain {
  return (object?.[part] as Plain | null | undefined) ?? {};
}

function hiddenValues(values: unknown, hides: (name: string) => boolean): unknown {
  if (typeof values !== 'object' || values === null) return values;
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, hides(name) ? hidden : redactLeaf(value)]),
  );
}

function redactLeaf(value: unknown): unknown {
  return typeof value === 'string' ? redactText(value) : value;
}

/** Copies plain data; `change` decides over each value by its key, and drops it by undefined. */
function walk(value: unknown, change: (key: string, value: unknown, parent: Plain) => unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((item) => walk(item, change));
  if (typeof value !== 'object' || value === null) return redactLeaf(value);
  const parent = value as Plain;
  return Object.fromEntries(
    Object.entries(parent).flatMap(([key, part]) => {
      const changed = change(key, part, parent);
      return changed === undefined ? [] : [[key, changed === part ? walk(part, change) : changed]];
    }),
  );
}

/** Names of the Secrets that an object refers to, at any depth, as pods do: by variables and by volumes. */
export function referredSecrets(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referredSecrets);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([field, part]) => [...named(field, part), ...referredSecrets(part)]);
}

function named(field: string, part: unknown): string[] {
  if (!isObject(part)) return [];
  // A volume of its own names a Secret otherwise than a source of a projected one.
  const isVolume = field === 'secret';
  if (!isVolume && field !== 'secretRef' && field !== 'secretKeyRef') return [];
  const name = (isVolume ? part['secretName'] : undefined) ?? part['name'];
  return typeof name === 'string' ? [name] : [];
}
