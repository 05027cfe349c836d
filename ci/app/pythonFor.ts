import type { DjangoLimit } from './djangoLimit.ts';
import type { PythonRequest } from './pythonRequest.ts';
import { compare, firstAllowed, parse } from './versions.ts';

export interface ChosenPython {
  /** Minor version. */
  version: string;
  /** Where it is another one than the app asks for, or an older one than is usual: why. */
  why?: string;
}

/**
 * Decides which Python an app gets: the one that it asks for, if it can be had; a version that its Django runs on, if that is left open.
 * @param available minor versions that can be had
 * @param choose the one of several that fit
 */
export function pythonFor(
  request: PythonRequest | null,
  limit: DjangoLimit | null,
  available: readonly string[],
  choose: typeof choosePython,
): ChosenPython {
  const specifier = request?.specifier ?? null;
  const fit = limit === null ? available : available.filter((version) => !isNewer(version, limit.python));
  const unlimited = choose(specifier, available);
  const asked = choose(specifier, fit) ?? (request && unlimited);
  const version = asked ?? nearest(specifier, fit, available) ?? defaultPython;
  if (request && !asked) return { version, why: `${request.from} asks for Python ${request.specifier}` };
  if (limit && (version !== unlimited || (!request && isNewer(version, limit.python))))
    return { version, why: `Django ${limit.django} (${limit.from}) runs on Python up to ${limit.python}` };
  return { version };
}

/** Much of today's syntax came with it: what asks for it, or for a newer one, does not run on an older one. */
const watershed = '3.10';

/**
 * The next newer one: old code mostly runs on that. Where that is too new for the app's Django, and so for what is installed beside it, the
 * next older one. Without a version in the specifier, the oldest.
 */
function nearest(specifier: string | null, fit: readonly string[], available: readonly string[]): string | null {
  const asked = /\d+(\.\d+)?/.exec(specifier ?? '')?.[0] ?? '0';
  const ascending = (versions: readonly string[]) => [...versions].sort((a, b) => compare(parse(a), parse(b)));
  const next = (versions: readonly string[]) => ascending(versions).find((version) => !isNewer(asked, version));
  const older = ascending(fit).at(-1);
  const runs = older !== undefined && (isNewer(watershed, asked) || !isNewer(watershed, older));
  return next(fit) ?? (runs ? older : next(available)) ?? ascending(available).at(-1) ?? null;
}

function isNewer(a: string, b: string): boolean {
  return compare(parse(a), parse(b)) > 0;
}

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
