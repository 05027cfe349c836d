import { interruption } from './core/interruption.ts';

/**
 * Waits for work, but no longer than until the signal is aborted: the engine's calls cannot be called back, they end
 * with their session.
 * @throws the signal's reason as an Error when it comes first
 */
export async function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(new Error(interruption(signal)));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
