/**
 * How often the next run mends by itself what a killed one has left: `npm run bench:kills [TIMES]`. The program is killed and
 * aborted at random moments (20 times each unless told; 0: not at all), the engine in each phase. Uses what the end-to-end tests use.
 */
import { messageOf } from '../../core/causes.ts';
import type { Phase } from '../../release/ledger/ledger.ts';
import { endAtRandom, engineKilling, nextIsGood } from '../../test/e2e/support/killing.ts';
import { reaches } from '../../test/e2e/support/standing.ts';
import { session } from '../../test/harness/session.ts';

const times = Number(process.argv[2] ?? 20);
/** The phases of a good release, then those of one that fails. */
const phases: readonly Phase[] = ['upgrade', 'wait', 'test', 'rollback', 'wait-rollback', 'test-rollback'];

// The helpers of the tests clean up behind the last test; here that is done by hand.
const ended: (() => unknown)[] = session.closers;
const its = await engineKilling();

/** Of one commit: each engine that was killed is followed by one that has nothing in its cache. */
const images = new Set<string>();

/** One line for each: what was done, and how long the run took that came after. */
async function mended(what: string, kill: () => Promise<void>): Promise<void> {
  await kill();
  const start = performance.now();
  const outcome = await nextIsGood(its).then(
    ({ image }) => {
      images.add(image);
      return 'verified';
    },
    (error) => `NOT MENDED: ${messageOf(error)}`,
  );
  console.log(`${what}: the next run ends ${outcome}, after ${((performance.now() - start) / 1_000).toFixed(0)} s`);
}

for (const signal of times > 0 ? (['SIGKILL', 'SIGTERM'] as const) : []) {
  const moments: string[] = [];
  const outcome = await endAtRandom(its, times, signal, (moment) => moments.push((moment / 1_000).toFixed(1))).then(
    () => 'each time the next run, which delivers nothing itself, ends verified',
    (error) => `NOT MENDED: ${messageOf(error)}`,
  );
  console.log(`${moments.length} runs ended by ${signal} at random moments: ${outcome}`);
  console.log(`  seconds after their start: ${moments.join(', ')}`);
}
for (const phase of phases) {
  await mended(`engine killed in the phase ${phase}`, async () => {
    const run = its.run(...(/rollback/.test(phase) ? its.failing() : its.slow()));
    await reaches(its.its, [phase], run.ended);
    its.toolchain.killEngine();
    await run.ended;
  });
}
console.log(`${phases.length} new engines made ${images.size} image(s) of the one commit`);
for (const close of ended) await close();
process.exit();
