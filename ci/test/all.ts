/**
 * Runs all tests, some of them side by side: `node ci/test/all.ts FOLDER [PATTERN…]`. See harness/lanes.ts for which.
 * Ends with the line `N passed, N failed` and the exit code 1 unless all that was declared has passed.
 */
import type { ChildProcess } from 'node:child_process';
import { discover } from './harness/discover.ts';
import { type Lane, lanes } from './harness/lanes.ts';
import { Reporter } from './harness/reporter.ts';
import { runLane } from './harness/runLane.ts';
import { addFailure, session } from './harness/session.ts';

const [folder = 'ci/test', ...patterns] = process.argv.slice(2);
const reporter = new Reporter();
session.onResult = (result) => reporter.result(result);

let interrupted = false;
const children = new Set<ChildProcess>();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    interrupted = true;
    for (const child of children) child.kill(signal);
  });

try {
  await runAll(lanes(folder, discover(folder, patterns)));
} catch (error) {
  addFailure('harness', 'finds test files', error);
}
if (interrupted) addFailure('harness', 'runs to its end', new Error('interrupted'));
process.exitCode = reporter.end();

async function runAll(them: readonly Lane[]): Promise<void> {
  await Promise.all(
    them.map(async ({ files, next }) => {
      if (interrupted) return;
      const { child, ended } = runLane(folder, files);
      children.add(child);
      await ended;
      children.delete(child);
      await runAll(next);
    }),
  );
}
