import type { V1Container, V1Pod } from '@kubernetes/client-node';

/** The containers that a pod is to have, those that prepare it first. */
export function containersOf({ spec }: V1Pod): V1Container[] {
  return [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
}
