import type { V1Pod } from '@kubernetes/client-node';
import * as assert from 'uvu/assert';
import { PipelineError } from '../../../../core/errors.ts';
import { encodeRecord } from '../../../../helm/storage.ts';
import type { MeantImage } from '../../../../release/state/compareRunning.ts';
import { assertRunsAsMeant } from '../../../../release/state/runsImage.ts';
import { describe, rejects } from '../../../harness.ts';
import { type Answer, withFakeCluster } from '../../kube/fakeCluster.ts';
import { deployed, digest, image, other, pod, repository } from '../fakeRelease.ts';

const apps = '/apis/apps/v1/namespaces/shop-space';
const podsPath = '/api/v1/namespaces/shop-space/pods';
const jobsPath = '/apis/batch/v1/namespaces/shop-space/jobs';
const secretsPath = '/api/v1/namespaces/shop-space/secrets';

function routes(pods: Answer | (() => Answer)) {
  const { deployments, replicaSets } = deployed({ pods: [] });
  return {
    [`${apps}/deployments`]: { items: deployments },
    [`${apps}/statefulsets`]: { items: [] },
    [`${apps}/daemonsets`]: { items: [] },
    [`${apps}/replicasets`]: { items: replicaSets },
    [podsPath]: pods,
    [jobsPath]: { items: [] },
  };
}

type Routes = Parameters<typeof withFakeCluster>[0];

const look = (given: Routes, waitMs = 0, release = 'shop') => lookFor(image, given, waitMs, release);

const lookFor = (meant: MeantImage | string, given: Routes, waitMs = 0, release = 'shop') =>
  withFakeCluster(given, ({ kube }) => {
    const place = { kube, namespace: 'shop-space', release };
    const ctx = { place, signal: new AbortController().signal };
    return assertRunsAsMeant(ctx, typeof meant === 'string' ? { repository, digest: meant } : meant, waitMs);
  });

/** What Helm keeps of a revision with workloads of these kinds. */
function record(version: number, kinds: readonly string[]): object {
  const manifest = kinds.map((kind) => `apiVersion: apps/v1\nkind: ${kind}\nmetadata: {name: shop}\n`).join('---\n');
  const release = encodeRecord({ version, info: { status: 'deployed' }, manifest });
  return { metadata: { labels: { version: String(version) } }, data: { release } };
}

const wrong = pod({ reference: `${repository}@${other}`, imageID: `${repository}@${other}` });

describe('assertRunsAsMeant', (test) => {
  test('tells how many pods run the image', async () => {
    assert.equal(await look(routes({ items: [pod()] })), { pods: 1, hidden: [], notes: [] });
  });
  test('throws with pod, meant and found', async () => {
    const error = await rejects(
      look(routes({ items: [wrong] })),
      /what runs of shop is not what was meant: pod shop-1/,
    );
    assert.instance(error, PipelineError);
    const { code, details } = error as PipelineError;
    assert.is(code, 'NOT_AS_MEANT');
    assert.equal(details, [`pod shop-1, container web: runs by ${other}, meant is ${digest}`]);
  });
  test('gives a status that lags behind some time, but not for ever', async () => {
    let asked = 0;
    const late = () => ({ items: [asked++ === 0 ? pod({ ready: false }) : pod()] });
    assert.is((await look(routes(late), 3_000)).pods, 1);
    assert.is(asked, 2);
    await rejects(look(routes({ items: [pod({ ready: false })] }), 700), /pod shop-1 is not ready/);
  });
  test('takes no note of workloads of other releases', async () => {
    const found = await look(routes({ items: [wrong] }), 0, 'another');
    assert.equal(found, { pods: 0, hidden: [], notes: ['the release has no Deployment, StatefulSet or DaemonSet'] });
  });
  test('says what it may not list, and does not take it for missing', async () => {
    const pods = { items: [pod()] };
    assert.equal(await look(routes(403)), { pods: 0, hidden: ['not checked: pods may not be listed'], notes: [] });
    const noSets = { ...routes(pods), [`${apps}/replicasets`]: 403 };
    assert.equal(await look(noSets), { pods: 0, hidden: ['not checked: replicasets may not be listed'], notes: [] });
    // The templates still tell what they are set to.
    for (const less of [routes(403), noSets]) await rejects(lookFor(other, less), /container web is set to/);
  });
  test('minds a kind that it may not list only where the chart has one', async () => {
    const notListed = { [`${apps}/statefulsets`]: 403, [`${apps}/daemonsets`]: 403 };
    const given = (kinds: string[], there: V1Pod[]) => ({
      ...{ ...routes({ items: there }), ...notListed },
      [secretsPath]: { items: [record(1, ['StatefulSet', 'DaemonSet']), record(2, kinds)] },
    });
    assert.equal(await look(given(['Deployment'], [pod()])), { pods: 1, hidden: [], notes: [] });
    const hidden = ['not checked: daemonsets may not be listed'];
    assert.equal(await look(given(['Deployment', 'DaemonSet'], [pod()])), { pods: 1, hidden, notes: [] });
    // A chart that does not take the image from its values.
    const image = { repository: 'localhost:5000/blog', digest };
    await rejects(lookFor(image, given(['Deployment'], [pod()])), /no workload of the release uses the image/);
    assert.equal(await lookFor(image, given(['Deployment', 'DaemonSet'], [pod()])), { pods: 0, hidden, notes: [] });
    await rejects(look(given(['Deployment', 'DaemonSet'], [wrong])), /runs by/);
  });
  test('finds fault with a pod that is missing, whatever it may not list', async () => {
    const daemonSets = { [`${apps}/daemonsets`]: 403, [secretsPath]: 403 };
    await rejects(look({ ...routes({ items: [] }), ...daemonSets }), /Deployment shop: 0 of 1 pods are there/);
  });
  test('tells of Jobs of the release that have failed or have not ended', async () => {
    const annotations = deployed({ pods: [] }).deployments?.[0]?.metadata?.annotations;
    const job = (name: string, type?: string, more: object = {}): object => ({
      metadata: { name, annotations },
      status: type ? { conditions: [{ type, status: 'True', reason: 'BackoffLimitExceeded' }] } : {},
      ...more,
    });
    const jobs = [
      job('failed', 'Failed'),
      job('done', 'Complete'),
      job('long'),
      job('off', '', { spec: { suspend: true } }),
    ];
    const hook = { metadata: { name: 'hook' }, status: {} };
    const given = routes({ items: [pod()] });
    assert.equal((await look({ ...given, [jobsPath]: { items: [...jobs, hook] } })).notes, [
      'Job failed, which is no hook, has failed: BackoffLimitExceeded',
      'Job long, which is no hook, has not ended yet: what becomes of it is not waited for',
    ]);
    assert.equal((await look({ ...given, [jobsPath]: 403 })).notes, []);
  });
  test('does not hide that the cluster does not answer', async () => {
    await rejects(look(routes(500)));
  });
});
