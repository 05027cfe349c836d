import { KubeConfig } from '@kubernetes/client-node';
import * as assert from 'uvu/assert';
import { reuseConnections } from '../../../kube/reuseConnections.ts';
import { describe } from '../../harness.ts';

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

  test('is needed: the library makes a pool for each request', () => {
    const config = kube();
    assert.is.not(dispatcher(config, 'a'), dispatcher(config, 'a'));
  });
});
