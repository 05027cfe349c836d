import { randomBytes } from 'node:crypto';
import { interruptedBy } from '../cli/interrupt.ts';
import type { SessionCommand } from '../cli/parseCommand.ts';
import { tellFindings } from '../cli/tellFindings.ts';
import type { Config } from '../config/readConfig.ts';
import type { Context } from '../core/context.ts';
import { exitCodes } from '../core/errors.ts';
import { interruption } from '../core/interruption.ts';
import type { Report } from '../core/report.ts';
import { causeOf } from '../errors/causeOf.ts';
import { fingerprint } from '../fingerprint/fingerprint.ts';
import { partsOfRun } from '../fingerprint/partsOfRun.ts';
import { notify } from '../notify/notify.ts';
import { check, pipeline } from '../pipeline.ts';
import { endReport } from '../report/endReport.ts';
import { explain, messageOf } from '../report/explain.ts';
import { writeReport } from '../report/files.ts';
import { isQuiet } from '../report/isQuiet.ts';
import { summaryTable } from '../report/render/table.ts';
import { startReport } from '../report/startReport.ts';
import { type PreparedSource, prepareSource } from '../source/prepareSource.ts';
import { untilAborted } from '../untilAborted.ts';
import { workAhead } from './prebuild.ts';
import { lookAfter, rollBackByHand, showHistory } from './rollback.ts';
import { type Begun, inSession } from './session.ts';
import { serve } from './up.ts';

/** What a command gets from the command line, apart from its settings. */
export interface Io extends Pick<Context, 'log' | 'mask' | 'signal'> {
  /** For data; everything else goes to the log. */
  stdout: NodeJS.WritableStream;
}

/**
 * One run from start to end: whatever happens, the report is written and its outcome told. A delivery, or a rollback, is
 * told by the one message; what changed nothing and found nothing wrong, without anybody asking, only on the terminal.
 * @param command `up` keeps the embedded cluster after a good run, until it is interrupted
 * @returns the report, closed
 */
export async function run(command: SessionCommand, config: Config, io: Io): Promise<Report> {
  const runId = randomBytes(6).toString('hex');
  const report = startReport(config, runId);
  let served = false;
  const begun: Begun & Io = { ...io, config, report, runId };
  const serving = async (ctx: Context) => {
    finish(begun, exitCodes.ok);
    await notify(begun);
    served = true;
    await serve(ctx, io.stdout);
  };
  try {
    await untilAborted(io.signal, perform(command, begun, serving));
    if (served) return report;
    finish(begun, exitCodes.ok);
  } catch (thrown) {
    const error = await causeOf(thrown, io.signal);
    if (served) {
      // The release was told of, and is what it is without a URL.
      if (!io.signal.aborted) io.log.warn(`no URL can be shown: ${messageOf(error)}`);
      return report;
    }
    const { code, message, fix, details, exitCode } = explain(error);
    const interrupted = interruptedBy(io.signal);
    // What was given up is told before the report, not by chance behind it.
    if (interrupted) io.log.abandon(interruption(io.signal));
    // The cause is the first failure; what is to be done follows from how it ended, such as a rollback that worked.
    if (!interrupted) {
      report.failure = { stage: 'start', message, details, ...report.failure, fix };
      report.endedBy = code;
    }
    finish(begun, interrupted ?? exitCode);
  }
  if (command === 'lint' || command === 'history') tellFindings(report, io);
  else await notify(begun, { quiet: isQuiet(command, report) });
  return report;
}

type Serving = (ctx: Context) => Promise<void>;

function perform(command: SessionCommand, begun: Begun & Io, serving: Serving): Promise<void> {
  const deliver = (work: typeof pipeline) => withSource(begun, work, workAhead);
  switch (command) {
    case 'run':
      // The same bytes once more would prove nothing that their tests do not prove without.
      return begun.config.trigger.kind === 'cron' ? withoutSource(begun, lookAfter) : deliver(pipeline);
    case 'health':
      return withoutSource(begun, lookAfter);
    case 'up':
      return deliver(async (ctx, source) => {
        await pipeline(ctx, source);
        await serving(ctx);
      });
    case 'lint':
      return withSource(begun, check);
    case 'history':
      return inSession(begun, (ctx) => showHistory(ctx, begun.stdout));
    case 'rollback':
      return withoutSource(begun, rollBackByHand);
  }
}

/**
 * From the source on this machine to the work in a session. What can be refused early is refused before an engine starts.
 * @param meanwhile absent where nothing is built
 */
export async function withSource(
  begun: Begun,
  work: (ctx: Context, source: PreparedSource) => Promise<void>,
  meanwhile?: typeof workAhead,
): Promise<void> {
  const prepared = await prepareSource(begun);
  // At an interruption the work is given up: what it leads to may end with the program only.
  begun.signal.addEventListener('abort', () => void prepared.dispose(), { once: true });
  try {
    await inSession(
      begun,
      (ctx) => work(ctx, prepared),
      async (ctx) => meanwhile?.(ctx, prepared),
      meanwhile ? prepared.app : null,
    );
  } finally {
    await prepared.dispose();
  }
}

/** Work on what is live. Its fingerprint is of what is known without a source. */
export async function withoutSource(begun: Begun, work: (ctx: Context) => Promise<void>): Promise<void> {
  await inSession(begun, async (ctx) => {
    ctx.report.fingerprint = fingerprint(await partsOfRun(ctx, null));
    await work(ctx);
  });
}

function finish({ report, config, log, mask }: Begun, exitCode: number): void {
  endReport(report, exitCode);
  if (report.stages.length > 0) log.info(`\n${summaryTable(report, process.stderr.columns)}\n`);
  try {
    writeReport(report, config.reports, mask);
  } catch (error) {
    log.warn(`the report could not be written to ${config.reports}: ${messageOf(error)}`);
  }
}
