import { choosePython, defaultPython } from '../app/choosePython.ts';
import type { App } from '../app/detectApp.ts';
import type { DjangoLimit } from '../app/djangoLimit.ts';
import type { PythonRequest } from '../app/pythonRequest.ts';
import { compare, parse } from '../app/versions.ts';

/** The minor versions for which Docker Hub has images. */
const published = ['3.9', '3.10', '3.11', '3.12', '3.13', '3.14'];

export interface PythonImage {
  reference: string;
  /** A remark for the report when the app gets another version than it asks for, or an older one than is usual. */
  note?: string;
}

/**
 * Decides which image the app is built from.
 * @param pattern `images.python`: with `{version}` any published version can be had, with `{3.11,3.13}` one of these, else only the one
 *   in its name
 * @param app null for an image that no app is built from
 */
export function pythonImage(pattern: string, app: Pick<App, 'python' | 'djangoLimit'> | null): PythonImage {
  const place = /\{version\}|\{([\d.,]+)\}/;
  const [inPattern, list] = place.exec(pattern) ?? [];
  const available = inPattern === undefined ? versionIn(pattern) : (list?.split(',') ?? published);
  const { version, why } = chooseVersion(app?.python ?? null, app?.djangoLimit ?? null, available);
  const reference = pattern.replace(place, version);
  // An image that does not name its version may well have the right one.
  if (why === undefined || available.length === 0) return { reference };
  return { reference, note: `${why}; built with ${version}, from ${reference}` };
}

/** @returns `why` where an app gets another version than it asks for, or an older one than is usual */
function chooseVersion(
  request: PythonRequest | null,
  limit: DjangoLimit | null,
  available: readonly string[],
): { version: string; why?: string } {
  const specifier = request?.specifier ?? null;
  const fit = limit === null ? available : available.filter((version) => !isNewer(version, limit.python));
  const unlimited = choosePython(specifier, available);
  const asked = choosePython(specifier, fit) ?? (request && unlimited);
  const version = asked ?? nearest(specifier, fit, available) ?? defaultPython;
  if (request && !asked) return { version, why: `${request.from} asks for Python ${request.specifier}` };
  if (limit && (version !== unlimited || (!request && isNewer(version, limit.python))))
    return { version, why: `Django ${limit.django} (${limit.from}) runs on Python up to ${limit.python}` };
  return { version };
}

/** `registry:5000/python:3.13-slim@sha256:…` → ['3.13'] */
function versionIn(reference: string): string[] {
  const version = /:(\d+\.\d+)[^:/@]*(?:@|$)/.exec(reference)?.[1];
  return version ? [version] : [];
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
