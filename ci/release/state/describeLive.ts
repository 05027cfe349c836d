import { CoreV1Api, type V1Pod } from '@kubernetes/client-node';
import { messageOf } from '../../core/causes.ts';
import type { Context } from '../../core/context.ts';
import { parseReference } from '../../core/imageReference.ts';
import { history, type Revision } from '../../helm/history.ts';
import { isReady } from '../../kube/pods.ts';
import type { Entry } from '../ledger/ledger.ts';

/**
 * What serves after something went wrong half-way: as Helm's history has it, and as the pods that are ready tell.
 * Never throws: what cannot be had is said.
 * @param entries of the ledger
 */
export async function describeLive(ctx: Pick<Context, 'place'>, entries: readonly Entry[]): Promise<string> {
  const { kube, namespace, release } = ctx.place;
  try {
    const newest = (await history(ctx)).at(-1);
    const { items } = await kube.makeApiClient(CoreV1Api).listNamespacedPod({ namespace });
    return liveFrom(release, newest, items, entries);
  } catch (error) {
    return `unknown: how ${release} stands cannot be read: ${messageOf(error)}`;
  }
}

/** Reads it from Helm's newest revision and the pods of the namespace. */
export function liveFrom(
  release: string,
  newest: Revision | undefined,
  pods: readonly V1Pod[],
  entries: readonly Entry[],
): string {
  const commits = new Map<string, number>();
  for (const { status } of pods.filter(isReady)) {
    const ids = status?.containerStatuses?.map(({ imageID }) => imageID) ?? [];
    const entry = entries.findLast(({ image }) => {
      const digest = parseReference(image).digest;
      return digest && ids.some((id) => id.includes(digest));
    });
    if (entry) commits.set(entry.commit, (commits.get(entry.commit) ?? 0) + 1);
  }
  const running = [...commits].map(([commit, count]) => `commit ${commit.slice(0, 12)} in ${count}`);
  const state = newest ? `revision ${newest.revision} of ${release}, which Helm calls ${newest.status}` : null;
  const pod = running.length > 0 ? `ready pods run ${running.join(', ')}` : 'no pod that is ready runs its image';
  return `${state ?? `no revision of ${release}`}; ${pod}`;
}
