import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processStart } from '../../../../core/machine.ts';

/**
 * Who uses what several processes share: each of them is a file in a folder, by its process id, with its start time and the name of
 * the test run that it belongs to. To be asked and changed under a lock. A process that has died uses nothing.
 */
export type Users = 'nobody' | 'companions' | 'strangers';

/** Whether others use it, and whether they are of this test run. */
export function usersOf(folder: string, run: string): Users {
  const others = living(folder).filter(({ pid }) => pid !== process.pid);
  if (others.length === 0) return 'nobody';
  return others.every((other) => other.run === run) ? 'companions' : 'strangers';
}

/** Counts this process among the users. */
export function joinUsers(folder: string, run: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, String(process.pid)), `${processStart(process.pid)} ${run}`);
}

/** Counts it no more. @returns whether it was the last */
export function leaveUsers(folder: string): boolean {
  rmSync(join(folder, String(process.pid)), { force: true });
  return living(folder).length === 0;
}

function living(folder: string): { pid: number; run: string }[] {
  mkdirSync(folder, { recursive: true });
  return readdirSync(folder).flatMap((name) => {
    const [started, run = ''] = readFileSync(join(folder, name), 'utf8').split(' ');
    if (processStart(Number(name)) === started) return [{ pid: Number(name), run }];
    rmSync(join(folder, name));
    return [];
  });
}
