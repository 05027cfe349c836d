import { request as plain, type RequestOptions } from 'node:http';
import { request as encrypted } from 'node:https';
import { gunzipSync } from 'node:zlib';
import type { KubeConfig } from '@kubernetes/client-node';
import { retry } from './retry.ts';

/** What an API server answered. */
export interface KubeAnswer {
  status: number;
  /** JSON, but for what a proxy on the way may say. */
  text: string;
}

/** What is sent besides the path. */
export interface KubeBody {
  method: 'PATCH';
  contentType: string;
  text: string;
}

/**
 * Asks the API server for a path, as the bytes are. The client library reads objects into its own classes, which lose
 * every field that it does not know, and has no call at all for some paths. What is asked may be asked again: it changes nothing.
 * @param path with its query
 * @param body for anything but a GET
 * @throws Error when there is no answer within 30 s; a status that tells of a failure is an answer
 */
export function kubeRequest(kube: KubeConfig, path: string, body?: KubeBody): Promise<KubeAnswer> {
  let busy: KubeAnswer | undefined;
  return retry(async () => {
    busy = undefined;
    const answer = await requestOnce(kube, path, body);
    if (!isBusy(answer)) return answer;
    busy = answer;
    throw Object.assign(new Error(`${path} answered ${answer.status}`), { code: answer.status });
  }, pauses).catch((error: unknown) => {
    if (busy) return busy;
    throw error;
  });
}

/** Milliseconds before each further try. */
const pauses = [500, 1_000, 2_000, 4_000];

/** 500 is what the API server answers for a webhook that fails, too: that is no better in a moment. */
function isBusy({ status }: KubeAnswer): boolean {
  return [429, 502, 503, 504].includes(status);
}

async function requestOnce(kube: KubeConfig, path: string, body?: KubeBody): Promise<KubeAnswer> {
  const server = kube.getCurrentCluster()?.server ?? '';
  const options: RequestOptions = {
    method: body?.method ?? 'GET',
    headers: {
      Accept: 'application/json',
      'Accept-Encoding': 'gzip',
      ...(body && { 'Content-Type': body.contentType }),
    },
    timeout: 30_000,
  };
  await kube.applyToHTTPSOptions(options);
  const url = new URL(`${server.replace(/\/$/, '')}${path}`);
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'http:' ? plain : encrypted)(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const whole = Buffer.concat(chunks);
        const bytes = response.headers['content-encoding'] === 'gzip' ? gunzipSync(whole) : whole;
        resolve({ status: response.statusCode ?? 0, text: bytes.toString('utf8') });
      });
    });
    const late = Object.assign(new Error(`${url.pathname} did not answer within 30 s`), { code: 'ETIMEDOUT' });
    request.on('timeout', () => request.destroy(late));
    request.on('error', reject).end(body?.text);
  });
}

/** What names an object. */
export interface ObjectName {
  apiVersion: string;
  kind: string;
  name: string;
  /** Of no meaning for kinds that belong to the whole cluster. */
  namespace: string;
}

/** Where the API server has an object. */
export interface ObjectPath {
  path: string;
  namespaced: boolean;
}

interface Resource {
  name: string;
  kind: string;
  namespaced: boolean;
}

/**
 * Finds the paths of objects by what the API server says about its kinds; it is asked once for each group and version.
 * @returns a function that answers null for a kind that the cluster does not know
 */
export function objectPaths(kube: KubeConfig): (object: ObjectName) => Promise<ObjectPath | null> {
  const known = new Map<string, Promise<Resource[]>>();
  return async ({ apiVersion, kind, name, namespace }) => {
    const base = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    if (!known.has(base)) known.set(base, resources(kube, base));
    // A name with a slash is a part of an object, such as its scale.
    const found = (await known.get(base))?.find((one) => one.kind === kind && !one.name.includes('/'));
    if (!found) return null;
    const inside = found.namespaced ? `/namespaces/${encodeURIComponent(namespace)}` : '';
    return { path: `${base}${inside}/${found.name}/${encodeURIComponent(name)}`, namespaced: found.namespaced };
  };
}

async function resources(kube: KubeConfig, base: string): Promise<Resource[]> {
  const { status, text } = await kubeRequest(kube, base);
  if (status === 404) return [];
  if (status !== 200) throw Object.assign(new Error(`${base} answered ${status}`), { code: status });
  return (JSON.parse(text) as { resources: Resource[] }).resources;
}
