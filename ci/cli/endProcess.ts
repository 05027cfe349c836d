import type { watchSessions } from './watchSessions.ts';

/** Milliseconds. */
const patience = 2_000;

/** Lets the process end: what its sessions have started is stopped before, and a connection that is still open does not hold it up. */
export async function endProcess(sessions: ReturnType<typeof watchSessions>): Promise<void> {
  const until = performance.now() + patience;
  await sessions.end();
  setTimeout(() => process.exit(), Math.max(0, until - performance.now())).unref();
}
