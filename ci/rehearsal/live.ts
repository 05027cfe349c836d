import { CoreV1Api, type V1Pod } from '@kubernetes/client-node';
import type { Place } from '../core/context.ts';
import { statusOf } from '../kube/apiError.ts';
import type { V1PodSpec, V1Volume } from '../kube/plain.ts';
import { retryCall } from '../kube/retry.ts';
import { dataKey, isData } from './volumes.ts';

/** What of a rehearsal is no fault of the release: why there was none. */
export class CannotRehearse extends Error {}

/** The data of a release as it is now. */
export interface LiveData {
  /** Where the pods are that use it; null where there are none. */
  node: string | null;
  isThere: (volume: V1Volume) => boolean;
}

/**
 * Looks where the data of a template is, without touching it.
 * @throws CannotRehearse where only one pod at a time may have it
 */
export async function liveData({ kube, namespace }: Place, specs: readonly V1PodSpec[]): Promise<LiveData> {
  const core = kube.makeApiClient(CoreV1Api);
  const volumes = specs.flatMap((spec) => (spec.volumes ?? []).filter(isData));
  const missing = new Set<string>();
  for (const name of new Set(volumes.flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []))) {
    const claim = await retryCall(() => core.readNamespacedPersistentVolumeClaim({ name, namespace })).catch(
      (error) => {
        if (statusOf(error) === 404) return null;
        throw error;
      },
    );
    // One that is not bound holds nothing, and a rehearsal is not to decide where it will lie.
    if (claim?.status?.phase !== 'Bound') missing.add(name);
    else if (claim.spec?.accessModes?.includes('ReadWriteOncePod'))
      throw new CannotRehearse(`the claim ${name} is ReadWriteOncePod: no other pod may look at the live data`);
  }
  const { items } = await retryCall(() => core.listNamespacedPod({ namespace }));
  return {
    node: nodeOf(items, volumes),
    isThere: ({ persistentVolumeClaim }) => !missing.has(persistentVolumeClaim?.claimName ?? ''),
  };
}

/** The node of a pod that uses one of the volumes. */
export function nodeOf(pods: readonly V1Pod[], volumes: readonly V1Volume[]): string | null {
  const wanted = new Set(volumes.map(dataKey));
  const user = pods.find(
    ({ spec, status }) =>
      !['Succeeded', 'Failed'].includes(status?.phase ?? '') &&
      spec?.nodeName !== undefined &&
      spec.volumes?.some((volume) => isData(volume) && wanted.has(dataKey(volume))),
  );
  return user?.spec?.nodeName ?? null;
}
