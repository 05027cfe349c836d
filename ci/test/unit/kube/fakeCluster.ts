import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { KubeConfig } from '@kubernetes/client-node';

/** The answer of an API server: an object, a log as text, or a status code alone. */
export type Answer = object | string | number;

export interface FakeCluster {
  kube: KubeConfig;
  /** Where it listens, such as `http://127.0.0.1:41234`. */
  server: string;
  /** What was asked for: paths with their query. */
  asked: string[];
  /** What was to be changed. */
  changes: Change[];
}

export interface Change {
  method: string;
  path: string;
  contentType: string | undefined;
  body: unknown;
}

/**
 * Gives the test an API server that answers by path; everything else it does not have.
 * @param routes an answer for each path, or a function that makes one of the request's URL and body
 */
export async function withFakeCluster<T>(
  routes: Record<string, Answer | ((url: URL, body: string) => Answer)>,
  body: (cluster: FakeCluster) => Promise<T>,
): Promise<T> {
  const asked: string[] = [];
  const changes: Change[] = [];
  const answer = ({ method = '', url: path = '', headers }: IncomingMessage, sent: string): Answer => {
    asked.push(path);
    if (method !== 'GET')
      changes.push({ method, path, contentType: headers['content-type'], body: JSON.parse(sent || 'null') });
    const url = new URL(path, 'http://127.0.0.1');
    const found = routes[url.pathname] ?? 404;
    return typeof found === 'function' ? (found as (url: URL, body: string) => Answer)(url, sent) : found;
  };
  const reply = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const found = answer(request, await text(request));
    const kind = typeof found === 'string' ? 'text/plain' : 'application/json';
    response.writeHead(typeof found === 'number' ? found : 200, { 'content-type': kind, connection: 'close' });
    response.end(typeof found === 'object' ? JSON.stringify(found) : typeof found === 'string' ? found : '{}');
  };
  const listener = createServer((request, response) => void reply(request, response));
  await new Promise<void>((ready) => listener.listen(0, '127.0.0.1', ready));
  const server = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  const kube = new KubeConfig();
  // The client speaks plain HTTP only to a server that it does not verify.
  kube.loadFromClusterAndUser({ name: 'fake', server, skipTLSVerify: true }, { name: 'ann' });
  try {
    return await body({ kube, server, asked, changes });
  } finally {
    listener.closeAllConnections();
    await new Promise((closed) => listener.close(closed));
  }
}
