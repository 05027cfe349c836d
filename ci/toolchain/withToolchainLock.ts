import type { Log } from '../core/context.ts';
import { withLock } from './lock.ts';
import type { Paths } from './paths.ts';

/** Does work while no other process builds the toolchain, and says for which one it waits. */
export function withToolchainLock<T>(paths: Paths, log: Log, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const wait = (holder: number) => log.info(`Process ${holder} is building the toolchain; waiting for it.`);
  return withLock(paths.state, signal, wait, work);
}
