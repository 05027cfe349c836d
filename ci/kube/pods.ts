import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';

/** How each container of a pod stands, those that prepare it first. */
export function containerStatuses({ status }: V1Pod): V1ContainerStatus[] {
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
}
