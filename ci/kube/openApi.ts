import { request as plain, type RequestOptions } from 'node:http';
import { request as encrypted } from 'node:https';
import { gunzipSync } from 'node:zlib';
import type { KubeConfig } from '@kubernetes/client-node';
import type { OpenApi } from '../lint/kindSchema.ts';

/**
 * The cluster's own description of all its kinds, custom resources included. The client library has no call for it.
 * @throws Error with the status, or why there was no answer within 30 s
 */
export async function openApi(kube: KubeConfig): Promise<OpenApi> {
  const server = kube.getCurrentCluster()?.server ?? '';
  const options: RequestOptions = {
    headers: { Accept: 'application/json', 'Accept-Encoding': 'gzip' },
    timeout: 30_000,
  };
  await kube.applyToHTTPSOptions(options);
  const url = new URL(`${server.replace(/\/$/, '')}/openapi/v2`);
  const body = await new Promise<Buffer>((resolve, reject) => {
    const request = (url.protocol === 'http:' ? plain : encrypted)(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const whole = Buffer.concat(chunks);
        if (response.statusCode !== 200) reject(new Error(`/openapi/v2 answered ${response.statusCode}`));
        else resolve(response.headers['content-encoding'] === 'gzip' ? gunzipSync(whole) : whole);
      });
    });
    request.on('timeout', () => request.destroy(new Error('/openapi/v2 did not answer within 30 s')));
    request.on('error', reject).end();
  });
  return JSON.parse(body.toString('utf8')) as OpenApi;
}
