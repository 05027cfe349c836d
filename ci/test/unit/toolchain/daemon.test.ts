import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { processStart } from '../../../core/machine.ts';
import { runningDaemon, startDaemon, stopDaemon } from '../../../toolchain/daemons/daemon.ts';
import { describe } from '../../harness.ts';
import { inFolder, program, toolchainModule, written } from './process.ts';

describe('a daemon', (test) => {
  const sleeper = (folder: string, script: string) => ({
    name: 'sleeper',
    argv: ['sh', '-c', script],
    env: { PATH: process.env['PATH'] ?? '', ONLY: 'this' },
    logFile: join(folder, 'log'),
    recordFile: join(folder, 'record.json'),
    version: 'v1',
  });

  test('runs with its own environment, is known by its record, and stops on SIGTERM', () =>
    inFolder(async (folder) => {
      const it = sleeper(folder, 'env; exec sleep 60');
      const pid = startDaemon(it);
      assert.equal(runningDaemon(it.recordFile), { pid, version: 'v1' });
      await written(it.logFile, 'ONLY=this');
      assert.is(await stopDaemon(it.recordFile, 5_000), true);
      assert.is(runningDaemon(it.recordFile), null);
      assert.not.match(readFileSync(it.logFile, 'utf8'), 'HOME=');
    }));

  test('is not mistaken for a later process with the same id', () =>
    inFolder((folder) => {
      const recordFile = join(folder, 'record.json');
      writeFileSync(recordFile, JSON.stringify({ pid: process.pid, started: '1', version: 'v1' }));
      assert.is(runningDaemon(recordFile), null);
    }));

  test('that does not heed SIGTERM is left alive', () =>
    inFolder(async (folder) => {
      const it = sleeper(folder, "trap '' TERM; echo ready; for i in $(seq 300); do sleep 0.1; done");
      const pid = startDaemon(it);
      await written(it.logFile, 'ready');
      assert.is(await stopDaemon(it.recordFile, 300), false);
      await new Promise((next) => setTimeout(next, 100)); // a kill takes a moment
      assert.is(runningDaemon(it.recordFile)?.pid, pid);
      process.kill(-pid, 'SIGKILL');
    }));

  test('outlives who started it, and is found by its record', () =>
    inFolder(async (folder) => {
      const it = sleeper(folder, 'exec sleep 60');
      const starter = program(`
        import { startDaemon } from '${toolchainModule('daemons/daemon')}';
        process.stdout.write(String(startDaemon(${JSON.stringify(it)})));
      `);
      // The starter's output is at its end although the daemon lives: it holds none of the starter's streams.
      const pid = Number(await starter.ended);
      assert.equal(runningDaemon(it.recordFile), { pid, version: 'v1' });
      assert.is(await stopDaemon(it.recordFile, 5_000), true);
    }));

  test('is waited for until it has ended in its own time', () =>
    inFolder(async (folder) => {
      const it = sleeper(
        folder,
        "trap 'sleep 0.4; echo tidy; exit' TERM; echo ready; for i in $(seq 300); do sleep 0.1; done",
      );
      startDaemon(it);
      await written(it.logFile, 'ready');
      assert.is(await stopDaemon(it.recordFile, 5_000), true);
      assert.match(readFileSync(it.logFile, 'utf8'), 'tidy');
      assert.is(existsSync(it.recordFile), false);
    }));

  test('that cannot be started does not run', () =>
    inFolder((folder) => {
      const it = { ...sleeper(folder, ''), argv: [join(folder, 'missing')] };
      startDaemon(it);
      assert.is(runningDaemon(it.recordFile), null);
    }));

  test('does not run when there is no record, or a spoilt one; to stop it is no error', () =>
    inFolder(async (folder) => {
      const recordFile = join(folder, 'record.json');
      assert.is(runningDaemon(recordFile), null);
      assert.is(await stopDaemon(recordFile, 0), true);
      for (const text of ['', '{"pid":1', 'null', '{}']) {
        writeFileSync(recordFile, text);
        assert.is(runningDaemon(recordFile), null, text);
      }
    }));
});

describe('processStart', (test) => {
  test('tells processes apart that have the same id one after the other', () => {
    assert.match(processStart(process.pid), /^\d+$/);
    assert.is(processStart(process.pid), processStart(process.pid));
    assert.is(processStart(0), '');
  });
});
