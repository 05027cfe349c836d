import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';

const prefix = 'discarded-';

/** With fewer bytes free than this, whoever comes next may need the room that is taken. */
const scarce = 4 * 1024 ** 3;

/**
 * Empties a folder at once: what is in it is moved aside, and removed by a process of its own while the caller goes on. A folder with the
 * caches of some weeks takes minutes to remove. What a removal that was killed has left goes with the next. It stays on the same disk,
 * and so is waited for where there is little room.
 * @param folder made if it is not there; nobody may be using what is in it
 * @param room bytes that are free on its disk
 */
export function discard(folder: string, room = free): void {
  mkdirSync(folder, { recursive: true });
  const aside = join(folder, `${prefix}${process.pid}-${Date.now()}`);
  const entries = readdirSync(folder);
  const left = entries.filter((entry) => entry.startsWith(prefix)).map((entry) => join(folder, entry));
  const used = entries.filter((entry) => !entry.startsWith(prefix));
  if (used.length > 0) {
    mkdirSync(aside);
    for (const entry of used) renameSync(join(folder, entry), join(aside, entry));
    left.push(aside);
  }
  if (left.length === 0) return;
  if (room(folder) < scarce) for (const each of left) rmSync(each, { recursive: true, force: true });
  else remove(left);
}

/** A session of its own, without the caller's streams and variables, as a daemon has it: see startDaemon. */
function remove(folders: readonly string[]): void {
  const child = spawn('nice', ['-n', '19', 'rm', '-rf', '--', ...folders], {
    cwd: '/',
    detached: true,
    stdio: 'ignore',
    env: { PATH: process.env['PATH'] ?? '' },
  });
  child.on('error', () => {}); // what is left goes with the next
  child.unref();
}

function free(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
