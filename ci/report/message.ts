import type { Report } from '../core/report.ts';
import { failingTests, keyFacts } from './render/message.ts';
import { verdict } from './render/verdict.ts';

/** Details of a failure beyond this many lines stay in the log. */
const mostDetails = 10;

/** The one message about a run, as plain text. */
export function message(report: Report): string {
  const { mark, sentence } = verdict(report);
  const lines = [`${mark} ${sentence}`, ...keyFacts(report).map(([label, value]) => row(label, value))];
  if (report.failure) lines.push(row('Cause', report.failure.message));
  for (const line of evidence(report)) lines.push(row('', line));
  for (const note of report.notes) lines.push(row('Note', note));
  if (report.failure) lines.push(row('To do', report.failure.fix));
  if (report.buildUrl) lines.push(row('Run', report.buildUrl));
  return lines.join('\n');
}

/** What shows why it failed: the failing tests, else the last details of the failure. */
export function evidence(report: Report): readonly string[] {
  const tests = failingTests(report);
  return tests.length > 0 ? tests : (report.failure?.details.slice(-mostDetails) ?? []);
}

function row(label: string, value: string): string {
  return `  ${label.padEnd(11)} ${value}`;
}
