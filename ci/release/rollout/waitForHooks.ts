import { setTimeout as sleep } from 'node:timers/promises';
import { BatchV1Api, CoreV1Api, type V1Job, type V1Pod } from '@kubernetes/client-node';
import type { ReleaseContext } from '../../core/context.ts';
import { readableObjects } from '../../helm/manifest.ts';
import { newestRecords, type ReleaseRecord } from '../../helm/storage.ts';
import { apiMessage, statusOf } from '../../kube/apiError.ts';
import { jobEnd } from '../../kube/pods.ts';

/** A hook that does work: a Job, or a pod by itself. */
export interface HookWork {
  kind: 'Job' | 'Pod';
  name: string;
}

/** Milliseconds: between two looks, and for the pods of what was ended to go. */
const usual = { pace: 1_000, goodbye: 60_000 };

type Settling = Pick<ReleaseContext, 'place' | 'config' | 'report' | 'log' | 'signal'>;

/**
 * Waits until no hook of the newest revision is at work any more, a migration above all: nothing is to be changed beneath it. Helm
 * may have stopped waiting for it, or have died. It has as long as a deployment may take, since stopping it in the middle could cost
 * more than waiting; then it is ended, and a note in the report says so.
 */
export async function waitForHooks(ctx: Settling, { pace, goodbye } = usual): Promise<void> {
  const { place, report, log, signal } = ctx;
  const { deployTimeout } = ctx.config;
  const [newest] = await newestRecords(place, 1);
  const hooks = hookWork(newest ?? null, place.namespace);

  const wait = async (left: readonly HookWork[], ms: number): Promise<readonly HookWork[]> => {
    const end = performance.now() + ms;
    for (let told = false; ; told = true) {
      // An answer that cannot be had says nothing about the hook.
      left = await atWork(ctx, left).catch(() => left);
      if (left.length === 0 || performance.now() >= end) return left;
      if (!told) log.info(`waiting for ${left.map(titleOf).join(', ')} to end`);
      await sleep(pace, undefined, { signal });
    }
  };

  const late = await wait(hooks, deployTimeout * 1_000);
  for (const hook of late) {
    const problem = await end(ctx, hook).catch(apiMessage);
    const what = `${titleOf(hook)} was still at work after ${deployTimeout} s more`;
    report.notes.push(problem ? `${what}, and cannot be ended: ${problem}` : `${what}, and was ended`);
  }
  for (const hook of late.length > 0 ? await wait(late, goodbye) : [])
    report.notes.push(`${titleOf(hook)} is still at work beneath what follows`);
}

/** The Jobs and pods among the hooks of a revision, those of `helm test` apart, which change nothing. */
export function hookWork(record: Pick<ReleaseRecord, 'hooks'> | null, namespace: string): HookWork[] {
  return (record?.hooks ?? [])
    .filter(({ events }) => !events?.every((event) => event === 'test'))
    .flatMap(({ manifest }) => readableObjects(manifest))
    .filter(({ metadata }) => (metadata.namespace ?? namespace) === namespace)
    .flatMap(({ kind, metadata }) => (kind === 'Job' || kind === 'Pod' ? [{ kind, name: metadata.name }] : []));
}

/** A Job that was just made, or is between two tries, has no pod at work, and yet is not over. */
export function isOver(work: V1Job | V1Pod): boolean {
  const { status } = work;
  if (status && 'phase' in status && status.phase) return ['Succeeded', 'Failed'].includes(status.phase);
  return jobEnd(work as V1Job) !== undefined;
}

async function atWork({ place: { kube, namespace } }: Settling, hooks: readonly HookWork[]): Promise<HookWork[]> {
  const batch = kube.makeApiClient(BatchV1Api);
  const core = kube.makeApiClient(CoreV1Api);
  const found = await Promise.all(
    hooks.map(async (hook) => {
      // Who deploys may list Jobs, and need not be allowed to get one.
      const request = { namespace, fieldSelector: `metadata.name=${hook.name}` };
      const { items }: { items: (V1Job | V1Pod)[] } =
        hook.kind === 'Job' ? await batch.listNamespacedJob(request) : await core.listNamespacedPod(request);
      return items.some((item) => item.metadata?.name === hook.name && !isOver(item)) ? [hook] : [];
    }),
  );
  return found.flat();
}

/** With its pods: a Job is there until they are gone. */
async function end({ place: { kube, namespace } }: Settling, { kind, name }: HookWork): Promise<void> {
  const request = { namespace, name, propagationPolicy: 'Foreground' };
  const ending =
    kind === 'Job'
      ? kube.makeApiClient(BatchV1Api).deleteNamespacedJob(request)
      : kube.makeApiClient(CoreV1Api).deleteNamespacedPod(request);
  await ending.catch((error) => {
    if (statusOf(error) !== 404) throw error;
  });
}

function titleOf({ kind, name }: HookWork): string {
  return `${kind} ${name}`;
}
