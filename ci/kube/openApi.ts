import type { KubeConfig } from '@kubernetes/client-node';
import type { OpenApi } from '../lint/kindSchema.ts';
import { kubeRequest } from './request.ts';

/**
 * The cluster's own description of all its kinds, custom resources included.
 * @throws Error with the status, or why there was no answer
 */
export async function openApi(kube: KubeConfig): Promise<OpenApi> {
  const { status, text } = await kubeRequest(kube, '/openapi/v2');
  if (status !== 200) throw new Error(`/openapi/v2 answered ${status}`);
  return JSON.parse(text) as OpenApi;
}
