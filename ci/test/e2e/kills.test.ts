import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import type { Phase } from '../../release/ledger.ts';
import { runningDaemon } from '../../toolchain/daemon.ts';
import { engineRecord } from '../../toolchain/engine.ts';
import { paths } from '../../toolchain/paths.ts';
import { describe } from '../harness.ts';
import { type App, appOfExample, temporaryFolder } from './support/apps.ts';
import { chartWithTest } from './support/charts.ts';
import { nativeCluster } from './support/nativeCluster.ts';
import { type Program, program } from './support/program.ts';
import { oneTest } from './support/releasing.ts';
import { closeShared } from './support/shared.ts';
import { isVerified, reaches, type Watched } from './support/standing.ts';

interface Life {
  its: Watched;
  app: App;
  start: (...more: string[]) => Program;
  /** Another release each time. */
  another: () => string[];
}

let life: Promise<Life> | undefined;

/** On a cluster outside the engine: it survives whatever is killed here. */
async function begin(): Promise<Life> {
  await closeShared();
  const { kubeconfig, kube, registry } = await nativeCluster();
  const app = appOfExample();
  const its = { kube, namespace: 'kills', release: 'todo' };
  const flags = ['--source', app.folder, '--name', 'todo', '--namespace', its.namespace, '--test-command', 'true'];
  const where = ['--kubeconfig', kubeconfig, '--registry', `${registry.name}/team`];
  let count = 0;
  const start = (...more: string[]) =>
    program([...flags, ...where, ...oneTest, '--reports', temporaryFolder(), ...more]);
  const { code, stderr } = await start().ended;
  assert.is(code, 0, stderr);
  return { its, app, start, another: () => ['--set', `podAnnotations.count=n${++count}`] };
}

function living(): Promise<Life> {
  life ??= begin();
  return life;
}

/** The next run of any kind ends with a verified release, and says that it has found something to do. */
async function nextIsGood({ its, start, another }: Life): Promise<void> {
  const { code, stderr } = await start(...another()).ended;
  assert.is(code, 0, stderr);
  await isVerified(its);
}

function killNode({ child }: Program): void {
  process.kill(child.pid as number, 'SIGKILL');
}

function killEngine(): void {
  const engine = runningDaemon(engineRecord(paths(process.env)));
  assert.ok(engine, "the toolchain's engine runs");
  process.kill(engine.pid, 'SIGKILL');
}

describe('kill -9 of the program', (test) => {
  for (const phase of ['upgrade', 'wait', 'test'] as Phase[]) {
    test(`in the phase ${phase} is mended by the next run`, async () => {
      const its = await living();
      const run = its.start(...its.another());
      await reaches(its.its, phase, run.ended);
      killNode(run);
      await run.ended;
      await nextIsGood(its);
    });
  }

  test('in the middle of a migration is mended by the next run', async () => {
    const its = await living();
    const slow = 'migrations.command={sh,-c,sleep 5; python manage.py migrate --noinput}';
    const run = its.start('--set', slow);
    await reaches(its.its, 'upgrade', run.ended);
    await sleep(3_000);
    killNode(run);
    await run.ended;
    await nextIsGood(its);
  });

  test('in a rollback is mended by the next run', async () => {
    const its = await living();
    const run = its.start('--chart', chartWithTest('echo rollback; exit 1'));
    await reaches(its.its, 'rollback', run.ended);
    killNode(run);
    await run.ended;
    await nextIsGood(its);
  });

  test('at random moments, again and again, needs nobody', async () => {
    const its = await living();
    for (let kill = 0; kill < 3; kill++) {
      const run = its.start(...(kill % 2 ? its.another() : ['--chart', chartWithTest(`echo ${kill}; exit 1`)]));
      const after = randomInt(2_000, 25_000);
      await Promise.race([sleep(after), run.ended]);
      if (run.child.exitCode === null) killNode(run);
      await run.ended;
    }
    await nextIsGood(its);
  });
}, 600_000);

// One phase only, the last of all: an engine that was killed has lost all that it had built.
describe('kill -9 of the engine', (test) => {
  test('in the test after a rollback is mended by the next run', async () => {
    const its = await living();
    const run = its.start('--chart', chartWithTest('echo engine; exit 1'));
    await reaches(its.its, 'test-rollback', run.ended);
    killEngine();
    const { code } = await run.ended;
    assert.is.not(code, 0);
    await nextIsGood(its);
  });
}, 600_000);
