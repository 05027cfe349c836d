import type { V1Pod } from '@kubernetes/client-node';
import * as assert from 'uvu/assert';
import { freshCluster, isStale } from '../../../targets/embedded/freshCluster.ts';
import { describe, rejects } from '../../harness.ts';
import { type Answer, withFakeCluster } from '../kube/fakeCluster.ts';

const start = Date.parse('2026-01-02T03:04:05Z');

function pod(phase: string, startedAt?: number): V1Pod {
  const state =
    startedAt === undefined
      ? { waiting: { reason: 'CrashLoopBackOff' } }
      : { running: { startedAt: new Date(startedAt) } };
  return {
    status: {
      phase,
      containerStatuses: [{ name: 'web', image: '', imageID: '', ready: true, restartCount: 0, state }],
    },
  };
}

describe('isStale', (test) => {
  test('is true for what claims to run since before the cluster was started', () => {
    assert.is(isStale(pod('Running', start - 1), start), true);
  });

  test('is false for what was started since, waits, or has ended', () => {
    assert.is(isStale(pod('Running', start), start), false);
    assert.is(isStale(pod('Running'), start), false);
    assert.is(isStale(pod('Succeeded', start - 1), start), false);
    assert.is(isStale({}, start), false);
  });
});

describe('freshCluster', (test) => {
  const iso = (at: number) => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
  const lease = (at: number) => ({ spec: { renewTime: `${iso(at).slice(0, -1)}.123456Z` } });
  const node = (status: string, at: number) => ({
    status: { conditions: [{ type: 'Ready', status, lastHeartbeatTime: iso(at) }] },
  });
  /** Gives one answer after the other, and the last one for ever. */
  const inTurn = (...answers: Answer[]) => {
    return () => (answers.length > 1 ? answers.shift() : answers[0]) as Answer;
  };
  const paths = {
    lease: '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/node',
    node: '/api/v1/nodes/node',
    pods: '/api/v1/pods',
  };
  const never = new AbortController().signal;

  test('does not believe what the last run left: lease, readiness, heartbeat, pods', () => {
    const nodes = inTurn(
      node('True', start), // the lease is still the old one
      node('True', start - 1000), // the heartbeat is old
      node('Unknown', start),
      node('True', start),
    );
    const routes = {
      [paths.lease]: inTurn(500, lease(start - 1000), lease(start)),
      [paths.node]: nodes,
      [paths.pods]: inTurn({ items: [pod('Running', start - 1000)] }, { items: [pod('Running', start)] }),
    };
    return withFakeCluster(routes, async ({ kube, asked }) => {
      const said: string[] = [];
      await freshCluster(kube, start, (text) => said.push(text), never);
      assert.equal(said, ['node is ready', 'waiting for 1 pods of the last run']);
      const count = (path: string) => asked.filter((each) => each === path).length;
      // The first lease is an error: the node is not asked for then.
      assert.equal([paths.lease, paths.node, paths.pods].map(count), [5, 4, 2]);
    });
  });

  test('ends at an interrupt', () =>
    withFakeCluster({}, async ({ kube }) => {
      const interrupt = new AbortController();
      setTimeout(() => interrupt.abort(), 100);
      const error = await rejects(freshCluster(kube, start, () => {}, interrupt.signal));
      assert.is(error.name, 'AbortError');
    }));
});
