import type { V1ContainerStatus } from '@kubernetes/client-node';
import * as assert from 'uvu/assert';
import { containerPort } from '../../../commands/up.ts';
import { containerState, podDiagnosis } from '../../../kube/podDiagnosis.ts';
import { describe } from '../../harness.ts';
import { withFakeCluster } from './fakeCluster.ts';

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
    const unexplained = { state: { terminated: { exitCode: 1 } }, restartCount: 1 };
    assert.is(containerState(status(unexplained)), 'ended: no reason given with exit code 1 (1 restart)');
  });
});

describe('podDiagnosis', (test) => {
  const core = '/api/v1/namespaces/shop-space';
  const pod = (name: string, phase: string, more: object) => ({
    metadata: { name, uid: `uid of ${name}` },
    status: { phase, ...more },
  });
  const event = (name: string, reason: string, more: object = {}) => ({
    ...{ metadata: {}, involvedObject: { uid: `uid of ${name}` }, type: 'Warning', reason, message: `${reason}!` },
    ...more,
  });
  const crashing = status({ state: { waiting: { reason: 'CrashLoopBackOff' } }, restartCount: 1 });
  const log = (name: string) => `${core}/pods/${name}/log`;

  test('shows state, warnings and log of the pods that are not well, and of no others', () =>
    withFakeCluster(
      {
        [`${core}/pods`]: {
          items: [
            pod('good', 'Running', { containerStatuses: [status({ ready: true })] }),
            pod('done', 'Succeeded', {}),
            pod('bad', 'Running', { containerStatuses: [crashing] }),
          ],
        },
        [`${core}/events`]: {
          items: [
            event('bad', 'BackOff', { message: 'again\nand again', count: 4 }),
            event('bad', 'Pulled', { type: 'Normal' }),
            event('good', 'Unhealthy'),
          ],
        },
        [log('bad')]: 'Traceback\nImportError: x\n',
        [log('good')]: 'fine',
      },
      async ({ kube, asked }) => {
        assert.equal(await podDiagnosis({ kube, namespace: 'shop-space', release: 'shop' }), [
          'pod bad: Running, web waiting: CrashLoopBackOff (1 restart)',
          '  BackOff: again (4 times)',
          '  log of web:',
          '    Traceback',
          '    ImportError: x',
        ]);
        const [pods = ''] = asked;
        assert.is(new URL(pods, 'http://x').searchParams.get('labelSelector'), 'app.kubernetes.io/instance=shop');
        assert.not.ok(asked.some((path) => path.startsWith(log('good'))));
      },
    ));

  test('shows the log of a failed migration, and nothing of one that went well', () => {
    const init = (name: string, exitCode: number) => status({ name, state: { terminated: { exitCode } } });
    const initContainerStatuses = [init('prepare', 0), init('migrate', 1)];
    return withFakeCluster(
      {
        [`${core}/pods`]: { items: [pod('bad', 'Pending', { initContainerStatuses })] },
        [log('bad')]: (url) => `from ${url.searchParams.get('container')}`,
      },
      async ({ kube }) => {
        const lines = await podDiagnosis({ kube, namespace: 'shop-space', release: 'shop' });
        assert.equal(lines.slice(1), ['  log of migrate:', '    from migrate']);
      },
    );
  });

  test('shows the log of the run before when the container has just started again', () =>
    withFakeCluster(
      {
        [`${core}/pods`]: { items: [pod('bad', 'Running', { containerStatuses: [crashing] })] },
        [log('bad')]: (url) => (url.searchParams.get('previous') === 'true' ? 'the end of it' : ''),
      },
      async ({ kube }) => {
        assert.is((await podDiagnosis({ kube, namespace: 'shop-space', release: 'shop' })).at(-1), '    the end of it');
      },
    ));

  test('leaves out what cannot be had', async () => {
    await withFakeCluster({}, async ({ kube }) => {
      assert.equal(await podDiagnosis({ kube, namespace: 'shop-space', release: 'shop' }), []);
    });
    const pods = { items: [pod('bad', 'Running', { containerStatuses: [crashing] })] };
    await withFakeCluster({ [`${core}/pods`]: pods, [`${core}/events`]: 403 }, async ({ kube }) => {
      assert.equal(await podDiagnosis({ kube, namespace: 'shop-space', release: 'shop' }), [
        'pod bad: Running, web waiting: CrashLoopBackOff (1 restart)',
      ]);
    });
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
