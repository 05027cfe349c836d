import { existsSync, readFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';

/** Who runs this program, and where: `ann on laptop`. */
export function currentUser(): string {
  return `${userName()} on ${hostname()}`;
}

// A container may run as a user that has no name.
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'somebody';
  }
}

/** When a process was started, in clock ticks since boot; empty when there is no such process, or only its zombie. */
export function processStart(pid: number): string {
  try {
    const stat = readFileSync(join('/proc', String(pid), 'stat'), 'utf8');
    // The command name, in parentheses, may hold blanks; fields are counted behind it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie whose other threads still run has its ports and files still open.
    const ended = fields[0] === 'Z' && Number(fields[17]) <= 1;
    return ended ? '' : (fields[19] ?? '');
  } catch {
    return '';
  }
}

/** Whether there is such a process, be it one of another user, which /proc may hide. A zombie of our own has ended. */
export function processExists(pid: number): boolean {
  try {
    if (pid <= 0) return false;
    process.kill(pid, 0);
    return existsSync(join('/proc', String(pid))) ? processStart(pid) !== '' : true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
