import type { V1ContainerState, V1DaemonSet, V1Deployment, V1Pod, V1StatefulSet } from '@kubernetes/client-node';

/** Plain objects as an API server gives them, as far as a rollout is concerned. */

const selector = { matchLabels: { app: 'shop' } };
const template = { spec: { containers: [] } };
const owned = (uid: string) => [{ apiVersion: 'apps/v1', kind: 'x', name: 'x', uid, controller: true }];

/** A Deployment of one replica at its revision 2, by default rolled out. */
export function deployment(
  status: Partial<NonNullable<V1Deployment['status']>> = {},
  spec: Partial<V1Deployment['spec']> = {},
): V1Deployment {
  const counts = { replicas: 1, updatedReplicas: 1, availableReplicas: 1 };
  return {
    kind: 'Deployment',
    metadata: {
      name: 'shop',
      uid: 'shop',
      generation: 2,
      annotations: { 'deployment.kubernetes.io/revision': '2' },
    },
    spec: { replicas: 1, selector, template, ...spec },
    status: { observedGeneration: 2, ...counts, ...status },
  };
}

/** The ReplicaSets `shop-1` and `shop-2`, each of the Deployment's revision of that number. */
export const replicaSets = [1, 2].map((revision) => ({
  metadata: {
    name: `shop-${revision}`,
    uid: `shop-${revision}`,
    annotations: { 'deployment.kubernetes.io/revision': String(revision) },
    ownerReferences: owned('shop'),
  },
}));

/** A StatefulSet of three replicas that goes from version `a` to `b`. */
export function statefulSet(
  status: Partial<V1StatefulSet['status']>,
  updateStrategy: object = { type: 'RollingUpdate' },
): V1StatefulSet {
  return {
    kind: 'StatefulSet',
    metadata: { name: 'db', uid: 'db', generation: 1 },
    spec: { replicas: 3, selector, template, serviceName: 'db', updateStrategy },
    status: { observedGeneration: 1, replicas: 3, currentRevision: 'a', updateRevision: 'b', ...status },
  };
}

/** A DaemonSet on three nodes, at its second template. */
export function daemonSet(status: Partial<V1DaemonSet['status']>, type = 'RollingUpdate'): V1DaemonSet {
  return {
    kind: 'DaemonSet',
    metadata: {
      name: 'log',
      uid: 'log',
      generation: 1,
      annotations: { 'deprecated.daemonset.template.generation': '2' },
    },
    spec: { selector, template, updateStrategy: { type } },
    status: {
      ...{ observedGeneration: 1, currentNumberScheduled: 3, desiredNumberScheduled: 3 },
      ...{ numberMisscheduled: 0, numberReady: 0, ...status },
    },
  };
}

/** A pod with one container. */
export function pod(name: string, owner: string, state: V1ContainerState, labels: Record<string, string> = {}): V1Pod {
  const container = { name: 'web', image: '', imageID: '', ready: false, restartCount: 2, state };
  return {
    metadata: { name, uid: `uid of ${name}`, ownerReferences: owned(owner), labels },
    spec: { containers: [], restartPolicy: 'Always' },
    status: { phase: 'Running', containerStatuses: [container] },
  };
}

export const crashing: V1ContainerState = { waiting: { reason: 'CrashLoopBackOff' } };
