import type { RegistryRequest } from '../core/context.ts';

export interface Credentials {
  username: string;
  password: string;
}

/** Milliseconds; an answer may hold a config, never a layer. */
const timeout = 30_000;

/**
 * Requests to a registry, with credentials if it asks for them.
 * @param base such as `https://ghcr.io`
 * @see https://distribution.github.io/distribution/spec/auth/token/
 */
export function registryRequest(base: string, credentials?: Credentials): RegistryRequest {
  const send = (path: string, init: RequestInit, authorization?: string): Promise<Response> => {
    const headers = new Headers(init.headers);
    if (authorization) headers.set('authorization', authorization);
    // An upload goes on at the place that the registry names, which may be a whole URL.
    return fetch(new URL(path, `${base}/v2/`), { ...init, headers, signal: AbortSignal.timeout(timeout) });
  };
  return async (path, init = {}) => {
    const answer = await send(path, init);
    if (answer.status !== 401) return answer;
    await answer.body?.cancel();
    const authorization = await authorize(answer.headers.get('www-authenticate') ?? '', credentials);
    return authorization ? send(path, init, authorization) : answer;
  };
}

/** What the registry wants to see, by what it said of it. */
async function authorize(challenge: string, credentials: Credentials | undefined): Promise<string | undefined> {
  const basic =
    credentials && `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`;
  if (!/^bearer /i.test(challenge)) return basic;
  const { realm, ...rest } = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  );
  if (!realm) return undefined;
  const url = new URL(realm);
  for (const [name, value] of Object.entries(rest)) if (name !== 'error') url.searchParams.set(name, value);
  const answer = await fetch(url, {
    ...(basic && { headers: { authorization: basic } }),
    signal: AbortSignal.timeout(timeout),
  });
  if (!answer.ok) return undefined;
  const { token, access_token } = (await answer.json()) as { token?: string; access_token?: string };
  const bearer = token ?? access_token;
  return bearer && `Bearer ${bearer}`;
}
