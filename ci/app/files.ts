import { posix } from 'node:path';

/** A source as detection sees it. Paths are relative to its root and use slashes; the root itself is '.'. */
export interface Files {
  /** Every file, in no particular order. */
  paths: readonly string[];
  /** The text of a listed file. */
  read(path: string): string;
}

/** The text of a file, or null when it is not part of the source. */
export function readIfAny(files: Files, path: string): string | null {
  return files.paths.includes(path) ? files.read(path) : null;
}

/** A folder and the folders around it, nearest first, the root last: 'a/b' → ['a/b', 'a', '.']. */
export function upwards(folder: string): string[] {
  return folder === '.' ? ['.'] : [folder, ...upwards(posix.dirname(folder))];
}

/** The number of folders a path is in: 0 in the root. */
export function depth(path: string): number {
  return path.split('/').length - 1;
}

/** Whether a path is in a folder or below it. */
export function isWithin(path: string, folder: string): boolean {
  return folder === '.' || path.startsWith(`${folder}/`);
}
