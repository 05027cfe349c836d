import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { runningDaemon, startDaemon, stopDaemon } from '../../../toolchain/daemon.ts';
import { withLock } from '../../../toolchain/lock.ts';
import { buildPart, isBuilt, part, removeOldParts } from '../../../toolchain/part.ts';
import { describe, rejects } from '../../harness.ts';

async function inFolder(work: (folder: string) => void | Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'toolchain-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Waits until a daemon has printed something. */
async function logged(file: string, text: string): Promise<void> {
  while (!existsSync(file) || !readFileSync(file, 'utf8').includes(text))
    await new Promise((next) => setTimeout(next, 20));
}

describe('part', (test) => {
  test('has another key for other ingredients, however they are split', () => {
    const key = (...ingredients: string[]) => part('/x', 'p', ingredients).key;
    assert.is(key('a', 'b'), key('a', 'b'));
    assert.is.not(key('a', 'b'), key('ab'));
    assert.is.not(key('a', 'b'), key('b', 'a'));
  });

  test('is not there after a build that failed, and whole after the next one', () =>
    inFolder(async (folder) => {
      const it = part(folder, 'p', ['1']);
      const build = (fail: boolean) => async (into: string) => {
        assert.is(existsSync(join(into, 'left')), false, 'nothing of the failed build is left');
        writeFileSync(join(into, fail ? 'left' : 'file'), 'x');
        if (fail) throw new Error('compiler');
      };
      await rejects(buildPart(it, build(true)), /compiler/);
      assert.is(isBuilt(it), false);
      await buildPart(it, build(false));
      assert.is(isBuilt(it), true);
      await buildPart(it, () => Promise.reject(new Error('built twice')));
    }));

  test('makes way when it is old, and for nothing that is still used', () =>
    inFolder((folder) => {
      const keep = part(folder, 'p', ['new']);
      const old = part(folder, 'p', ['old']);
      for (const path of [keep.path, old.path, `${old.path}.partial`]) mkdirSync(path);
      removeOldParts(folder, [keep]);
      assert.equal([keep.path, old.path, `${old.path}.partial`].map(existsSync), [true, false, false]);
    }));
});

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
      await logged(it.logFile, 'ONLY=this');
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
      const it = sleeper(folder, "trap '' TERM; echo ready; while :; do sleep 0.1; done");
      const pid = startDaemon(it);
      await logged(it.logFile, 'ready');
      assert.is(await stopDaemon(it.recordFile, 300), false);
      assert.is(runningDaemon(it.recordFile)?.pid, pid);
      process.kill(-pid, 'SIGKILL');
    }));
});

describe('withLock', (test) => {
  const never = new AbortController().signal;

  test('lets one at a time work, and tells the other whom it waits for', () =>
    inFolder(async (folder) => {
      const order: string[] = [];
      const waitedFor: number[] = [];
      const first = withLock(
        folder,
        never,
        () => {},
        async () => {
          order.push('first begins');
          await new Promise((next) => setTimeout(next, 500));
          order.push('first ends');
        },
      );
      const second = withLock(
        folder,
        never,
        (holder) => waitedFor.push(holder),
        async () => {
          order.push('second begins');
        },
      );
      await Promise.all([first, second]);
      assert.equal(order, ['first begins', 'first ends', 'second begins']);
      assert.equal(waitedFor, [process.pid]);
    }));

  test('takes over from a holder that has died', () =>
    inFolder(async (folder) => {
      const child = spawn('true');
      await new Promise((ended) => child.on('close', ended));
      writeFileSync(join(folder, 'lock'), String(child.pid));
      assert.is(
        await withLock(
          folder,
          never,
          () => {},
          async () => 'mine',
        ),
        'mine',
      );
      assert.is(existsSync(join(folder, 'lock')), false);
    }));

  test('is free again after work that failed', () =>
    inFolder(async (folder) => {
      await rejects(
        withLock(
          folder,
          never,
          () => {},
          () => Promise.reject(new Error('broken')),
        ),
        /broken/,
      );
      assert.is(
        await withLock(
          folder,
          never,
          () => {},
          async () => 'next',
        ),
        'next',
      );
    }));
});
