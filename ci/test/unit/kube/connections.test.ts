import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubeConfig, VersionApi } from '@kubernetes/client-node';
import * as assert from 'uvu/assert';
import { reuseConnections } from '../../../kube/connections.ts';
import { isTransient } from '../../../kube/retry.ts';
import { describe, rejects } from '../../harness.ts';

interface Dispatching {
  createDispatcher(cluster: unknown, options: unknown): unknown;
}

describe('reuseConnections', (test) => {
  const cluster = { name: 'c', server: 'https://127.0.0.1:1', skipTLSVerify: false };
  const kube = () => {
    const config = new KubeConfig();
    config.loadFromClusterAndUser(cluster, { name: 'ann' });
    return config;
  };
  const dispatcher = (config: KubeConfig, ca: string) =>
    (config as unknown as Dispatching).createDispatcher(cluster, { ca });

  test('gives the same pool to the same cluster and credentials, and another to others', () => {
    const config = reuseConnections(kube());
    assert.ok(dispatcher(config, 'a'));
    assert.is(dispatcher(config, 'a'), dispatcher(config, 'a'));
    assert.is.not(dispatcher(config, 'a'), dispatcher(config, 'b'));
  });

  test('gives up a server that takes the call and says nothing', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((ready) => silent.listen(0, '127.0.0.1', ready));
    const server = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const config = reuseConnections(new KubeConfig(), 200);
    config.loadFromClusterAndUser({ name: 'silent', server, skipTLSVerify: true }, { name: 'ann' });
    const error = await rejects(config.makeApiClient(VersionApi).getCode());
    assert.ok(isTransient(error), String(error.cause));
    assert.match(String(error.cause), /HeadersTimeoutError/);
    silent.closeAllConnections();
    silent.close();
  });

  test('is needed: the library makes a pool for each request', () => {
    const config = kube();
    assert.is.not(dispatcher(config, 'a'), dispatcher(config, 'a'));
  });
});
