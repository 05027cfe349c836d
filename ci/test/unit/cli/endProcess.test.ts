import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { watchSessions } from '../../../cli/endProcess.ts';
import { describe } from '../../harness.ts';

/** Starts a script under the name that the CLI gives its sessions, and waits until it is ready for signals. */
async function started(script: string, name = 'session'): Promise<ChildProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'sessions-'));
  writeFileSync(join(folder, name), `${script}\n`);
  const child = spawn('sh', [name], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  child.once('exit', () => rmSync(folder, { recursive: true }));
  await once(child.stdout, 'data');
  return child;
}

const times = { grace: 200, timeout: 400 };

describe('watchSessions', (test) => {
  test('waits for a session that ends by itself', async () => {
    const sessions = watchSessions();
    const child = await started('trap "" TERM; echo ready; sleep 0.3');
    await sessions.end({ grace: 20_000 });
    assert.equal([child.exitCode, child.signalCode], [0, null]);
  });

  test('tells one to end that goes on', async () => {
    const sessions = watchSessions();
    const child = await started('trap "exit 7" TERM; echo ready; while :; do sleep 0.05; done');
    await sessions.end({ ...times, timeout: 20_000 });
    assert.is(child.exitCode, 7);
  });

  test('kills one that does not heed it', async () => {
    const sessions = watchSessions();
    const child = await started('trap "" TERM; echo ready; while :; do sleep 0.05; done');
    await sessions.end(times);
    assert.is(child.signalCode, 'SIGKILL');
  });

  test('leaves alone what is no session, and what was started before', async () => {
    const early = await started('echo ready; exec sleep 60');
    const sessions = watchSessions();
    const other = await started('echo ready; exec sleep 60', 'another');
    await sessions.end(times);
    for (const left of [early, other]) {
      assert.equal([left.exitCode, left.signalCode], [null, null]);
      left.kill('SIGKILL');
    }
  });

  test('has nothing to wait for without a session', async () => {
    await watchSessions().end({ grace: 60_000 });
  });
});
