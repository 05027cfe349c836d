import { setTimeout as sleep } from 'node:timers/promises';
import { AppsV1Api, CoreV1Api, type V1LabelSelector } from '@kubernetes/client-node';
import type { Context, ReleaseContext } from '../../core/context.ts';
import { PipelineError } from '../../core/errors.ts';
import { within } from '../../core/waiting.ts';
import { type WorkloadName, workloadsOf } from '../../helm/manifest.ts';
import { releaseRecord } from '../../helm/storage.ts';
import { apiMessage, statusOf } from '../../kube/apiError.ts';
import { GracePeriods } from '../../kube/grace.ts';
import { type Judgement, judgeWorkload, type Workload } from '../../kube/judgeWorkload.ts';
import { missingRight } from '../../kube/missingRight.ts';
import { callTimeout, isTransient } from '../../kube/retry.ts';
import { releaseMask } from '../masking/releaseMask.ts';

/** Milliseconds: between two looks, and how long a cluster that does not answer is waited for. */
const usual = { pace: 1_000, patience: 600_000 };

interface Apis {
  apps: AppsV1Api;
  core: CoreV1Api;
}

/** How a workload stands, or that there was no answer. */
interface Found extends Judgement {
  title: string;
  silent?: boolean;
}

/**
 * Waits until the workloads are rolled out; ends at once when one of them will not be. In place of Helm's --wait, which knows
 * only time. Only time in which the cluster answers counts, and nothing is held against a release before a last look that was answered:
 * neither an API server that is away, nor a laptop that is, fails it.
 * @throws PipelineError DEPLOY naming what is hopeless, or what was last waited for when the time is up; NOT_TRIED where that is no fault
 * of the release, see outsideCause; FORBIDDEN, CLUSTER; what `signal` brings
 */
export async function waitForRollout(
  ctx: Pick<Context, 'place' | 'mask'>,
  workloads: readonly WorkloadName[],
  timeoutSeconds: number,
  signal: AbortSignal,
  { pace, patience } = usual,
): Promise<void> {
  const { kube, namespace } = ctx.place;
  const apis = { apps: kube.makeApiClient(AppsV1Api), core: kube.makeApiClient(CoreV1Api) };
  let answered = performance.now();
  let end = answered + timeoutSeconds * 1000;
  let silent = false;
  const grace = new GracePeriods();
  for (;;) {
    const found = await Promise.all(
      workloads.map(async (workload): Promise<Found> => {
        const judged = await within(callTimeout, judge(apis, workload, namespace)).catch(unanswered);
        return { title: `${workload.kind} ${workload.name}`, ...judged };
      }),
    );
    const now = performance.now();
    const wasSilent = silent;
    silent = found.some((each) => each.silent);
    if (!silent) {
      if (wasSilent) end += now - answered;
      answered = now;
    }
    const lost = found.find(({ title, state, graceSeconds: seconds }) =>
      grace.isOver(title, state === 'hopeless', seconds, now),
    );
    if (lost) {
      const mask = await releaseMask(ctx);
      throw new PipelineError(codeOf([lost]), mask(`${lost.title} will not get ready: ${lost.why}`));
    }
    const open = found.filter(({ state }) => state !== 'ready');
    if (open.length === 0) return;
    if (silent && now - answered > patience) {
      const why = open.find((each) => each.silent)?.why;
      throw new PipelineError(
        'CLUSTER',
        `the cluster has not answered for ${Math.round((now - answered) / 1000)} s: ${why}`,
      );
    }
    if (!silent && now >= end) {
      const mask = await releaseMask(ctx);
      const details = open.map(({ title, why }) => mask(`${title}: ${why}`));
      const titles = open.map(({ title }) => title).join(', ');
      throw new PipelineError(codeOf(open), `not ready after ${timeoutSeconds} s: ${titles}`, { details });
    }
    await sleep(pace, undefined, { signal });
  }
}

function codeOf(open: readonly Found[]): 'DEPLOY' | 'NOT_TRIED' {
  return open.every(({ outside }) => outside) ? 'NOT_TRIED' : 'DEPLOY';
}

// By name, and its pods by its own selector: labels that a chart may not have do not matter then.
async function judge(apis: Apis, { kind, name, namespace: own }: WorkloadName, release: string): Promise<Judgement> {
  const namespace = own ?? release;
  const workload = await read(apis.apps, kind, { name, namespace }).catch((error: { code?: number }) => {
    if (error.code === 404) return null;
    throw error;
  });
  // Made again by whoever removed it, or never.
  if (!workload) return { state: 'hopeless', why: 'it does not exist', graceSeconds: 10 };
  const alone = judgeWorkload(workload, [], []);
  if (alone.state === 'ready') return alone;
  const labelSelector = selectorText(workload.spec?.selector);
  // Without the right to list them, the status has to do.
  const none = { items: [] };
  const orNone = (error: unknown) => {
    if (isTransient(error)) throw error;
    return none;
  };
  const [sets, pods] = await Promise.all([
    kind === 'Deployment' ? apis.apps.listNamespacedReplicaSet({ namespace, labelSelector }).catch(orNone) : none,
    apis.core.listNamespacedPod({ namespace, labelSelector }).catch(orNone),
  ]);
  return judgeWorkload(workload, sets.items, pods.items);
}

function read(
  apps: AppsV1Api,
  kind: WorkloadName['kind'],
  request: { name: string; namespace: string },
): Promise<Workload> {
  const calls = {
    Deployment: () => apps.readNamespacedDeployment(request),
    StatefulSet: () => apps.readNamespacedStatefulSet(request),
    DaemonSet: () => apps.readNamespacedDaemonSet(request),
  };
  return calls[kind]();
}

/** @throws PipelineError FORBIDDEN; and what is no answer of the cluster */
function unanswered(error: unknown): Judgement & { silent: boolean } {
  const missing = missingRight(apiMessage(error));
  if (missing || statusOf(error) === 403) throw new PipelineError('FORBIDDEN', missing ?? apiMessage(error));
  if (!isTransient(error)) throw error;
  return { state: 'waiting', why: apiMessage(error), graceSeconds: 0, silent: true };
}

/** A selector as the API takes it in a URL. */
export function selectorText({ matchLabels = {}, matchExpressions = [] }: V1LabelSelector = {}): string {
  const equal = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`);
  const expressions = matchExpressions.map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(',')})`;
  });
  return [...equal, ...expressions].join(',');
}

/**
 * Waits until all that a revision runs is ready.
 * @throws PipelineError DEPLOY when that is hopeless, or takes longer than --deploy-timeout
 */
export async function waitForRevision(ctx: ReleaseContext, revision: number): Promise<void> {
  const { deployTimeout } = ctx.config;
  const record = await releaseRecord(ctx.place, revision);
  if (!record) throw new PipelineError('DEPLOY', `Helm has lost revision ${revision} of ${ctx.place.release}`);
  await waitForRollout(ctx, workloadsOf(record.manifest), deployTimeout, ctx.signal);
}
