import { constants } from 'node:os';

/**
 * What ended a run that was interrupted, in words.
 * @param signal aborted with the name of the process signal as its reason
 */
export function interruption({ reason }: AbortSignal): string {
  return `interrupted by ${reason}`;
}

export type Signal = 'SIGINT' | 'SIGTERM';

/** 130 for SIGINT and 143 for SIGTERM, as shells have it. */
export function interruptCode(signal: Signal): number {
  return 128 + constants.signals[signal];
}

/** The exit code of a run that was interrupted, or undefined when it was not. */
export function interruptedBy(signal: AbortSignal): number | undefined {
  const reason: unknown = signal.reason;
  return reason === 'SIGINT' || reason === 'SIGTERM' ? interruptCode(reason) : undefined;
}
