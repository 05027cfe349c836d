import type { Report } from '../core/report.ts';

/**
 * Closes the report: the exit code, the time taken, and what was cut short. Called once, before it is rendered.
 * @param now the time of the end
 */
export function endReport(report: Report, exitCode: number, now = new Date()): void {
  report.exitCode = exitCode;
  report.ms = now.getTime() - Date.parse(report.startedAt);
  for (const stage of report.stages) {
    if (stage.outcome !== 'running') continue;
    stage.outcome = 'failed';
    stage.ms = stage.startedAt ? now.getTime() - Date.parse(stage.startedAt) : 0;
    stage.summary = 'did not finish';
  }
}
