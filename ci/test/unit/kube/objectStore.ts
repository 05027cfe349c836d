import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';

interface Stored {
  metadata: { name: string; resourceVersion: string; labels?: Record<string, string> };
  [field: string]: unknown;
}

export interface ObjectStore {
  kube: KubeConfig;
  /** By path, such as `/api/v1/namespaces/shop/configmaps/a`. */
  objects: Map<string, Stored>;
  /** Called before each request is carried out; a number is answered as the status instead, a promise that never settles hangs. */
  before: (method: string, path: string, body: string) => number | undefined | Promise<undefined>;
  /** Called when a request was carried out; a number is answered as the status instead of what came of it. */
  after: (method: string, path: string) => number | undefined;
}

/**
 * Gives the test an API server that keeps whatever is put into it, with the rules that matter for concurrent writers: a name can be
 * created once, and a replacement must bear the newest resourceVersion.
 */
export async function withObjectStore<T>(body: (store: ObjectStore) => Promise<T>): Promise<T> {
  const kube = new KubeConfig();
  const store: ObjectStore = { kube, objects: new Map(), before: () => undefined, after: () => undefined };
  let version = 0;
  const put = (path: string, object: Stored) => {
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(++version) } };
    store.objects.set(path, stored);
    return stored;
  };

  const carryOut = (method: string, url: URL, sent: Stored): object | number => {
    const path = url.pathname;
    const there = store.objects.get(path);
    if (method === 'POST') {
      const own = `${path}/${sent.metadata.name}`;
      return store.objects.has(own) ? 409 : put(own, sent);
    }
    if (method === 'GET' && !there) {
      const wanted = (url.searchParams.get('labelSelector') ?? '').split(',').filter(Boolean);
      const below = [...store.objects].filter(([own]) => own.slice(0, own.lastIndexOf('/')) === path);
      if (!/s$/.test(path)) return 404;
      const items = below.map(([, object]) => object);
      const has = ({ metadata }: Stored) => wanted.every((pair) => labelled(metadata.labels, pair));
      return { items: items.filter(has) };
    }
    if (!there) return 404;
    if (method === 'GET') return there;
    if (method === 'DELETE') return store.objects.delete(path) ? {} : 404;
    if (method === 'PATCH') return put(path, { ...there, data: merged(there['data'], sent['data']) });
    return sent.metadata.resourceVersion === there.metadata.resourceVersion || !sent.metadata.resourceVersion
      ? put(path, sent)
      : 409;
  };

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '', 'http://127.0.0.1');
    const method = request.method ?? 'GET';
    const text = await bodyOf(request);
    const refused = await store.before(method, url.pathname, text);
    const answered = refused ?? carryOut(method, url, (text ? JSON.parse(text) : {}) as Stored);
    answer(response, store.after(method, url.pathname) ?? answered);
  };
  const listener = createServer((request, response) => void serve(request, response));
  await new Promise<void>((ready) => listener.listen(0, '127.0.0.1', ready));
  const server = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  kube.loadFromClusterAndUser({ name: 'store', server, skipTLSVerify: true }, { name: 'ann' });
  try {
    return await body(store);
  } finally {
    listener.closeAllConnections();
    await new Promise((closed) => listener.close(closed));
  }
}

function labelled(labels: Record<string, string> | undefined, pair: string): boolean {
  const [name = '', value] = pair.split('=');
  return labels?.[name] === value;
}

function merged(old: unknown, patch: unknown): Record<string, string> {
  const all = { ...(old as object), ...(patch as object) } as Record<string, string | null>;
  return Object.fromEntries(Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== null));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function answer(response: ServerResponse, found: object | number): void {
  response.writeHead(typeof found === 'number' ? found : 200, {
    'content-type': 'application/json',
    connection: 'close',
  });
  response.end(typeof found === 'number' ? '{}' : JSON.stringify(found));
}
