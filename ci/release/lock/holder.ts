import { readFileSync, readlinkSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { currentUser, processExists, processStart } from '../../core/machine.ts';

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
  return { run, by: worker(build), boot: bootId(), pid: process.pid, started: processStart(process.pid) };
}

/**
 * Who does this, and where, in words.
 * @param build number of the build, or `local`
 */
export function worker(build: string): string {
  const where = `${currentUser()}, process ${process.pid}`;
  return build === 'local' ? where : `build ${build} (${where})`;
}

/**
 * Whether the holder is known to have ended: it was a process of this machine, and is there no more. That /proc does not show it proves
 * nothing, as it may hide the processes of other users (hidepid).
 */
export function hasEnded(
  { boot, pid, started }: Holder,
  here = bootId(),
  startOf = processStart,
  exists = processExists,
): boolean {
  if (boot === '' || boot !== here || started === '') return false;
  const start = startOf(pid);
  return start === '' ? !exists(pid) : start !== started;
}

// Containers of one machine share its boot id but not its processes: the process namespace tells them apart. Copies of one virtual machine
// share both, but not its address in the network.
function bootId(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return [boot, readlinkSync('/proc/self/ns/pid'), networkAddress()].join(' ');
  } catch {
    return '';
  }
}

/** Of the interface by which the machine reaches others; those of containers come and go. Empty without one. */
function networkAddress(): string {
  const routes = readFileSync('/proc/net/route', 'utf8').split('\n');
  const [name = ''] = routes.find((line) => line.split('\t')[1] === '00000000')?.split('\t') ?? [];
  return (networkInterfaces()[name] ?? []).map(({ mac, address }) => `${mac} ${address}`)[0] ?? '';
}
