import type { TestPlan } from '../app/planTests.ts';
import type { TestCase } from '../core/report.ts';

/** What a run of the unit tests left behind. */
export interface TestRun {
  exitCode: number;
  /** Seconds it was allowed to take. */
  limit: number;
  /** From JUnit; none where the runner wrote none. */
  cases: readonly TestCase[];
  /** What it printed, both streams. */
  output: string;
}

export type Verdict =
  /** `note` is a remark for the report. */
  | { passed: true; note?: string }
  /** A message in one sentence, and lines of evidence. */
  | { passed: false; message: string; details: string[] };

const named = 10;
const shown = 30;

/** pytest, and unittest since Python 3.12, exit with it when they find no test. */
const foundNone = 5;

/**
 * Decides whether the unit tests passed. Exit code and JUnit must both say so: a reported failure is not
 * outvoted by a shell that swallowed the exit code.
 */
export function judge(run: TestRun, runner: TestPlan['runner']): Verdict {
  const { exitCode, limit, cases, output } = run;
  const failed = cases.filter(({ outcome }) => outcome === 'failed');
  const fail = (message: string): Verdict => ({
    passed: false,
    message,
    details: failed.length > 0 ? failed.slice(0, named).map(explain) : output.trimEnd().split('\n').slice(-shown),
  });

  // The exit codes of `timeout`: after SIGTERM, and after the SIGKILL that it sends to what stays.
  if (exitCode === 124) return fail(`the tests were ended after ${limit} s (--test-timeout)`);
  if (exitCode === 137)
    return fail(`the tests were killed, for taking too much memory or over ${limit} s (--test-timeout)`);
  if (failed.length > 0) {
    // pytest reports a test twice that fails and whose teardown fails too.
    return fail(`${failed.length} of ${count(cases.length)} failed: ${list([...new Set(failed.map(fullName))])}`);
  }
  if (cases.length > 0) {
    return exitCode === 0 ? { passed: true } : fail(`no test failed, but the test command exited with ${exitCode}`);
  }
  if (exitCode === 0 || (exitCode === foundNone && runner !== 'command'))
    return { passed: true, note: unreported(run, runner) };
  const names = failuresInOutput(output);
  return fail(`the test command exited with ${exitCode}${names.length > 0 ? `: ${list(names)}` : ''}`);
}

/** What can be said when nothing failed and there is no JUnit. */
function unreported({ output }: TestRun, runner: TestPlan['runner']): string {
  const ran = Number(/^Ran (\d+) tests?/m.exec(output)?.[1] ?? 0);
  if (ran > 0) return `${count(ran)} passed without a JUnit report`;
  return runner === 'command' ? 'the test command passed without a JUnit report' : 'no tests were found';
}

function fullName({ suite, name }: TestCase): string {
  return suite ? withoutLoader(`${suite}.${name}`) : name;
}

function explain(test: TestCase): string {
  const [first = ''] = (test.message ?? '').split('\n');
  return first ? `${fullName(test)}: ${first}` : fullName(test);
}

function list(names: readonly string[]): string {
  const more = names.length > named ? ` and ${names.length - named} more` : '';
  return names.slice(0, named).join(', ') + more;
}

function count(tests: number): string {
  return tests === 1 ? '1 test' : `${tests} tests`;
}

/** `FAIL: test_total (shop.tests.CartTest.test_total)`; before Python 3.11 the name is not repeated in the parentheses. */
const unittest = /^(?:FAIL|ERROR): (\S+) \(([\w.]+)\)/gm;

/** `FAILED tests/test_cart.py::test_total - AssertionError` */
const pytest = /^(?:FAILED|ERROR) ([\w./-]+\.py(?:::\S.*?)?)(?: - .*)?$/gm;

/**
 * The names of the tests that failed, from what unittest, Django or pytest printed: for where there is no JUnit.
 * @param output both streams
 */
export function failuresInOutput(output: string): string[] {
  const unittests = [...output.matchAll(unittest)].map(([, name = '', place = '']) =>
    withoutLoader(place.endsWith(`.${name}`) ? place : `${place}.${name}`),
  );
  const pytests = [...output.matchAll(pytest)].map(([, name = '']) => name);
  return [...new Set([...unittests, ...pytests])];
}

/** unittest makes a test of its own of a module that cannot be imported. */
export function withoutLoader(test: string): string {
  return test.replace(/^unittest\.loader\._FailedTest\./, '');
}
