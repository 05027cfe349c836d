import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { processStart } from '../../../core/machine.ts';
import { withLock } from '../../../toolchain/lock.ts';
import { describe, rejects } from '../../harness.ts';
import { inFolder, program, toolchainModule, written } from './process.ts';

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

  test('takes over from a process that is killed while others wait for it', () =>
    inFolder(async (folder) => {
      const holder = program(`
        import { writeFileSync } from 'node:fs';
        import { withLock } from '${toolchainModule('lock')}';
        await withLock('${folder}', new AbortController().signal, () => {}, async () => {
          writeFileSync('${folder}/held', 'yes');
          await new Promise((next) => setTimeout(next, 60_000));
        });
      `);
      await written(join(folder, 'held'), 'yes');
      const waitedFor: number[] = [];
      const kill = (pid: number) => {
        waitedFor.push(pid);
        holder.kill();
      };
      assert.is(await withLock(folder, never, kill, async () => 'mine'), 'mine');
      assert.equal(waitedFor, [holder.pid]);
    }));

  test('is held by one process at a time, also when several find the lock of a dead one', () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'lock'), '4194304 1'); // no process has so high an id
      const contender = () =>
        program(`
          import { appendFileSync } from 'node:fs';
          import { withLock } from '${toolchainModule('lock')}';
          for (let turn = 0; turn < 3; turn += 1) {
            await withLock('${folder}', new AbortController().signal, () => {}, async () => {
              appendFileSync('${folder}/diary', process.pid + ' begins\\n');
              await new Promise((next) => setTimeout(next, 10));
              appendFileSync('${folder}/diary', process.pid + ' ends\\n');
            });
          }
        `);
      await Promise.all([contender(), contender(), contender()].map(({ ended }) => ended));
      const diary = readFileSync(join(folder, 'diary'), 'utf8').trimEnd().split('\n');
      assert.is(diary.length, 18);
      for (const [index, line] of diary.entries()) {
        if (index % 2 === 1) assert.is(line, diary[index - 1]?.replace('begins', 'ends'));
      }
      assert.equal(readdirSync(folder), ['diary'], 'nothing of the locks is left');
    }));

  test('is not held by a later process with the id of the holder', () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'lock'), `${process.pid} 1`);
      const wait = () => assert.unreachable('waited for a stranger');
      assert.is(await withLock(folder, never, wait, async () => 'mine'), 'mine');
    }));

  test('is taken over when the machine went down before its content was on the disk', () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'lock'), '');
      assert.is(
        await withLock(
          folder,
          never,
          () => {},
          async () => 'mine',
        ),
        'mine',
      );
    }));

  test('is taken over although another process died while it did just that', () =>
    inFolder(async (folder) => {
      for (const name of ['lock', 'lock.takeover']) writeFileSync(join(folder, name), '4194304 1');
      assert.is(
        await withLock(
          folder,
          never,
          () => {},
          async () => 'mine',
        ),
        'mine',
      );
    }));

  test('is no longer waited for after an interrupt, and stays with its holder', () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'lock'), `${process.pid} ${processStart(process.pid)}`);
      const interrupt = new AbortController();
      const work = () => Promise.reject(new Error('worked without the lock'));
      const error = await rejects(withLock(folder, interrupt.signal, () => interrupt.abort(), work));
      assert.is(error.name, 'AbortError');
      assert.equal(readdirSync(folder), ['lock']);
    }));
}, 60_000);
