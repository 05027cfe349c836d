import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { loadKubeconfig, staticKubeconfig } from '../../../targets/kubeconfig.ts';
import { describe, rejects } from '../../harness.ts';

interface Static {
  clusters: [{ cluster: Record<string, unknown> }];
  users: [{ user: Record<string, unknown> }];
}

/** What becomes of a kubeconfig with this cluster and user; the folder is what relative paths in it start from. */
async function resolved(cluster: object, user: (folder: string) => object, server?: string): Promise<Static> {
  const folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
  try {
    const path = join(folder, 'config');
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'c', cluster }],
      users: [{ name: 'u', user: user(folder) }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    };
    writeFileSync(path, JSON.stringify(config));
    return JSON.parse(await staticKubeconfig(loadKubeconfig(path, 'x'), server)) as Static;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const remote = { server: 'https://cluster.example.org', 'certificate-authority-data': btoa('authority') };

describe('staticKubeconfig', (test) => {
  test('keeps server, authority and token', async () => {
    const { clusters, users } = await resolved(remote, () => ({ token: 't0ken' }));
    assert.equal(clusters[0].cluster, remote);
    assert.equal(users[0].user, { token: 't0ken' });
  });

  test('asks an exec plugin here, so that nobody has to in a container', async () => {
    const { users } = await resolved(remote, (folder) => {
      const plugin = join(folder, 'plugin');
      const credential = {
        apiVersion: 'client.authentication.k8s.io/v1',
        kind: 'ExecCredential',
        status: { token: 'fresh' },
      };
      writeFileSync(plugin, `#!/bin/sh\necho '${JSON.stringify(credential)}'\n`);
      chmodSync(plugin, 0o700);
      return { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: plugin, interactiveMode: 'Never' } };
    });
    assert.equal(users[0].user, { token: 'fresh' });
  });

  test('says so when a plugin fails', async () => {
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: '/no/such/plugin',
      interactiveMode: 'Never',
    };
    await rejects(
      resolved(remote, () => ({ exec })),
      /credentials of the kubeconfig cannot be had/,
    );
  });

  test('reads certificates from files beside the kubeconfig', async () => {
    const { users } = await resolved(remote, (folder) => {
      writeFileSync(join(folder, 'client.crt'), 'certificate');
      writeFileSync(join(folder, 'client.key'), 'key');
      return { 'client-certificate': 'client.crt', 'client-key': 'client.key' };
    });
    assert.equal(users[0].user, { 'client-certificate-data': btoa('certificate'), 'client-key-data': btoa('key') });
  });

  test('verifies the name that the certificate has when the server is reached by another', async () => {
    const local = { ...remote, server: 'https://127.0.0.1:6443' };
    const { clusters } = await resolved(local, () => ({ token: 't' }), 'https://kubernetes:6443');
    assert.is(clusters[0].cluster['server'], 'https://kubernetes:6443');
    assert.is(clusters[0].cluster['tls-server-name'], '127.0.0.1');
  });

  test('skips verification only where the user does', async () => {
    const careless = { server: 'https://cluster.example.org', 'insecure-skip-tls-verify': true };
    const { clusters } = await resolved(careless, () => ({ token: 't' }));
    assert.equal(clusters[0].cluster, careless);
  });

  test('takes the certificate of an exec plugin, too', async () => {
    const { users } = await resolved(remote, (folder) => {
      const plugin = join(folder, 'plugin');
      const status = { clientCertificateData: 'certificate', clientKeyData: 'key' };
      writeFileSync(plugin, `#!/bin/sh\necho '${JSON.stringify({ kind: 'ExecCredential', status })}'\n`);
      chmodSync(plugin, 0o700);
      return { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: plugin, interactiveMode: 'Never' } };
    });
    assert.equal(users[0].user, { 'client-certificate-data': btoa('certificate'), 'client-key-data': btoa('key') });
  });

  test('keeps user and password, with colons in it', async () => {
    const { users } = await resolved(remote, () => ({ username: 'ann', password: 'a:b:c' }));
    assert.equal(users[0].user, { username: 'ann', password: 'a:b:c' });
  });

  test('acts as whom the user acts as', async () => {
    const { users } = await resolved(remote, () => ({ token: 't', as: 'deployer' }));
    assert.equal(users[0].user, { token: 't', as: 'deployer' });
  });

  test("prefers the user's own name for the certificate, and keeps the way there", async () => {
    const more = { 'tls-server-name': 'api.example.org', 'proxy-url': 'http://proxy.example.org:3128' };
    const { clusters } = await resolved({ ...remote, ...more }, () => ({ token: 't' }));
    assert.equal(clusters[0].cluster, { ...remote, ...more });
    const moved = await resolved({ ...remote, ...more }, () => ({ token: 't' }), 'https://kubernetes:6443');
    assert.is(moved.clusters[0].cluster['tls-server-name'], 'api.example.org');
  });

  test('writes an IPv6 address without brackets where a name is wanted', async () => {
    const local = { ...remote, server: 'https://[::1]:6443' };
    const { clusters } = await resolved(local, () => ({ token: 't' }), 'https://kubernetes:6443');
    assert.is(clusters[0].cluster['tls-server-name'], '::1');
  });
});
