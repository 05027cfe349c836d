import type { EventEmitter } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { engineError, hidesEngineError } from '../report/explain.ts';

/**
 * Runs work that connects to Dagger. Where the engine does not start, the SDK rejects with "Cannot read properties of undefined (reading
 * 'port')", and the engine's own words arrive past every catch, as an unhandled rejection: here the two come together.
 * @throws PipelineError ENGINE with the engine's words, or what the work throws
 */
export async function withEngineErrors<T>(work: () => Promise<T>, events: EventEmitter = process): Promise<T> {
  let words: Error | undefined;
  const listen = (reason: unknown) => {
    if (isEngineError(reason)) words = reason;
  };
  events.on('unhandledRejection', listen);
  try {
    return await work();
  } catch (error) {
    // Node tells about unhandled rejections only when everything else of this turn is done.
    await nextTurn();
    throw words && hidesEngineError(error) ? engineError(words) : error;
  } finally {
    events.off('unhandledRejection', listen);
  }
}

/** Whether a rejection is the SDK's, which `withEngineErrors` passes on. */
export function isEngineError(reason: unknown): reason is Error {
  return reason instanceof Error && reason.name === 'EngineSessionError';
}
