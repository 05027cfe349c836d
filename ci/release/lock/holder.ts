import { readFileSync, readlinkSync } from 'node:fs';
import { currentUser, processStart } from '../../core/machine.ts';

/** Who holds a lease: a run, and the process in which it runs. */
export interface Holder {
  run: string;
  /** In words. */
  by: string;
  /** Of the machine since its last start; empty where there is none to be read. */
  boot: string;
  pid: number;
  /** When the process started, so that a later one with the same number is not taken for it. */
  started: string;
}

/**
 * This process.
 * @param build number of the build, or `local`
 */
export function currentHolder(run: string, build: string): Holder {
  const where = `${currentUser()}, process ${process.pid}`;
  const by = build === 'local' ? where : `build ${build} (${where})`;
  return { run, by, boot: bootId(), pid: process.pid, started: processStart(process.pid) };
}

/** Whether the holder is known to have ended: it was a process of this machine, and is there no more. */
export function hasEnded({ boot, pid, started }: Holder, here = bootId(), startOf = processStart): boolean {
  return boot !== '' && boot === here && started !== '' && startOf(pid) !== started;
}

// Containers of one machine share its boot id but not its processes: the process namespace tells them apart.
function bootId(): string {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return '';
  }
}
