import { setTimeout as sleep } from 'node:timers/promises';
import { CoreV1Api, type V1Pod } from '@kubernetes/client-node';
import type { Context, Place } from '../core/context.ts';
import type { ManifestObject } from '../helm/manifest.ts';
import { apiMessage, messageIn, statusOf } from '../kube/apiError.ts';
import { GracePeriods } from '../kube/grace.ts';
import { diagnosisOf } from '../kube/podDiagnosis.ts';
import { containerStatuses } from '../kube/pods.ts';
import { kubeRequest } from '../kube/request.ts';
import { isTransient, retryCall } from '../kube/retry.ts';
import { CannotRehearse } from './live.ts';
import { type Ending, endingOf, type Outcome, outcomeOf } from './outcome.ts';

/** Marks what a rehearsal makes; the value is the release. The chart's NetworkPolicy goes by it. */
export const rehearsalLabel = 'django-delivery-pipeline/rehearsal';

/** Milliseconds between two looks. */
const pace = 500;
/** Milliseconds for the pod to go. */
const removal = 20_000;
/** The account of a namespace that was just made comes a moment later. */
const accountTries = 10;
const logLines = 2_000;
const logTries = 6;

type PodContext = Pick<Context, 'place' | 'signal'>;

/** An outcome, and what the pod has printed. */
export interface Rehearsed {
  outcome: Outcome;
  /** State, events and the ends of the logs, for people. */
  evidence: string[];
}

/**
 * Runs the pod of a rehearsal to its end, and removes it whatever happens.
 * @param copies what the pod refers to, and takes with it when it goes
 * @throws CannotRehearse when the cluster does not take it
 */
export async function runPod(
  { place, signal }: PodContext,
  pod: ManifestObject,
  copies: readonly ManifestObject[],
): Promise<Rehearsed> {
  const core = place.kube.makeApiClient(CoreV1Api);
  const { name } = pod.metadata;
  const request = { namespace: place.namespace, name };
  try {
    await create(place, pod, copies, signal);
    const { seen, ending } = await watch(core, request, signal);
    const logs = await logsOf(core, request, seen);
    const outcome = outcomeOf(seen, ending, logs);
    if (outcome.kind === 'passed') return { outcome, evidence: [] };
    const diagnosis = seen ? await diagnosisOf(core, place.namespace, [seen]).catch((): string[] => []) : [];
    return { outcome, evidence: [...Object.values(logs).flat().filter(isOurs), ...diagnosis] };
  } finally {
    await remove(core, request, signal);
  }
}

/** By an apply on the server, which may be sent twice, and in which no field is lost that the client library does not know. */
async function create(
  place: Place,
  pod: ManifestObject,
  copies: readonly ManifestObject[],
  signal: AbortSignal,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    const { status, text } = await apply(place, 'pods', pod);
    if (status < 300) {
      const { metadata } = JSON.parse(text) as V1Pod;
      const owner = { apiVersion: 'v1', kind: 'Pod', name: pod.metadata.name, uid: metadata?.uid };
      for (const copy of copies) {
        const owned = {
          ...copy,
          metadata: { ...copy.metadata, labels: pod.metadata.labels, ownerReferences: [owner] },
        };
        const made = await apply(place, copy.kind === 'Secret' ? 'secrets' : 'configmaps', owned);
        if (made.status >= 300) throw refused(`${copy.kind} for it`, made);
      }
      return;
    }
    const isEarly = status === 403 && /serviceaccount .*not found/.test(text) && tries < accountTries;
    if (!isEarly) throw refused('pod', { status, text });
    await sleep(pace, undefined, { signal });
  }
}

function apply({ kube, namespace }: Place, plural: string, object: object & { metadata: { name: string } }) {
  const path = `/api/v1/namespaces/${namespace}/${plural}/${object.metadata.name}`;
  const body = { method: 'PATCH' as const, contentType: 'application/apply-patch+yaml', text: JSON.stringify(object) };
  return kubeRequest(kube, `${path}?fieldManager=django-delivery-pipeline&force=true`, body);
}

function refused(what: string, { status, text }: { status: number; text: string }): CannotRehearse {
  const message = messageIn(text) ?? text;
  return new CannotRehearse(`the cluster does not take the ${what}: ${status} ${message.slice(0, 500)}`);
}

interface PodName {
  namespace: string;
  name: string;
}

async function watch(
  core: CoreV1Api,
  request: PodName,
  signal: AbortSignal,
): Promise<{ seen: V1Pod | null; ending: Ending }> {
  const grace = new GracePeriods();
  for (let last: V1Pod | null = null; ; await sleep(pace, undefined, { signal })) {
    const pod = await retryCall(() => core.readNamespacedPod(request)).catch((error: unknown) => {
      if (statusOf(error) === 404) return null;
      throw isTransient(error) ? new CannotRehearse(`the cluster does not answer: ${apiMessage(error)}`) : error;
    });
    const ending = endingOf(pod);
    const kind = `${ending?.container ?? ''} ${ending?.graceSeconds ?? 0}`;
    if (ending && grace.isOver(kind, true, ending.graceSeconds, performance.now()))
      return { seen: pod ?? last, ending };
    if (!ending) grace.isOver(kind, false, 0, performance.now());
    last = pod;
  }
}

async function logsOf(core: CoreV1Api, request: PodName, pod: V1Pod | null): Promise<Record<string, string[]>> {
  const started = pod ? containerStatuses(pod).filter(({ state }) => state?.running || state?.terminated) : [];
  const read = started.map(async ({ name: container }): Promise<[string, string[]]> => {
    const read = () => retryCall(() => core.readNamespacedPodLog({ ...request, container, tailLines: logLines }));
    let text = '';
    // A node may take a moment to write down the last words of a container that has just ended.
    for (let tries = 0; tries < logTries && !/^(rehearsal|check) /m.test(text); tries++) {
      if (tries > 0) await sleep(pace);
      text = (await read().catch(() => '')) ?? '';
      if (!container.startsWith('rehearsal-')) break;
    }
    return [container, text.split('\n').filter((line) => line.trim() !== '')];
  });
  return Object.fromEntries(await Promise.all(read));
}

function isOurs(line: string): boolean {
  return /^(rehearsal|check) [a-z-]+: (FAILED|CANNOT)/.test(line.trim());
}

/** Never throws: what stays ends by its own deadline, and the next rehearsal removes it. */
async function remove(core: CoreV1Api, request: PodName, signal: AbortSignal): Promise<void> {
  const gone = (error: unknown) => statusOf(error) === 404;
  const deleted = await retryCall(() => core.deleteNamespacedPod(request)).then(
    () => true,
    (error: unknown) => !gone(error),
  );
  for (const end = performance.now() + removal; deleted && !signal.aborted && performance.now() < end; ) {
    if (await core.readNamespacedPod(request).then(() => false, gone)) return;
    await sleep(pace);
  }
}
