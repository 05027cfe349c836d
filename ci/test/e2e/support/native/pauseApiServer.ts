import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Stops the API server of the native cluster for a while, as a machine does that is suspended: connections stay open, and nobody answers.
 * @param node the process that all of the node hangs on
 */
export async function pauseApiServer(node: number, ms: number): Promise<void> {
  const servers = descendants(node).filter((pid) => commandOf(pid) === 'kube-apiserver');
  if (servers.length === 0) throw new Error('no API server was found');
  for (const pid of servers) process.kill(pid, 'SIGSTOP');
  try {
    await sleep(ms);
  } finally {
    for (const pid of servers) process.kill(pid, 'SIGCONT');
  }
}

function descendants(root: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), parent: Number(statOf(Number(name))[1]) }));
  const below = (pid: number): number[] =>
    parents.filter(({ parent }) => parent === pid).flatMap(({ pid: child }) => [child, ...below(child)]);
  return below(root);
}

/** Fields of /proc/PID/stat behind the command's name. */
function statOf(pid: number): string[] {
  const text = read(`/proc/${pid}/stat`);
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function commandOf(pid: number): string {
  return read(`/proc/${pid}/comm`).trim();
}

/** Empty for one that has ended meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
