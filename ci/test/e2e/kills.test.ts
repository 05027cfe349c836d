import { setTimeout as sleep } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import type { Phase } from '../../release/ledger.ts';
import { describe } from '../harness.ts';
import { endAtRandom, type Killing, killEngine, killing, killNode, nextIsGood } from './support/killing.ts';
import { isVerified, reaches } from './support/standing.ts';

let life: Promise<Killing> | undefined;

function living(): Promise<Killing> {
  life ??= killing();
  return life;
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
    const run = its.start(...its.failing());
    await reaches(its.its, 'rollback', run.ended);
    killNode(run);
    await run.ended;
    await nextIsGood(its);
  });

  test('at random moments, again and again, needs nobody', async () => {
    const its = await living();
    await endAtRandom(its, 3, 'SIGKILL');
    await nextIsGood(its);
  });
}, 600_000);

describe('a run that a build server aborts', (test) => {
  test('ten times at random moments leaves nothing that the next run does not mend by itself', async () => {
    const its = await living();
    await endAtRandom(its, 10, 'SIGTERM');
    await nextIsGood(its);
  });
}, 900_000);

// One phase only, the last of all: an engine that was killed has lost all that it had built. The others: `npm run bench:kills`.
describe('kill -9 of the engine', (test) => {
  test('in the test after a rollback is mended by the next run, whose engine makes the same image', async () => {
    const its = await living();
    const { image } = await isVerified(its.its);
    const run = its.start(...its.failing());
    await reaches(its.its, 'test-rollback', run.ended);
    killEngine();
    const { code } = await run.ended;
    assert.is.not(code, 0);
    assert.is((await nextIsGood(its)).image, image);
  });
}, 600_000);
