import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processStart } from '../../core/machine.ts';

/** A server that outlives the run that started it. */
export interface Daemon {
  name: string;
  argv: readonly string[];
  env: Record<string, string>;
  logFile: string;
  /** Holds the process id and what the daemon was started from. */
  recordFile: string;
  /** Changes whenever the daemon must be started anew, e.g. the key of its part. */
  version: string;
}

interface Record_ {
  pid: number;
  /** Start time of the process in clock ticks since boot: tells it from a later process with the same id. */
  started: string;
  version: string;
}

/**
 * Starts a daemon: a session of its own, none of the caller's streams (a CI job waits for them to close), and a clean
 * environment (Jenkins kills, at the end of a build, every process that carries the build's variables).
 */
export function startDaemon(daemon: Daemon): number {
  mkdirSync(dirname(daemon.logFile), { recursive: true });
  mkdirSync(dirname(daemon.recordFile), { recursive: true });
  const log = openSync(daemon.logFile, 'a');
  const [program, ...args] = daemon.argv;
  const child = spawn(program as string, args, {
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log],
    env: daemon.env,
  });
  closeSync(log);
  child.on('error', () => {}); // the record below then names no live process, and the caller's wait says so
  child.unref();
  const pid = child.pid ?? 0;
  const record: Record_ = { pid, started: processStart(pid), version: daemon.version };
  writeFileSync(daemon.recordFile, JSON.stringify(record));
  return pid;
}

/** The process id of the running daemon, or null when it is not running. */
export function runningDaemon(recordFile: string): { pid: number; version: string } | null {
  if (!existsSync(recordFile)) return null;
  try {
    const { pid, started, version } = JSON.parse(readFileSync(recordFile, 'utf8')) as Record_;
    return started !== '' && processStart(pid) === started ? { pid, version } : null;
  } catch {
    return null;
  }
}

/**
 * Stops a daemon with SIGTERM and waits until it is gone. Never SIGKILL: what an engine has started outlives it then.
 * @returns whether it is gone within `timeout` milliseconds
 */
export async function stopDaemon(recordFile: string, timeout: number): Promise<boolean> {
  const running = runningDaemon(recordFile);
  if (running) {
    process.kill(running.pid, 'SIGTERM');
    for (const end = Date.now() + timeout; runningDaemon(recordFile); ) {
      if (Date.now() > end) return false;
      await sleep(100);
    }
  }
  rmSync(recordFile, { force: true });
  return true;
}
