import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface FakeRegistry {
  /** Where it listens, such as `http://127.0.0.1:41234`. */
  base: string;
  /** By digest, and manifests by tag, too. */
  content: Map<string, string>;
  /** Requests, `GET /v2/…`, in order. */
  asked: string[];
}

export interface FakeRegistryOptions {
  /** Whether a tag that exists can be put somewhere else. */
  immutableTags?: boolean;
  /** How it wants to be asked; without it, anyhow. The credentials are ann's, with the password `s3cret`. */
  authentication?: 'basic' | 'bearer';
}

export const digestOf = (content: string) => `sha256:${createHash('sha256').update(content).digest('hex')}`;
const annsCredentials = `Basic ${Buffer.from('ann:s3cret').toString('base64')}`;

/** Gives the test a registry as far as its API is needed to date an image. */
export async function withFakeRegistry<T>(
  { immutableTags = false, authentication }: FakeRegistryOptions,
  body: (registry: FakeRegistry) => Promise<T>,
): Promise<T> {
  const content = new Map<string, string>();
  const asked: string[] = [];
  let base = '';
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(request.url ?? '', base);
    const { authorization } = request.headers;
    const end = (status: number, said = '', headers = {}) =>
      response.writeHead(status, { connection: 'close', ...headers }).end(said);
    asked.push(`${request.method} ${pathname}`);
    if (pathname === '/token') {
      const scope = searchParams.get('scope');
      return authorization === annsCredentials ? end(200, JSON.stringify({ token: `for ${scope}` })) : end(401);
    }
    const scope = 'repository:acme/shop:pull,push';
    if (authentication === 'basic' && authorization !== annsCredentials)
      return end(401, '', { 'www-authenticate': 'Basic realm="shop"' });
    if (authentication === 'bearer' && authorization !== `Bearer for ${scope}`)
      return end(401, '', { 'www-authenticate': `Bearer realm="${base}/token",service="registry",scope="${scope}"` });

    const name = pathname.split('/').at(-1) ?? '';
    if (request.method === 'GET') return content.has(name) ? end(200, content.get(name)) : end(404, 'unknown');
    if (request.method === 'POST') return end(202, '', { location: '/v2/acme/shop/blobs/uploads/1?state=abc' });
    const given = await text(request);
    const digest = digestOf(given);
    if (!pathname.includes('/manifests/')) {
      if (searchParams.get('state') !== 'abc' || searchParams.get('digest') !== digest) return end(400, 'bad upload');
    } else if (immutableTags && content.has(name)) return end(400, 'the tag cannot be changed');
    else content.set(name, given);
    content.set(digest, given);
    return end(201);
  };
  const listener = createServer((request, response) => void answer(request, response));
  await new Promise<void>((ready) => listener.listen(0, '127.0.0.1', ready));
  base = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  try {
    return await body({ base, content, asked });
  } finally {
    await new Promise((closed) => listener.close(closed));
  }
}
