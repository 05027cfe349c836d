import type { V1Pod } from '@kubernetes/client-node';
import * as assert from 'uvu/assert';
import { isQuota, outsideCause } from '../../../kube/outsideCause.ts';
import { describe } from '../../harness.ts';
import { crashing, pod } from './workloads.ts';

const of = (status: NonNullable<V1Pod['status']>): V1Pod => ({ metadata: { name: 'a' }, status });
const pulling = (message: string) => pod('a', 'x', { waiting: { reason: 'ImagePullBackOff', message } });

describe('outsideCause', (test) => {
  test('is a pod for which there is no room', () => {
    const conditions = [
      { type: 'PodScheduled', status: 'False', message: '0/3 nodes are available: 3 Insufficient memory.' },
    ];
    assert.is(
      outsideCause(of({ phase: 'Pending', conditions })),
      'pod a: not scheduled: 0/3 nodes are available: 3 Insufficient memory.',
    );
  });

  test('is a pod that its node took away', () => {
    const conditions = [{ type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' }];
    assert.is(
      outsideCause(of({ phase: 'Failed', conditions })),
      'pod a: taken away by the cluster: EvictionByEvictionAPI',
    );
    assert.is(
      outsideCause(of({ phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' })),
      'pod a: taken away by the cluster: Evicted: The node was low on resource: memory.',
    );
  });

  test('is a bad way to the registry, not an image that is not there', () => {
    const away = 'dial tcp: lookup registry.example.com: no such host';
    assert.is(outsideCause(pulling(away)), `pod a: container web: ImagePullBackOff: ${away}`);
    assert.is(outsideCause(pulling('registry.example.com/shop:1: not found')), null);
    const mirror = 'dial tcp 127.0.0.1:5000: connect: connection refused';
    assert.is(
      outsideCause(pulling(mirror)),
      null,
      'what containerd says of an image that a local mirror does not have',
    );
  });

  test('is nothing that the release does by itself', () => {
    assert.is(outsideCause(pod('a', 'x', crashing)), null);
    assert.is(outsideCause(of({ phase: 'Failed' })), null);
    assert.is(outsideCause({ metadata: { name: 'a' } }), null);
  });
});

describe('isQuota', (test) => {
  test('tells want of quota from what a policy refuses', () => {
    assert.is(
      isQuota('pods "shop-2-a" is forbidden: exceeded quota: few, requested: pods=1, used: pods=3, limited: pods=3'),
      true,
    );
    assert.is(isQuota('pods "shop-2-a" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot'), false);
  });
});
