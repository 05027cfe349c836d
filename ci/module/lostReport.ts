import { randomBytes } from 'node:crypto';
import type { End } from '../api/deliver.ts';
import type { Environment } from '../config/from/environment.ts';
import type { Config } from '../config/readConfig.ts';
import { secretValues } from '../config/secretValues.ts';
import { PipelineError } from '../core/errors.ts';
import type { Report } from '../core/report.ts';
import { createMask, maskAll } from '../log/mask.ts';
import { endReport } from '../report/endReport.ts';
import { writeReport } from '../report/files.ts';
import { startReport } from '../report/startReport.ts';

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
