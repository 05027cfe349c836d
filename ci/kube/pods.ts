import type { V1Container, V1ContainerStatus, V1Job, V1JobCondition, V1Pod } from '@kubernetes/client-node';

/** How each container of a pod stands, those that prepare it first. */
export function containerStatuses({ status }: V1Pod): V1ContainerStatus[] {
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
}

/** The containers that a pod is to have, those that prepare it first. */
export function containersOf({ spec }: V1Pod): V1Container[] {
  return [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
}

/**
 * Whether a container ended again after a restart, and is held back before the next one. The kubelet calls that CrashLoopBackOff,
 * but writes it into the status only when it looks at the pod once more before the restart. Since it plans that look for the very
 * moment of the restart (Kubernetes 1.33 and later, completeWork in pkg/kubelet/pod_workers.go), the status may say for minutes
 * that the container has terminated, and nothing else.
 * @param container one of the pod's statuses
 */
export function isCrashLooping(pod: V1Pod, container: V1ContainerStatus): boolean {
  const { state, restartCount, name } = container;
  if (state?.waiting?.reason === 'CrashLoopBackOff') return true;
  if (!state?.terminated || restartCount === 0) return false;
  const isInit = (pod.status?.initContainerStatuses ?? []).some((each) => each.name === name);
  const own = containersOf(pod).find((each) => each.name === name);
  const policy = own?.restartPolicy ?? pod.spec?.restartPolicy ?? 'Always';
  if (policy === 'Never') return false;
  if (state.terminated.exitCode !== 0) return true;
  // Only what is to run for ever is started again after a good end: a sidecar among init containers, or any other container.
  return policy === 'Always' && (!isInit || own?.restartPolicy === 'Always');
}

/** Whether the pod says that it can be asked: all of its containers are ready. */
export function isReady({ status }: V1Pod): boolean {
  return status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') ?? false;
}

/** How a Job has ended: its condition Complete or Failed; undefined while it has not. */
export function jobEnd({ status }: Pick<V1Job, 'status'>): V1JobCondition | undefined {
  return status?.conditions?.find((one) => ['Complete', 'Failed'].includes(one.type) && one.status === 'True');
}
