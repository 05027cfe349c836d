import { choosePython, defaultPython } from '../app/choosePython.ts';
import type { PythonRequest } from '../app/pythonRequest.ts';

/** The minor versions for which Docker Hub has images. */
const published = ['3.9', '3.10', '3.11', '3.12', '3.13', '3.14'];

export interface PythonImage {
  reference: string;
  /** A remark for the report when the app asks for another version than it gets. */
  note?: string;
}

/**
 * Decides which image the app is built from.
 * @param pattern `images.python`: with `{version}` any published version can be had, else only the one in its name
 */
export function pythonImage(pattern: string, request: PythonRequest | null): PythonImage {
  const available = pattern.includes('{version}') ? published : (versionIn(pattern) ?? []);
  const chosen = choosePython(request?.specifier ?? null, available);
  const version = chosen ?? choosePython(null, available) ?? defaultPython;
  const reference = pattern.replaceAll('{version}', version);
  // An image that does not name its version may well have the right one.
  if (chosen !== null || request === null || available.length === 0) return { reference };
  return {
    reference,
    note: `${request.from} asks for Python ${request.specifier}; built with ${version}, from ${reference}`,
  };
}

/** `registry:5000/python:3.13-slim@sha256:…` → ['3.13'] */
function versionIn(reference: string): string[] | null {
  const version = /:(\d+\.\d+)[^:/@]*(?:@|$)/.exec(reference)?.[1];
  return version ? [version] : null;
}
