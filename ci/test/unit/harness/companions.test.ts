import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { processStart } from '../../../core/machine.ts';
import { joinUsers, leaveUsers, usersOf } from '../../e2e/support/native/companions.ts';
import { describe } from '../../harness.ts';

/** A folder, and another process that is named there. */
async function withOther(run: string, body: (folder: string, end: () => Promise<unknown>) => Promise<void>) {
  const folder = mkdtempSync(join(tmpdir(), 'users-'));
  const other = spawn('sleep', ['60']);
  const pid = other.pid as number;
  const end = async () => {
    other.kill('SIGKILL');
    if (other.exitCode === null && other.signalCode === null) await once(other, 'exit');
  };
  try {
    writeFileSync(join(folder, String(pid)), `${processStart(pid)} ${run}`);
    await body(folder, end);
  } finally {
    await end();
    rmSync(folder, { recursive: true });
  }
}

describe('companions', (test) => {
  test('tells those of this run from those of another, and does not count itself', () =>
    withOther('this', async (folder) => {
      joinUsers(folder, 'this');
      assert.is(usersOf(folder, 'this'), 'companions');
      assert.is(usersOf(folder, 'another'), 'strangers');
    }));

  test('says who is the last, and forgets who has died', () =>
    withOther('this', async (folder, end) => {
      joinUsers(folder, 'this');
      assert.is(leaveUsers(folder), false);
      joinUsers(folder, 'this');
      await end();
      assert.is(usersOf(folder, 'this'), 'nobody');
      assert.is(leaveUsers(folder), true);
      assert.equal(readdirSync(folder), []);
    }));

  test('is not misled by a process that has the number of one that died', () =>
    withOther('this', async (folder) => {
      const [name = ''] = readdirSync(folder);
      writeFileSync(join(folder, name), '1 this');
      assert.is(usersOf(folder, 'this'), 'nobody');
    }));
});
