import { compare, firstAllowed, parse } from './versions.ts';

/** Taken where the app allows it: every current Django runs on it. */
export const defaultPython = '3.13';

/**
 * Chooses the Python version to build with.
 * @param specifier what the app asks for, such as `>=3.11,<3.13`, `==3.12.*`, `^3.11`; null for nothing
 * @param available minor versions that can be had, such as '3.13'
 * @returns the default when it fits, else the newest that fits, or null when none does
 */
export function choosePython(specifier: string | null, available: readonly string[]): string | null {
  const ordered = [...available].sort((a, b) => compare(parse(b), parse(a)) || 0);
  const preferred = ordered.includes(defaultPython) ? [defaultPython, ...ordered] : ordered;
  return specifier === null ? (preferred[0] ?? null) : firstAllowed(specifier, preferred);
}
