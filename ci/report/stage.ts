import type { Context } from '../core/context.ts';
import type { StageResult } from '../core/report.ts';
import { rootCause } from '../dagger/errors.ts';
import { explain } from './explain.ts';
import { writeReport } from './files.ts';

/** What a stage says about itself while it runs. */
export interface StageOutput {
  /** Replaces the text behind the stage's name on the terminal. */
  progress: (text: string) => void;
  /** One line for the report: what came of it. */
  summary: (text: string) => void;
}

type StageContext = Pick<Context, 'report' | 'log' | 'mask' | 'signal'> & { config: { reports: string } };

/**
 * Runs one stage: shows it on the terminal, times it, and notes in the report how it ended. The report is written at each start and end,
 * so that it tells how far the run got even when the program is killed.
 * @throws what the work throws, after the first failure of the run has been noted as its cause; see rootCause for interrupts
 */
export async function stage<T>(
  { report, log, mask, config, signal }: StageContext,
  name: string,
  work: (output: StageOutput) => Promise<T>,
): Promise<T> {
  const startedAt = new Date().toISOString();
  const result: StageResult = { name, outcome: 'running', startedAt, ms: 0, summary: '' };
  const start = performance.now();
  report.stages.push(result);
  // An interrupted run is closed while its work still goes on: nothing that comes afterwards belongs to it.
  const closed = () => report.exitCode !== undefined;
  const end = (outcome: 'passed' | 'failed') => {
    if (closed()) return;
    result.outcome = outcome;
    result.ms = Math.round(performance.now() - start);
    save();
  };
  const save = () => {
    if (closed()) return;
    try {
      writeReport(report, config.reports, mask);
    } catch {
      // A full disk does not stop a delivery; the last writing of the report complains.
    }
  };

  save();
  try {
    const returned = await log.step(
      name,
      (progress) =>
        work({
          progress,
          summary: (text) => {
            result.summary = text;
          },
        }).catch(async (error) => {
          throw await rootCause(error, signal);
        }),
      () => result.summary,
    );
    end('passed');
    return returned;
  } catch (error) {
    if (!closed()) {
      const { message, fix, details } = explain(error);
      result.summary = message.split('\n')[0] ?? '';
      report.failure ??= { stage: name, message, fix, details };
    }
    end('failed');
    throw error;
  }
}

/** Notes the stages that were not reached, so that every rendering shows the whole way. */
export function skipStages({ report }: Pick<Context, 'report'>, names: readonly string[]): void {
  for (const name of names) report.stages.push({ name, outcome: 'skipped', ms: 0, summary: '' });
}
