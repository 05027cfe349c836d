import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lease, LeaseTimes } from '../../../../release/lock/heldLease.ts';
import type { Holder } from '../../../../release/lock/holder.ts';
import { acquireLease, type LeaseOptions } from '../../../../release/lock/lease.ts';
import type { ObjectStore } from '../../kube/objectStore.ts';

// Long enough for a machine that is busy with something else.
export const times: LeaseTimes = {
  ...{ duration: 4_000, beat: 200, look: 10, settle: 0, settleElsewhere: 0, patience: 20_000 },
};
/** For a lease that is to be lost. */
export const short: LeaseTimes = { ...times, duration: 1_000, beat: 100 };
export const path = '/apis/coordination.k8s.io/v1/namespaces/shop/leases/shop-delivery';
export const queuePath = '/api/v1/namespaces/shop/configmaps/shop-queue';
/** A holder of another machine: whether it lives can be told by its lease only. */
export const elsewhere = (run: string): Holder => ({ run, by: `${run} elsewhere`, boot: '', pid: 0, started: '' });

export function acquire(
  store: ObjectStore,
  run: string,
  { told, ...more }: Partial<LeaseOptions> & { told?: string[] } = {},
): Promise<Lease> {
  return acquireLease({
    place: { kube: store.kube, namespace: 'shop', release: 'shop' },
    holder: elsewhere(run),
    candidate: { commit: `commit-of-${run}`, at: 1 },
    timeout: 20,
    wait: true,
    signal: new AbortController().signal,
    waiting: (text) => told?.push(text),
    isPending: async () => false,
    times,
    ...more,
  });
}

export async function isLost({ lost }: Lease): Promise<void> {
  if (!lost.aborted) await once(lost, 'abort');
}

export function queued({ objects }: ObjectStore): string[] {
  return Object.keys((objects.get(queuePath)?.['data'] as object | undefined) ?? {});
}

export async function isQueued(store: ObjectStore, run: string): Promise<void> {
  while (!queued(store).includes(run)) await sleep(times.look);
}
