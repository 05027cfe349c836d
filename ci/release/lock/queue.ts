import { CoreV1Api, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import type { Place } from '../../core/context.ts';
import { statusOf } from '../../kube/apiError.ts';
import { retryCall } from '../../kube/retry.ts';
import type { Candidate } from '../ledger/origin.ts';
import { ownLabels } from '../ledger/store.ts';
import type { Holder } from './holder.ts';
import { deadWaiters, newerWaiter, type Observations, observe, type Waiter } from './waiting.ts';

/** Our place among those who wait. */
export interface Queue {
  /**
   * Another that waits with a newer commit, or has taken the lease with it, or null.
   * @param holder the run that holds the lease
   */
  newer(holder: string): Promise<Waiter | null>;
  /** Never throws. */
  leave(): Promise<void>;
}

/** Name of the ConfigMap; each waiter writes a key of its own. */
export const queueName = (release: string): string => `${release}-queue`;

/**
 * Lines up. Several deliveries that wait are one too many: all but the one with the newest commit would only deploy what that one
 * replaces at once.
 * @param beat milliseconds between two signs of life
 */
export async function joinQueue(options: {
  place: Place;
  holder: Pick<Holder, 'run' | 'by'>;
  candidate: Candidate;
  beat: number;
}): Promise<Queue> {
  const { candidate, beat } = options;
  const { kube, namespace, release } = options.place;
  const { run, by } = options.holder;
  const core = kube.makeApiClient(CoreV1Api);
  const name = queueName(release);
  const alive = 3 * beat;
  const me: Waiter = { ...candidate, run, by, since: Date.now(), seen: Date.now() };
  let told = Number.NEGATIVE_INFINITY;
  let observations: Observations = new Map();

  const patch = (values: Record<string, string | null>) => {
    const asMerge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
    return core.patchNamespacedConfigMap({ name, namespace, body: { data: values } }, asMerge);
  };
  const tell = async () => {
    if (performance.now() - told < beat) return;
    told = performance.now();
    await retryCall(() => patch({ [run]: JSON.stringify({ ...me, seen: Date.now() }) }));
  };

  const body = { metadata: { name, labels: ownLabels } };
  await retryCall(() =>
    core.createNamespacedConfigMap({ namespace, body }).catch((error) => {
      if (statusOf(error) !== 409) throw error;
    }),
  );
  await tell();
  return {
    async newer(holder) {
      await tell();
      const { data = {} } = await retryCall(() => core.readNamespacedConfigMap({ name, namespace }));
      const now = performance.now();
      observations = observe(observations, data, now);
      const dead = deadWaiters(observations, now, alive).filter((each) => each !== run);
      // One that lives nevertheless writes itself down again.
      if (dead.length > 0) await patch(Object.fromEntries(dead.map((each) => [each, null]))).catch(() => {});
      return newerWaiter(observations, me, holder, now, alive);
    },
    async leave() {
      await patch({ [run]: null }).catch(() => {});
    },
  };
}
