/**
 * Makes sure that there is an engine before the first end-to-end test: where it has to be built from packages, that takes
 * longer than any test may.
 */
import { printError } from '../../cli/runMain.ts';
import { createLog } from '../../log/log.ts';
import { colours } from '../../log/text.ts';
import { engine } from '../../targets/engine.ts';

const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort(signal));

const { env, stderr } = process;
const isTTY = stderr.isTTY ?? false;
try {
  const { description } = await engine(env, createLog({ stream: stderr, isTTY, env }), interrupt.signal);
  console.log(`The end-to-end tests use ${description}.`);
} catch (error) {
  stderr.write(printError(error, colours(env, isTTY)));
  console.log('\nWithout an engine no test can run.\n0 passed, 1 failed');
  process.exitCode = 1;
}
