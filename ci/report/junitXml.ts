import { stripVTControlCharacters } from 'node:util';
import type { TestCase } from '../core/report.ts';

/** A test case with, if it failed, all there is to say: `message` is shown in lists, `detail` when it is opened. */
export type JunitCase = TestCase & { detail?: string };

/**
 * Renders test cases as JUnit XML, in the dialect that Jenkins, GitHub and GitLab read.
 * @param name of the whole run
 */
export function junitXml(name: string, cases: readonly JunitCase[]): string {
  const suites = Map.groupBy(cases, ({ suite }) => suite);
  const body = [...suites].map(([suite, members]) => {
    const rendered = members.map((member) => testcase(member)).join('');
    return `  <testsuite name="${escaped(suite)}" ${counts(members)}>\n${rendered}  </testsuite>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="${escaped(name)}" ${counts(cases)}>\n${body.join('')}</testsuites>\n`;
}

function testcase({ suite, name, ms, outcome, message = '', detail = message }: JunitCase): string {
  const head = `    <testcase classname="${escaped(suite)}" name="${escaped(name)}" time="${seconds(ms)}"`;
  if (outcome === 'failed')
    return `${head}><failure message="${escaped(message)}">${escaped(detail)}</failure></testcase>\n`;
  if (outcome === 'skipped') return `${head}><skipped message="${escaped(message)}"/></testcase>\n`;
  return `${head}/>\n`;
}

function counts(cases: readonly JunitCase[]): string {
  const count = (outcome: TestCase['outcome']) => cases.filter((one) => one.outcome === outcome).length;
  const time = seconds(cases.reduce((sum, { ms }) => sum + ms, 0));
  return `tests="${cases.length}" failures="${count('failed')}" errors="0" skipped="${count('skipped')}" time="${time}"`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** Characters that XML 1.0 cannot hold, not even escaped, are left out: a single one makes the whole file unreadable. */
function escaped(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[&<>"\n\r\t]/g, (character) => `&#${character.charCodeAt(0)};`);
}
