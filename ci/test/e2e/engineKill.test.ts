import * as assert from 'uvu/assert';
import { describe } from '../harness.ts';
import { killEngine, killing, nextIsGood } from './support/killing.ts';
import { isVerified, reaches, rollingBack } from './support/standing.ts';

// One phase only: an engine that was killed has lost all that it had built. The others: `npm run bench:kills`.
describe('kill -9 of the engine', (test) => {
  test('in a rollback is mended by the next run, whose engine makes the same image', async () => {
    const its = await killing();
    const { image } = await isVerified(its.its);
    const run = its.run(...its.failing());
    await reaches(its.its, rollingBack, run.ended);
    killEngine();
    const { code } = await run.ended;
    assert.is.not(code, 0);
    assert.is((await nextIsGood(its)).image, image);
  });
}, 600_000);
