import { type CoordinationV1Api, type V1Lease, type V1LeaseSpec, V1MicroTime } from '@kubernetes/client-node';
import { PipelineError } from '../errors.ts';
import type { Lease, LeaseTimes } from './lease.ts';
import { statusOf } from './ledgerStore.ts';

/**
 * Renews a lease until it is given back or lost. While we hold it the object is ours alone: its resourceVersion changes by our
 * writes only.
 * @param taken as the API server answered
 */
export function keepLease(
  api: CoordinationV1Api,
  namespace: string,
  taken: V1Lease,
  { duration, beat }: LeaseTimes,
): Omit<Lease, 'inherited'> {
  const name = taken.metadata?.name ?? '';
  const controller = new AbortController();
  let lease = taken;
  let renewed = performance.now();
  let busy: Promise<void> = Promise.resolve();
  const write = async (change: V1LeaseSpec) => {
    // The library reads these times as text, and writes only its own type.
    const acquireTime = new V1MicroTime(lease.spec?.acquireTime as unknown as string);
    const spec = Object.assign({}, lease.spec, { acquireTime, renewTime: new V1MicroTime() }, change);
    lease = await api.replaceNamespacedLease({ name, namespace, body: Object.assign({}, lease, { spec }) });
    renewed = performance.now();
  };
  const lose = () => {
    clearInterval(timer);
    controller.abort(new PipelineError('LEASE_LOST', `the lease ${namespace}/${name} was lost`));
  };
  const renew = async () => {
    try {
      await write({});
    } catch (error) {
      // Somebody else has it, or it was deleted. Anything else may pass, as long as nobody can take it for free.
      if (statusOf(error) === 409 || statusOf(error) === 404) lose();
      else if (performance.now() - renewed > duration - 2 * beat) lose();
    }
  };
  const timer = setInterval(() => {
    busy = busy.then(renew);
  }, beat);
  timer.unref();
  return {
    fence: taken.spec?.leaseTransitions ?? 0,
    lost: controller.signal,
    assertHeld: () => controller.signal.throwIfAborted(),
    async release() {
      clearInterval(timer);
      await busy;
      if (controller.signal.aborted) return;
      await write({ holderIdentity: '' }).catch(() => {});
    },
  };
}
