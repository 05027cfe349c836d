import type { App } from '../app/detectApp.ts';
import { choosePython, pythonFor } from '../app/pythonFor.ts';
import { firstAllowed } from '../app/versions.ts';
import { parseReference } from '../core/imageReference.ts';

/** The minor versions for which Docker Hub has images. */
const published = ['3.9', '3.10', '3.11', '3.12', '3.13', '3.14'];

export interface PythonImage {
  reference: string;
  /** A remark for the report when the app gets another version than it asks for, or an older one than is usual. */
  note?: string;
}

/**
 * Decides which image the app is built from.
 * @param pattern `images.python`: with `{version}` any published version can be had, with `{3.13,3.11}` one of these, the first that will
 *   do, else only the one in its name
 * @param app null for an image that no app is built from
 */
export function pythonImage(pattern: string, app: Pick<App, 'python' | 'djangoLimit'> | null): PythonImage {
  const place = /\{version\}|\{([\d.,]+)\}/;
  const [inPattern, list] = place.exec(pattern) ?? [];
  const available = inPattern === undefined ? versionIn(pattern) : (list?.split(',') ?? published);
  const choose = list === undefined ? choosePython : chooseFirst;
  const { version, why } = pythonFor(app?.python ?? null, app?.djangoLimit ?? null, available, choose);
  const reference = pattern.replace(place, version);
  // An image that does not name its version may well have the right one.
  if (why === undefined || available.length === 0) return { reference };
  return { reference, note: `${why}; built with ${version}, from ${reference}` };
}

/** Of versions in an order that somebody gave them. */
function chooseFirst(specifier: string | null, versions: readonly string[]): string | null {
  return specifier === null ? (versions[0] ?? null) : firstAllowed(specifier, versions);
}

/** `registry:5000/python:3.13-slim@sha256:…` → ['3.13'] */
function versionIn(reference: string): string[] {
  const version = /^\d+\.\d+/.exec(parseReference(reference).tag ?? '')?.[0];
  return version ? [version] : [];
}
