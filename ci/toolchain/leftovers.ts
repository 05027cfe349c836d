import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Longest wait for killed processes to be gone, in milliseconds. */
const patience = 10_000;

/**
 * Ends what an engine that was killed has left behind: its name server, which keeps the port that the next one needs, and
 * the containers that it ran, which would go on writing into volumes that the next engine lends to others.
 * Call it only when no engine of this toolchain runs.
 */
export async function endLeftovers(): Promise<void> {
  for (const end = Date.now() + patience; Date.now() < end; await sleep(100)) {
    const left = [...nameServers(), ...containerProcesses()];
    if (left.length === 0) return;
    for (const pid of left) kill(pid);
  }
}

/** Started by an engine for the network `dagger`; one of an engine in a container has a network namespace of its own. */
function nameServers(): string[] {
  const here = link('/proc/self/ns/net');
  return processes().filter(
    (pid) => read(`/proc/${pid}/cmdline`).includes('/cni/dnsname/dagger/') && link(`/proc/${pid}/ns/net`) === here,
  );
}

/**
 * An engine on the host puts its containers into the control group /buildkit, as a BuildKit of the user's own does: only Dagger
 * brings them an init of its own. What they have started themselves, such as pods, ends with that.
 */
function containerProcesses(): string[] {
  return processes().filter(
    (pid) =>
      /^\d+:[^:]*:\/buildkit\//m.test(read(`/proc/${pid}/cgroup`)) &&
      read(`/proc/${pid}/mountinfo`).includes('/dagger-init /.init '),
  );
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

function link(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}

function kill(pid: string): void {
  try {
    process.kill(Number(pid), 'SIGKILL');
  } catch {
    // it has just ended by itself
  }
}
