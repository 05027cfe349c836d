import type { Trigger } from '../../core/config.ts';
import type { Report, TestCase } from '../../core/report.ts';
import { elapsed } from '../../log/text.ts';
import { verdict } from './verdict.ts';

/** More failing tests than this are counted, not named. */
const mostTests = 10;

/** Label and value pairs that every rendering of the message shows, in order of interest. */
export function keyFacts(report: Report): [label: string, value: string][] {
  const { source, tests, image, revision, live, unchanged, fingerprint, trigger, buildNumber, ms } = report;
  const pairs: [string, string | undefined][] = [
    ['Live now', live],
    ['Commit', source && `${source.commit.slice(0, 10)} ${source.subject}`],
    ['Author', source?.author],
    ['Ref', source && `${source.ref}${source.dirty ? ', with changes that are not committed' : ''}`],
    ['Tests', tests && testCounts(tests.cases)],
    ['Image', image?.reference],
    ['Revision', revision && revisionText(revision)],
    ['Build', buildNumber],
    ['Started by', startedBy(trigger)],
    ['Why', unchanged],
    ['Fingerprint', fingerprint?.value],
    ['Duration', ms === undefined ? undefined : elapsed(ms)],
  ];
  return pairs.filter((pair): pair is [string, string] => Boolean(pair[1]));
}

/** What started the run, in words. */
function startedBy({ kind, by }: Trigger): string {
  if (kind === 'poll') return 'poll of the repository';
  if (kind === 'cron') return 'schedule';
  return by ?? kind;
}

/** Names and messages of the failing tests, one line each. */
export function failingTests(report: Report): string[] {
  const failed = report.tests?.cases.filter(({ outcome }) => outcome === 'failed') ?? [];
  const lines = failed.slice(0, mostTests).map(({ suite, name, message }) => {
    const first = message?.split('\n')[0];
    return `✗ ${suite} › ${name}${first ? `: ${first}` : ''}`;
  });
  return failed.length > mostTests ? [...lines, `and ${failed.length - mostTests} more`] : lines;
}

function testCounts(cases: readonly TestCase[]): string {
  const count = (outcome: TestCase['outcome']) => cases.filter((one) => one.outcome === outcome).length;
  const parts = [`${count('passed')} passed`, `${count('failed')} failed`];
  return [...parts, ...(count('skipped') > 0 ? [`${count('skipped')} skipped`] : [])].join(', ');
}

function revisionText({ before, after }: NonNullable<Report['revision']>): string {
  if (after === undefined) return before === null ? 'not known' : `${before} → not known`;
  if (after === null) return before === null ? 'none' : `${before}, unchanged`;
  return before === null ? `${after}, the first` : `${before} → ${after}`;
}

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
