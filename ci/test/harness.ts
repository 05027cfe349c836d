/**
 * Tests are declared through this file and run by run.ts; assertions come from `uvu/assert`.
 * uvu alone reports success when a hook throws, a test throws a text, `.run()` is forgotten, or no test is found, and waits for ever for a
 * promise that does not settle. Here there are no hooks, every suite runs, every test has a time limit, and run.ts counts.
 */
import './harness/deferUvu.ts';
import { suite } from 'uvu';
import { muteUvu, unmute } from './harness/quietUvu.ts';
import { addResult, asError, type Close, session, type Test } from './harness/session.ts';
import { within } from './harness/within.ts';

/** A test's body. The signal is aborted when its time is over. */
export type Body = (test: { signal: AbortSignal }) => void | Promise<void>;

/** Declares one test. There is no `skip` and no `only`: what is not run is not declared. */
export type Declare = (name: string, body: Body) => void;

/**
 * Declares a group of tests. Preparation that several tests need goes into a function that each of them calls.
 * @param declare calls `test` for every test; it may not be async
 * @param limitMs the longest time one test may take, in milliseconds
 */
export function describe(name: string, declare: (test: Declare) => void, limitMs = 60_000): void {
  // Started by itself, a test file would end well without having run anything.
  if (!session.loading) throw new Error(`describe('${name}') was not called by ci/test/run.ts loading a test file`);
  const { file } = session;
  const group = suite(name);
  const names = new Set<string>();
  let open = true;
  const test: Declare = (title, body) => {
    if (!open) throw new Error(`the test '${title}' was declared after its group '${name}' had ended`);
    if (names.has(title)) throw new Error(`the test '${title}' was declared twice in '${name}'`);
    names.add(title);
    const declared = { file, suite: name, name: title };
    session.open.add(declared);
    group(title, () => runTest(declared, body, limitMs));
  };
  const returned: unknown = declare(test);
  open = false;
  if (returned instanceof Promise) {
    returned.catch(() => {});
    throw new Error(`describe('${name}') was given an async function`);
  }
  group.run();
}

/** Calls back after the last test of all files, for what they share: an engine session, a cluster. */
export function afterAll(close: Close): void {
  session.closers.push(close);
}

/** Calls back after the last test of the file whose test asks for it: what runs on would slow down the tests of other files. */
export function afterFile(close: Close): void {
  session.fileClosers.push(close);
}

/**
 * Asserts that a promise is rejected. (uvu's `throws` knows no promises; its `not.throws` accepts a rejected one.)
 * @returns the error, for further assertions
 */
export async function rejects(promise: Promise<unknown>, pattern?: RegExp): Promise<Error> {
  let error: Error;
  try {
    await promise;
  } catch (thrown) {
    error = asError(thrown);
    if (pattern && !pattern.test(error.message))
      throw new Error(`expected a rejection that matches ${pattern}, and got: ${error.message}`, { cause: thrown });
    return error;
  }
  throw new Error('expected the promise to be rejected, and it was not');
}

async function runTest(test: Test, body: Body, limitMs: number): Promise<void> {
  const start = performance.now();
  let error: Error | undefined;
  unmute();
  try {
    await within(limitMs, (signal) => {
      const stray = new Promise<never>((_, reject) => {
        session.fail = reject;
      });
      return Promise.race([body({ signal }), stray]);
    });
  } catch (thrown) {
    error = asError(thrown);
  } finally {
    session.fail = undefined;
  }
  addResult(test, performance.now() - start, error);
  muteUvu();
  // Only to be counted: uvu formats an error itself, and stumbles over fields that it takes for those of an assertion.
  if (error) throw new Error(error.message);
}
