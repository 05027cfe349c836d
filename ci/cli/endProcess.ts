import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { within } from '../core/waiting.ts';

/** Milliseconds. */
const timeout = 2_000;

/** Lets the process end: what its sessions have started is stopped before, and a connection that is still open does not hold it up. */
export async function endProcess(sessions: ReturnType<typeof watchSessions>): Promise<void> {
  const until = performance.now() + timeout;
  await sessions.end();
  setTimeout(() => process.exit(), Math.max(0, until - performance.now())).unref();
}

/** Milliseconds. */
export interface SessionTimes {
  /** A session that nobody needs any more may go on so long by itself: work that was given up may have something to put away. */
  grace?: number;
  /** From SIGTERM to SIGKILL. The CLI waits for the engine to stop what the session has started; for one that has gone, for ever. */
  timeout?: number;
}

/**
 * Takes note of the sessions that the Dagger SDK opens: each is a process of the Dagger CLI, `dagger session`, which the SDK tells to
 * end and does not wait for. Both times together, and the message before them, are within what build servers allow for an end.
 * @returns `end` waits until all have ended, and ends those that take too long; never throws
 */
export function watchSessions(): { end: (times?: SessionTimes) => Promise<void> } {
  const running = new Set<ChildProcess>();
  const listen = (message: unknown) => {
    // What it runs is not known yet.
    const { process: child } = message as { process: ChildProcess };
    running.add(child);
    child.once('exit', () => running.delete(child)).once('error', () => running.delete(child));
  };
  subscribe('child_process', listen);
  const sessions = () => [...running].filter(({ spawnargs }) => spawnargs?.[1] === 'session');
  const ended = () => Promise.all(sessions().map((child) => once(child, 'exit').catch(() => {})));
  return {
    async end({ grace = 2_000, timeout = 5_000 } = {}) {
      unsubscribe('child_process', listen);
      await within(grace, ended()).catch(() => {});
      for (const child of sessions()) child.kill('SIGTERM');
      await within(timeout, ended()).catch(() => {});
      for (const child of sessions()) child.kill('SIGKILL');
      await ended();
    },
  };
}
