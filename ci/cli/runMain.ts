import { interruption } from '../core/interruption.ts';
import { lostEngine } from '../dagger/errors.ts';
import { isEngineError, withEngineErrors } from '../errors/withEngineErrors.ts';
import { explain } from '../report/explain.ts';
import { type Host, type InterruptTimes, interruptedBy, onInterrupt } from './interrupt.ts';

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
