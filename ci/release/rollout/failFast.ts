import { setTimeout as sleep } from 'node:timers/promises';
import {
  BatchV1Api,
  CoreV1Api,
  PatchStrategy,
  setHeaderOptions,
  type V1Job,
  type V1Pod,
} from '@kubernetes/client-node';
import type { Context } from '../../core/context.ts';
import { untilAborted, within } from '../../core/waiting.ts';
import { apiMessage, statusOf } from '../../kube/apiError.ts';
import { GracePeriods } from '../../kube/grace.ts';
import { judgePod } from '../../kube/judgePod.ts';
import { outsideCause } from '../../kube/outsideCause.ts';
import { diagnosisOf } from '../../kube/podDiagnosis.ts';
import { containerStatuses, isCrashLooping } from '../../kube/pods.ts';
import { callTimeout, isTransient } from '../../kube/retry.ts';

/** Of a container that is restarted: what it waits for may be a moment late, but not for so many restarts. */
const believedRestarts = 3;
/** Answers that another try would not change: it is forbidden, gone, or impossible. */
const gone = 404;
const refusals = [403, gone, 422];

/** A pod of a hook or test that was ended before its time. */
export interface EndedHook {
  pod: string;
  /** Why there was no hope for it. */
  why: string;
  /** Its state, events and logs before it was ended, for people. */
  evidence: string[];
}

/** What was seen beside Helm that is no fault of the release. */
export interface Surroundings {
  /** The API server gave no answer at times. */
  silent: boolean;
  /** Why pods of hooks or tests do not run, as it was last seen; see outsideCause. */
  pods: string[];
}

interface Apis {
  core: CoreV1Api;
  batch: BatchV1Api;
}

/** A pod with the Job that made it; test pods have none. */
interface HookPod {
  pod: V1Pod;
  job?: V1Job | undefined;
}

/**
 * Runs Helm, and beside it ends hooks that can not come to an end by themselves, such as one whose image does not exist. Helm
 * would wait for them until its timeout, and killing Helm leaves a release that is pending. Instead the pod is given a deadline
 * that is over: it fails, its Job with it, and Helm ends in order, with the hook's failure as its reason.
 *
 * Ended are only pods that have not run to an end, belong to a hook of this release (label app.kubernetes.io/instance on pod or
 * Job) and were not there before. That needs the right to patch pods and Jobs; without it Helm waits, and the evidence says so.
 * @param work `helm upgrade`, `helm rollback` or `helm test`
 * @param pace milliseconds between two looks
 * @returns what `work` returns, what was ended, and what was seen beside it
 */
export async function withFailFast<T>(
  { place }: Pick<Context, 'place'>,
  work: () => Promise<T>,
  pace = 1_000,
): Promise<{ result: T; ended: EndedHook[]; seen: Surroundings }> {
  const { kube, namespace, release } = place;
  const apis = { core: kube.makeApiClient(CoreV1Api), batch: kube.makeApiClient(BatchV1Api) };
  const known = await within(callTimeout, hookPods(apis, namespace, release)).catch(() => []);
  const done = new Set(known.map(({ pod }) => pod.metadata?.uid));
  const grace = new GracePeriods();
  const ended = new Map<string, EndedHook>();
  const seen: Surroundings = { silent: false, pods: [] };

  const look = async () => {
    const pods = await within(callTimeout, hookPods(apis, namespace, release));
    seen.pods = pods.flatMap(({ pod }) => (done.has(pod.metadata?.uid) ? [] : (outsideCause(pod) ?? [])));
    for (const { pod, job } of pods) {
      const { uid = '', name = '' } = pod.metadata ?? {};
      // One that failed has come to its end; what follows from it is its Job's affair.
      if (done.has(uid) || pod.status?.phase === 'Failed') continue;
      const found = mayRecover(pod) ? null : judgePod(pod);
      if (!grace.isOver(uid, found !== null, found?.graceSeconds ?? 0, performance.now()) || !found) continue;
      const evidence = ended.get(uid)?.evidence ?? (await evidenceOf(apis, namespace, pod));
      ended.set(uid, { pod: name, why: found.hopeless, evidence });
      try {
        await within(callTimeout, end(apis, namespace, { pod, job }));
      } catch (error) {
        const status = statusOf(error) ?? 0;
        // Anything else is tried again at the next look: a busy cluster refuses changes that cross each other, too.
        if (!refusals.includes(status)) continue;
        if (status !== gone) evidence.push(`pod ${name} could not be ended before its time: ${apiMessage(error)}`);
      }
      done.add(uid);
    }
  };
  const over = new AbortController();
  const watch = async () => {
    // What cannot be seen for a moment is seen at the next look.
    for (; ; await sleep(pace, undefined, { signal: over.signal }))
      await look().catch((error: unknown) => {
        seen.silent ||= isTransient(error);
      });
  };
  const watching = untilAborted(over.signal, watch()).catch(() => {});
  try {
    return { result: await work(), ended: [...ended.values()], seen };
  } finally {
    over.abort('its end');
    await watching;
  }
}

/** Pods of the release that Helm waits for as hooks. A Job's template need not carry the labels that the Job has. */
async function hookPods({ core, batch }: Apis, namespace: string, release: string): Promise<HookPod[]> {
  const labelSelector = `app.kubernetes.io/instance=${release}`;
  const jobs = (await batch.listNamespacedJob({ namespace, labelSelector })).items.filter(isHook);
  const names = jobs.flatMap(({ metadata }) => metadata?.name ?? []);
  const lists = await Promise.all([
    core.listNamespacedPod({ namespace, labelSelector }),
    names.length > 0
      ? core.listNamespacedPod({ namespace, labelSelector: `job-name in (${names.join(',')})` })
      : { items: [] },
  ]);
  const pods = new Map(lists.flatMap(({ items }) => items).map((pod) => [pod.metadata?.uid, pod]));
  return [...pods.values()].flatMap((pod) => {
    const job = jobs.find(({ metadata }) =>
      (pod.metadata?.ownerReferences ?? []).some(({ uid }) => uid === metadata?.uid),
    );
    return job || isHook(pod) ? [{ pod, job }] : [];
  });
}

/** What is known of the pod before it is ended; nothing, rather than to wait for it. */
function evidenceOf({ core }: Apis, namespace: string, pod: V1Pod): Promise<string[]> {
  return within(callTimeout, diagnosisOf(core, namespace, [pod])).catch((): string[] => []);
}

/** Whether its containers that crash again and again have not been tried often enough. */
function mayRecover(pod: V1Pod): boolean {
  const crashing = containerStatuses(pod).filter((each) => isCrashLooping(pod, each));
  return crashing.length > 0 && crashing.every(({ restartCount }) => restartCount < believedRestarts);
}

function isHook({ metadata }: V1Pod | V1Job): boolean {
  return metadata?.annotations?.['helm.sh/hook'] !== undefined;
}

// The Job first: it would make another pod in the failed one's place. A deadline of its own would remove the pod with its log.
async function end({ core, batch }: Apis, namespace: string, { pod, job }: HookPod): Promise<void> {
  const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
  if (job && job.spec?.backoffLimit !== 0) {
    const body = { spec: { backoffLimit: 0 } };
    await batch.patchNamespacedJob({ namespace, name: job.metadata?.name ?? '', body }, merge);
  }
  const body = { spec: { activeDeadlineSeconds: 1 } };
  await core.patchNamespacedPod({ namespace, name: pod.metadata?.name ?? '', body }, merge);
}
