import { setTimeout as sleep } from 'node:timers/promises';
import { AppsV1Api, CoreV1Api, type KubernetesObject } from '@kubernetes/client-node';
import type { Context } from '../context.ts';
import { PipelineError } from '../errors.ts';
import { type Judgement, judgeRunning, type MeantImage } from './judgeRunning.ts';
import type { Running } from './workloads.ts';

/** What is looked at. */
export type RunsContext = Pick<Context, 'cluster' | 'config' | 'signal'>;

/** How long the status of what has just been rolled out may lag behind, in milliseconds. */
const patience = 10_000;
const pause = 500;

/**
 * Asserts that the release runs the image, by its digest, and nothing older. To be called when Helm has waited for the
 * release: what is on its way gets a few seconds, no more.
 * @param image as it was published: where a chart takes the repository from elsewhere, it does not run this image
 * @returns what was found, for people
 * @throws PipelineError NOT_AS_MEANT with each pod, what was meant and what was found
 */
export async function assertRunsAsMeant(
  ctx: RunsContext,
  { repository, digest }: MeantImage,
  waitMs: number = patience,
): Promise<string> {
  const { release } = ctx.config;
  const end = performance.now() + waitMs;
  for (;;) {
    const { running, denied } = await look(ctx);
    const judgement = judgeRunning(running, { repository, digest });
    // What may not be looked at may be what runs the image.
    const unknown = denied.length > 0 && judgement.pods === 0;
    if (judgement.problems.length === 0 || unknown) return found(judgement, digest, denied);
    if (performance.now() >= end)
      throw new PipelineError(
        'NOT_AS_MEANT',
        `what runs of ${release} is not what was meant: ${judgement.problems[0]}`,
        {
          details: [...judgement.problems, ...judgement.said],
        },
      );
    await sleep(pause, undefined, { signal: ctx.signal });
  }
}

function found({ said, pods }: Judgement, digest: string, denied: readonly string[]): string {
  const count = pods === 0 ? [] : [`${pods} ${pods === 1 ? 'pod runs' : 'pods run'} ${digest.slice(0, 19)}`];
  return [...count, ...said, ...denied.map((kind) => `not checked: ${kind} may not be listed`)].join('; ');
}

/** The release's workloads: Helm writes the release's name on all that it makes, whatever labels the chart gives. */
async function look({ cluster, config }: RunsContext): Promise<{ running: Running; denied: string[] }> {
  const { namespace, release } = config;
  const apps = cluster.kube.makeApiClient(AppsV1Api);
  const core = cluster.kube.makeApiClient(CoreV1Api);
  const denied: string[] = [];
  const list = async <T>(kind: string, listing: Promise<{ items: T[] }>): Promise<T[]> => {
    try {
      return (await listing).items;
    } catch (error) {
      if ((error as { code?: number }).code !== 403) throw error;
      denied.push(kind);
      return [];
    }
  };
  const ofRelease = ({ metadata }: KubernetesObject) =>
    metadata?.annotations?.['meta.helm.sh/release-name'] === release &&
    metadata.annotations['meta.helm.sh/release-namespace'] === namespace;
  // Pods last: one that was replaced in between is then seen with the set that replaced it.
  const [deployments, statefulSets, daemonSets] = await Promise.all([
    list('deployments', apps.listNamespacedDeployment({ namespace })),
    list('statefulsets', apps.listNamespacedStatefulSet({ namespace })),
    list('daemonsets', apps.listNamespacedDaemonSet({ namespace })),
  ]);
  const replicaSets = await list('replicasets', apps.listNamespacedReplicaSet({ namespace }));
  const pods = await list('pods', core.listNamespacedPod({ namespace }));
  const running = {
    deployments: deployments.filter(ofRelease),
    statefulSets: statefulSets.filter(ofRelease),
    daemonSets: daemonSets.filter(ofRelease),
    replicaSets,
    pods,
  };
  return { running, denied };
}
