/**
 * Runs the tests: `node ci/test/run.ts FOLDER [PATTERN…]`.
 * One process and one test after the other, so that end-to-end tests can share an engine session.
 * Ends with the line `N passed, N failed` and the exit code 1 unless all that was declared has passed. Started by all.ts, it
 * hands the results over instead.
 */
import { resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import './harness/deferUvu.ts';
import { discover } from './harness/discover.ts';
import { Messenger } from './harness/messenger.ts';
import { muteUvu, unmute } from './harness/quietUvu.ts';
import { Reporter } from './harness/reporter.ts';
import { addFailure, addResult, asError, type Close, session } from './harness/session.ts';
import { within } from './harness/within.ts';

/** Milliseconds for what has no limit of its own: loading a file, closing what the tests shared. */
const longest = 60_000;

const [folder = 'ci/test', ...patterns] = process.argv.slice(2);
const reporter = process.send ? new Messenger() : new Reporter();
session.onResult = (result) => reporter.result(result);

process.on('unhandledRejection', (reason) => stray('a promise was rejected and nobody handled it', reason));
process.on('uncaughtException', (error) => stray('an error was thrown and nobody caught it', error));
// Also reached when a test ends the program, or when nothing is left that could wake it up.
process.on('exit', () => {
  unmute();
  for (const test of session.open) addResult(test, 0, new Error('the program ended before this test had finished'));
  process.exitCode = reporter.end();
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit());

await load();
await runAll();
await closeAll(session.closers);
// What was rejected last is reported one turn later.
await nextTurn();
// A handle left open by a test does not hold up the end.
setTimeout(() => process.exit(), 2_000).unref();

/** Imports every test file, which declares its tests. */
async function load(): Promise<void> {
  session.loading = true;
  try {
    for (const [index, file] of discover(folder, patterns).entries()) {
      session.file = file;
      globalThis.UVU_QUEUE[index] = [file];
      globalThis.UVU_INDEX = index;
      const before = session.open.size;
      try {
        await within(longest, () => import(pathToFileURL(resolve(folder, file)).href));
        if (session.open.size === before) throw new Error('no test was declared with describe()');
      } catch (error) {
        addFailure(file, 'can be loaded and declares tests', error);
      }
    }
  } catch (error) {
    session.file = '';
    addFailure('harness', 'finds test files', error);
  }
  session.loading = false;
}

async function runAll(): Promise<void> {
  for (const [file, ...suites] of globalThis.UVU_QUEUE) {
    session.file = file;
    for (const suite of suites) {
      const known = session.results.length;
      muteUvu();
      const [, passed, , total] = await suite();
      unmute();
      // uvu swallows what hooks throw; a suite that was declared past the harness is noticed here at the latest.
      const ours = session.results.length - known;
      const failed = session.results.slice(known).filter(({ failure }) => failure).length;
      if (ours !== total || total - passed !== failed)
        addFailure(
          file,
          'is run by the harness',
          new Error(`of ${total} tests uvu passed ${passed}; the harness ran ${ours}`),
        );
    }
    await closeAll(session.fileClosers);
  }
}

async function closeAll(closers: Close[]): Promise<void> {
  for (const close of closers.splice(0).reverse()) {
    await within(longest, close).catch((error) => addFailure('harness', 'closes what the tests shared', error));
  }
}

function stray(what: string, thrown: unknown): void {
  const cause = asError(thrown);
  const error = new Error(`${what}: ${cause.message}`, { cause });
  if (session.fail) session.fail(error);
  else addFailure(session.file || 'harness', 'leaves nothing behind', error);
}
