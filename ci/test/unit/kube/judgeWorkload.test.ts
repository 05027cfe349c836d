import * as assert from 'uvu/assert';
import { judgeWorkload, type Workload } from '../../../kube/judgeWorkload.ts';
import { describe } from '../../harness.ts';
import { crashing, daemonSet, deployment, pod, replicaSets, statefulSet } from './workloads.ts';

const stateOf = (workload: Workload, pods = [] as Parameters<typeof judgeWorkload>[2]) => {
  const { state, why } = judgeWorkload(workload, replicaSets, pods);
  return `${state}: ${why}`;
};
const looping = 'container web: CrashLoopBackOff (2 restarts)';

describe('judgeWorkload of a Deployment', (test) => {
  test('is ready when all replicas are new and available, and no other is left', () => {
    assert.is(stateOf(deployment()), 'ready: 1 of 1 pods are available');
  });

  test('does not believe a status that is older than the object', () => {
    assert.is(stateOf(deployment({ observedGeneration: 1 })), 'waiting: its controller has not seen it yet');
    const unseen = deployment();
    delete unseen.status;
    assert.is(stateOf(unseen), 'waiting: its controller has not seen it yet');
  });

  test('waits for pods of the new version, for those before to go, and for the new ones to be available', () => {
    const none = { replicas: 0, updatedReplicas: 0, availableReplicas: 0 };
    assert.is(stateOf(deployment(none)), 'waiting: 0 of 1 pods are of the new version');
    assert.is(stateOf(deployment({ replicas: 2 })), 'waiting: 1 pods of the version before are left');
    assert.is(stateOf(deployment({ availableReplicas: 0 })), 'waiting: 0 of 1 pods are available');
    // The field is left out when it is 0.
    const bare = deployment();
    bare.status = { observedGeneration: 2, replicas: 1, updatedReplicas: 1 };
    assert.is(stateOf(bare), 'waiting: 0 of 1 pods are available');
  });

  test('is ready without replicas, once the last pod has gone', () => {
    const stopped = (count: number) =>
      deployment({ replicas: count, updatedReplicas: count, availableReplicas: count }, { replicas: 0 });
    assert.is(stateOf(stopped(0)), 'ready: 0 of 0 pods are available');
    assert.is(stateOf(stopped(1)), 'waiting: 1 pods are left');
  });

  test('has one replica when it does not say how many', () => {
    const silent = deployment({ availableReplicas: 0 });
    delete silent.spec?.replicas;
    assert.is(stateOf(silent), 'waiting: 0 of 1 pods are available');
  });

  test('is not waited for while it is paused', () => {
    assert.is(
      stateOf(deployment({ updatedReplicas: 0, availableReplicas: 0 }, { paused: true })),
      'ready: its rollout is paused',
    );
  });

  test('is condemned by a pod of its own, and says how others stand while it waits', () => {
    const late = deployment({ availableReplicas: 0 });
    assert.is(stateOf(late, [pod('shop-2-a', 'shop-2', crashing)]), `hopeless: pod shop-2-a: ${looping}`);
    assert.is(
      stateOf(late, [pod('shop-2-a', 'shop-2', { running: {} })]),
      'waiting: 0 of 1 pods are available; pod shop-2-a: web running, but not ready (2 restarts)',
    );
  });

  test('is not condemned by a pod of the release before, or of somebody else', () => {
    const late = deployment({ replicas: 2, availableReplicas: 0 });
    const others = [pod('shop-1-a', 'shop-1', crashing), pod('other', 'other', crashing)];
    assert.is(stateOf(late, others), 'waiting: 1 pods of the version before are left');
    // Without a ReplicaSet of its revision it has no pods either.
    const newer = deployment({ availableReplicas: 0 });
    Object.assign(newer.metadata ?? {}, { annotations: { 'deployment.kubernetes.io/revision': '3' } });
    assert.is(stateOf(newer, [pod('shop-2-a', 'shop-2', crashing)]), 'waiting: 0 of 1 pods are available');
  });

  test('says how patient one has to be, by the worst of its pods', () => {
    const missing = { waiting: { reason: 'CreateContainerConfigError', message: 'secret "x" not found' } };
    const late = deployment({ availableReplicas: 0 });
    assert.is(judgeWorkload(late, replicaSets, [pod('shop-2-a', 'shop-2', missing)]).graceSeconds, 10);
    const both = [pod('shop-2-a', 'shop-2', missing), pod('shop-2-b', 'shop-2', crashing)];
    const { why, graceSeconds } = judgeWorkload(late, replicaSets, both);
    assert.equal([why, graceSeconds], [`pod shop-2-b: ${looping}`, 0]);
  });

  test('is condemned by its own deadline, but not by the one of the version before', () => {
    const missed = (name: string, availableReplicas = 0) =>
      deployment({
        availableReplicas,
        conditions: [
          {
            type: 'Progressing',
            status: 'False',
            reason: 'ProgressDeadlineExceeded',
            message: `ReplicaSet "${name}" has timed out progressing.`,
          },
        ],
      });
    assert.is(
      stateOf(missed('shop-2'), [pod('shop-2-a', 'shop-2', { running: {} })]),
      'hopeless: ReplicaSet "shop-2" has timed out progressing; pod shop-2-a: web running, but not ready (2 restarts)',
    );
    assert.is(stateOf(missed('shop-1')), 'waiting: 0 of 1 pods are available');
    assert.is(stateOf(missed('shop-2', 1)), 'ready: 1 of 1 pods are available');
  });

  test('says why no pod can be made or placed', () => {
    const quota = { type: 'ReplicaFailure', status: 'True', message: 'exceeded quota: small' };
    const none = { replicas: 0, updatedReplicas: 0, availableReplicas: 0, conditions: [quota] };
    assert.is(stateOf(deployment(none)), 'hopeless: 0 of 1 pods are of the new version; exceeded quota: small');
    assert.is(judgeWorkload(deployment(none), [], []).graceSeconds, 30, 'pods that are ending may make room');
    const homeless = pod('shop-2-a', 'shop-2', {});
    const condition = { type: 'PodScheduled', status: 'False', message: '0/1 nodes are available' };
    homeless.status = { phase: 'Pending', conditions: [condition] };
    assert.match(
      stateOf(deployment({ availableReplicas: 0 }), [homeless]),
      'pod shop-2-a: not scheduled: 0/1 nodes are available',
    );
  });
});

describe('judgeWorkload of a StatefulSet', (test) => {
  const own = { 'controller-revision-hash': 'b' };

  test('is ready when all replicas are updated and available', () => {
    assert.is(stateOf(statefulSet({ updatedReplicas: 3, availableReplicas: 3 })), 'ready: 3 of 3 pods are available');
    assert.is(
      stateOf(statefulSet({ updatedReplicas: 1, availableReplicas: 3 })),
      'waiting: 2 pods of the version before are left',
    );
    assert.is(stateOf(statefulSet({ updatedReplicas: 3, availableReplicas: 2 })), 'waiting: 2 of 3 pods are available');
    assert.is(
      stateOf(statefulSet({ replicas: 1, updatedReplicas: 1, availableReplicas: 1 })),
      'waiting: 1 of 3 pods are of the new version',
    );
  });

  test('keeps the version before where it was told to', () => {
    const partition = { type: 'RollingUpdate', rollingUpdate: { partition: 2 } };
    assert.match(stateOf(statefulSet({ updatedReplicas: 1, availableReplicas: 3 }, partition)), /^ready/);
    assert.match(stateOf(statefulSet({ updatedReplicas: 0, availableReplicas: 3 }, partition)), /^waiting: 1 pods of/);
    assert.match(stateOf(statefulSet({ updatedReplicas: 0, availableReplicas: 3 }, { type: 'OnDelete' })), /^ready/);
  });

  test('is condemned by a pod of its newest version only', () => {
    const late = statefulSet({ updatedReplicas: 1, availableReplicas: 2 });
    assert.is(stateOf(late, [pod('db-2', 'db', crashing, own)]), `hopeless: pod db-2: ${looping}`);
    const before = { 'controller-revision-hash': 'a' };
    assert.match(stateOf(late, [pod('db-0', 'db', crashing, before), pod('x', 'x', crashing, own)]), /^waiting/);
  });
});

describe('judgeWorkload of a DaemonSet', (test) => {
  test('is ready when the pods of all nodes are updated and available', () => {
    assert.match(stateOf(daemonSet({ updatedNumberScheduled: 3, numberAvailable: 3 })), /^ready: 3 of 3/);
    assert.match(stateOf(daemonSet({ updatedNumberScheduled: 2, numberAvailable: 3 })), /^waiting: 2 of 3 .* new/);
    assert.match(stateOf(daemonSet({ updatedNumberScheduled: 3, numberAvailable: 2 })), /^waiting: 2 of 3 .* avail/);
    assert.match(stateOf(daemonSet({ updatedNumberScheduled: 0, numberAvailable: 3 }, 'OnDelete')), /^ready/);
  });

  test('is ready where no node wants it', () => {
    assert.match(stateOf(daemonSet({ desiredNumberScheduled: 0 })), /^ready: 0 of 0/);
  });

  test('is condemned by a pod of its newest template only', () => {
    const late = daemonSet({ updatedNumberScheduled: 1, numberAvailable: 2 });
    const of = (template: string) => pod(`log-${template}`, 'log', crashing, { 'pod-template-generation': template });
    assert.is(stateOf(late, [of('2')]), `hopeless: pod log-2: ${looping}`);
    assert.match(stateOf(late, [of('1')]), /^waiting/);
  });
});
