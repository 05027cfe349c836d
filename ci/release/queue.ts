import { CoreV1Api, type KubeConfig, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import type { Holder } from './holder.ts';
import { ownLabels, statusOf } from './ledgerStore.ts';

/** A run that waits for the lease. */
export interface Waiter {
  run: string;
  by: string;
  commit: string;
  /** When it began to wait, and when it was last seen waiting; milliseconds since 1970. */
  since: number;
  seen: number;
}

/** Our place among those who wait. */
export interface Queue {
  /** Another that began to wait later than we did, or null. */
  newer(): Promise<Waiter | null>;
  /** Never throws. */
  leave(): Promise<void>;
}

/** Name of the ConfigMap; each waiter writes a key of its own. */
export const queueName = (release: string): string => `${release}-queue`;

/** A waiter that was not seen for so many milliseconds has died. */
const alive = 20_000;
/** Milliseconds between two signs of life. */
const beat = 5_000;

/**
 * Lines up. Several runs that wait are one too many: all but the last to come would only deploy what that one replaces at once.
 */
export async function joinQueue(options: {
  kube: KubeConfig;
  namespace: string;
  release: string;
  holder: Pick<Holder, 'run' | 'by'>;
  commit: string;
}): Promise<Queue> {
  const { kube, namespace, release, holder, commit } = options;
  const core = kube.makeApiClient(CoreV1Api);
  const name = queueName(release);
  const since = Date.now();
  let told = 0;

  const patch = async (values: Record<string, string | null>) => {
    const asMerge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
    return core.patchNamespacedConfigMap({ name, namespace, body: { data: values } }, asMerge);
  };
  const tell = async () => {
    if (Date.now() - told < beat) return;
    told = Date.now();
    const me: Waiter = { run: holder.run, by: holder.by, commit, since, seen: told };
    await patch({ [holder.run]: JSON.stringify(me) });
  };

  await core
    .createNamespacedConfigMap({ namespace, body: { metadata: { name, labels: ownLabels } } })
    .catch((error) => {
      if (statusOf(error) !== 409) throw error;
    });
  await tell();
  return {
    async newer() {
      await tell();
      const { data = {} } = await core.readNamespacedConfigMap({ name, namespace });
      return newerWaiter(Object.values(data), holder.run, since, Date.now());
    },
    async leave() {
      await patch({ [holder.run]: null }).catch(() => {});
    },
  };
}

/** Of all who are alive, the last to come, unless that is ourselves. */
export function newerWaiter(all: readonly string[], run: string, since: number, now: number): Waiter | null {
  const others = all
    .flatMap((text): Waiter[] => {
      try {
        return [JSON.parse(text) as Waiter];
      } catch {
        return [];
      }
    })
    .filter((waiter) => waiter.run !== run && now - waiter.seen < alive);
  const later = others.filter((waiter) => waiter.since > since || (waiter.since === since && waiter.run > run));
  return later.sort((a, b) => b.since - a.since)[0] ?? null;
}
