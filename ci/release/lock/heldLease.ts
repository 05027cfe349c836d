import { setTimeout as sleep } from 'node:timers/promises';
import { type CoordinationV1Api, type V1Lease, type V1LeaseSpec, V1MicroTime } from '@kubernetes/client-node';
import { timeSinceBoot } from '../../core/clock.ts';
import { PipelineError } from '../../core/errors.ts';
import { within } from '../../core/waiting.ts';
import { statusOf } from '../../kube/apiError.ts';

/** The right to change a release. Laptops and build servers honour it alike. */
export interface Lease {
  /** Higher than that of every holder before. */
  fence: number;
  /** Aborted when the right is lost: another has it, and nothing may be changed any more. */
  lost: AbortSignal;
  /** The holder before died without giving it back. */
  inherited: boolean;
  /** For whoever is about to report a failure: that the right is lost comes first. @throws PipelineError LEASE_LOST */
  assertHeld(): void;
  /**
   * To be asked before each step. Where the cluster has not answered for a while, or this machine was suspended, it waits until it answers
   * again, and tells then whose the right is: what is under way may end, but nothing is begun meanwhile.
   * @param afresh true: also when there was an answer a moment ago; afterwards the API server is known to be there
   * @throws PipelineError LEASE_LOST when somebody else has it; CLUSTER when there is no answer for very long
   */
  confirm(afresh?: boolean): Promise<void>;
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
  /** The same at most, where it ran elsewhere and Helm is still at work: an engine finds out late that its client has vanished. */
  settleElsewhere: number;
  /** How long a cluster that does not answer is waited for. */
  patience: number;
}

/**
 * Renews a lease until it is given back or lost. While we hold it the object is ours alone: another who takes it changes it, and every
 * renewal is a compare-and-swap. So a silence does not lose it; it only makes uncertain whose it is, until there is an answer.
 * @param taken as the API server answered
 * @param since when it was asked for, by `clock`
 * @param clock milliseconds; counts while the machine is suspended
 */
export function holdLease(
  api: CoordinationV1Api,
  namespace: string,
  taken: V1Lease,
  since: number,
  { duration, beat, patience }: LeaseTimes,
  clock = timeSinceBoot,
): Omit<Lease, 'inherited'> {
  const name = taken.metadata?.name ?? '';
  const tolerance = duration - 2 * beat;
  // Short enough for more than one try.
  const callTimeout = tolerance / 4;
  const retryPause = beat / 7;
  const controller = new AbortController();
  let lease = taken;
  let renewed = since;
  // Renewals that were begun, and the number of the last that succeeded: two in one tick of the clock are two.
  let begun = 0;
  let succeeded = -1;
  let busy: Promise<void> | null = null;
  let next: NodeJS.Timeout | undefined;
  let ended = false;

  const end = () => {
    ended = true;
    clearTimeout(next);
    clearInterval(watch);
  };
  const lose = (why: string) => {
    end();
    controller.abort(new PipelineError('LEASE_LOST', `the lease ${namespace}/${name} was lost: ${why}`));
  };

  const replace = async (change: V1LeaseSpec) => {
    const sent = clock();
    const number = begun++;
    // The library reads these times as text, and writes only its own type.
    const acquireTime = new V1MicroTime(lease.spec?.acquireTime as unknown as string);
    const spec = Object.assign({}, lease.spec, { acquireTime, renewTime: new V1MicroTime() }, change);
    const body = Object.assign({}, lease, { spec });
    lease = await within(callTimeout, api.replaceNamespacedLease({ name, namespace, body }));
    renewed = sent;
    succeeded = number;
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
    clearTimeout(next);
    if (!ended) next = setTimeout(() => void renew(), pause).unref();
  };
  /** One renewal at a time. */
  const renew = (): Promise<void> => {
    clearTimeout(next);
    busy ??= write({})
      .then(
        () => beatIn(beat),
        (error: unknown) => {
          // Somebody else has it, or it was deleted. Anything else may pass in time.
          if (statusOf(error) === 409) lose('another run has it');
          else if (statusOf(error) === 404) lose('it was deleted');
          else beatIn(retryPause);
        },
      )
      .finally(() => {
        busy = null;
      });
    return busy;
  };
  // After a suspend it is asked at once whose it is, not at the next beat: Helm may be at work in the engine, beside that of another run.
  let seen = clock();
  const watch = setInterval(() => {
    const now = clock();
    if (now - seen > tolerance) void renew();
    seen = now;
  }, retryPause).unref();

  beatIn(beat);
  return {
    fence: taken.spec?.leaseTransitions ?? 0,
    lost: controller.signal,
    assertHeld: () => controller.signal.throwIfAborted(),
    async confirm(afresh = false) {
      const ours = begun;
      const isKnown = () => (afresh ? succeeded >= ours : clock() - renewed <= tolerance);
      for (const end = performance.now() + patience; !isKnown(); ) {
        controller.signal.throwIfAborted();
        if (performance.now() > end)
          throw new PipelineError('CLUSTER', `the cluster has not answered for ${patience / 1_000} s`);
        await renew();
        if (!isKnown()) await sleep(retryPause);
      }
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
