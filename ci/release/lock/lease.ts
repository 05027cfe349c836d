import { setTimeout as sleep } from 'node:timers/promises';
import { CoordinationV1Api, type V1Lease, V1MicroTime } from '@kubernetes/client-node';
import { timeSinceBoot } from '../../core/clock.ts';
import type { Place } from '../../core/context.ts';
import { PipelineError } from '../../core/errors.ts';
import { statusOf } from '../../kube/apiError.ts';
import { isTransient, retryCall } from '../../kube/retry.ts';
import type { Candidate } from '../ledger/origin.ts';
import { ledgerStore, ownLabels } from '../ledger/store.ts';
import { holdLease, type Lease, type LeaseTimes } from './heldLease.ts';
import { type Holder, hasEnded } from './holder.ts';
import { joinQueue, type Queue } from './queue.ts';

export interface LeaseOptions {
  place: Place;
  holder: Holder;
  /** What is to be delivered, of which only the newest goes on of several that wait; null: it waits its turn, whoever else waits. */
  candidate: Candidate | null;
  /** Seconds. */
  timeout: number;
  signal: AbortSignal;
  /**
   * False: only a holder that may have died is waited for, until that is known; whoever shows that it lives has the release, and
   * those who wait for it are not joined.
   */
  wait?: boolean;
  /** Told once for whom it waits. */
  waiting: (text: string) => void;
  /** Whether Helm has begun something that has not ended. */
  isPending: () => Promise<boolean>;
  times?: LeaseTimes;
}

/** Name of the Lease. */
export const leaseName = (release: string): string => `${release}-delivery`;

const usual: LeaseTimes = {
  ...{ duration: 30_000, beat: 7_000, look: 1_000, settle: 3_000 },
  // The engine asks its client for a sign of life every 30 s, and gives up after two that did not come.
  settleElsewhere: 70_000,
  patience: 600_000,
};
const annotation = 'django-delivery-pipeline/holder';

/**
 * Waits for the right to change a release, and keeps it until it is given back.
 *
 * Whether a holder still lives is judged by our own clock alone, as Kubernetes' leader election does: a lease that has not changed
 * for its whole duration while we looked is free. Time in which the cluster did not answer us does not count: its holder had no answer either.
 * A holder on this machine whose process has ended is not waited for.
 * @throws PipelineError LOCKED when it is not to be had in time, SUPERSEDED when a newer run waits as well
 */
export async function acquireLease(options: LeaseOptions): Promise<Lease> {
  const { place, holder, candidate, timeout, signal, wait = true, isPending, times = usual } = options;
  const { kube, namespace, release } = place;
  const api = kube.makeApiClient(CoordinationV1Api);
  const name = leaseName(release);
  const end = performance.now() + timeout * 1_000;
  let seen = { state: '', at: performance.now() };
  let looked = performance.now();
  let queue: Queue | undefined;
  let waits = false;
  let inherited: 'from here' | 'from elsewhere' | null = null;
  let asked = timeSinceBoot();
  try {
    for (;;) {
      signal.throwIfAborted();
      try {
        const lease = await lookOnce();
        if (lease) return lease;
      } catch (error) {
        // While the cluster is away nobody can take anything from us.
        if (!isTransient(error) || performance.now() > end) throw error;
      }
      await sleep(times.look, undefined, { signal });
    }
  } finally {
    await queue?.leave();
  }

  /** @returns the lease once it is ours */
  async function lookOnce(): Promise<Lease | null> {
    const lease = await retryCall(() => api.readNamespacedLease({ name, namespace }).catch(ifMissing));
    const silent = performance.now() - looked > longestLook(times);
    looked = performance.now();
    // Taken before, by a write whose answer was lost.
    if (lease?.spec?.holderIdentity === holder.run) return begin(lease, asked);
    const state = `${lease?.spec?.holderIdentity} ${String(lease?.spec?.renewTime)}`;
    const renewed = seen.state !== '' && state !== seen.state;
    if (state !== seen.state || silent) seen = { state, at: looked };
    const other = lease?.spec?.holderIdentity ? holderOf(lease) : null;
    const died = other && deathOf(other, looked - seen.at > times.duration);
    if (other === null || died !== null) {
      inherited = died;
      asked = timeSinceBoot();
      // A lease that was deleted by hand counts from 1 again; the ledger knows better.
      const { fence } = await ledgerStore(place).read();
      const taken = await retryCall(() => take(api, namespace, release, lease, holder, fence, times));
      return taken ? begin(taken, asked) : null;
    }
    if (!wait) {
      if (!renewed) return null;
      throw new PipelineError('LOCKED', `release ${release} is held by ${other.by}, who is at work on it`);
    }
    if (!waits) {
      waits = true;
      options.waiting(`waiting for ${other.by}, who holds release ${release}`);
      if (candidate) queue = await joinQueue({ place, holder, candidate, beat: times.beat });
    }
    const newer = await queue?.newer(other.run);
    if (newer) {
      const what = `${newer.by} waits with commit ${newer.commit.slice(0, 12)}`;
      throw new PipelineError('SUPERSEDED', `release ${release} is left to a newer run: ${what}`);
    }
    if (performance.now() > end)
      throw new PipelineError('LOCKED', `release ${release} is held by ${other.by} (waited ${timeout} s)`);
    return null;
  }

  async function begin(lease: V1Lease, since: number): Promise<Lease> {
    const kept = holdLease(api, namespace, lease, since, times);
    if (inherited) await sleep(times.settle);
    // Of what ran here the engine knew at once.
    const end = performance.now() + times.settleElsewhere;
    while (inherited === 'from elsewhere' && performance.now() < end && (await isPending().catch(() => true)))
      await sleep(times.look);
    return { ...kept, inherited: inherited !== null };
  }
}

/** From one look to the next while the cluster answers; its holder renews it often enough to outlast as much. */
function longestLook({ duration }: LeaseTimes): number {
  return duration / 2;
}

function deathOf(holder: Holder, expired: boolean): 'from here' | 'from elsewhere' | null {
  if (hasEnded(holder)) return 'from here';
  return expired ? 'from elsewhere' : null;
}

async function take(
  api: CoordinationV1Api,
  namespace: string,
  release: string,
  lease: V1Lease | null,
  holder: Holder,
  fence: number,
  { duration }: LeaseTimes,
): Promise<V1Lease | null> {
  const now = new V1MicroTime();
  const body: V1Lease = {
    metadata: {
      name: leaseName(release),
      ...(lease?.metadata?.resourceVersion && { resourceVersion: lease.metadata.resourceVersion }),
      labels: ownLabels,
      annotations: { ...lease?.metadata?.annotations, [annotation]: JSON.stringify(holder) },
    },
    spec: {
      holderIdentity: holder.run,
      leaseDurationSeconds: Math.ceil(duration / 1_000),
      leaseTransitions: Math.max(lease?.spec?.leaseTransitions ?? 0, fence) + 1,
      acquireTime: now,
      renewTime: now,
    },
  };
  try {
    if (!lease) return await api.createNamespacedLease({ namespace, body });
    return await api.replaceNamespacedLease({ name: leaseName(release), namespace, body });
  } catch (error) {
    if (statusOf(error) === 409) return null;
    throw error;
  }
}

function holderOf({ metadata, spec }: V1Lease): Holder {
  const unknown: Holder = {
    run: spec?.holderIdentity ?? '',
    by: spec?.holderIdentity ?? '',
    boot: '',
    pid: 0,
    started: '',
  };
  try {
    const holder = JSON.parse(metadata?.annotations?.[annotation] ?? '') as Holder;
    return holder.run === unknown.run ? holder : unknown;
  } catch {
    return unknown;
  }
}

function ifMissing(error: unknown): null {
  if (statusOf(error) === 404) return null;
  throw error;
}
