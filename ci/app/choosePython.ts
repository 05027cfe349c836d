/** Taken where the app allows it: every current Django runs on it. */
export const defaultPython = '3.13';

type Version = readonly number[];

/** Stands for the newest patch release of a minor version. */
const newestPatch = 1000;

/**
 * Chooses the Python version to build with.
 * @param specifier what the app asks for, such as `>=3.11,<3.13`, `==3.12.*`, `^3.11`; null for nothing
 * @param available minor versions that can be had, such as '3.13'
 * @returns the default when it fits, else the newest that fits, or null when none does
 */
export function choosePython(specifier: string | null, available: readonly string[]): string | null {
  const ordered = [...available].sort((a, b) => compare(parse(b), parse(a)) || 0);
  const preferred = ordered.includes(defaultPython) ? [defaultPython, ...ordered] : ordered;
  if (specifier === null) return preferred[0] ?? null;
  return (
    preferred.find((version) => allows(specifier, [...parse(version), newestPatch])) ??
    // Images are had by minor version: of `==3.12.4` and `==3.12`, 3.12 is the best there is.
    preferred.find((version) => allows(specifier.replace(/(\d+\.\d+)(\.\d+)+/g, '$1'), parse(version))) ??
    null
  );
}

function allows(specifier: string, version: Version): boolean {
  return specifier.split('||').some((alternative) =>
    alternative
      .replace(/([<>=!~^])\s+/g, '$1')
      .split(/[,\s]+/)
      .filter((clause) => clause !== '' && clause !== '*')
      .every((clause) => satisfies(clause, version)),
  );
}

function satisfies(clause: string, version: Version): boolean {
  const [, operator = '', number = '', wildcard = ''] = /^([<>=!~^]*)v?(\d+(?:\.\d+)*)(\.\*)?$/.exec(clause) ?? [];
  if (number === '') return false;
  const bound = parse(number);
  const begins = compare(version.slice(0, bound.length), bound) === 0;
  switch (operator) {
    case '>=':
      return compare(version, bound) >= 0;
    case '>':
      return compare(version, bound) > 0;
    case '<=':
      return compare(version, bound) <= 0;
    case '<':
      return compare(version, bound) < 0;
    case '!=':
      return wildcard ? !begins : compare(version, bound) !== 0;
    case '~=':
      return compare(version, bound) >= 0 && compare(version.slice(0, bound.length - 1), bound.slice(0, -1)) === 0;
    case '^':
      return compare(version, bound) >= 0 && version[0] === bound[0];
    case '~':
      return compare(version, bound) >= 0 && compare(version.slice(0, 2), bound.slice(0, 2)) === 0;
    default:
      return wildcard || operator === '' ? begins : compare(version, bound) === 0;
  }
}

function parse(version: string): Version {
  return version.split('.').map(Number);
}

function compare(a: Version, b: Version): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
