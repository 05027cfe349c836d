/** Numbers of a version, such as [3, 12, 4]. */
type Version = readonly number[];

function allows(specifier: string, version: Version): boolean {
  return specifier.split('||').some((alternative) =>
    alternative
      .replace(/([<>=!~^])\s+/g, '$1')
      .split(/[,\s]+/)
      .filter((clause) => clause !== '' && clause !== '*')
      .every((clause) => satisfies(clause, version)),
  );
}

/** Stands for the newest patch release of a minor version. */
const newestPatch = 1000;

/**
 * The first of some minor versions that a specifier allows, by its newest patch release; null when it allows none.
 * @param specifier of PEP 440, such as `>=3.11,<3.13`, `~=4.2`, `==3.12.*`, or one of Poetry's with ^, ~ and ||. What cannot be read
 *   allows nothing.
 */
export function firstAllowed(specifier: string, minors: readonly string[]): string | null {
  return (
    minors.find((minor) => allows(specifier, [...parse(minor), newestPatch])) ??
    // Of `==3.12.4` and `==3.12`, 3.12 is the best there is.
    minors.find((minor) => allows(specifier.replace(/(\d+\.\d+)(\.\d+)+/g, '$1'), parse(minor))) ??
    null
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

/** `3.12.4` → [3, 12, 4] */
export function parse(version: string): Version {
  return version.split('.').map(Number);
}

/** Negative where the first is older. What a version lacks is 0. */
export function compare(a: Version, b: Version): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
