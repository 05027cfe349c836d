import { setTimeout as sleep } from 'node:timers/promises';
import { AppsV1Api, BatchV1Api, CoreV1Api, type KubernetesObject, type V1Job } from '@kubernetes/client-node';
import type { Context, Place } from '../../core/context.ts';
import { PipelineError } from '../../core/errors.ts';
import { parseReference } from '../../core/imageReference.ts';
import { noteNotChecked } from '../../core/report.ts';
import { type WorkloadName, workloadsOf } from '../../helm/manifest.ts';
import { newestRecords } from '../../helm/storage.ts';
import { jobEnd } from '../../kube/pods.ts';
import { compareRunning, type MeantImage } from './compareRunning.ts';
import type { Running } from './workloads.ts';

/** What is looked at. */
export type RunsContext = Pick<Context, 'place' | 'signal'>;

/** What was found of a release that runs as it was meant to. */
export interface Runs {
  /** How many pods run the image. */
  pods: number;
  /** What could not be looked at, one line each. */
  hidden: string[];
  /** What could not be compared, and what else is worth knowing. */
  notes: string[];
}

/** How long the status of what has just been rolled out may lag behind, in milliseconds. */
const settleTime = 10_000;
const pause = 500;

/**
 * Asserts that the release runs the image, by its digest, and nothing older. To be called when Helm has waited for the
 * release: what is on its way gets a few seconds, no more.
 * @param image as it was published: where a chart takes the repository from elsewhere, it does not run this image
 * @throws PipelineError NOT_AS_MEANT with each pod, what was meant and what was found
 */
export async function assertRunsAsMeant(
  ctx: RunsContext,
  { repository, digest }: MeantImage,
  waitMs: number = settleTime,
): Promise<Runs> {
  const { release } = ctx.place;
  const end = performance.now() + waitMs;
  for (;;) {
    const running = await look(ctx);
    const { problems, said, pods } = compareRunning(running, { repository, digest });
    const hidden = Object.entries(running)
      .filter(([, list]) => list === null)
      .map(([kind]) => `not checked: ${kind.toLowerCase()} may not be listed`);
    if (problems.length === 0) return { pods, hidden, notes: [...said, ...jobNotes(await jobsOf(ctx))] };
    if (performance.now() >= end)
      throw new PipelineError('NOT_AS_MEANT', `what runs of ${release} is not what was meant: ${problems[0]}`, {
        details: [...problems, ...said, ...hidden],
      });
    await sleep(pause, undefined, { signal: ctx.signal });
  }
}

/** Those that are no hooks. Without the right to list them there is nothing to tell. */
async function jobsOf({ place }: RunsContext): Promise<V1Job[]> {
  const batch = place.kube.makeApiClient(BatchV1Api);
  const jobs = await listed(batch.listNamespacedJob({ namespace: place.namespace }));
  return jobs?.filter((job) => isOf(job, place)) ?? [];
}

/** Helm writes the release's name on all that it makes, hooks excepted, whatever labels the chart gives. */
function isOf({ metadata }: KubernetesObject, { namespace, release }: Place): boolean {
  const { annotations } = metadata ?? {};
  return (
    annotations?.['meta.helm.sh/release-name'] === release &&
    annotations['meta.helm.sh/release-namespace'] === namespace
  );
}

/**
 * The release's workloads. Of a kind that may not be listed, but that the chart does not have, there is nothing to look at.
 */
async function look({ place }: RunsContext): Promise<Running> {
  const { kube, namespace } = place;
  const apps = kube.makeApiClient(AppsV1Api);
  // Pods last: one that was replaced in between is then seen with the set that replaced it.
  const [deployments, statefulSets, daemonSets] = await Promise.all([
    listed(apps.listNamespacedDeployment({ namespace })),
    listed(apps.listNamespacedStatefulSet({ namespace })),
    listed(apps.listNamespacedDaemonSet({ namespace })),
  ]);
  const replicaSets = await listed(apps.listNamespacedReplicaSet({ namespace }));
  const pods = await listed(kube.makeApiClient(CoreV1Api).listNamespacedPod({ namespace }));
  const hidden = deployments === null || statefulSets === null || daemonSets === null;
  const rendered = hidden ? await orForbidden(renderedKinds(place)) : null;
  const mine = <T extends KubernetesObject>(kind: WorkloadName['kind'], objects: T[] | null): T[] | null =>
    objects?.filter((one) => isOf(one, place)) ?? (rendered === null || rendered.includes(kind) ? null : []);
  return {
    deployments: mine('Deployment', deployments),
    statefulSets: mine('StatefulSet', statefulSets),
    daemonSets: mine('DaemonSet', daemonSets),
    replicaSets,
    pods,
  };
}

/** The kinds of workloads that the chart has rendered; null when there is no release. */
async function renderedKinds(place: Place): Promise<WorkloadName['kind'][] | null> {
  const [record] = await newestRecords(place, 1);
  return record ? workloadsOf(record.manifest).map(({ kind }) => kind) : null;
}

async function listed<T>(listing: Promise<{ items: T[] }>): Promise<T[] | null> {
  return (await orForbidden(listing))?.items ?? null;
}

/** @returns null for what one has no right to */
function orForbidden<T>(asked: Promise<T>): Promise<T | null> {
  return asked.catch((error: { code?: number }) => {
    if (error.code !== 403) throw error;
    return null;
  });
}

/**
 * Asserts that the release runs an image. What could not be looked at is noted in the report, once.
 * @param image `repository@digest` as the ledger has it; empty for a revision that is older than the ledger: then nothing is known
 * @param waitMs how long what is on its way may take
 * @throws PipelineError NOT_AS_MEANT
 */
export async function assertRunsImage(
  ctx: RunsContext & Pick<Context, 'report'>,
  image: string,
  waitMs?: number,
): Promise<void> {
  const { repository, digest } = parseReference(image);
  if (!digest) {
    noteNotChecked(ctx.report, ['not checked: which image runs, since no ledger tells which one is meant']);
    return;
  }
  const { hidden, notes } = await assertRunsAsMeant(ctx, { repository, digest }, waitMs);
  noteNotChecked(ctx.report, hidden);
  ctx.report.notes.push(...notes.filter((note) => !ctx.report.notes.includes(note)));
}

/**
 * What is to be told of a release's Jobs that are no hooks. They are no reason to undo a release: Helm does not wait for them, a Job
 * that failed long ago stays where it is, and some take hours.
 */
export function jobNotes(jobs: readonly V1Job[]): string[] {
  return jobs.flatMap((job) => {
    const { metadata, spec } = job;
    const who = `Job ${metadata?.name}, which is no hook,`;
    const ended = jobEnd(job);
    if (ended?.type === 'Failed')
      return [`${who} has failed: ${[ended.reason, ended.message].filter(Boolean).join(', ') || 'no reason given'}`];
    return ended || spec?.suspend ? [] : [`${who} has not ended yet: what becomes of it is not waited for`];
  });
}
