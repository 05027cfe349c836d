/**
 * How long it takes from a failure to the release that is restored and tested again, beside what Helm alone takes for
 * `helm rollback --wait` and `helm test`: `npm run bench:restore`. Uses what the end-to-end tests use.
 */
import { helm } from '../../helm/helm.ts';
import { chartWithTest } from '../../test/e2e/support/charts.ts';
import { releasing } from '../../test/e2e/support/releasing.ts';
import { closeShared, shared } from '../../test/e2e/support/shared.ts';
import { session } from '../../test/harness/session.ts';

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

// The helpers of the tests clean up behind the last test; here that is done by hand.
const ended: (() => unknown)[] = session.closers;
const all = await shared();
const releases = await releasing(all, 'bench');
const good = await releases.release();
if (good.exitCode !== 0) throw new Error(good.report.failure?.message);

/** Helm alone: back to the revision before, and its tests. */
async function plain(): Promise<number> {
  const next = await releases.release(['--set', `podAnnotations.bench=n${Date.now()}`]);
  if (next.exitCode !== 0) throw new Error(next.report.failure?.message);
  const start = performance.now();
  for (const args of [
    ['rollback', 'todo', '--wait'],
    ['test', 'todo'],
  ]) {
    const { exitCode, lines } = await helm(next.ctx, [...args, '--namespace', releases.namespace]);
    if (exitCode !== 0) throw new Error(lines.join('\n'));
  }
  const ms = performance.now() - start;
  await releases.release(['--set', `podAnnotations.bench=m${Date.now()}`]);
  return ms;
}

const kinds: Record<string, () => ReturnType<typeof releases.release>> = {
  'image that does not exist': () => releases.release([], { digest: `sha256:${'0'.repeat(64)}` }),
  'crash loop': () =>
    releases.release(['--set', 'env.DJANGO_SETTINGS_MODULE=nowhere', '--set', 'migrations.enabled=false']),
  'failing migration': () => releases.release(['--set', 'migrations.command={python,-c,raise SystemExit(9)}']),
  'failing helm test': () => releases.release(['--chart', chartWithTest('exit 1')]),
};

const baseline = await plain();
console.log(`helm rollback --wait, helm test: ${seconds(baseline)}`);
for (const [name, release] of Object.entries(kinds)) {
  const { exitCode, report } = await release();
  const ms = report.stages.find((stage) => stage.name === 'rollback')?.ms ?? Number.NaN;
  console.log(
    `${name}: exit ${exitCode}, restored and tested again in ${seconds(ms)}, ${(ms / baseline).toFixed(2)} times that`,
  );
}
await closeShared();
for (const close of ended) await close();
process.exit();
