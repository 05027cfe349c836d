/**
 * Runs all tests, some of them side by side: `node ci/test/all.ts FOLDER [PATTERN…]`. See harness/lanes.ts for which.
 * Ends with the line `N passed, N failed` and the exit code 1 unless all that was declared has passed.
 */
import type { ChildProcess } from 'node:child_process';
import { discover } from './harness/discover.ts';
import { lanes } from './harness/lanes.ts';
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
  for (const step of lanes(folder, discover(folder, patterns))) {
    if (interrupted) break;
    const running = step.map((files) => runLane(folder, files));
    for (const { child } of running) children.add(child);
    await Promise.all(running.map(({ ended }) => ended));
    children.clear();
  }
} catch (error) {
  addFailure('harness', 'finds test files', error);
}
if (interrupted) addFailure('harness', 'runs to its end', new Error('interrupted'));
process.exitCode = reporter.end();
