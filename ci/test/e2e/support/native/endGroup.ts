import { existsSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = '/sys/fs/cgroup';
const timeout = 30_000;

/**
 * Kills all processes of a control group, and of those below it, and removes it from every hierarchy.
 * @param name of a folder below the root of each hierarchy (version 1) or of the only one (version 2)
 * @throws Error when some are still there after 30 seconds
 */
export async function endGroup(name: string): Promise<void> {
  let why: unknown;
  for (const end = Date.now() + timeout; Date.now() < end; await sleep(50)) {
    const groups = groupFolders(name);
    if (groups.length === 0) return;
    try {
      const left = groups.flatMap(processes);
      for (const pid of left) process.kill(pid, 'SIGKILL');
      if (left.length === 0) for (const group of groups) rmdirSync(group);
    } catch (error) {
      why = error; // a process or a group has gone in between, or a dying process still keeps its group
    }
  }
  throw new Error(`the control group ${name} cannot be removed`, { cause: why });
}

/** The folders of a control group and of all below it, the innermost first. */
export function groupFolders(name: string): string[] {
  const hierarchies = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const tops = [root, ...hierarchies.map((entry) => join(root, entry.name))].map((folder) => join(folder, name));
  const below = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap((entry) => below(join(folder, entry.name)))
      .concat(folder);
  return tops.filter((top) => existsSync(top)).flatMap(below);
}

function processes(group: string): number[] {
  return readFileSync(join(group, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
}
