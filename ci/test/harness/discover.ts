import { readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * The test files below a folder, unit tests first: they tell in seconds what the others would tell in minutes.
 * @param patterns a file is taken when its path holds one of them; without any, all are taken
 * @returns paths relative to the folder
 * @throws when there is no such folder, or no such file in it
 */
export function discover(folder: string, patterns: readonly string[]): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw new Error(`there is no folder ${folder}`);
  const found = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts'))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((file) => patterns.length === 0 || patterns.some((pattern) => file.includes(pattern)))
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
  if (found.length === 0)
    throw new Error(
      `no file *.test.ts below ${folder}${patterns.length > 0 ? ` has ${patterns.join(' or ')} in its path` : ''}`,
    );
  return found;
}

function rank(file: string): number {
  return file.split('/').includes('e2e') ? 1 : 0;
}
