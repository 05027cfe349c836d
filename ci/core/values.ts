import { createHash } from 'node:crypto';

/** The SHA-256 of a text or of bytes, in hexadecimal digits. */
export function sha256(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A copy of plain JSON as an object, and nothing of anything else. */
export function fieldsOf(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {};
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A path as a pattern (of .dockerignore, glob, or the engine's filters) that matches nothing else. */
export function literal(path: string): string {
  return path.replace(/[\\*?[\]{}!()]/g, '\\$&');
}

/** A commit as people and image tags name it: twelve digits, behind `dir-` for a folder that is not versioned. */
export function shortCommit(commit: string): string {
  return commit.startsWith('dir-') ? commit : commit.slice(0, 12);
}
