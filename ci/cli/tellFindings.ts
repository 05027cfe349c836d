import type { Report } from '../core/report.ts';
import { countFindings, formatFinding } from '../lint/finding.ts';
import type { Log } from '../log/log.ts';

/**
 * Ends a command that sends no message: one line for each finding on stdout, as compilers do, and what came of it in the log.
 * @param report closed, so that its exit code is known
 */
export function tellFindings(
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
