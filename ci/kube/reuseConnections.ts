import { createHash } from 'node:crypto';
import type { KubeConfig } from '@kubernetes/client-node';

/** What the library makes for each request: a pool of connections of its own. */
interface WithDispatcher {
  createDispatcher(cluster: unknown, agentOptions: unknown): unknown;
}

/**
 * Makes the client library use its connections again. It opens a new one for each request, which lingers for seconds: a
 * handshake each time, and more connections at once than a tunnel to an embedded cluster bears when somebody waits for a rollout.
 * @returns the same object
 */
export function reuseConnections(kube: KubeConfig): KubeConfig {
  const library = kube as unknown as WithDispatcher;
  const create = library.createDispatcher.bind(kube);
  const made = new Map<string, unknown>();
  library.createDispatcher = (cluster, agentOptions) => {
    // Credentials of exec plugins change: other ones, another pool. Hashed, since a key is no place for them.
    const key = createHash('sha256')
      .update(JSON.stringify([cluster, agentOptions]))
      .digest('hex');
    if (!made.has(key)) made.set(key, create(cluster, agentOptions));
    return made.get(key);
  };
  return kube;
}
