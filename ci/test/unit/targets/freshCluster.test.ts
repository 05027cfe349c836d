import type { V1Pod } from '@kubernetes/client-node';
import * as assert from 'uvu/assert';
import { isStale } from '../../../targets/freshCluster.ts';
import { describe } from '../../harness.ts';

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
