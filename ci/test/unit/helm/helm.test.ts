import { ApiException, type KubeConfig } from '@kubernetes/client-node';
import * as assert from 'uvu/assert';
import type { PipelineError } from '../../../core/errors.ts';
import { type HelmContext, helm, reason, testSuites } from '../../../helm/helm.ts';
import { deployedRevision, history, pendingRevision } from '../../../helm/history.ts';
import { imageArguments } from '../../../helm/values.ts';
import { describe, rejects } from '../../harness.ts';
import { withObjectStore } from '../kube/objectStore.ts';
import { putRecord, recordObject } from '../release/fakeHelm.ts';

const revisions = (...statuses: string[]) => statuses.map((status, index) => ({ revision: index + 1, status }));

describe('helm', (test) => {
  /** An engine that fails at first, as the SDK tells of it, and has an answer of Helm after that. */
  const engine = (failures: number, name = 'ExecError', stderr = 'err') => {
    const ran: string[][] = [];
    const exec = (args: string[]): object => {
      ran.push(args);
      const failed = ran.length <= failures;
      const exitCode = failed
        ? Promise.reject(Object.assign(new Error('cleanup failed'), { name }))
        : Promise.resolve(3);
      exitCode.catch(() => {});
      return { exitCode: () => exitCode, stdout: () => Promise.resolve('out'), stderr: () => Promise.resolve(stderr) };
    };
    const container: object = new Proxy({}, { get: (_, key) => (key === 'withExec' ? exec : () => container) });
    const dag = { container: () => container };
    const cluster = { reach: () => Promise.resolve((each: unknown) => each) };
    return { ctx: { dag, cluster, images: {}, config: {} } as unknown as HelmContext, ran };
  };

  test('asks again where the engine failed, and passes on every exit code of Helm', async () => {
    const { ctx, ran } = engine(1);
    assert.equal(await helm(ctx, ['test', 'shop']), { exitCode: 3, stdout: 'out', lines: ['out', 'err'] });
    assert.is(ran.length, 2);
  });

  test('asks no third time, nor after another error', async () => {
    const often = engine(2);
    await rejects(helm(often.ctx, ['test', 'shop']), /cleanup failed/);
    assert.is(often.ran.length, 2);
    const gone = engine(1, 'EngineSessionError');
    await rejects(helm(gone.ctx, ['test', 'shop']), /cleanup failed/);
    assert.is(gone.ran.length, 1);
  });

  test('knows a cluster that Helm does not reach, and has not changed', async () => {
    const words = 'Error: UPGRADE FAILED: Kubernetes cluster unreachable: dial tcp 10.0.0.1:6443: i/o timeout';
    const { ctx, ran } = engine(0, '', `level=WARN\n${words}`);
    const error = (await rejects(helm(ctx, ['upgrade', 'shop']), /does not reach/)) as PipelineError;
    assert.equal([error.code, error.details.at(-1), ran.length], ['CLUSTER', words, 1]);
  });

  test('never repeats what changes the release', async () => {
    for (const command of ['upgrade', 'rollback']) {
      const { ctx, ran } = engine(1);
      await rejects(helm(ctx, [command, 'shop']), /cleanup failed/);
      assert.is(ran.length, 1, command);
    }
  });
});

describe('history', (test) => {
  const where = (kube: KubeConfig) =>
    ({ place: { kube, namespace: 'shop', release: 'shop' } }) as unknown as HelmContext;

  test('has the revisions in their order, of this release alone', () =>
    withObjectStore(async ({ kube, objects }) => {
      assert.equal(await history(where(kube)), []);
      for (const [index, status] of [...Array(9).fill('superseded'), 'failed', 'deployed'].entries()) {
        const record = { version: index + 1, info: { status }, manifest: '' };
        putRecord(objects, record);
        const object = recordObject(record);
        const labels = { ...object.metadata.labels, name: 'other' };
        const other = { ...object, metadata: { ...object.metadata, labels } };
        objects.set(`/api/v1/namespaces/shop/secrets/sh.helm.release.v1.other.v${record.version}`, other);
      }
      const found = await history(where(kube));
      assert.equal(
        found.map(({ revision }) => revision),
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
      );
      assert.equal(found.slice(-2), [
        { revision: 10, status: 'failed' },
        { revision: 11, status: 'deployed' },
      ]);
    }));

  test('asks again a cluster that does not answer, and says so in the end', () =>
    withObjectStore(async (store) => {
      let asked = 0;
      store.before = () => (++asked === 1 ? 503 : undefined);
      assert.equal(await history(where(store.kube), [1]), []);
      assert.is(asked, 2);
      store.before = () => 503;
      const error = (await rejects(history(where(store.kube), [1]))) as PipelineError;
      assert.equal([error.code, error.details], ['CLUSTER', ['503']]);
    }));

  test('says which right is missing', async () => {
    const message = 'User "ann" cannot list resource "secrets" in API group "" in the namespace "shop"';
    const refuse = () => Promise.reject(new ApiException(403, 'Forbidden', JSON.stringify({ message }), {}));
    const kube = { makeApiClient: () => ({ listNamespacedSecret: refuse }) } as unknown as KubeConfig;
    const error = (await rejects(history(where(kube)))) as PipelineError;
    assert.equal([error.code, error.message], ['FORBIDDEN', 'ann may not list secrets in namespace shop']);
  });

  test('finds the newest deployed revision', () => {
    assert.is(deployedRevision(revisions('superseded', 'deployed', 'failed')), 2);
    assert.is(deployedRevision(revisions('failed')), null);
    assert.is(deployedRevision([]), null);
  });

  test('finds an operation that has not ended, at the end only', () => {
    assert.is(pendingRevision(revisions('deployed', 'pending-upgrade'))?.revision, 2);
    assert.is(pendingRevision(revisions('pending-install', 'deployed')), null);
    assert.is(pendingRevision([]), null);
  });
});

describe('imageArguments', (test) => {
  const image = { repository: 'ghcr.io/acme/shop', tag: 'abc-1', digest: 'sha256:d', reference: '' };
  const values = (args: string[]) => args.filter((word) => word !== '--set-string');

  test('gives the digest to a chart that knows it', () => {
    const args = imageArguments('image:\n  repository: ""\n  tag: ""\n  digest: ""\n', image);
    assert.equal(values(args), ['image.repository=ghcr.io/acme/shop', 'image.tag=abc-1', 'image.digest=sha256:d']);
  });

  test('puts the digest behind the tag for any other chart', () => {
    const expected = ['image.repository=ghcr.io/acme/shop', 'image.tag=abc-1@sha256:d'];
    assert.equal(values(imageArguments('image:\n  tag: latest\n', image)), expected);
    assert.equal(values(imageArguments('', image)), expected);
    assert.equal(values(imageArguments('image: nginx', image)), expected);
  });
});

describe("Helm's output", (test) => {
  test('gives its reason without the prefix, and with the lines that a schema adds', () => {
    assert.is(reason(['Release "x"', 'Error: UPGRADE FAILED: timed out']), 'UPGRADE FAILED: timed out');
    const schema = ["Error: values don't meet the schema:", 'chart:', "- at '': additional properties 'x' not allowed"];
    assert.match(reason(schema), "additional properties 'x' not allowed");
    assert.is(reason(['first', 'Error: one', 'Error: two']), 'two');
    assert.is(reason(['something else', 'killed']), 'killed');
    assert.is(reason([]), 'no reason given');
    const refused = 'Error: x: User "ann" cannot get resource "jobs" in API group "batch" in the namespace "shop"';
    assert.is(reason([refused]), 'ann may not get jobs.batch in namespace shop');
  });

  test('names the tests', () => {
    const lines = ['NAME: shop', 'TEST SUITE:     shop-test-http', 'Phase:          Succeeded', 'TEST SUITE: None'];
    assert.equal(testSuites(lines), ['shop-test-http']);
    const two = ['TEST SUITE: a', 'Phase: Succeeded', 'TEST SUITE: b', 'Phase: Succeeded', 'POD LOGS: TEST SUITE: c'];
    assert.equal(testSuites(two), ['a', 'b']);
    assert.equal(testSuites([]), []);
  });
});
