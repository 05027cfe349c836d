import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../core/context.ts';
import { processExists, processStart } from '../core/machine.ts';
import type { Paths } from './paths.ts';

/**
 * Lets one process at a time change the toolchain: two runs that start together on a new machine must not build twice.
 * The lock is a file that names its holder by process id and start time: it outlives a restart of the machine, after
 * which another process may have the id. A dead holder's lock is taken over.
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
  writeFileSync(mine, `${process.pid} ${processStart(process.pid)}`);
  try {
    for (let waited = false; !tryLink(mine, lock); ) {
      const holder = holderOf(lock);
      if (holder === 'dead') removeDead(lock, mine);
      else if (holder && !waited) {
        onWait(holder);
        waited = true;
      }
      await sleep(typeof holder === 'number' ? 300 : 10, undefined, { signal });
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

// Of several who see the same dead holder, a slow one would remove the lock that a fast one has taken since. So one at a
// time may remove, and it looks again. Who dies just here leaves its turn behind, which is then removed without one.
function removeDead(lock: string, mine: string): void {
  const turn = `${lock}.takeover`;
  if (tryLink(mine, turn)) {
    if (holderOf(lock) === 'dead') rmSync(lock, { force: true });
    rmSync(turn, { force: true });
  } else if (holderOf(turn) === 'dead') rmSync(turn, { force: true });
}

// The process that holds the lock; null when nobody does.
function holderOf(lock: string): number | 'dead' | null {
  let text: string;
  try {
    text = readFileSync(lock, 'utf8');
  } catch {
    return null;
  }
  const [pid, started] = text.split(' ');
  const now = processStart(Number(pid));
  if (now === '') return processExists(Number(pid)) ? Number(pid) : 'dead';
  return started !== undefined && started !== now ? 'dead' : Number(pid);
}

/** Does work while no other process builds the toolchain, and says for which one it waits. */
export function withToolchainLock<T>(paths: Paths, log: Log, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const wait = (holder: number) => log.info(`Process ${holder} is building the toolchain; waiting for it.`);
  return withLock(paths.state, signal, wait, work);
}
