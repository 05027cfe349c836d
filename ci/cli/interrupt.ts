import type { EventEmitter } from 'node:events';
import { constants } from 'node:os';

export type Signal = 'SIGINT' | 'SIGTERM';

/** What of the process is needed here; tests hand in their own. */
export type Host = EventEmitter & { exit(code: number): void };

/** Milliseconds. */
export interface InterruptTimes {
  /** After the first signal, the longest time for cleaning up: see cleanUpTime. */
  deadline?: number;
  /** Within this time of the first, a signal is the same one: the terminal sends it to the whole group, and npm passes it on once more. */
  echo?: number;
}

/**
 * Turns the first SIGINT or SIGTERM into an abort whose reason is the signal's name; a second one ends the program at once.
 * @param say tells the user
 * @returns stops listening, and waiting for the deadline
 */
export function onInterrupt(
  host: Host,
  controller: AbortController,
  say: (text: string) => void,
  { deadline = 12_000, echo = 500 }: InterruptTimes = {},
): () => void {
  let first: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  const listener = (signal: Signal) => {
    const now = performance.now();
    if (first !== undefined) {
      if (now - first > echo) host.exit(interruptCode(signal));
      return;
    }
    first = now;
    timer = setTimeout(() => {
      say('Cleaning up took too long; ending now.');
      host.exit(interruptCode(signal));
    }, deadline);
    say(`${signal}: stopping. Once more ends at once.`);
    controller.abort(signal);
  };
  host.on('SIGINT', listener);
  host.on('SIGTERM', listener);
  return () => {
    clearTimeout(timer);
    host.off('SIGINT', listener);
    host.off('SIGTERM', listener);
  };
}

/** 130 for SIGINT and 143 for SIGTERM, as shells have it. */
export function interruptCode(signal: Signal): number {
  return 128 + constants.signals[signal];
}

/** The exit code of a run that was interrupted, or undefined when it was not. */
export function interruptedBy(signal: AbortSignal): number | undefined {
  const reason: unknown = signal.reason;
  return reason === 'SIGINT' || reason === 'SIGTERM' ? interruptCode(reason) : undefined;
}
