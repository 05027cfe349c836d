import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Container, dag } from '@dagger.io/dagger';
import * as assert from 'uvu/assert';
import type { Config } from '../../../core/config.ts';
import type { Cluster } from '../../../core/context.ts';
import { givenCluster } from '../../../targets/given/cluster.ts';
import { isLoopback } from '../../../targets/given/loopback.ts';
import { givenRegistry } from '../../../targets/given/registry.ts';
import { loadKubeconfig } from '../../../targets/kubeconfig.ts';
import { describe, rejects } from '../../harness.ts';
import { withFakeCluster } from '../kube/fakeCluster.ts';
import { type Call, callsOf } from '../queryTree.ts';
import { codeOf, detailsOf, inFolder } from './support.ts';

describe('isLoopback', (test) => {
  test('knows the names and addresses of this machine', () => {
    for (const host of ['localhost', '127.0.0.1', '127.0.1.1', '::1', '[::1]', '0.0.0.0', '::', '[::]'])
      assert.is(isLoopback(host), true, host);
    for (const host of ['localhost.example.org', '10.0.0.1', '128.0.0.1', 'ghcr.io', ''])
      assert.is(isLoopback(host), false, host);
  });
});

/** The text of a kubeconfig with these contexts, each with a cluster at the server. */
function kubeconfig(names: string[], current: string, server: string, user: object = { token: 't0ken' }): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': current,
    clusters: names.map((name) => ({ name, cluster: { server, 'insecure-skip-tls-verify': true } })),
    users: [{ name: 'ann', user }],
    contexts: names.map((name) => ({ name, context: { cluster: name, user: 'ann' } })),
  });
}

describe('loadKubeconfig', (test) => {
  const load = (text: string, context?: string) =>
    inFolder(async (folder) => {
      const path = join(folder, 'config');
      writeFileSync(path, text);
      return loadKubeconfig(path, context);
    });
  const server = 'https://cluster.example.org';

  test('takes the current context unless another is wanted', async () => {
    const text = kubeconfig(['blue', 'green'], 'blue', server);
    assert.is((await load(text)).getCurrentContext(), 'blue');
    assert.is((await load(text, 'green')).getCurrentContext(), 'green');
  });

  test('names the contexts that there are when the wanted one is not among them', async () => {
    const text = kubeconfig(['blue', 'green'], '', server);
    const unknown = await rejects(load(text, 'red'), /has no context red$/);
    assert.is(codeOf(unknown), 'KUBECONFIG');
    assert.is(detailsOf(unknown), 'it has: blue, green');
    await rejects(load(text), /has no context chosen; give --context$/);
    assert.is(detailsOf(await rejects(load(kubeconfig([], 'blue', server)))), 'it has none');
  });

  test('refuses what is no kubeconfig, and what leads nowhere', async () => {
    for (const text of ['', '{', '[]', 'hello'])
      assert.is(codeOf(await rejects(load(text), /is no kubeconfig|has no context/)), 'KUBECONFIG', text);
    await rejects(
      inFolder(async (folder) => loadKubeconfig(join(folder, 'missing'), undefined)),
      /is no kubeconfig$/,
    );
    await rejects(load(kubeconfig(['blue'], 'blue', 'nowhere')), /context blue in .* has no server address$/);
  });
});

interface Static {
  clusters: [{ cluster: Record<string, unknown> }];
  users: [{ user: { token: string } }];
}

describe('givenCluster', (test) => {
  const given = (server: string, user?: object) =>
    inFolder(async (folder) => {
      const path = join(folder, 'config');
      writeFileSync(path, kubeconfig(['blue'], 'blue', server, user));
      return givenCluster(dag, loadKubeconfig(path, undefined), path);
    });

  /** The kubeconfig that a container gets. */
  const handedOver = async (cluster: Cluster) => {
    const [mount] = callsOf(dag.container().with(await cluster.reach()), 'withMountedSecret');
    const [secret] = (mount?.['source'] ?? []) as Call[];
    return JSON.parse(String(secret?.[1]['plaintext'])) as Static;
  };

  test('lets a container reach a server on this machine, by a name and a secret file', () =>
    withFakeCluster({ '/version': { major: '1', minor: '35' } }, async ({ server }) => {
      const cluster = await given(server);
      const port = Number(new URL(server).port);
      assert.is(cluster.exclusive, false);
      const ctr = dag.container().with(await cluster.reach());
      const [binding] = callsOf(ctr, 'withServiceBinding');
      assert.is(binding?.['alias'], 'kubernetes');
      assert.equal(binding?.['service'], [
        ['host', {}],
        ['service', { ports: [{ frontend: port, backend: port }], host: '127.0.0.1' }],
      ]);
      assert.equal(callsOf(ctr, 'withEnvVariable'), [{ name: 'KUBECONFIG', value: '/run/kubeconfig' }]);
      const [mount] = callsOf(ctr, 'withMountedSecret');
      const [secret] = (mount?.['source'] ?? []) as Call[];
      const file = JSON.parse(String(secret?.[1]['plaintext']));
      assert.is(file.clusters[0].cluster.server, `http://kubernetes:${port}`);
      assert.is(file.users[0].user.token, 't0ken');
      assert.not.match(JSON.stringify(callsOf(ctr, 'withEnvVariable')), 't0ken');
    }));

  test('finds a server that is written down as listening everywhere, by its certificate as before', async () => {
    const cluster = await given('https://0.0.0.0:6550');
    const [binding] = callsOf(dag.container().with(await cluster.reach()), 'withServiceBinding');
    const [, [, service] = []] = (binding?.['service'] ?? []) as Call[];
    assert.is(service?.['host'], '127.0.0.1');
    assert.is((await handedOver(cluster)).clusters[0].cluster['tls-server-name'], '0.0.0.0');
  });

  test('asks a plugin again when its token has run out', () =>
    inFolder(async (folder) => {
      const plugin = join(folder, 'plugin');
      const answer = (name: string, expires: string) => {
        const status = { token: name, expirationTimestamp: expires };
        writeFileSync(plugin, `#!/bin/sh\necho '${JSON.stringify({ kind: 'ExecCredential', status })}'\n`);
      };
      answer('first', '2020-01-01T00:00:00Z');
      chmodSync(plugin, 0o700);
      const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: plugin, interactiveMode: 'Never' };
      const cluster = await given('https://cluster.example.org', { exec });
      const token = async () => (await handedOver(cluster)).users[0].user.token;
      assert.is(await token(), 'first');
      answer('second', '2999-01-01T00:00:00Z');
      assert.is(await token(), 'second');
      answer('third', '2999-01-01T00:00:00Z');
      assert.is(await token(), 'second', 'is good still');
    }));
});

describe('givenRegistry', (test) => {
  const config = (more: Partial<Config> = {}) => more as Config;

  test('reaches a registry on this machine through the session', () =>
    withFakeCluster({}, async ({ server }) => {
      const { host, port } = new URL(server);
      const registry = givenRegistry(dag, `${host}/acme`, config());
      assert.is(registry.repositoryPrefix, `${host}/acme`);
      assert.is(registry.hostRegistry?.name, host);
      assert.is(registry.hostRegistry?.port, Number(port));
      const ports = [{ frontend: Number(port), backend: Number(port) }];
      assert.equal(callsOf(registry.hostRegistry?.service, 'service'), [{ ports, host: '127.0.0.1' }]);
    }));

  test('pushes with the credentials behind the references', () =>
    withFakeCluster({}, async ({ server }) => {
      const { host } = new URL(server);
      await inFolder(async (folder) => {
        const password = join(folder, 'password');
        writeFileSync(password, 's3cret\n');
        const credentials = { registryUsername: 'ann', registryPassword: `file://${password}` };
        const registry = givenRegistry(dag, host, config(credentials));
        const called: unknown[][] = [];
        const ctr = {
          withRegistryAuth: (...args: unknown[]) => {
            called.push(args);
            return ctr;
          },
          publish: async (...args: unknown[]) => {
            called.push(args);
            return 'reference';
          },
        };
        assert.is(await registry.publish(ctr as unknown as Container, `${host}/shop`, 'abc-1'), 'reference');
        const [[address, user, secret] = [], [reference, options] = []] = called;
        assert.equal([address, user, reference], [host, 'ann', `${host}/shop:abc-1`]);
        assert.is(callsOf(secret, 'setSecret')[0]?.['plaintext'], 's3cret');
        assert.is((options as { registryService: unknown }).registryService, registry.hostRegistry?.service);
      });
    }));
});
