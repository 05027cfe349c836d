import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { nodeFor } from '../cli/nodeFor.ts';
import { secretValues } from '../config/secretValues.ts';
import type { Config, Environment } from '../core/config.ts';
import { PipelineError } from '../core/errors.ts';
import { interruptCode } from '../core/interruption.ts';
import { packed } from '../core/program.ts';
import type { Report } from '../core/report.ts';
import { createMask, maskAll } from '../log/mask.ts';
import { writeReport } from '../report/files.ts';
import { endReport, startReport } from '../report/startReport.ts';
import type { Options } from './settings.ts';

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
export async function deliver(
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

/**
 * The report in the place of one that never came: the delivery was interrupted before it began, or its process was killed.
 * It is written, too: report.json of an earlier run would tell of another one.
 * @param interrupted the exit code, when somebody wanted the end
 * @param end how the process ended, when there was one
 */
export function lostReport(
  config: Config,
  env: Environment,
  interrupted: number | undefined,
  end?: Omit<End, 'report'>,
): Report {
  const begun = startReport(config, randomBytes(6).toString('hex'), env);
  const mask = createMask(secretValues(config, env));
  const report = maskAll(begun, mask);
  const { code, signal, error } = end ?? {};
  const how = error ? error.message : signal ? `it was ended by ${signal}` : `it ended with ${code}`;
  const lost = new PipelineError('LOST', `the process of the delivery has left no report: ${how}`);
  const { message, details, fix, exitCode } = lost;
  if (interrupted === undefined) report.failure = { stage: 'start', message, details, fix };
  endReport(report, interrupted ?? exitCode);
  try {
    writeReport(report, config.reports, mask);
  } catch {
    // Whoever called gets it in any case.
  }
  return report;
}
