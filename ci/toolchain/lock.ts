import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './daemon.ts';

/**
 * Lets one process at a time change the toolchain: two runs that start together on a new machine must not build twice.
 * The lock is a file with the holder's process id; a dead holder's lock is taken over.
 * @param onWait called once with the holder's process id when somebody else is at work
 * @returns what `work` returns
 */
export async function withLock<T>(
  stateFolder: string,
  signal: AbortSignal,
  onWait: (holder: number) => void,
  work: () => Promise<T>,
): Promise<T> {
  mkdirSync(stateFolder, { recursive: true });
  const lock = join(stateFolder, 'lock');
  const mine = `${lock}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    for (let waited = false; !tryLink(mine, lock); ) {
      const holder = Number(readOrEmpty(lock));
      if (holder && !isAlive(holder)) {
        rmSync(lock, { force: true });
        continue;
      }
      if (!waited && holder) onWait(holder);
      waited ||= holder > 0;
      await sleep(300, undefined, { signal });
    }
  } finally {
    rmSync(mine, { force: true });
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

// link(2) is atomic and fails where the name exists: the file appears whole, with its content, or not at all.
function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
