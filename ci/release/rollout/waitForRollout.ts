import { setTimeout as sleep } from 'node:timers/promises';
import { AppsV1Api, CoreV1Api, type V1LabelSelector } from '@kubernetes/client-node';
import type { Context, ReleaseContext } from '../../core/context.ts';
import { PipelineError } from '../../core/errors.ts';
import { within } from '../../core/waiting.ts';
import { type WorkloadName, workloadsOf } from '../../helm/manifest.ts';
import { releaseRecord } from '../../helm/storage.ts';
import { apiMessage } from '../../kube/apiError.ts';
import { type Judgement, judgeWorkload, type Workload } from '../../kube/judgeWorkload.ts';
import { callTimeout } from '../../kube/retry.ts';
import { releaseMask } from '../masking/releaseMask.ts';
import { GracePeriods } from './grace.ts';

/** Milliseconds between two looks. */
const pace = 1_000;

interface Apis {
  apps: AppsV1Api;
  core: CoreV1Api;
}

/**
 * Waits until the workloads are rolled out; ends at once when one of them will not be. In place of Helm's --wait, which knows
 * only time.
 * An answer that the cluster owes us is waited for like a pod: a short outage does not fail a release.
 * @throws PipelineError DEPLOY naming what is hopeless, or what was last waited for when the time is up; what `signal` brings
 */
export async function waitForRollout(
  ctx: Pick<Context, 'place' | 'mask'>,
  workloads: readonly WorkloadName[],
  timeoutSeconds: number,
  signal: AbortSignal,
): Promise<void> {
  const { kube, namespace } = ctx.place;
  const apis = { apps: kube.makeApiClient(AppsV1Api), core: kube.makeApiClient(CoreV1Api) };
  const end = Date.now() + timeoutSeconds * 1000;
  const grace = new GracePeriods();
  for (;;) {
    const found = await Promise.all(
      workloads.map(async (workload) => ({
        title: `${workload.kind} ${workload.name}`,
        ...(await within(callTimeout, judge(apis, workload, namespace)).catch(unanswered)),
      })),
    );
    const lost = found.find(({ title, state, graceSeconds: seconds }) =>
      grace.isOver(title, state === 'hopeless', seconds, Date.now()),
    );
    if (lost) {
      const mask = await releaseMask(ctx);
      throw new PipelineError('DEPLOY', mask(`${lost.title} will not get ready: ${lost.why}`));
    }
    const open = found.filter(({ state }) => state !== 'ready');
    if (open.length === 0) return;
    if (Date.now() >= end) {
      const mask = await releaseMask(ctx);
      const details = open.map(({ title, why }) => mask(`${title}: ${why}`));
      const titles = open.map(({ title }) => title).join(', ');
      throw new PipelineError('DEPLOY', `not ready after ${timeoutSeconds} s: ${titles}`, { details });
    }
    await sleep(pace, undefined, { signal });
  }
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
  const [sets, pods] = await Promise.all([
    kind === 'Deployment' ? apis.apps.listNamespacedReplicaSet({ namespace, labelSelector }).catch(() => none) : none,
    apis.core.listNamespacedPod({ namespace, labelSelector }).catch(() => none),
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

function unanswered(error: unknown): Judgement {
  return { state: 'waiting', why: `the cluster does not tell: ${apiMessage(error)}`, graceSeconds: 0 };
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
