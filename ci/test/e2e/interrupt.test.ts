import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { describe } from '../harness.ts';
import { appOfExample, temporaryFolder } from './support/apps.ts';
import { program, runProgram } from './support/program.ts';
import { closeShared } from './support/shared.ts';

describe('an interrupted run', (test) => {
  const app = appOfExample();
  const name = 'e2e-interrupt';
  const flags = () => ['--source', app.folder, '--name', 'todo', '--namespace', name, '--reports', temporaryFolder()];

  for (const moment of ['embedded registry and cluster started', 'test started', 'deploy started']) {
    test(`ends when it is interrupted after "${moment}", and leaves no process`, async () => {
      await closeShared();
      const run = program(flags());
      await run.says(moment);
      run.interrupt('SIGINT');
      const { code, stderr } = await run.ended;
      assert.is(code, 130, stderr);
      const told = `✗ ${moment.replace(' started', '')} failed after \\S+: interrupted by SIGINT\n[^]*was interrupted`;
      assert.match(stderr, new RegExp(told));
      assert.not.match(stderr, /failed in the stage/);
      assert.equal(run.left(), []);
    });
  }

  test('is told as such though the session of the engine ends before it hears of it, as when Jenkins aborts a build', async () => {
    await closeShared();
    const run = program(flags());
    await run.says('test started');
    const { pid } = run.child;
    for (const child of run.left()) if (child !== pid) process.kill(child, 'SIGTERM');
    await sleep(300);
    run.child.kill('SIGTERM');
    const { code, stderr } = await run.ended;
    assert.is(code, 143, stderr);
    assert.not.match(stderr, /failed in the stage/);
    assert.equal(run.left(), []);
  });

  test('leaves nothing behind of what it has fetched', async () => {
    await closeShared();
    const temporary = temporaryFolder();
    const fetched = () => readdirSync(temporary).filter((entry) => entry.startsWith('pipeline-source-'));
    const [, , ...others] = flags();
    const run = program(['--source', `file://${app.folder}`, ...others], { TMPDIR: temporary });
    await run.says('test started');
    assert.is(fetched().length, 1);
    run.interrupt('SIGTERM');
    const { code, stderr } = await run.ended;
    assert.is(code, 143, stderr);
    assert.equal(fetched(), []);
  });

  test('is followed by one that delivers, whatever was left behind', async () => {
    const reports = temporaryFolder();
    const { code, stderr } = await runProgram([...flags().slice(0, -1), reports]);
    assert.is(code, 0, stderr);
    const report = JSON.parse(readFileSync(join(reports, 'report.json'), 'utf8')) as { exitCode: number };
    assert.is(report.exitCode, 0);
  });

  test('of `up` shows the app until then, and ends well', async () => {
    const run = program(['up', ...flags()]);
    await run.says('The app answers there');
    run.interrupt('SIGINT');
    const { code, stdout, stderr } = await run.ended;
    assert.is(code, 0, stderr);
    assert.match(stdout, /^http:\/\/localhost:\d+\/\n$/);
  });
}, 600_000);
