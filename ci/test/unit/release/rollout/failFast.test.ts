import type { KubeConfig, V1ContainerState, V1Pod } from '@kubernetes/client-node';
import * as assert from 'uvu/assert';
import { withFailFast } from '../../../../release/rollout/failFast.ts';
import { describe, rejects } from '../../../harness.ts';
import { type Answer, withFakeCluster } from '../../kube/fakeCluster.ts';
import { crashing, pod } from '../../kube/workloads.ts';

const core = '/api/v1/namespaces/shop-space';
const batch = '/apis/batch/v1/namespaces/shop-space';
const merge = 'application/merge-patch+json';
const absent = { waiting: { reason: 'ErrImagePull', message: 'shop:1: not found' } };

/** The Job `migrate`, a hook unless told otherwise. */
const job = (backoffLimit = 6, annotations: object = { 'helm.sh/hook': 'pre-upgrade' }) => ({
  metadata: { name: 'migrate', uid: 'migrate', annotations },
  spec: { backoffLimit, template: {} },
});

/** A pod that waits for its image, such as the Job's. */
function waitingPod(
  name: string,
  owner: string,
  more: { hook?: string; restartPolicy?: string; phase?: string } = {},
): V1Pod {
  const made = pod(name, owner, absent);
  Object.assign(made.metadata ?? {}, more.hook ? { annotations: { 'helm.sh/hook': more.hook } } : {});
  Object.assign(made.spec ?? {}, { restartPolicy: more.restartPolicy ?? 'Never' });
  Object.assign(made.status ?? {}, { phase: more.phase ?? 'Pending' });
  return made;
}

/** A pod of the Job that is restarted where it is, and crashes each time. */
function crashingPod(name: string, restartCount: number, state: V1ContainerState = crashing): V1Pod {
  const made = pod(name, 'migrate', state);
  Object.assign(made.spec ?? {}, { restartPolicy: 'OnFailure' });
  Object.assign(made.status?.containerStatuses?.[0] ?? {}, { restartCount });
  return made;
}

/** Whatever is asked for, at the first look there is nothing yet. */
function cluster(jobs: object[], pods: V1Pod[], there: V1Pod[] = []): Record<string, Answer | ((url: URL) => Answer)> {
  let looks = 0;
  return {
    [`${batch}/jobs`]: () => ({ items: looks++ === 0 ? [] : jobs }),
    [`${core}/pods`]: (url) => {
      const ofJobs = url.searchParams.get('labelSelector')?.startsWith('job-name in');
      const unlabelled = (each: V1Pod) => each.metadata?.annotations === undefined;
      if (looks <= 1) return { items: there };
      return { items: pods.filter((each) => unlabelled(each) === ofJobs) };
    },
    [`${core}/events`]: { items: [] },
    [`${batch}/jobs/migrate`]: job(),
    ...Object.fromEntries(pods.map((each) => [`${core}/pods/${each.metadata?.name}`, each])),
  };
}

/** Milliseconds between two looks. */
const pace = 50;
const run = (kube: KubeConfig, work: () => Promise<string>) => {
  return withFailFast({ place: { kube, namespace: 'shop-space', release: 'shop' } }, work, pace);
};
/** Helm, until something is so. */
const helmUntil = (isSo: () => boolean) => async () => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, pace));
  return 'what Helm says';
};
/** Helm, until so many looks at the cluster are over, each of which begins when the one before is. */
const helm = (asked: readonly string[], looks: number) =>
  // The first is before Helm, and the last only begins.
  helmUntil(() => asked.filter((path) => path.startsWith(`${batch}/jobs?`)).length >= looks + 2);

describe('withFailFast', (test) => {
  test('ends the pod of a hook Job, after the Job was told not to make another', () =>
    withFakeCluster(cluster([job()], [waitingPod('migrate-1', 'migrate')]), async ({ kube, changes, asked }) => {
      const { result, ended } = await run(kube, helm(asked, 3));
      assert.is(result, 'what Helm says');
      assert.equal(ended, [
        {
          pod: 'migrate-1',
          why: 'container web: ErrImagePull: shop:1: not found',
          evidence: ['pod migrate-1: Pending, web waiting: ErrImagePull (2 restarts)'],
        },
      ]);
      assert.equal(changes, [
        { method: 'PATCH', path: `${batch}/jobs/migrate`, contentType: merge, body: { spec: { backoffLimit: 0 } } },
        {
          method: 'PATCH',
          path: `${core}/pods/migrate-1`,
          contentType: merge,
          body: { spec: { activeDeadlineSeconds: 1 } },
        },
      ]);
      assert.ok(asked.some((path) => path.includes(encodeURIComponent('app.kubernetes.io/instance=shop'))));
    }));

  test('ends a test pod; a Job that makes no other pod is left as it is', () => {
    const pods = [waitingPod('shop-test', 'nobody', { hook: 'test' }), waitingPod('migrate-1', 'migrate')];
    return withFakeCluster(cluster([job(0)], pods), async ({ kube, changes, asked }) => {
      await run(kube, helm(asked, 2));
      assert.equal(
        changes.map(({ path }) => path),
        [`${core}/pods/shop-test`, `${core}/pods/migrate-1`],
      );
    });
  });

  test('ends a pod that is restarted, and one that crashes once it has been tried three times', () => {
    const pods = [
      waitingPod('absent', 'nobody', { hook: 'test', restartPolicy: 'Always' }),
      crashingPod('migrate-1', 2),
      crashingPod('migrate-2', 3),
    ];
    return withFakeCluster(cluster([job(0)], pods), async ({ kube, changes }) => {
      const { ended } = await run(
        kube,
        helmUntil(() => changes.length >= 2),
      );
      assert.equal(
        changes.map(({ path }) => path),
        [`${core}/pods/absent`, `${core}/pods/migrate-2`],
      );
      assert.is(ended.at(-1)?.why, 'container web: CrashLoopBackOff (3 restarts)');
    });
  });

  test('counts the restarts of one that the status does not say to be held back, too', () => {
    const crashed = { terminated: { exitCode: 4 } };
    const pods = [crashingPod('migrate-1', 2, crashed), crashingPod('migrate-2', 3, crashed)];
    return withFakeCluster(cluster([job(0)], pods), async ({ kube, changes }) => {
      const { ended } = await run(
        kube,
        helmUntil(() => changes.length >= 1),
      );
      assert.equal(
        ended.map(({ pod, why }) => [pod, why]),
        [['migrate-2', 'container web: CrashLoopBackOff (exit code 4, 3 restarts)']],
      );
    });
  });

  test('leaves alone what has hope, has ended, was there before, or is no hook', () => {
    const before = waitingPod('before', 'nobody', { hook: 'test' });
    const running = pod('running', 'migrate', { running: {} });
    Object.assign(running.spec ?? {}, { restartPolicy: 'Never' });
    const pods = [
      before,
      running,
      waitingPod('failed', 'migrate', { phase: 'Failed' }),
      waitingPod('of-another-job', 'nightly'),
    ];
    const nightly = { ...job(6, {}), metadata: { name: 'nightly', uid: 'nightly' } };
    return withFakeCluster(cluster([job(), nightly], pods, [before]), async ({ kube, changes, asked }) => {
      assert.equal((await run(kube, helm(asked, 2))).ended, []);
      assert.equal(changes, []);
    });
  });

  test('says when it may not end a pod', () => {
    const routes = cluster([job(0)], [waitingPod('migrate-1', 'migrate')]);
    return withFakeCluster({ ...routes, [`${core}/pods/migrate-1`]: 403 }, async ({ kube, changes, asked }) => {
      const { ended } = await run(kube, helm(asked, 3));
      assert.is(ended[0]?.evidence.at(-1), 'pod migrate-1 could not be ended before its time: 403');
      assert.is(changes.length, 1, 'it is tried once');
    });
  });

  test('tries again when a pod could not be ended for a moment, and tells of it once', () => {
    const waiting = waitingPod('migrate-1', 'migrate');
    let tries = 0;
    const routes = cluster([job(0)], [waiting]);
    const patched = () => [503, 409, waiting][tries++] ?? waiting;
    return withFakeCluster({ ...routes, [`${core}/pods/migrate-1`]: patched }, async ({ kube, changes, asked }) => {
      const { ended } = await run(kube, helm(asked, 5));
      assert.is(changes.length, 3);
      assert.equal(
        ended.map(({ pod, evidence }) => [pod, evidence.length]),
        [['migrate-1', 1]],
      );
    });
  });

  test('goes on when the cluster does not answer, and passes on how Helm failed', async () => {
    await withFakeCluster({ [`${batch}/jobs`]: 500 }, async ({ kube, asked }) => {
      const { result, ended } = await run(kube, helm(asked, 2));
      assert.equal([result, ended], ['what Helm says', []]);
      assert.ok(asked.length >= 3, 'looked again');
      const failing = () => Promise.reject(new Error('the engine is gone'));
      await rejects(run(kube, failing), /the engine is gone/);
    });
  });
});
