import { PipelineError } from '../core/errors.ts';
import type { Entry } from './ledger/ledger.ts';
import { testSuites } from './rollout/helmTest.ts';

/** For an entry of the ledger: what came of `helm test`, by the names of the tests that passed. */
export function testsOf(passed: string[]): Required<Pick<Entry, 'tests'>> {
  return { tests: { result: passed.length > 0 ? 'passed' : 'none', names: passed } };
}

/** The same of a failure; nothing when it was another than that of the tests. */
export function failedTests(failure: unknown): Pick<Entry, 'tests'> {
  if (!(failure instanceof PipelineError) || failure.code !== 'VERIFY') return {};
  return { tests: { result: 'failed', names: testSuites(failure.details) } };
}
