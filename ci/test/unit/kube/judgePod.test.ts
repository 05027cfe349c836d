import type { V1ContainerStatus, V1Pod, V1PodStatus } from '@kubernetes/client-node';
import * as assert from 'uvu/assert';
import { judgePod } from '../../../kube/judgePod.ts';
import { describe } from '../../harness.ts';

const container = (more: Partial<V1ContainerStatus>): V1ContainerStatus => ({
  ...{ name: 'web', image: '', imageID: '', ready: false, restartCount: 0 },
  ...more,
});
const pod = (status: V1PodStatus, restartPolicy = 'Always'): V1Pod => ({
  metadata: { name: 'shop-1' },
  spec: { containers: [], restartPolicy },
  status,
});
/** A pod whose only container waits. */
const waiting = (reason: string, message?: string) =>
  pod({
    phase: 'Pending',
    containerStatuses: [container({ state: { waiting: { reason, ...(message && { message }) } } })],
  });
const words = (of: V1Pod) => judgePod(of)?.hopeless ?? null;

describe('judgePod', (test) => {
  test('says of a crash loop how the container ended and how often it was tried', () => {
    const looping = (terminated: { exitCode: number; reason?: string } | undefined, restartCount: number) =>
      words(
        pod({
          phase: 'Running',
          containerStatuses: [
            container({ name: 'proxy', ready: true, state: { running: {} } }),
            container({
              state: { waiting: { reason: 'CrashLoopBackOff' } },
              lastState: terminated ? { terminated } : {},
              restartCount,
            }),
          ],
        }),
      );
    assert.is(
      looping({ exitCode: 3, reason: 'Error' }, 2),
      'container web: CrashLoopBackOff (exit code 3, 2 restarts)',
    );
    assert.is(
      looping({ exitCode: 137, reason: 'OOMKilled' }, 1),
      'container web: CrashLoopBackOff (exit code 137, OOMKilled, 1 restart)',
    );
    assert.is(looping(undefined, 1), 'container web: CrashLoopBackOff (1 restart)');
  });

  test('knows a crash loop that the status does not call so: ended again after a restart, and not started yet', () => {
    const ended = (exitCode: number, restartCount: number, restartPolicy: string, init = false) => {
      const statuses = [container({ state: { terminated: { exitCode } }, restartCount })];
      const where = init ? { initContainerStatuses: statuses } : { containerStatuses: statuses };
      return judgePod(pod({ phase: 'Running', ...where }, restartPolicy));
    };
    const found = { hopeless: 'container web: CrashLoopBackOff (exit code 4, 1 restart)', graceSeconds: 3 };
    for (const policy of ['OnFailure', 'Always']) {
      assert.equal(ended(4, 1, policy), found);
      assert.equal(ended(4, 1, policy, true), found);
      assert.is(ended(4, 0, policy), null);
    }
    assert.equal(ended(0, 2, 'Always')?.hopeless, 'container web: CrashLoopBackOff (exit code 0, 2 restarts)');
    assert.is(ended(0, 2, 'OnFailure'), null);
    assert.is(ended(0, 2, 'Always', true), null, 'an init container is done');
    assert.is(ended(4, 1, 'Never'), null);
  });

  test('asks the container itself whether it is started again, where it says so', () => {
    const statuses = [container({ state: { terminated: { exitCode: 0 } }, restartCount: 1 })];
    const of = (podPolicy: string, restartPolicy: string): V1Pod => ({
      spec: { restartPolicy: podPolicy, containers: [], initContainers: [{ name: 'web', restartPolicy }] },
      status: { phase: 'Running', initContainerStatuses: statuses },
    });
    assert.is(words(of('Never', 'Always')), 'container web: CrashLoopBackOff (exit code 0, 1 restart)');
    assert.is(words(of('Always', 'Never')), null);
  });

  test('gives up on an image that the registry does not have or does not give', () => {
    const messages = [
      'failed to pull and unpack image "ghcr.io/a/b:1": failed to resolve reference "ghcr.io/a/b:1": ghcr.io/a/b:1: not found',
      'Back-off pulling image "a:1": ErrImagePull: rpc error: code = NotFound desc = a:1: not found',
      'rpc error: code = Unknown desc = reading manifest 1 in docker.io/a/b: manifest unknown: manifest unknown',
      'Error response from daemon: manifest for a:1 not found: manifest unknown',
      'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
      'denied: requested access to the resource is denied',
      'failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized',
      'pulling from host r.example failed with status code [manifests 1]: 403 Forbidden',
      'failed to parse reference "A B": invalid reference format',
      'no match for platform in manifest: not found',
    ];
    for (const message of messages) {
      for (const reason of ['ErrImagePull', 'ImagePullBackOff'])
        assert.equal(judgePod(waiting(reason, message)), {
          hopeless: `container web: ${reason}: ${message}`,
          graceSeconds: 0,
        });
    }
  });

  test('has hope while only the way to the registry is bad, or nothing is said', () => {
    const messages = [
      'failed to do request: Head "https://r/v2/a": dial tcp 10.0.0.1:443: i/o timeout',
      'failed to do request: Head "https://r/v2/a": dial tcp: lookup r on 10.43.0.10:53: no such host',
      'lookup r: Name or service not found',
      'dial tcp 10.0.0.1:443: connect: permission denied: denied: ',
      'net/http: TLS handshake timeout',
      'unexpected status from HEAD request to https://r/v2/a: 503 Service Unavailable',
      'toomanyrequests: You have reached your unauthenticated pull rate limit: denied: ',
      'context deadline exceeded',
      'read: connection reset by peer',
      'failed to copy: unexpected EOF',
      'Back-off pulling image "a:1"',
      '',
    ];
    for (const message of messages) assert.is(judgePod(waiting('ImagePullBackOff', message)), null, message);
  });

  test('gives up after a while on an image that a mirror by the name of the loopback interface does not have', () => {
    const refused = (address: string) =>
      `Head "https://localhost:5000/v2/a": dial tcp ${address}: connect: connection refused`;
    for (const address of ['[::1]:5000', '127.0.0.1:5000'])
      assert.equal(judgePod(waiting('ImagePullBackOff', refused(address))), {
        hopeless: `container web: ImagePullBackOff: ${refused(address)}`,
        graceSeconds: 20,
      });
    assert.is(judgePod(waiting('ImagePullBackOff', refused('10.0.0.1:5000'))), null);
  });

  test('gives up on what no pull and no restart can mend', () => {
    assert.equal(judgePod(waiting('InvalidImageName', "couldn't parse image name")), {
      hopeless: "container web: InvalidImageName: couldn't parse image name",
      graceSeconds: 0,
    });
    assert.is(words(waiting('ErrImageNeverPull')), 'container web: ErrImageNeverPull');
  });

  test('is patient with what somebody else may be about to bring', () => {
    assert.equal(judgePod(waiting('CreateContainerConfigError', 'secret "shop" not found')), {
      hopeless: 'container web: CreateContainerConfigError: secret "shop" not found',
      graceSeconds: 10,
    });
    for (const reason of ['CreateContainerError', 'RunContainerError'])
      assert.is(judgePod(waiting(reason))?.graceSeconds, 10);
  });

  test('keeps long messages short, in one line, and with their end', () => {
    const said = words(waiting('CreateContainerError', `first\n  second ${'x'.repeat(1000)} the cause`)) ?? '';
    assert.match(said, /^container web: CreateContainerError: first second x+ … x+ the cause$/);
    assert.ok(said.length < 350);
  });

  test('looks at init containers, too', () => {
    const state = { waiting: { reason: 'CrashLoopBackOff' } };
    const lastState = { terminated: { exitCode: 1 } };
    const initContainerStatuses = [container({ name: 'migrate', state, lastState, restartCount: 2 })];
    assert.is(
      words(pod({ phase: 'Pending', initContainerStatuses, containerStatuses: [container({})] })),
      'container migrate: CrashLoopBackOff (exit code 1, 2 restarts)',
    );
  });

  test('names the container that failed in a pod that is never restarted', () => {
    const containerStatuses = [
      container({ name: 'fine', state: { terminated: { exitCode: 0 } } }),
      container({ name: 'job', state: { terminated: { exitCode: 137, reason: 'OOMKilled' } } }),
    ];
    const status = { phase: 'Failed', containerStatuses };
    assert.equal(judgePod(pod(status, 'Never')), {
      hopeless: 'container job failed: exit code 137, OOMKilled',
      graceSeconds: 0,
    });
    assert.is(
      words(pod({ phase: 'Failed', reason: 'DeadlineExceeded', message: 'too long' }, 'Never')),
      'the pod failed: DeadlineExceeded, too long',
    );
    assert.is(words(pod({ phase: 'Failed' }, 'Never')), 'the pod failed: no reason given');
  });

  test('has hope for a pod that is on its way, well, done, replaced or leaving', () => {
    const running = container({ state: { running: {} } });
    assert.is(judgePod({}), null);
    assert.is(judgePod(waiting('ContainerCreating')), null);
    assert.is(judgePod(pod({ phase: 'Pending' })), null);
    assert.is(judgePod(pod({ phase: 'Running', containerStatuses: [running] })), null);
    // Crashed once, and about to be started again.
    const crashed = container({ state: { terminated: { exitCode: 1 } } });
    assert.is(judgePod(pod({ phase: 'Running', containerStatuses: [crashed] })), null);
    assert.is(judgePod(pod({ phase: 'Succeeded', containerStatuses: [container({})] }, 'Never')), null);
    assert.is(judgePod(pod({ phase: 'Failed', reason: 'Evicted' })), null);
    const leaving = waiting('CrashLoopBackOff');
    leaving.metadata = { deletionTimestamp: new Date() };
    assert.is(judgePod(leaving), null);
  });
});
