import * as assert from 'uvu/assert';
import { exitCodes } from '../../core/errors.ts';
import { describe } from '../harness.ts';
import { engineSession } from './support/engineSession.ts';
import { type EngineKilling, engineKilling, type Killing, nextIsGood } from './support/killing.ts';
import { manifestOf } from './support/manifestOf.ts';
import { isVerified, reaches, rollingBack } from './support/standing.ts';

let life: Promise<EngineKilling> | undefined;

function living(): Promise<EngineKilling> {
  life ??= engineKilling();
  return life;
}

/** The next delivery is good, with the same image, layer by layer. */
async function nextIsSame(its: Killing, image: string): Promise<void> {
  const next = (await nextIsGood(its)).image;
  assert.equal(await manifestOf(next), await manifestOf(image));
  assert.is(next, image);
}

describe('the end of the engine', (test) => {
  test('by kill -9 in a rollback is mended by the next run, whose engine makes the same image', async () => {
    // One phase only, as each costs all that an engine has built. The others: `npm run bench:kills`.
    const its = await living();
    const { image } = await isVerified(its.its);
    const run = its.run(...its.failing());
    await reaches(its.its, rollingBack, run.ended);
    its.toolchain.killEngine();
    const { code, stderr } = await run.ended;
    assert.is(code, exitCodes.notRestored, stderr);
    assert.match(stderr, 'the Dagger engine has gone in the middle of the run');
    assert.equal(run.left(), []);
    await nextIsSame(its, image);
  });

  test('in order is followed by an engine that makes the same image', async () => {
    const its = await living();
    const { image } = await isVerified(its.its);
    await its.toolchain.stopEngine();
    await nextIsSame(its, image);
  });
}, 600_000);

describe('two engines', (test) => {
  test('do not meet: after the end of one, the other still finds its containers', async () => {
    const { toolchain } = await living();
    await toolchain.stopEngine();
    const status = await engineSession(async ({ dag, images }) => {
      const registry = dag.container().from(images.registry).withExposedPort(5000).asService({ useEntrypoint: true });
      const tunnel = await dag.host().tunnel(registry).start(); // once the engine has found it by its name
      return (await fetch(`${await tunnel.endpoint({ scheme: 'http' })}/v2/`)).status;
    });
    assert.is(status, 200);
  });
}, 120_000);
