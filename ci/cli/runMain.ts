import type { EventEmitter } from 'node:events';
import type { Environment } from '../core/config.ts';
import { interruptCode, interruptedBy, interruption, type Signal } from '../core/interruption.ts';
import { isEngineError, lostEngine, withEngineErrors } from '../dagger/errors.ts';
import type { Paint } from '../log/text.ts';
import { explain } from '../report/explain.ts';

/**
 * The edge of the program: signals come in here, and errors go no further.
 * @param main the work; it returns the exit code, and stops when the signal is aborted
 * @param say prints a line for the user
 * @param complain prints an error
 * @returns the exit code
 */
export async function runMain(
  host: Host,
  main: (signal: AbortSignal) => Promise<number>,
  { say, complain }: { say: (text: string) => void; complain: (error: unknown) => void },
  times?: InterruptTimes,
): Promise<number> {
  const controller = new AbortController();
  const stop = onInterrupt(host, controller, say, times);
  let stray: { reason: unknown } | undefined;
  let ended = false;
  // What is thrown past every catch stops the run in order, where Node would drop it. Work given up after an interrupt, and
  // connections closed after the end, fail this way too: that changes nothing any more. Of an engine that has gone every call tells.
  const onStray = (reason: unknown) => {
    if (ended || controller.signal.aborted || isEngineError(reason) || lostEngine(reason) !== null) return;
    stray = { reason };
    controller.abort(reason);
  };
  host.on('unhandledRejection', onStray);
  host.on('uncaughtException', onStray);

  try {
    const code = await withEngineErrors(() => main(controller.signal), host);
    if (!stray) return code;
    complain(stray.reason);
    // A code of the run's own tells how the release stands, which matters more.
    return code || explain(stray.reason).exitCode;
  } catch (error) {
    const interrupted = interruptedBy(controller.signal);
    if (interrupted !== undefined) {
      say(`✗ ${interruption(controller.signal)}`);
      return interrupted;
    }
    complain(stray ? stray.reason : error);
    return explain(stray ? stray.reason : error).exitCode;
  } finally {
    ended = true;
    stop();
  }
}

/**
 * The longest time for cleaning up after the first signal.
 *
 * Outside of `dagger run`: build servers kill what has not ended 15 to 20 s later. GitHub sends SIGTERM 7.5 s after SIGINT,
 * which would be the second signal and end us in the middle of something, and kills 2.5 s after that.
 *
 * Inside, two others have a clock running (read in their sources, Dagger CLI 0.21.8 and Jenkins 2.x):
 * - `dagger run` catches SIGINT alone: it ends its session, sends SIGTERM, and SIGKILL 10 s later (`--cleanup-timeout`).
 *   At SIGTERM it dies at once; the session is gone with it, and nobody ends us.
 * - Jenkins, when a build is aborted, sends SIGTERM to the processes of the step, children before their parents. It waits
 *   5 s for us, then ends the parents and sends us a second SIGTERM, which ends us. The step is over when its shell is, so
 *   that Jenkins collects the reports from then on.
 * The report is written at the first signal, and the message then has one attempt of 4 s: both are within these 5 s.
 * @returns milliseconds
 */
export function cleanUpDeadline(env: Environment): number {
  if (env['DAGGER_SESSION_PORT']) return 4_500;
  return env['GITHUB_ACTIONS'] ? 7_000 : 12_000;
}

/** What of the process is needed here; tests hand in their own. */
export type Host = EventEmitter & { exit(code: number): void };

/** Milliseconds. */
export interface InterruptTimes {
  /** After the first signal, the longest time for cleaning up: see cleanUpDeadline. */
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

/**
 * An error as it is printed last: what happened, the evidence, and what to do. Only a bug of ours shows its stack, and the versions.
 */
export function printError(thrown: unknown, paint: Paint): string {
  const { message, details, fix } = explain(thrown);
  const lines = [`${paint('red', '✗')} ${message}`, ...details.map((line) => `    ${line}`)];
  return `${[...lines, `  ${paint('bold', 'fix:')} ${fix}`].join('\n')}\n`;
}
