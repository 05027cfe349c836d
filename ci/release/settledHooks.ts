import { setTimeout as sleep } from 'node:timers/promises';
import { BatchV1Api } from '@kubernetes/client-node';
import type { ReleaseContext } from './restore.ts';

/**
 * Waits until no Job of the release is at work any more. A run that died may have left its migration running: nothing is to be
 * changed beneath it, and stopping it in the middle could cost more than waiting.
 */
export async function settledHooks(ctx: ReleaseContext): Promise<void> {
  const { release, namespace, deployTimeout } = ctx.config;
  const batch = ctx.cluster.kube.makeApiClient(BatchV1Api);
  const labelSelector = `app.kubernetes.io/instance=${release}`;
  const end = performance.now() + deployTimeout * 1_000;
  while (performance.now() < end) {
    const { items } = await batch.listNamespacedJob({ namespace, labelSelector });
    if (items.every(({ status }) => (status?.active ?? 0) === 0)) return;
    await sleep(1_000, undefined, { signal: ctx.signal });
  }
}
