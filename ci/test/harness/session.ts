import { messageOf } from '../../core/causes.ts';
import { describeFailure } from './describeFailure.ts';

export interface Test {
  file: string;
  suite: string;
  name: string;
}

export interface Failure {
  message: string;
  /** For people: the message, what was expected, where. */
  lines: string[];
}

/** Plain data: it may come from another process. */
export interface Result extends Test {
  ms: number;
  failure?: Failure;
}

/** Takes back what tests have made. */
export type Close = () => unknown;

export interface Session {
  /** The test file that is loaded or run, relative to the folder asked for. */
  file: string;
  /** Whether test files are being loaded: only then may tests be declared. */
  loading: boolean;
  /** Declared, and without a result yet. */
  open: Set<Test>;
  results: Result[];
  /** Run after all tests, the last one first. */
  closers: Close[];
  /** Run after the tests of the file that runs now, the last one first. */
  fileClosers: Close[];
  /** Fails the test that runs now: set while there is one. */
  fail?: ((error: Error) => void) | undefined;
  /** Told about every result as it comes. */
  onResult(result: Result): void;
}

/** What the test files declared and what came of it. One for the process, as uvu's own queue is. */
export const session: Session = {
  file: '',
  loading: false,
  open: new Set(),
  results: [],
  closers: [],
  fileClosers: [],
  onResult: () => {},
};

/** Adds a failure that belongs to no test, such as a file that cannot be loaded. */
export function addFailure(suite: string, name: string, thrown: unknown): void {
  addResult({ file: session.file, suite, name }, 0, asError(thrown));
}

/** Notes how a test ended: well, unless there is an error. */
export function addResult(test: Test, ms: number, error?: Error): void {
  session.open.delete(test);
  keep({ ...test, ms, ...(error && { failure: { message: error.message, lines: describeFailure(error) } }) });
}

/** Adds a result to the others. */
export function keep(result: Result): void {
  session.results.push(result);
  session.onResult(result);
}

/** Passed and failed so far. */
export function tally(): { passed: number; failed: number } {
  const passed = session.results.filter(({ failure }) => !failure).length;
  return { passed, failed: session.results.length - passed };
}

/** `throw 'x'` and `reject()` are failures like any other. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(`thrown, though not an Error: ${messageOf(thrown)}`);
}
