import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AutoscalingV2Api, type V1Deployment, Watch } from '@kubernetes/client-node';
import * as assert from 'uvu/assert';
import { helm } from '../../helm/helm.ts';
import { history } from '../../helm/history.ts';
import { overrideConflicts } from '../../release/rollout/helmOperation.ts';
import { rollBack } from '../../release/rollout/rollBack.ts';
import { describe } from '../harness.ts';
import { kubectl } from './support/kubectl.ts';
import type { Place } from './support/place.ts';
import { releasing } from './support/releasing.ts';
import { sharedOutside } from './support/sharedOutside.ts';
import { smallChart } from './support/smallChart.ts';

/** A chart that names a number of pods, whoever scales. */
function chartWithReplicas(): string {
  const chart = smallChart();
  const file = join(chart, 'templates/deployment.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('spec:\n', 'spec:\n  replicas: 1\n'));
  return chart;
}

/** Every number of pods that the Deployment was ever set to, in turn. */
async function numbersOf(
  { cluster: { kube } }: Place,
  namespace: string,
): Promise<{ seen: number[]; end: () => void }> {
  const seen: number[] = [];
  let resourceVersion: string | undefined;
  let watch: AbortController | undefined;
  let ended = false;
  const look = (_: string, { metadata, spec }: V1Deployment) => {
    resourceVersion = metadata?.resourceVersion ?? resourceVersion;
    if (spec?.replicas !== undefined && spec.replicas !== seen.at(-1)) seen.push(spec.replicas);
  };
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  // The client gives up a watch on which nothing has come for 30 s. The next one begins where it ended.
  const begin = async () => {
    const since = resourceVersion === undefined ? {} : { resourceVersion };
    watch = await new Watch(kube).watch(path, since, look, () => {
      if (!ended) setTimeout(() => void begin(), 100);
    });
  };
  await begin();
  const end = () => {
    ended = true;
    watch?.abort();
  };
  return { seen, end };
}

async function until(is: () => boolean, what: string): Promise<void> {
  for (let left = 120; left > 0 && !is(); left--) await sleep(500);
  assert.ok(is(), what);
}

describe('a release that an autoscaler scales, whose chart names a number', (test) => {
  test('keeps the autoscaler’s number through an upgrade and a rollback, and loses one that was set by hand', async () => {
    const all = await sharedOutside();
    const releases = await releasing(all, 'autoscaled');
    const { namespace } = releases;
    const chart = ['--chart', chartWithReplicas()];
    const first = await releases.release(chart);
    assert.is(first.exitCode, 0, first.report.failure?.message);
    const { seen, end } = await numbersOf(all, namespace);
    try {
      const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'todo' };
      const scaling = all.cluster.kube.makeApiClient(AutoscalingV2Api);
      await scaling.createNamespacedHorizontalPodAutoscaler({
        namespace,
        body: { metadata: { name: 'by-test' }, spec: { minReplicas: 2, maxReplicas: 3, scaleTargetRef } },
      });
      await until(() => seen.at(-1) === 2, `scaled: ${seen.join()}`);
      assert.equal(seen, [1, 2]);

      const note = /left to its autoscaler: Deployment todo, spec.replicas: 2 instead of 1/;
      const second = await releases.release([...chart, '--set', 'changed=1']);
      assert.is(second.exitCode, 0, second.report.failure?.message);
      assert.match(second.report.notes.join('\n'), note);
      const third = await releases.release([...chart, '--set', 'changed=2']);
      assert.is(third.exitCode, 0, third.report.failure?.message);
      assert.match(third.report.notes.join('\n'), note);
      const failed = await releases.release([...chart, '--set', 'migration.code=1']);
      assert.is(failed.exitCode, 11, failed.report.failure?.message);
      const { ctx } = failed;
      await rollBack(ctx, 1);
      assert.equal(seen, [1, 2]);
      // No trace of the copy that Helm went back to.
      const statuses = (await history(ctx)).map(({ status }) => status);
      assert.equal(
        statuses.filter((status) => status === 'deployed'),
        ['deployed'],
      );
      assert.is(statuses.length, 6, statuses.join());

      // Why it takes all that.
      const { exitCode, lines } = await helm(ctx, [
        'rollback',
        'todo',
        '1',
        '--namespace',
        namespace,
        ...overrideConflicts,
      ]);
      assert.is(exitCode, 0, lines.join('\n'));
      await until(() => seen[2] === 1, `Helm alone: ${seen.join()}`);

      await scaling.deleteNamespacedHorizontalPodAutoscaler({ namespace, name: 'by-test' });
      await kubectl(all, ['--namespace', namespace, 'scale', 'deployment/todo', '--replicas=3']);
      const last = await releases.release([...chart, '--set', 'changed=3']);
      assert.is(last.exitCode, 0, last.report.failure?.message);
      assert.not.match(last.report.notes.join('\n'), 'left to');
      await until(() => seen.at(-1) === 1, `by hand: ${seen.join()}`);
    } finally {
      end();
    }
  });
}, 600_000);
