import type {
  V1Container,
  V1DaemonSet,
  V1Deployment,
  V1ObjectMeta,
  V1Pod,
  V1ReplicaSet,
  V1StatefulSet,
} from '@kubernetes/client-node';

/** What runs of a release: plain objects, as the cluster gives them. A list that may not be looked at is null. */
export interface Running {
  deployments: readonly V1Deployment[] | null;
  statefulSets: readonly V1StatefulSet[] | null;
  daemonSets: readonly V1DaemonSet[] | null;
  /** All of the namespace: those of others are told apart by their owners. */
  replicaSets: readonly V1ReplicaSet[] | null;
  pods: readonly V1Pod[] | null;
}

/** What keeps pods running: the three kinds, in what they have in common. */
export interface Workload {
  /** Such as `Deployment shop`. */
  name: string;
  containers: V1Container[];
  /** How many pods it is to have. */
  replicas: number;
  /** Whether the cluster has yet to take note of the last change. */
  lags: boolean;
  /** Those that run or are to run: not what is ending or has ended. Null when they cannot be seen. */
  pods: V1Pod[] | null;
  /** Whether a pod is made by the template as it is now. */
  isCurrent: (pod: V1Pod) => boolean;
}

/** Where Kubernetes writes the revision of a Deployment and of its replica sets, and of a DaemonSet. */
const deploymentRevision = 'deployment.kubernetes.io/revision';
const daemonSetRevision = 'deprecated.daemonset.template.generation';

/** The workloads of a release, each with its own pods. */
export function workloads({ deployments, statefulSets, daemonSets, replicaSets, pods }: Running): Workload[] {
  const living = pods?.filter(
    ({ metadata, status }) => !metadata?.deletionTimestamp && !['Succeeded', 'Failed'].includes(status?.phase ?? ''),
  );
  const podsOf = ({ metadata }: Owner) => living?.filter((pod) => isOwned(pod, metadata?.uid)) ?? null;
  return [
    ...(deployments ?? []).map((one) => {
      const sets = replicaSets?.filter((set) => isOwned(set, one.metadata?.uid));
      const current = sets?.find((set) => annotation(set, deploymentRevision) === annotation(one, deploymentRevision));
      return {
        ...common('Deployment', one, one.spec?.replicas ?? 1),
        pods: living && sets ? sets.flatMap((set) => podsOf(set) ?? []) : null,
        isCurrent: (pod: V1Pod) => current !== undefined && isOwned(pod, current.metadata?.uid),
      };
    }),
    ...(statefulSets ?? []).map((one) => ({
      ...common('StatefulSet', one, one.spec?.replicas ?? 1),
      pods: podsOf(one),
      isCurrent: (pod: V1Pod) => label(pod, 'controller-revision-hash') === one.status?.updateRevision,
    })),
    ...(daemonSets ?? []).map((one) => ({
      ...common('DaemonSet', one, one.status?.desiredNumberScheduled ?? 0),
      pods: podsOf(one),
      isCurrent: (pod: V1Pod) => label(pod, 'pod-template-generation') === annotation(one, daemonSetRevision),
    })),
  ];
}

function common(
  kind: string,
  { metadata, spec, status }: V1Deployment | V1StatefulSet | V1DaemonSet,
  replicas: number,
) {
  const template = spec?.template.spec;
  return {
    name: `${kind} ${metadata?.name}`,
    containers: [...(template?.initContainers ?? []), ...(template?.containers ?? [])],
    replicas,
    lags: (status?.observedGeneration ?? 0) < (metadata?.generation ?? 0),
  };
}

type Owner = { metadata?: V1ObjectMeta };

function isOwned({ metadata }: Owner, uid: string | undefined): boolean {
  return metadata?.ownerReferences?.some((owner) => owner.controller && owner.uid === uid) ?? false;
}

function annotation({ metadata }: Owner, name: string): string | undefined {
  return metadata?.annotations?.[name];
}

function label({ metadata }: Owner, name: string): string | undefined {
  return metadata?.labels?.[name];
}
