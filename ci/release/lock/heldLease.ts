import { type CoordinationV1Api, type V1Lease, type V1LeaseSpec, V1MicroTime } from '@kubernetes/client-node';
import { PipelineError } from '../../core/errors.ts';
import { within } from '../../core/waiting.ts';
import { statusOf } from '../../kube/apiError.ts';

/**
 * Renews a lease until it is given back or lost. While we hold it the object is ours alone. It is lost when it has not been renewed
 * for so long that somebody else could soon take it for free, whatever became of the renewals: an answer may never come.
 * @param taken as the API server answered
 * @param since when it was asked for, in milliseconds of performance.now()
 */
export function holdLease(
  api: CoordinationV1Api,
  namespace: string,
  taken: V1Lease,
  since: number,
  { duration, beat }: LeaseTimes,
): Omit<Lease, 'inherited'> {
  const name = taken.metadata?.name ?? '';
  const tolerance = duration - 2 * beat;
  // Short enough for more than one try.
  const callTimeout = tolerance / 4;
  const controller = new AbortController();
  let lease = taken;
  let renewed = since;
  let busy: Promise<void> = Promise.resolve();
  let next: NodeJS.Timeout | undefined;
  let expiry: NodeJS.Timeout | undefined;
  let ended = false;

  const end = () => {
    ended = true;
    clearTimeout(next);
    clearTimeout(expiry);
  };
  const lose = () => {
    end();
    controller.abort(new PipelineError('LEASE_LOST', `the lease ${namespace}/${name} was lost`));
  };
  const watch = () => {
    clearTimeout(expiry);
    if (!ended) expiry = setTimeout(lose, Math.max(0, renewed + tolerance - performance.now())).unref();
  };

  const replace = async (change: V1LeaseSpec) => {
    const sent = performance.now();
    // The library reads these times as text, and writes only its own type.
    const acquireTime = new V1MicroTime(lease.spec?.acquireTime as unknown as string);
    const spec = Object.assign({}, lease.spec, { acquireTime, renewTime: new V1MicroTime() }, change);
    const body = Object.assign({}, lease, { spec });
    lease = await within(callTimeout, api.replaceNamespacedLease({ name, namespace, body }));
    renewed = sent;
    watch();
  };
  const write = async (change: V1LeaseSpec) => {
    try {
      await replace(change);
    } catch (error) {
      if (statusOf(error) !== 409) throw error;
      // Somebody else has it; or a write of ours came through whose answer did not.
      const found = await within(callTimeout, api.readNamespacedLease({ name, namespace }));
      if (!isSameHolder(found, taken)) throw error;
      lease = found;
      await replace(change);
    }
  };
  const beatIn = (pause: number) => {
    if (!ended)
      next = setTimeout(() => {
        busy = renew();
      }, pause).unref();
  };
  const renew = async () => {
    try {
      await write({});
      beatIn(beat);
    } catch (error) {
      // Somebody else has it, or it was deleted. Anything else may pass in time.
      if (statusOf(error) === 409 || statusOf(error) === 404) lose();
      else beatIn(beat / 7);
    }
  };

  watch();
  beatIn(beat);
  return {
    fence: taken.spec?.leaseTransitions ?? 0,
    lost: controller.signal,
    assertHeld() {
      // A process that was stopped for a while may come here before its timers do.
      if (!ended && performance.now() - renewed > tolerance) lose();
      controller.signal.throwIfAborted();
    },
    async release() {
      end();
      await busy;
      if (controller.signal.aborted) return;
      await write({ holderIdentity: '' }).catch(() => {});
    },
  };
}

function isSameHolder({ spec }: V1Lease, taken: V1Lease): boolean {
  return spec?.holderIdentity === taken.spec?.holderIdentity && spec?.leaseTransitions === taken.spec?.leaseTransitions;
}

/** The right to change a release. Laptops and build servers honour it alike. */
export interface Lease {
  /** Higher than that of every holder before. */
  fence: number;
  /** Aborted when the right is lost: then nothing may be changed any more. */
  lost: AbortSignal;
  /** The holder before died without giving it back. */
  inherited: boolean;
  /** @throws PipelineError LEASE_LOST */
  assertHeld(): void;
  /** Gives it back. Never throws: a lease that cannot be given back expires. */
  release(): Promise<void>;
}

/** Milliseconds. */
export interface LeaseTimes {
  /** A lease that its holder has not renewed for so long is free. */
  duration: number;
  /** Between two renewals. */
  beat: number;
  /** Between two looks at a lease of somebody else. */
  look: number;
  /** After a holder that died: what it had started in the engine ends meanwhile. */
  settle: number;
}
