import { createHash } from 'node:crypto';
import { lstat, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * One hash of files: their names, contents, links, and whether they may be executed. Neither where the folder is nor when its files
 * were written matters, nor rights that depend on a user's umask.
 * @param names relative to the folder, with slashes; each with the path of its file where that is another
 * @param contentsOnly for files that are only read: a link counts as what it leads to, and nothing as a program
 */
export async function hashFiles(
  folder: string,
  names: Iterable<string | readonly [name: string, path: string]>,
  { contentsOnly = false } = {},
): Promise<string> {
  const pairs = [...names].map((one) => (typeof one === 'string' ? ([one, one] as const) : one));
  const hash = createHash('sha256');
  for (const [name, path] of pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))) {
    const file = join(folder, path);
    const [kind, content] = contentsOnly ? (['file', await readFile(file)] as const) : await read(file);
    hash.update(JSON.stringify([name, kind, content.length])).update(content);
  }
  return hash.digest('hex');
}

async function read(file: string): Promise<[kind: string, content: Buffer]> {
  const status = await lstat(file);
  return status.isSymbolicLink()
    ? ['link', Buffer.from(await readlink(file))]
    : [status.mode & 0o100 ? 'program' : 'file', await readFile(file)];
}
