import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { interruptCode } from '../cli/interrupt.ts';
import { nodeFor } from '../cli/nodeFor.ts';
import type { Config } from '../config/readConfig.ts';
import { PipelineError } from '../core/errors.ts';
import { packed } from '../core/program.ts';
import type { Report } from '../core/report.ts';
import { lostReport } from '../module/lostReport.ts';
import type { Options } from '../module/options.ts';

/** How the process of a delivery ended. */
export interface End {
  /** Absent when it said nothing before it ended. */
  report?: Report;
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Why it could not be started. */
  error?: Error;
}

/**
 * Runs one delivery in a process of its own: the Dagger SDK wants the variables of a whole process, and leaves connections and
 * handlers behind in it.
 * @param config goes by a channel between the two, never by an argument: the source's URL may hold credentials
 * @throws PipelineError NODE when there is no Node that can run it
 */
export async function deliverApart(
  config: Config,
  { env, signal, log }: Options & { env: NonNullable<Options['env']> },
): Promise<Report> {
  const node = nodeFor();
  if ('missing' in node) throw new PipelineError('NODE', node.missing);
  const interrupted = () => (signal?.aborted ? interruptCode(nameOf(signal)) : undefined);
  if (signal?.aborted) return lostReport(config, env, interrupted());

  const child = fork(fileURLToPath(new URL(packed() ? 'child.js' : 'child.ts', import.meta.url)), [], {
    execPath: node.path,
    // This program's own are not meant for it: a debugger's port, say, has room for one.
    execArgv: [],
    env: { ...env },
    stdio: ['ignore', 'ignore', log ? 'pipe' : 'ignore', 'ipc'],
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => log?.write(text));
  const stop = () => child.kill(signal && nameOf(signal));
  signal?.addEventListener('abort', stop, { once: true });
  const end = await new Promise<End>((resolve) => {
    let report: Report | undefined;
    child.on('message', (message) => {
      report = message as Report;
    });
    child.on('error', (error) => resolve({ code: null, signal: null, error }));
    child.on('close', (code, ended) => resolve({ code, signal: ended, ...(report && { report }) }));
    child.send(config, (error) => error && resolve({ code: null, signal: null, error }));
  });
  signal?.removeEventListener('abort', stop);
  if (!end.report) return lostReport(config, env, interrupted(), end);
  // What went wrong behind the report's back counts, as it does on the command line.
  return { ...end.report, exitCode: end.report.exitCode || end.code || 0 };
}

function nameOf({ reason }: AbortSignal): 'SIGINT' | 'SIGTERM' {
  return reason === 'SIGTERM' ? 'SIGTERM' : 'SIGINT';
}
