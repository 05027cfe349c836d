import { type ChildProcess, fork } from 'node:child_process';
import { getPriority, setPriority } from 'node:os';
import { join } from 'node:path';
import { isUnitTest } from './lanes.ts';
import type { Message } from './messenger.ts';
import { addFailure, keep } from './session.ts';

const program = join(import.meta.dirname, '../run.ts');

/** The name of the test run that this process belongs to: all lanes of one have the same. */
export const testRun: string = process.env['TEST_RUN'] ?? String(process.pid);

/**
 * Runs test files in a process of their own, one after the other, and adds their results to ours. A process that ends before it has
 * said that it is through counts as a failure.
 * @param files paths relative to the folder
 */
export function runLane(folder: string, files: readonly string[]): { child: ChildProcess; ended: Promise<void> } {
  const child = fork(program, [folder, ...files], { env: { ...process.env, TEST_RUN: testRun } });
  // Unit tests give way to the end-to-end tests beside them: these take longer, mostly because they wait.
  if (child.pid && files.every((file) => isUnitTest(folder, file)))
    setPriority(child.pid, Math.min(getPriority() + 5, 19));
  let through = false;
  child.on('message', (message: Message) => {
    if (message === 'end') through = true;
    else keep(message);
  });
  const ended = new Promise<void>((resolve) => {
    child.on('error', (error) => addFailure('harness', 'starts the tests', error));
    child.on('close', (code, signal) => {
      if (!through)
        addFailure('harness', 'hears of all tests', new Error(`their process ended with ${signal ?? code}`));
      resolve();
    });
  });
  return { child, ended };
}
