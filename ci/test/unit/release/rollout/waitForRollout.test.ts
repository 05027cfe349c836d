import type { KubeConfig, V1Pod } from '@kubernetes/client-node';
import * as assert from 'uvu/assert';
import { PipelineError } from '../../../../core/errors.ts';
import type { WorkloadName } from '../../../../helm/manifest.ts';
import { GracePeriods } from '../../../../kube/grace.ts';
import { selectorText, waitForRollout } from '../../../../release/rollout/waitForRollout.ts';
import { describe, rejects } from '../../../harness.ts';
import { type Answer, withFakeCluster } from '../../kube/fakeCluster.ts';
import { crashing, deployment, pod, replicaSets, statefulSet } from '../../kube/workloads.ts';
import { noMask } from '../../report/fakeReport.ts';

const never = new AbortController().signal;
const shop: WorkloadName = { kind: 'Deployment', name: 'shop' };
const apps = '/apis/apps/v1/namespaces/shop-space';
const pods = '/api/v1/namespaces/shop-space/pods';
const late = { availableReplicas: 0 };

/** Gives one answer after the other, and the last one for ever. */
const inTurn = (...answers: Answer[]) => {
  return () => (answers.length > 1 ? answers.shift() : answers[0]) as Answer;
};
const wait = (
  kube: KubeConfig,
  workloads: WorkloadName[],
  seconds = 60,
  signal = never,
  times = { pace: 10, patience: 60_000 },
) => {
  return waitForRollout(
    { place: { kube, namespace: 'shop-space', release: 'shop' }, mask: noMask },
    workloads,
    seconds,
    signal,
    times,
  );
};

describe('waitForRollout', (test) => {
  test('ends when all are ready, and looks at the pods only of those that are not', () =>
    withFakeCluster(
      {
        [`${apps}/deployments/shop`]: inTurn(deployment(late), deployment()),
        [`${apps}/replicasets`]: { items: replicaSets },
        [pods]: { items: [] },
        '/apis/apps/v1/namespaces/data/statefulsets/db': statefulSet({ updatedReplicas: 3, availableReplicas: 3 }),
      },
      async ({ kube, asked }) => {
        await wait(kube, [shop, { kind: 'StatefulSet', name: 'db', namespace: 'data' }]);
        const of = (path: string) => asked.filter((each) => each.startsWith(path));
        assert.is(of(`${apps}/deployments/shop`).length, 2);
        assert.equal(of('/api/v1/'), [`${pods}?labelSelector=app%3Dshop`]);
      },
    ));

  test('ends at once where there is nothing to wait for', () =>
    withFakeCluster({}, async ({ kube, asked }) => {
      await wait(kube, []);
      assert.equal(asked, []);
    }));

  test('ends at the first sign of hopelessness, and names it', () =>
    withFakeCluster(
      {
        [`${apps}/deployments/shop`]: deployment(late),
        [`${apps}/replicasets`]: { items: replicaSets },
        [pods]: { items: [pod('shop-2-a', 'shop-2', crashing)] },
      },
      async ({ kube, asked }) => {
        const error = await rejects(wait(kube, [shop]));
        assert.instance(error, PipelineError);
        assert.is((error as PipelineError).code, 'DEPLOY');
        const reason = 'pod shop-2-a: container web: CrashLoopBackOff (2 restarts)';
        assert.is(error.message, `Deployment shop will not get ready: ${reason}`);
        assert.is(asked.filter((path) => path.startsWith(pods)).length, 1);
      },
    ));

  test('gives a missing Secret some time, and goes on when it has come', () => {
    const missing = { waiting: { reason: 'CreateContainerConfigError', message: 'secret "x" not found' } };
    return withFakeCluster(
      {
        [`${apps}/deployments/shop`]: inTurn(deployment(late), deployment(late), deployment()),
        [`${apps}/replicasets`]: { items: replicaSets },
        [pods]: { items: [pod('shop-2-a', 'shop-2', missing)] },
      },
      ({ kube }) => wait(kube, [shop]),
    );
  });

  test('says at the end of its time what it waited for', () =>
    withFakeCluster(
      {
        [`${apps}/deployments/shop`]: deployment(late),
        [`${apps}/replicasets`]: { items: replicaSets },
        [pods]: { items: [pod('shop-2-a', 'shop-2', { running: {} })] },
      },
      async ({ kube }) => {
        const error = (await rejects(wait(kube, [shop], 0))) as PipelineError;
        assert.is(error.message, 'not ready after 0 s: Deployment shop');
        const state = 'pod shop-2-a: web running, but not ready (2 restarts)';
        assert.equal(error.details, [`Deployment shop: 0 of 1 pods are available; ${state}`]);
      },
    ));

  test('does without pods that it may not see', () =>
    withFakeCluster(
      { [`${apps}/deployments/shop`]: deployment(late), [`${apps}/replicasets`]: 403, [pods]: 403 },
      async ({ kube }) => {
        const error = (await rejects(wait(kube, [shop], 0))) as PipelineError;
        assert.equal(error.details, ['Deployment shop: 0 of 1 pods are available']);
      },
    ));

  test('outlasts an outage, holds nothing against the release before a look that was answered, and then only what it saw', () =>
    withFakeCluster({ [`${apps}/deployments/shop`]: inTurn(503, 503, deployment()) }, async ({ kube }) => {
      await wait(kube, [shop], 0);
      const error = (await rejects(wait(kube, [{ kind: 'DaemonSet', name: 'log' }], 0))) as PipelineError;
      assert.equal([error.code, ...error.details], ['DEPLOY', 'DaemonSet log: it does not exist']);
    }));

  test('says what the cluster said when it does not answer for very long', () =>
    withFakeCluster({ [`${apps}/deployments/shop`]: 503 }, async ({ kube }) => {
      const error = (await rejects(wait(kube, [shop], 60, never, { pace: 10, patience: 100 }))) as PipelineError;
      assert.is(error.code, 'CLUSTER');
      assert.match(error.message, /^the cluster has not answered for \d+ s: 503/);
    }));

  test('does not wait for what it may not see', () =>
    withFakeCluster({ [`${apps}/deployments/shop`]: 403 }, async ({ kube }) => {
      assert.is(((await rejects(wait(kube, [shop]))) as PipelineError).code, 'FORBIDDEN');
    }));

  test('does not hold it against a release that there is no room for it, unless something else speaks against it, too', () => {
    const unplaced = pod('shop-2-a', 'shop-2', {});
    unplaced.status = {
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', message: '0/1 nodes are available' }],
    };
    const code = (...found: V1Pod[]) =>
      withFakeCluster(
        {
          [`${apps}/deployments/shop`]: deployment(late),
          [`${apps}/replicasets`]: { items: replicaSets },
          [pods]: { items: found },
        },
        async ({ kube }) => {
          const { code, details } = (await rejects(wait(kube, [shop], 0))) as PipelineError;
          return [code, /not scheduled: 0\/1 nodes/.test(details.join())];
        },
      );
    return Promise.all([code(unplaced), code(unplaced, pod('shop-2-b', 'shop-2', { running: {} }))]).then((codes) =>
      assert.equal(codes, [
        ['NOT_TRIED', true],
        ['DEPLOY', true],
      ]),
    );
  });

  test('ends at an interrupt', () =>
    withFakeCluster({ [`${apps}/deployments/shop`]: deployment(late) }, async ({ kube }) => {
      const interrupt = new AbortController();
      setTimeout(() => interrupt.abort('SIGINT'), 100);
      assert.is((await rejects(wait(kube, [shop], 60, interrupt.signal))).name, 'AbortError');
    }));
});

describe('GracePeriods', (test) => {
  test('is over when a thing has looked hopeless for so long without a break', () => {
    const grace = new GracePeriods();
    assert.is(grace.isOver('a', true, 0, 0), true);
    assert.is(grace.isOver('b', true, 10, 1_000), false);
    assert.is(grace.isOver('b', true, 10, 10_999), false);
    assert.is(grace.isOver('c', true, 10, 11_000), false);
    assert.is(grace.isOver('b', true, 10, 11_000), true);
    assert.is(grace.isOver('b', false, 10, 12_000), false);
    assert.is(grace.isOver('b', true, 10, 13_000), false);
  });
});

describe('selectorText', (test) => {
  test('writes every kind of expression', () => {
    const matchExpressions = [
      { key: 'tier', operator: 'In', values: ['a', 'b'] },
      { key: 'zone', operator: 'NotIn', values: ['c'] },
      { key: 'app', operator: 'Exists' },
      { key: 'old', operator: 'DoesNotExist' },
    ];
    assert.is(
      selectorText({ matchLabels: { x: '1', y: '2' }, matchExpressions }),
      'x=1,y=2,tier in (a,b),zone notin (c),app,!old',
    );
    assert.is(selectorText(), '');
  });
});
