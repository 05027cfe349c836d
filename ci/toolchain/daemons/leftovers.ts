import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Longest wait for killed processes to be gone, in milliseconds. */
const timeout = 10_000;

/**
 * Ends what an engine that was killed has left behind: its name server, which keeps the port that the next one needs, and
 * the containers that it ran, which would go on writing into volumes that the next engine lends to others.
 * What belongs to an engine that is alive, of another toolchain or in a container, hangs on that.
 */
export async function endLeftovers(): Promise<void> {
  for (const end = Date.now() + timeout; Date.now() < end; await sleep(100)) {
    const left = processes().filter((pid) => (isNameServer(pid) || isInContainer(pid)) && !hangsOnEngine(pid));
    if (left.length === 0) return;
    for (const pid of left) kill(pid);
  }
}

function isNameServer(pid: string): boolean {
  return read(`/proc/${pid}/cmdline`).includes('/cni/dnsname/dagger');
}

/**
 * An engine on the host puts its containers into the control group /buildkit, as a BuildKit of the user's own does: only Dagger
 * brings them an init of its own. What they have started themselves, such as pods, ends with that.
 */
function isInContainer(pid: string): boolean {
  return (
    /^\d+:[^:]*:\/buildkit\//m.test(read(`/proc/${pid}/cgroup`)) &&
    read(`/proc/${pid}/mountinfo`).includes('/dagger-init /.init ')
  );
}

/** Whether an engine has started the process, or what has started it. */
function hangsOnEngine(pid: string): boolean {
  for (let each = pid; Number(each) > 1; ) {
    const status = read(`/proc/${each}/status`);
    if (/^Name:\s+dagger-engine$/m.test(status)) return true;
    if (status === '' && each === pid) return true; // it has just ended
    each = /^PPid:\s+(\d+)$/m.exec(status)?.[1] ?? pid; // whose parent has just ended has another one now
  }
  return false;
}

function processes(): string[] {
  const all = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  return all.filter((pid) => !/^State:\s+Z/m.test(read(`/proc/${pid}/status`)));
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // the process has just ended
  }
}

function kill(pid: string): void {
  try {
    process.kill(Number(pid), 'SIGKILL');
  } catch {
    // it has just ended by itself
  }
}
