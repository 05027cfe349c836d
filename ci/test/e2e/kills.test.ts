import { setTimeout as sleep } from 'node:timers/promises';
import type { Phase } from '../../release/ledger/ledger.ts';
import { describe } from '../harness.ts';
import { endAtRandom, type Killing, killing, killNode, nextIsGood } from './support/killing.ts';
import { reaches, rollingBack } from './support/standing.ts';

let life: Promise<Killing> | undefined;

function living(): Promise<Killing> {
  life ??= killing('kills');
  return life;
}

describe('kill -9 of the program', (test) => {
  for (const phase of ['upgrade', 'wait', 'test'] as Phase[]) {
    test(`in the phase ${phase} is mended by the next run`, async () => {
      const its = await living();
      const run = its.run(...its.slow());
      await reaches(its.its, [phase], run.ended);
      killNode(run);
      await run.ended;
      await nextIsGood(its);
    });
  }

  test('in the middle of a migration is mended by the next run', async () => {
    const its = await living();
    const slow = 'migrations.command={sh,-c,sleep 5; python manage.py migrate --noinput}';
    const run = its.run('--set', slow);
    await reaches(its.its, ['upgrade'], run.ended);
    await sleep(3_000);
    killNode(run);
    await run.ended;
    await nextIsGood(its);
  });

  test('in a rollback is mended by the next run', async () => {
    const its = await living();
    const run = its.run(...its.failing());
    await reaches(its.its, rollingBack, run.ended);
    killNode(run);
    await run.ended;
    await nextIsGood(its);
  });

  test('three times at random moments leaves nothing that the next run does not mend by itself', async () => {
    const its = await living();
    await endAtRandom(its, 3, 'SIGKILL');
  });
}, 600_000);

describe('a run that a build server aborts', (test) => {
  test('ten times at random moments leaves nothing that the next run does not mend by itself', async () => {
    const its = await living();
    await endAtRandom(its, 10, 'SIGTERM');
  });
}, 1_800_000);
