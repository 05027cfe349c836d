import { setTimeout as sleep } from 'node:timers/promises';
import { CoreV1Api, type KubeConfig } from '@kubernetes/client-node';
import { PipelineError } from '../core/errors.ts';
import { statusOf } from './apiError.ts';

/** Milliseconds. */
export interface NamespaceTimes {
  /** For one that is being deleted; longer only when something in it cannot be. */
  longest: number;
  look: number;
}

/**
 * Makes the namespace when it is missing; one that is being deleted is waited for. A deployer who may not even ask has been
 * given one.
 * @throws PipelineError CLUSTER when it is still being deleted then
 */
export async function ensureNamespace(
  kube: KubeConfig,
  name: string,
  signal: AbortSignal,
  { longest, look }: NamespaceTimes = { longest: 120_000, look: 1_000 },
): Promise<void> {
  const core = kube.makeApiClient(CoreV1Api);
  for (const end = performance.now() + longest; ; await sleep(look, undefined, { signal })) {
    try {
      const { status } = await core.readNamespace({ name });
      if (status?.phase !== 'Terminating') return;
      if (performance.now() > end) throw new PipelineError('CLUSTER', `namespace ${name} is still being deleted`);
    } catch (error) {
      if (error instanceof PipelineError) throw error;
      if (statusOf(error) !== 404) return;
      await core.createNamespace({ body: { metadata: { name } } }).catch((failure) => {
        if (statusOf(failure) !== 409) throw failure;
      });
      return;
    }
  }
}
