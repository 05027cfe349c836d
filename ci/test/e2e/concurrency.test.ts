import * as assert from 'uvu/assert';
import { describe } from '../harness.ts';
import { appOfExample, temporaryFolder } from './support/apps.ts';
import { nativeCluster } from './support/nativeCluster.ts';
import { type Ended, program } from './support/program.ts';
import { closeShared } from './support/shared.ts';
import { isVerified, ledgerOf, type Watched } from './support/standing.ts';

/** Starts so many runs at once, each with a release of its own. */
async function atOnce(count: number, namespace: string): Promise<{ its: Watched; ended: Ended[] }> {
  await closeShared();
  const { kube, flags: where } = await nativeCluster();
  const app = appOfExample();
  const flags = ['--source', app.folder, '--name', 'todo', '--namespace', namespace, '--test-command', 'true'];
  const runs = Array.from({ length: count }, (_, index) =>
    program([...flags, ...where, '--set', `podAnnotations.run=r${index}`, '--reports', temporaryFolder()]),
  );
  return { its: { kube, namespace, release: 'todo' }, ended: await Promise.all(runs.map((run) => run.ended)) };
}

async function hadSerialEffect({ its, ended }: { its: Watched; ended: Ended[] }): Promise<void> {
  const told = ended.map(({ code, stderr }) => `${code}: ${stderr.slice(-400)}`).join('\n\n');
  const good = ended.filter(({ code }) => code === 0);
  assert.ok(good.length > 0, told);
  for (const { code, stderr } of ended.filter((one) => one.code !== 0)) {
    assert.is(code, 20, told);
    assert.match(stderr, /release todo is left to a newer run: .* waits with commit/);
  }
  await isVerified(its);
  const { entries } = await ledgerOf(its);
  assert.is(entries.length, good.length, 'one entry for each run that deployed');
  assert.is(new Set(entries.map(({ run }) => run)).size, good.length);
  assert.ok(entries.every(({ outcome }) => outcome === 'verified'));
  // One after the other: none began before the one before it had ended.
  for (const [index, entry] of entries.entries())
    assert.ok(index === 0 || entry.startedAt >= (entries[index - 1]?.endedAt ?? ''), `entry ${entry.number}`);
}

describe('runs at the same time', (test) => {
  test('two: one after the other', async () => hadSerialEffect(await atOnce(2, 'two-at-once')));

  test('five: those that are overtaken while they wait leave it to the last', async () => {
    const five = await atOnce(5, 'five-at-once');
    await hadSerialEffect(five);
    assert.ok(five.ended.some(({ code }) => code === 20));
  });
}, 600_000);
