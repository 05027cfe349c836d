import {
  AppsV1Api,
  BatchV1Api,
  CoreV1Api,
  type CoreV1Event,
  type KubernetesObject,
  type V1Job,
  type V1Pod,
} from '@kubernetes/client-node';
import type { Place } from '../../core/context.ts';
import { within } from '../../core/waiting.ts';
import { readableObjects } from '../../helm/manifest.ts';
import { apiMessage } from '../../kube/apiError.ts';
import { callTimeout } from '../../kube/retry.ts';

/** What there is of a release in its namespace. */
export interface ReleaseObjects {
  /** With their kinds, which the objects of a list lack. */
  workloads: { kind: string; object: KubernetesObject }[];
  jobs: V1Job[];
  pods: V1Pod[];
  /** The oldest first. */
  events: CoreV1Event[];
  /** What could not be had, and why. */
  missing: string[];
}

/**
 * Finds the objects that carry the label of the release, that its manifests name, or that one of those has made. Never throws.
 * @param manifests of the release and of its hooks
 */
export async function releaseObjects({ kube, namespace, release }: Place, manifests: string): Promise<ReleaseObjects> {
  const [core, apps, batch] = [
    kube.makeApiClient(CoreV1Api),
    kube.makeApiClient(AppsV1Api),
    kube.makeApiClient(BatchV1Api),
  ];
  const missing: string[] = [];
  const list = async <T>(what: string, call: Promise<{ items: T[] }>): Promise<T[]> => {
    try {
      return (await within(callTimeout, call)).items;
    } catch (error) {
      missing.push(`${what}: ${apiMessage(error)}`);
      return [];
    }
  };
  const [deployments, statefulSets, daemonSets, replicaSets, jobs, pods, events] = await Promise.all([
    list('Deployments', apps.listNamespacedDeployment({ namespace })),
    list('StatefulSets', apps.listNamespacedStatefulSet({ namespace })),
    list('DaemonSets', apps.listNamespacedDaemonSet({ namespace })),
    list('ReplicaSets', apps.listNamespacedReplicaSet({ namespace })),
    list('Jobs', batch.listNamespacedJob({ namespace })),
    list('Pods', core.listNamespacedPod({ namespace })),
    list('Events', core.listNamespacedEvent({ namespace })),
  ]);

  const named = new Set(readableObjects(manifests).map(({ kind, metadata }) => `${kind} ${metadata?.name}`));
  const uids = new Set<string>();
  const makers = new Set<string>();
  /** Those of the release; what they make is looked for afterwards. */
  const ours = <T extends KubernetesObject>(kind: string, objects: readonly T[]): T[] =>
    objects.filter(({ metadata }) => {
      const belongs =
        metadata?.labels?.['app.kubernetes.io/instance'] === release ||
        named.has(`${kind} ${metadata?.name}`) ||
        (metadata?.ownerReferences ?? []).some(({ uid }) => uids.has(uid));
      if (belongs && metadata?.uid) uids.add(metadata.uid);
      if (belongs && metadata?.name) makers.add(metadata.name);
      return belongs;
    });
  const of = <T extends KubernetesObject>(kind: string, objects: readonly T[]) =>
    ours(kind, objects).map((object) => ({ kind, object }));
  const workloads = [
    ...of('Deployment', deployments),
    ...of('StatefulSet', statefulSets),
    ...of('DaemonSet', daemonSets),
    // Old ones are kept for years, without a pod.
    ...of('ReplicaSet', replicaSets).filter(
      ({ object }) => (object as { spec?: { replicas?: number } }).spec?.replicas,
    ),
  ];
  const [ourJobs, ourPods] = [ours('Job', jobs), ours('Pod', pods)];
  const concerns = ({ involvedObject: { uid = '', kind, name = '' } }: CoreV1Event) =>
    uids.has(uid) ||
    named.has(`${kind} ${name}`) ||
    // A pod that is gone already: its name begins with its maker's.
    (kind === 'Pod' && [...makers].some((maker) => name.startsWith(`${maker}-`)));
  return {
    workloads,
    jobs: ourJobs,
    pods: ourPods,
    events: events.filter(concerns).sort((a, b) => timeOf(a) - timeOf(b)),
    missing,
  };
}

/** When an event was last seen, in milliseconds since 1970. */
export function timeOf({ lastTimestamp, eventTime, firstTimestamp, metadata }: CoreV1Event): number {
  // Declared as Dates, some are delivered as texts.
  return new Date(lastTimestamp ?? eventTime ?? firstTimestamp ?? metadata.creationTimestamp ?? 0).valueOf();
}
