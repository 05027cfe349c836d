import { randomBytes } from 'node:crypto';
import { messageOf } from '../core/causes.ts';
import type { Config, SessionCommand } from '../core/config.ts';
import type { Context, Log } from '../core/context.ts';
import { exitCodes } from '../core/errors.ts';
import { interruptedBy, interruption } from '../core/interruption.ts';
import type { Report } from '../core/report.ts';
import { untilAborted } from '../core/waiting.ts';
import { rootCause } from '../dagger/errors.ts';
import { countFindings, formatFinding } from '../lint/finding.ts';
import { isQuiet, notify } from '../notify/notify.ts';
import { check, pipeline } from '../pipeline.ts';
import { explain } from '../report/explain.ts';
import { writeReport } from '../report/files.ts';
import { summaryTable } from '../report/render/table.ts';
import { endReport, startReport } from '../report/startReport.ts';
import { lookAfter } from './health.ts';
import { showHistory } from './history.ts';
import { prebuild } from './prebuild.ts';
import { rollBackByHand } from './rollback.ts';
import { type RunContext, withoutSource, withSource, withTargets } from './session.ts';
import { portForward } from './up.ts';

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
  const begun: RunContext & Io = { ...io, config, report, runId };
  const serving = async (ctx: Context) => {
    finish(begun, exitCodes.ok);
    await notify(begun);
    served = true;
    await portForward(ctx, io.stdout);
  };
  try {
    await untilAborted(io.signal, perform(command, begun, serving));
    if (served) return report;
    finish(begun, exitCodes.ok);
  } catch (thrown) {
    const error = await rootCause(thrown, io.signal);
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
  if (command === 'lint' || command === 'history') printFindings(report, io);
  else await notify(begun, { quiet: isQuiet(command, report) });
  return report;
}

type Serving = (ctx: Context) => Promise<void>;

function perform(command: SessionCommand, begun: RunContext & Io, serving: Serving): Promise<void> {
  const deliver = (work: typeof pipeline) => withSource(begun, work, prebuild);
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
      return withTargets(begun, (ctx) => showHistory(ctx, begun.stdout));
    case 'rollback':
      return withoutSource(begun, rollBackByHand);
  }
}

function finish({ report, config, log, mask }: RunContext, exitCode: number): void {
  endReport(report, exitCode);
  if (report.stages.length > 0) log.info(`\n${summaryTable(report, process.stderr.columns)}\n`);
  try {
    writeReport(report, config.reports, mask);
  } catch (error) {
    log.warn(`the report could not be written to ${config.reports}: ${messageOf(error)}`);
  }
}

/**
 * Ends a command that sends no message: one line for each finding on stdout, as compilers do, and what came of it in the log.
 * @param report closed, so that its exit code is known
 */
export function printFindings(
  { name, failure, findings, exitCode }: Report,
  { log, stdout }: { log: Log; stdout: NodeJS.WritableStream },
): void {
  for (const finding of findings ?? []) stdout.write(`${formatFinding(finding)}\n`);
  if (exitCode === 0) {
    if (findings) log.info(`✓ ${name}: ${countFindings(findings) || 'nothing to complain about'}`);
    return;
  }
  const lines = findings?.length ? [] : (failure?.details ?? []).map((line) => `    ${line}`);
  log.info([`✗ ${name}: ${failure?.message ?? 'interrupted'}`, ...lines, `  fix: ${failure?.fix ?? ''}`].join('\n'));
}
