import { isObject, type Path } from './fieldPath.ts';

/** Names behind which one finds secrets, though they belong in a Secret. */
const secretName = /pass|pwd|secret|token|key|credential|auth|dsn|_url$/i;
const longest = 120;

/**
 * A value of an object as text for people, short, and without what looks like a secret.
 * @param kind of a Secret nothing is shown
 */
export function shownValue(kind: string, path: Path, value: unknown): string {
  if (value === undefined) return 'nothing';
  if (kind === 'Secret' || looksSecret(path, value)) return 'not shown';
  const text = typeof value === 'string' ? value : JSON.stringify(value, hide);
  const safe = text.replace(/\/\/[^/@\s:]*:[^/@\s]+@/g, '//***@').replaceAll('\n', '\\n');
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
