import { isObject } from './fieldPath.ts';

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
