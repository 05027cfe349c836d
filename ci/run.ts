import { randomBytes } from 'node:crypto';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@dagger.io/dagger';
import { interruptedBy } from './cli/interrupt.ts';
import type { Command } from './cli/parseCommand.ts';
import { tellFindings } from './cli/tellFindings.ts';
import type { Config } from './config.ts';
import type { Context, Images } from './context.ts';
import { explain, messageOf } from './errors/explain.ts';
import { exitCodes } from './errors.ts';
import type { Log } from './log.ts';
import { check, pipeline } from './pipeline.ts';
import { endReport } from './report/endReport.ts';
import type { Report } from './report/report.ts';
import { startReport } from './report/startReport.ts';
import { summaryTable } from './report/summaryTable.ts';
import { writeReport } from './report/writeReport.ts';
import { serve } from './serve.ts';
import { type PreparedSource, prepareSource } from './source/prepareSource.ts';
import { notify } from './stages/notify.ts';
import { engine, withSession } from './targets/engine.ts';
import { targets } from './targets/targets.ts';
import { untilAborted } from './untilAborted.ts';

/** What a command gets from the command line, apart from its settings. */
export interface Io {
  log: Log;
  /** Aborted at the first SIGINT or SIGTERM; the reason is the signal's name. */
  signal: AbortSignal;
  /** For data; everything else goes to the log. */
  stdout: NodeJS.WritableStream;
}

/**
 * One run from start to end: whatever happens, the report is written and the one message sent.
 * @param command `up` keeps the embedded cluster after a good run, until it is interrupted; `lint` only checks, and sends no message
 * @returns the exit code
 */
export async function run(command: Command, config: Config, io: Io): Promise<number> {
  const runId = randomBytes(6).toString('hex');
  const report = startReport(config, runId);
  let served = false;
  const serving = async (ctx: Context) => {
    finish(report, exitCodes.ok, config, io.log);
    await notify(report, config, io.log);
    served = true;
    await serve(ctx, io.stdout);
  };
  try {
    const work = async (ctx: Context, source: PreparedSource) => {
      if (command === 'lint') return check(ctx, source);
      await pipeline(ctx, source);
      if (command === 'up') await serving(ctx);
    };
    await untilAborted(io.signal, deliver(config, io, report, runId, work));
    if (served) return exitCodes.ok;
    finish(report, exitCodes.ok, config, io.log);
  } catch (error) {
    if (served && io.signal.aborted) return exitCodes.ok;
    const { message, fix, details, exitCode } = explain(error);
    const interrupted = interruptedBy(io.signal);
    // The cause is the first failure; what is to be done follows from how it ended, such as a rollback that worked.
    if (!interrupted) report.failure = { stage: 'start', message, details, ...report.failure, fix };
    finish(report, interrupted ?? exitCode, config, io.log);
  }
  if (command === 'lint') tellFindings(report, io);
  else await notify(report, config, io.log);
  return report.exitCode as number;
}

/** From the source on this machine to the work in a session. What can be refused early is refused before an engine starts. */
async function deliver(
  config: Config,
  io: Io,
  report: Report,
  runId: string,
  work: (ctx: Context, source: PreparedSource) => Promise<void>,
): Promise<void> {
  const { log, signal } = io;
  const prepared = await prepareSource({ config, log, signal });
  try {
    const found = await engine(process.env, log, signal);
    const images: Images = { ...found.images, ...config.images };
    mkdirSync(config.reports, { recursive: true });
    const engineLog = createWriteStream(join(config.reports, 'engine.log'));
    await withSession(found, engineLog, (dag) => session(dag, images, prepared));
  } finally {
    await prepared.dispose();
  }

  async function session(dag: Client, images: Images, source: PreparedSource): Promise<void> {
    const ctx = {
      dag,
      config,
      images,
      log,
      report,
      signal,
      runId,
      ...(await targets(dag, images, config, log, runId, signal)),
    };
    await work(ctx, source);
  }
}

function finish(report: Report, exitCode: number, config: Config, log: Log): void {
  endReport(report, exitCode);
  if (report.stages.length > 0) log.info(`\n${summaryTable(report, process.stderr.columns)}\n`);
  try {
    writeReport(report, config);
  } catch (error) {
    log.warn(`the report could not be written to ${config.reports}: ${messageOf(error)}`);
  }
}
