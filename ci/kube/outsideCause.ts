import type { V1Pod } from '@kubernetes/client-node';
import { hasBadWay } from './judgePod.ts';
import { containerStatuses } from './pods.ts';

/**
 * Why a pod does not work although nothing speaks against what is in it: there is no room for it, its node took it away, or the way to
 * the registry is bad. With another release it would be the same.
 * @returns in words, beginning with the pod's name; null when nothing of that kind is seen
 */
export function outsideCause(pod: V1Pod): string | null {
  const { metadata, status } = pod;
  const who = `pod ${metadata?.name}`;
  const condition = (type: string, is: string) =>
    status?.conditions?.find((each) => each.type === type && each.status === is);
  const unplaced = condition('PodScheduled', 'False');
  if (unplaced) return `${who}: not scheduled: ${unplaced.message ?? 'no reason given'}`;
  const taken = condition('DisruptionTarget', 'True');
  if (taken) return `${who}: taken away by the cluster: ${taken.message ?? taken.reason ?? 'no reason given'}`;
  if (status?.phase === 'Failed' && evictions.includes(status.reason ?? ''))
    return `${who}: taken away by the cluster: ${[status.reason, status.message].filter(Boolean).join(': ')}`;
  for (const { name, state } of containerStatuses(pod)) {
    const { waiting } = state ?? {};
    if (waiting && hasBadWay(waiting)) return `${who}: container ${name}: ${waiting.reason}: ${waiting.message}`;
  }
  return null;
}

/** Why a kubelet says that it ended a pod by itself (pkg/kubelet/eviction, nodeshutdown, preemption). */
const evictions = ['Evicted', 'Preempting', 'Terminated', 'NodeShutdown', 'NodeAffinity', 'NodeLost', 'Shutdown'];

/** Whether a cluster refuses pods for want of quota, not for what they are. */
export function isQuota(message: string): boolean {
  return message.includes('exceeded quota');
}
