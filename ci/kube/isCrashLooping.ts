import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import { containersOf } from './containersOf.ts';

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
