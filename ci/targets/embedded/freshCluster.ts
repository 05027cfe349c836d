import { setTimeout as sleep } from 'node:timers/promises';
import { CoordinationV1Api, CoreV1Api, type KubeConfig, type V1Pod } from '@kubernetes/client-node';
import { PipelineError } from '../../core/errors.ts';

const nodeTimeout = 120_000;
const podTimeout = 30_000;

/**
 * Waits until the cluster's status is of this start. After a restart the database still holds what was true before: a
 * node that was ready, pods that ran. Believing it, a deployment would be taken for done while nothing runs yet.
 * @param startedAt milliseconds since 1970 by the node's clock
 * @throws PipelineError EMBEDDED when the node does not become ready
 */
export async function freshCluster(
  kube: KubeConfig,
  startedAt: number,
  progress: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const core = kube.makeApiClient(CoreV1Api);
  const leases = kube.makeApiClient(CoordinationV1Api);
  const nodeIsFresh = async () => {
    const lease = await leases.readNamespacedLease({ name: 'node', namespace: 'kube-node-lease' });
    // Declared as a Date, delivered as a text.
    const renewed = new Date(lease.spec?.renewTime ?? 0).valueOf();
    const node = await core.readNode({ name: 'node' });
    const ready = node.status?.conditions?.find(({ type }) => type === 'Ready');
    return renewed >= startedAt && ready?.status === 'True' && Number(ready.lastHeartbeatTime) >= startedAt;
  };
  if (!(await eventually(nodeIsFresh, nodeTimeout, signal)))
    throw new PipelineError('EMBEDDED', 'the node of the embedded cluster does not become ready');
  progress('node is ready');
  const podsAreFresh = async () => {
    const { items } = await core.listPodForAllNamespaces();
    const stale = items.filter((pod) => isStale(pod, startedAt));
    if (stale.length > 0) progress(`waiting for ${stale.length} pods of the last run`);
    return stale.length === 0;
  };
  // A pod that cannot be started again is no reason not to deploy: it may be what this deployment mends.
  await eventually(podsAreFresh, podTimeout, signal);
}

/** Whether a pod's status may be from before: it claims to run what was started earlier. */
export function isStale(pod: V1Pod, startedAt: number): boolean {
  if (pod.status?.phase !== 'Running') return false;
  const running = (pod.status.containerStatuses ?? []).flatMap(({ state }) => state?.running ?? []);
  return running.some((state) => Number(state.startedAt ?? 0) < startedAt);
}

async function eventually(check: () => Promise<boolean>, timeout: number, signal: AbortSignal): Promise<boolean> {
  for (const end = Date.now() + timeout; Date.now() < end; await sleep(200, undefined, { signal })) {
    if (await check().catch(() => false)) return true;
  }
  return false;
}
