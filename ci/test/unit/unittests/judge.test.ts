import * as assert from 'uvu/assert';
import type { TestCase } from '../../../core/report.ts';
import { failuresInOutput, judge, type TestRun } from '../../../unittests/judge.ts';
import { describe } from '../../harness.ts';

const run = (changes: Partial<TestRun>): TestRun => ({ exitCode: 0, limit: 60, cases: [], output: '', ...changes });

const passed: TestCase = { suite: 'shop.Cart', name: 'test_empty', ms: 1, outcome: 'passed' };

function failed(name: string, message = 'boom'): TestCase {
  return { suite: 'shop.Cart', name, ms: 1, outcome: 'failed', message };
}

describe('judge', (test) => {
  test('lets tests pass that passed', () => {
    assert.equal(judge(run({ cases: [passed] }), 'django'), { passed: true });
  });

  test('names the tests that failed, each with its message', () => {
    const cases = [passed, failed('test_total', '4 != 5\nmore'), failed('test_vat')];
    assert.equal(judge(run({ exitCode: 1, cases }), 'django'), {
      passed: false,
      message: '2 of 3 tests failed: shop.Cart.test_total, shop.Cart.test_vat',
      details: ['shop.Cart.test_total: 4 != 5', 'shop.Cart.test_vat: boom'],
    });
  });

  test('names ten, and counts the others', () => {
    const cases = Array.from({ length: 13 }, (_, index) => failed(`test_${index}`));
    const verdict = judge(run({ exitCode: 1, cases }), 'pytest');
    assert.not.ok(verdict.passed);
    assert.match(JSON.stringify(verdict), 'shop.Cart.test_9 and 3 more');
    assert.not.match(JSON.stringify(verdict), 'test_10');
  });

  test('names a test once that is reported twice, and a module without the name of the loader', () => {
    const twice = judge(run({ exitCode: 1, cases: [failed('test_a'), failed('test_a')] }), 'pytest');
    assert.match(JSON.stringify(twice), '"2 of 2 tests failed: shop.Cart.test_a"');
    const module = { ...failed('shop.tests'), suite: 'unittest.loader._FailedTest' };
    assert.match(
      JSON.stringify(judge(run({ exitCode: 1, cases: [module] }), 'django')),
      '"1 of 1 test failed: shop.tests"',
    );
  });

  test('does not believe an exit code of 0 beside a failure', () => {
    assert.is(judge(run({ exitCode: 0, cases: [failed('test_a')] }), 'command').passed, false);
  });

  test('does not believe a report without failures beside another exit code', () => {
    const verdict = judge(run({ exitCode: 3, cases: [passed], output: 'coverage of 71% is below 80%\n' }), 'pytest');
    assert.equal(verdict, {
      passed: false,
      message: 'no test failed, but the test command exited with 3',
      details: ['coverage of 71% is below 80%'],
    });
  });

  test('shows the last lines when there is no report', () => {
    const output = Array.from({ length: 100 }, (_, index) => `line ${index + 1}`).join('\n');
    const verdict = judge(run({ exitCode: 2, output }), 'django');
    assert.not.ok(verdict.passed);
    if (!verdict.passed) {
      assert.is(verdict.message, 'the test command exited with 2');
      assert.equal([verdict.details.length, verdict.details.at(-1)], [30, 'line 100']);
    }
  });

  test('says when the tests took too long, or were killed', () => {
    const late = judge(run({ exitCode: 124, cases: [passed] }), 'django');
    assert.match(JSON.stringify(late), 'the tests were ended after 60 s (--test-timeout)');
    assert.match(JSON.stringify(judge(run({ exitCode: 137 }), 'django')), 'were killed');
  });

  test('takes no tests for no failure, but remarks on it', () => {
    const none = { passed: true, note: 'no tests were found' };
    assert.equal(judge(run({ output: 'Ran 0 tests in 0.0s' }), 'django'), none);
    assert.equal(judge(run({ exitCode: 5 }), 'pytest'), none);
    assert.equal(judge(run({ exitCode: 5 }), 'unittest'), none);
    assert.is(judge(run({ exitCode: 5 }), 'command').passed, false);
  });

  test('does not say that there are no tests where only the report is missing', () => {
    const note = (output: string, runner: 'django' | 'command') => JSON.stringify(judge(run({ output }), runner));
    assert.match(note('Ran 12 tests in 0.3s\n\nOK', 'django'), '12 tests passed without a JUnit report');
    assert.match(note('all good', 'command'), 'the test command passed without a JUnit report');
  });
});

describe('failuresInOutput', (test) => {
  test('finds the names that unittest prints, of any Python version', () => {
    const output = [
      'FAIL: test_total (shop.tests.CartTest.test_total)',
      'FAIL: test_each (shop.tests.CartTest.test_each) (n=2)',
      'FAIL: test_each (shop.tests.CartTest.test_each) (n=3)',
      'ERROR: test_old (shop.tests.CartTest)',
      'ERROR: shop.tests (unittest.loader._FailedTest.shop.tests)',
      'FAILED (failures=3, errors=2)',
    ].join('\n');
    assert.equal(failuresInOutput(output), [
      'shop.tests.CartTest.test_total',
      'shop.tests.CartTest.test_each',
      'shop.tests.CartTest.test_old',
      'shop.tests',
    ]);
  });

  test('finds the names that pytest prints', () => {
    const output = [
      'FAILED tests/test_cart.py::TestCart::test_total[1 - 2] - AssertionError: no',
      'FAILED tests/test_cart.py::test_twice - assert False',
      'ERROR tests/test_cart.py::test_twice - RuntimeError: teardown',
      'ERROR tests/test_import.py',
      'ERROR shop.views: something was logged',
    ].join('\n');
    assert.equal(failuresInOutput(output), [
      'tests/test_cart.py::TestCart::test_total[1',
      'tests/test_cart.py::test_twice',
      'tests/test_import.py',
    ]);
  });
});
