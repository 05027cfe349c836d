import type { ReleaseContext } from '../core/context.ts';
import { untilAborted } from '../core/waiting.ts';
import { history, pendingRevision } from '../helm/history.ts';
import { ensureNamespace } from '../kube/namespace.ts';
import type { ReleaseClient } from './client.ts';
import { clusterClient } from './clusterClient.ts';
import { type Journal, openJournal } from './journal.ts';
import type { Candidate } from './ledger/origin.ts';
import { ledgerStore } from './ledger/store.ts';
import { currentHolder } from './lock/holder.ts';
import { acquireLease } from './lock/lease.ts';

/**
 * Does work that changes a release, alone: waits for the lease, and gives it back afterwards. When the lease is lost in
 * the middle, the work is given up at once.
 * @param candidate what is to be delivered: of several that wait only the newest goes on; null for anything else, which waits its turn
 * @param wait false: not for another run that is at work
 * @throws PipelineError LOCKED, SUPERSEDED, LEASE_LOST, and what the work throws
 */
export async function withRelease<C extends ReleaseContext, T>(
  ctx: C,
  candidate: Candidate | null,
  work: (held: C & { journal: Journal; client: ReleaseClient }) => Promise<T>,
  wait = true,
): Promise<T> {
  const { buildNumber, lockTimeout } = ctx.config;
  const { place } = ctx;
  await ensureNamespace(place.kube, place.namespace, ctx.signal);
  const holder = currentHolder(ctx.runId, buildNumber);
  const lease = await acquireLease({
    place,
    holder,
    candidate,
    timeout: lockTimeout,
    signal: ctx.signal,
    wait,
    waiting: (text) => ctx.log.info(text),
    isPending: async () => pendingRevision(await history(ctx)) !== null,
  });
  const store = ledgerStore(place);
  const alone = async () => {
    // From now on whoever held the lease before is too late, and it counts on from here should somebody delete it.
    await store.update(lease.fence, (ledger) => ledger);
    return work({ ...ctx, journal: openJournal(store, lease), client: clusterClient(ctx) });
  };
  try {
    return await untilAborted(lease.lost, alone());
  } catch (error) {
    lease.assertHeld();
    throw error;
  } finally {
    await lease.release();
  }
}
