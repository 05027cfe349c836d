import { createHash } from 'node:crypto';
import type { KubeConfig } from '@kubernetes/client-node';

/** What the library makes for each request: a pool of connections of its own, or nothing where the default is good enough. */
interface WithDispatcher {
  createDispatcher(cluster: unknown, agentOptions: unknown): Dispatcher | undefined;
}

/** Of undici, which the library has as its own. */
interface Dispatcher {
  compose(wrap: (dispatch: Dispatch) => Dispatch): Dispatcher;
}
type Dispatch = (options: object, handler: unknown) => boolean;

/**
 * Makes the client library use its connections again. It opens a new one for each request, which lingers for seconds: a
 * handshake each time, and more connections at once than a tunnel to an embedded cluster bears when somebody waits for a rollout.
 * One that has gone silent is closed; the library would wait for five minutes, and all requests behind it.
 * @param silence milliseconds without an answer, or without more of it
 * @returns the same object
 */
export function reuseConnections(kube: KubeConfig, silence = 30_000): KubeConfig {
  const library = kube as unknown as WithDispatcher;
  const create = library.createDispatcher.bind(kube);
  const limited = (dispatch: Dispatch) => (options: object, handler: unknown) =>
    dispatch({ ...options, headersTimeout: silence, bodyTimeout: silence }, handler);
  const made = new Map<string, Dispatcher | undefined>();
  library.createDispatcher = (cluster, agentOptions) => {
    // Credentials of exec plugins change: other ones, another pool. Hashed, since a key is no place for them.
    const key = createHash('sha256')
      .update(JSON.stringify([cluster, agentOptions]))
      .digest('hex');
    if (!made.has(key)) made.set(key, create(cluster, agentOptions)?.compose(limited));
    return made.get(key);
  };
  return kube;
}
