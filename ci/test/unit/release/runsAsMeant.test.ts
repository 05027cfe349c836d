import * as assert from 'uvu/assert';
import { PipelineError } from '../../../errors.ts';
import { assertRunsAsMeant, type RunsContext } from '../../../release/runsAsMeant.ts';
import { describe, rejects } from '../../harness.ts';
import { type Answer, withFakeCluster } from '../kube/fakeCluster.ts';
import { deployed, digest, image, other, pod, repository } from './madeUpRelease.ts';

const apps = '/apis/apps/v1/namespaces/shop-space';
const podsPath = '/api/v1/namespaces/shop-space/pods';

function routes(pods: Answer | (() => Answer)) {
  const { deployments, replicaSets } = deployed({ pods: [] });
  return {
    [`${apps}/deployments`]: { items: deployments },
    [`${apps}/statefulsets`]: { items: [] },
    [`${apps}/daemonsets`]: { items: [] },
    [`${apps}/replicasets`]: { items: replicaSets },
    [podsPath]: pods,
  };
}

const look = (given: Parameters<typeof withFakeCluster>[0], waitMs = 0, release = 'shop') =>
  withFakeCluster(given, ({ kube }) => {
    const config = { release, namespace: 'shop-space' };
    const ctx = { cluster: { kube }, config, signal: new AbortController().signal } as unknown as RunsContext;
    return assertRunsAsMeant(ctx, image, waitMs);
  });

const wrong = pod({ reference: `${repository}@${other}`, imageID: `${repository}@${other}` });

describe('assertRunsAsMeant', (test) => {
  test('tells how many pods run the image', async () => {
    assert.is(await look(routes({ items: [pod()] })), '1 pod runs sha256:111111111111');
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
    assert.match(await look(routes(late), 3_000), /^1 pod runs/);
    assert.is(asked, 2);
    await rejects(look(routes({ items: [pod({ ready: false })] }), 700), /pod shop-1 is not ready/);
  });
  test('takes no note of workloads of other releases', async () => {
    const found = await look(routes({ items: [wrong] }), 0, 'another');
    assert.is(found, 'the release has no Deployment, StatefulSet or DaemonSet');
  });
  test('says what it may not list, and does not take it for missing', async () => {
    const pods = { items: [pod()] };
    assert.is(await look(routes(403)), 'not checked: pods may not be listed');
    const noDaemons = { ...routes(pods), [`${apps}/daemonsets`]: 403 };
    assert.match(await look(noDaemons), /^1 pod runs .*; not checked: daemonsets may not be listed$/);
    const noSets = { ...routes(pods), [`${apps}/replicasets`]: 403 };
    assert.is(await look(noSets), 'not checked: replicasets may not be listed');
    await rejects(look({ ...routes({ items: [wrong] }), [`${apps}/daemonsets`]: 403 }), /runs by/);
  });
  test('does not hide that the cluster does not answer', async () => {
    await rejects(look(routes(500)));
  });
});
