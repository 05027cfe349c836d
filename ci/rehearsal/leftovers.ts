import { CoreV1Api, type V1Pod } from '@kubernetes/client-node';
import type { Place } from '../core/context.ts';
import { within } from '../core/waiting.ts';
import { callTimeout } from '../kube/retry.ts';
import { holderAnnotation } from './rehearse.ts';
import { rehearsalLabel } from './runPod.ts';

/**
 * Removes the pods of rehearsals whose run was killed. Those of a run that goes on, on this machine or another, are left alone: their own
 * deadline ends them, too. Never throws.
 * @param isOver whether the holder in a pod's annotation is known to have ended
 */
export async function removeLeftovers(
  { kube, namespace, release }: Place,
  isOver: (holder: string) => boolean,
): Promise<void> {
  const core = kube.makeApiClient(CoreV1Api);
  const labelSelector = `${rehearsalLabel}=${release}`;
  const { items } = await within(callTimeout, core.listNamespacedPod({ namespace, labelSelector })).catch(() => ({
    items: [],
  }));
  const left = items.filter((pod) => isLeft(pod, isOver));
  const remove = ({ metadata }: V1Pod) => core.deleteNamespacedPod({ namespace, name: metadata?.name ?? '' });
  await Promise.all(left.map((pod) => within(callTimeout, remove(pod)).catch(() => undefined)));
}

/** Whether nobody looks at a pod any more. One that has ended is looked at for a moment only. */
export function isLeft({ metadata, status }: V1Pod, isOver: (holder: string) => boolean): boolean {
  if (isOver(metadata?.annotations?.[holderAnnotation] ?? '')) return true;
  return status?.phase === 'Failed' && status.reason === 'DeadlineExceeded';
}
