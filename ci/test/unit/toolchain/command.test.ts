import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { PipelineError } from '../../../core/errors.ts';
import { command } from '../../../toolchain/make/command.ts';
import { describe, rejects } from '../../harness.ts';
import { inFolder, written } from './process.ts';

describe('command', (test) => {
  test('returns what is printed to stdout, and keeps all that is printed in the log', () =>
    inFolder(async (folder) => {
      const logFile = join(folder, 'logs/build.log');
      const options = { logFile, cwd: folder, env: { WHO: 'ann' } };
      // No shell may touch the arguments.
      const output = await command(['sh', '-c', 'echo "$WHO $1"; pwd; echo careful >&2', '', '$(id) *'], options);
      assert.is(output, `ann $(id) *\n${folder}\n`);
      const log = readFileSync(logFile, 'utf8');
      assert.ok(log.startsWith('$ sh -c '));
      for (const line of ['ann $(id) *', 'careful']) assert.ok(log.includes(line), line);
    }));

  test('adds to the log of the command before', () =>
    inFolder(async (folder) => {
      const logFile = join(folder, 'log');
      writeFileSync(logFile, 'before\n');
      await command(['echo', 'after'], { logFile });
      assert.is(readFileSync(logFile, 'utf8'), 'before\n$ echo after\nafter\n');
    }));

  test('fails with the last lines, and says where the others are', () =>
    inFolder(async (folder) => {
      const logFile = join(folder, 'log');
      const error = await rejects(command(['sh', '-c', 'seq 30; exit 3'], { logFile }));
      assert.is((error as PipelineError).code, 'TOOLCHAIN');
      assert.is(error.message, `sh failed with exit code 3; log: ${logFile}`);
      const lastTwenty = Array.from({ length: 20 }, (_, index) => String(11 + index));
      assert.equal((error as PipelineError).details, lastTwenty);
    }));

  test('names the signal that ended the program', () =>
    inFolder(async (folder) => {
      const logFile = join(folder, 'log');
      const error = await rejects(command(['sh', '-c', 'kill -KILL $$'], { logFile }));
      assert.is(error.message, `sh was ended by SIGKILL; log: ${logFile}`);
      assert.equal((error as PipelineError).details, []);
    }));

  test('says which program is missing', () =>
    inFolder(async (folder) => {
      const error = await rejects(command(['/no/such/program'], { logFile: join(folder, 'log') }));
      assert.match((error as PipelineError).details.join(), '/no/such/program');
    }));

  test('ends the program at an interrupt, and rejects with its reason', () =>
    inFolder(async (folder) => {
      const started = join(folder, 'started');
      const interrupt = new AbortController();
      const running = command(['sh', '-c', `echo $$. > ${started}; exec sleep 60`], {
        logFile: join(folder, 'log'),
        signal: interrupt.signal,
      });
      const pid = Number.parseInt(await written(started, '.'), 10);
      interrupt.abort(new Error('interrupted by SIGINT'));
      await rejects(running, /^interrupted by SIGINT$/);
      assert.throws(() => process.kill(pid, 0), /ESRCH/);
    }));
});
