import type { V1ContainerStatus } from '@kubernetes/client-node';
import * as assert from 'uvu/assert';
import { containerState } from '../../../kube/podDiagnosis.ts';
import { containerPort } from '../../../serve.ts';
import { describe } from '../../harness.ts';

const status = (more: Partial<V1ContainerStatus>): V1ContainerStatus => ({
  ...{ name: 'web', image: '', imageID: '', ready: false, restartCount: 0 },
  ...more,
});

describe('containerState', (test) => {
  test('says how a crash loop goes', () => {
    const loop = {
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 3 } },
      restartCount: 2,
    };
    assert.is(containerState(status(loop)), 'waiting: CrashLoopBackOff (exit code 3 before, 2 restarts)');
  });

  test('tells ready from running', () => {
    assert.is(containerState(status({ state: { running: {} } })), 'running, but not ready');
    assert.is(containerState(status({ state: { running: {} }, ready: true })), 'ready');
  });

  test('gives the exit code of what has ended', () => {
    const ended = { state: { terminated: { reason: 'Error', exitCode: 1 } } };
    assert.is(containerState(status(ended)), 'ended: Error with exit code 1');
  });
});

describe('containerPort', (test) => {
  const pod = { spec: { containers: [{ name: 'web', ports: [{ name: 'http', containerPort: 8000 }] }] } };

  test('takes a number as it is and looks a name up', () => {
    assert.is(containerPort(pod, 80), 80);
    assert.is(containerPort(pod, 'http'), 8000);
    assert.throws(() => containerPort(pod, 'https'), /named https/);
  });
});
