import * as assert from 'uvu/assert';
import { ensureNamespace } from '../../../kube/namespace.ts';
import { describe, rejects } from '../../harness.ts';
import { codeOf } from '../targets/support.ts';
import { withFakeCluster } from './fakeCluster.ts';

const { signal } = new AbortController();
const path = '/api/v1/namespaces/shop';
const namespace = (phase: string) => ({ metadata: { name: 'shop' }, status: { phase } });

describe('ensureNamespace', (test) => {
  test('makes a namespace that is missing, and leaves one that is there', async () => {
    await withFakeCluster({ '/api/v1/namespaces': namespace('Active') }, async ({ kube, changes }) => {
      await ensureNamespace(kube, 'shop', signal);
      assert.equal(
        changes.map(({ method, body }) => [method, body]),
        [['POST', { metadata: { name: 'shop' } }]],
      );
    });
    await withFakeCluster({ [path]: namespace('Active') }, async ({ kube, changes }) => {
      await ensureNamespace(kube, 'shop', signal);
      assert.equal(changes, []);
    });
  });

  test('is content where it may not look', () =>
    withFakeCluster({ [path]: 403 }, async ({ kube, changes }) => {
      await ensureNamespace(kube, 'shop', signal);
      assert.equal(changes, []);
    }));

  test('waits for one that is being deleted, and makes it anew', async () => {
    let looks = 0;
    const routes = {
      [path]: () => (++looks < 3 ? namespace('Terminating') : 404),
      '/api/v1/namespaces': namespace('Active'),
    };
    await withFakeCluster(routes, async ({ kube, changes }) => {
      await ensureNamespace(kube, 'shop', signal, { longest: 20_000, look: 1 });
      assert.is(looks, 3);
      assert.is(changes.length, 1);
    });
  });

  test('says so when that does not end', () =>
    withFakeCluster({ [path]: namespace('Terminating') }, async ({ kube }) => {
      const error = await rejects(
        ensureNamespace(kube, 'shop', signal, { longest: 0, look: 1 }),
        /still being deleted$/,
      );
      assert.is(codeOf(error), 'CLUSTER');
    }));
});
