import type { V1Pod } from '@kubernetes/client-node';

/** Whether the pod says that it can be asked: all of its containers are ready. */
export function isReady({ status }: V1Pod): boolean {
  return status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') ?? false;
}
