import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { preflight } from '../../../targets/given/preflight.ts';
import { describe, rejects } from '../../harness.ts';
import { withFakeCluster } from '../kube/fakeCluster.ts';
import { codeOf, detailsOf, inFolder, unused } from './support.ts';

const never = new AbortController().signal;
const namespace = 'shop';

describe('preflight, a registry', (test) => {
  test('says that it does not answer, and why', async () => {
    const host = `localhost:${await unused()}`;
    const error = await rejects(preflight({ registry: `${host}/acme`, namespace }, never));
    assert.is(codeOf(error), 'REGISTRY');
    assert.is(error.message, `the registry ${host} does not answer`);
    assert.match(detailsOf(error), `http://${host}/v2/: `);
    assert.match(detailsOf(error), 'ECONNREFUSED');
  });

  test('ends at an interrupt', async () => {
    const stop = AbortSignal.abort(new Error('interrupted by SIGINT'));
    await rejects(preflight({ registry: 'localhost:1', namespace }, stop), /^interrupted by SIGINT$/);
  });

  // The server answers 404: there is one, and what it thinks of credentials shows at the push.
  test('is content with any answer', () =>
    withFakeCluster({}, async ({ server }) => {
      assert.equal(await preflight({ registry: `${new URL(server).host}/acme`, namespace }, never), {});
    }));
});

describe('preflight, a cluster', (test) => {
  const reach = (server: string) =>
    inFolder((folder) => {
      const kubeconfig = join(folder, 'config');
      const text = {
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'blue',
        clusters: [{ name: 'blue', cluster: { server, 'insecure-skip-tls-verify': true } }],
        users: [{ name: 'ann', user: { token: 't0ken' } }],
        contexts: [{ name: 'blue', context: { cluster: 'blue', user: 'ann' } }],
      };
      writeFileSync(kubeconfig, JSON.stringify(text));
      return preflight({ kubeconfig, namespace }, never);
    });

  test('says that a server does not answer, and why', async () => {
    const port = await unused();
    const error = await rejects(reach(`https://127.0.0.1:${port}`), /^the cluster at .* does not answer$/);
    assert.is(codeOf(error), 'CLUSTER');
    assert.match(detailsOf(error), 'ECONNREFUSED');
  });

  test('says that a server refuses', () =>
    withFakeCluster({ '/version': 403 }, async ({ server }) => {
      const error = await rejects(reach(server));
      assert.is(codeOf(error), 'CLUSTER');
      assert.match(detailsOf(error), '403');
    }));

  test('says that the server does not know the credentials, and not that there is no answer', () =>
    withFakeCluster({ '/version': 401 }, async ({ server }) => {
      const error = await rejects(reach(server), /does not take the credentials/);
      assert.is(codeOf(error), 'CLUSTER');
    }));
});
