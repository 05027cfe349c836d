import { setTimeout as sleep } from 'node:timers/promises';
import { PipelineError } from '../core/errors.ts';
import { interruption } from '../core/interruption.ts';
import { lostEngine } from '../dagger/errors.ts';

/** Milliseconds. */
const patience = 1_000;

/**
 * What some work has failed of. An engine that has gone may be the first sign of an interrupt: a terminal tells all processes of it at
 * once, the CLI among them, whose sessions end with it; Jenkins tells children before their parents. So it is waited for, a moment.
 * @returns the error; where the engine has gone, one that tells of the interrupt, or ENGINE_LOST
 */
export async function causeOf(error: unknown, signal: AbortSignal): Promise<unknown> {
  const heard = lostEngine(error);
  if (heard === null) return error;
  await sleep(patience, undefined, { signal }).catch(() => {});
  if (signal.aborted) return new Error(interruption(signal), { cause: error });
  return new PipelineError('ENGINE_LOST', 'the Dagger engine has gone in the middle of the run', {
    details: heard.trim().split('\n'),
    cause: error,
  });
}
