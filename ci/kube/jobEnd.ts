import type { V1Job, V1JobCondition } from '@kubernetes/client-node';

/** How a Job has ended: its condition Complete or Failed; undefined while it has not. */
export function jobEnd({ status }: Pick<V1Job, 'status'>): V1JobCondition | undefined {
  return status?.conditions?.find((one) => ['Complete', 'Failed'].includes(one.type) && one.status === 'True');
}
