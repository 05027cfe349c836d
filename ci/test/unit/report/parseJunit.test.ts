import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { TestCase } from '../../../core/report.ts';
import { parseJunit } from '../../../report/parseJunit.ts';
import { describe } from '../../harness.ts';

/** The cases of a file that the named runner wrote. */
function recorded(name: string): TestCase[] {
  const cases = parseJunit(readFileSync(join(import.meta.dirname, 'fixtures', `${name}.xml`), 'utf8'));
  if (!cases) throw new Error(`${name}.xml is not XML`);
  return cases;
}

/** `outcome suite name: message` of each. */
function lines(cases: TestCase[]): string[] {
  return cases.map(
    ({ outcome, suite, name, message }) => `${outcome} ${suite} ${name}${message ? `: ${message}` : ''}`,
  );
}

describe('parseJunit', (test) => {
  test("reads pytest's file: entities, a skip, a failure whose teardown fails too", () => {
    assert.equal(lines(recorded('pytest')), [
      'failed test_cart.TestCart test_total: AssertionError: sum <is> wrong & "odd"\nassert (2 + 2) == 5',
      'skipped test_cart.TestCart test_receipt: no printer',
      'passed test_cart.TestCart test_empty',
      'failed test_cart test_twice: assert False',
      'failed test_cart test_twice: failed on teardown with "RuntimeError: teardown"',
    ]);
    assert.is(recorded('pytest')[0]?.ms, 12);
  });

  test('names the exception when pytest cannot import a module', () => {
    assert.equal(lines(recorded('pytest-collection')), [
      "failed  test_import: ModuleNotFoundError: No module named 'nosuch'",
    ]);
  });

  test("reads xmlrunner's file: a subtest, an error, a skip, CDATA", () => {
    assert.equal(lines(recorded('xmlrunner')), [
      'passed test_cart.CartTest test_empty',
      'failed test_cart.CartTest test_each (n=2): 2 != 1',
      'failed test_cart.CartTest test_total: 4 != 5 : sum <is> wrong & "odd"',
      "failed test_cart.CartTest test_error: 'x'",
      'skipped test_cart.CartTest test_receipt: no printer',
    ]);
  });

  test('names the exception when unittest cannot import a module', () => {
    assert.equal(lines(recorded('xmlrunner-import')), [
      "failed unittest.loader._FailedTest test_import: ModuleNotFoundError: No module named 'nosuch'",
    ]);
  });

  test("reads the file of Django's runner", () => {
    assert.equal(lines(recorded('django')), [
      'passed shop.tests.T test_good',
      'failed shop.tests.T test_bad: 1 != 2 : one is\nnot two',
      'failed shop.tests.T test_sub (i=1): 1 == 1',
      "failed shop.tests.T test_error: 'x'",
      'skipped shop.tests.T test_skip: later',
    ]);
  });

  test('reads nested suites, suites without names for their cases, and empty files', () => {
    const nested =
      '<testsuites><testsuite name="a"><testsuite name="b"><testcase name="x"/></testsuite></testsuite></testsuites>';
    assert.equal(lines(parseJunit(nested) ?? []), ['passed b x']);
    assert.equal(parseJunit('<testsuite name="a" tests="0"/>'), []);
    assert.equal(parseJunit('<testsuites/>'), []);
    assert.equal(
      parseJunit('<testsuite><testcase name="x" time="1,200.5"><failure>boom</failure></testcase></testsuite>'),
      [{ suite: '', name: 'x', ms: 0, outcome: 'failed', message: 'boom' }],
    );
  });

  test('does not take anything else for a report', () => {
    assert.is(parseJunit('<testsuite><testcase'), null);
    assert.is(parseJunit('not XML'), null);
    assert.equal(parseJunit('<coverage version="7"/>'), []);
  });
});
