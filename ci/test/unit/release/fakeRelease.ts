import type { V1Deployment, V1ObjectMeta, V1Pod, V1ReplicaSet } from '@kubernetes/client-node';
import type { Running } from '../../../release/state/workloads.ts';

export const repository = 'localhost:5000/shop';
export const digest = `sha256:${'1'.repeat(64)}`;
export const other = `sha256:${'2'.repeat(64)}`;
export const image = { repository, digest };

const release = { 'meta.helm.sh/release-name': 'shop', 'meta.helm.sh/release-namespace': 'shop-space' };

/** A pod as it is meant, but for what is given. */
export function pod({
  name = 'shop-1',
  owner = 'set-2',
  reference = `${repository}@${digest}`,
  initReference = `${repository}@${digest}`,
  imageID = `${repository}@${digest}`,
  ready = true,
  phase = 'Running',
  metadata = {},
}: {
  name?: string;
  owner?: string;
  reference?: string;
  initReference?: string;
  imageID?: string;
  ready?: boolean;
  phase?: string;
  metadata?: Pick<V1ObjectMeta, 'labels' | 'deletionTimestamp'>;
} = {}): V1Pod {
  const status = { ready, restartCount: 0, image: reference };
  return {
    metadata: { name, ownerReferences: [ownedBy(owner)], ...metadata },
    spec: {
      initContainers: [{ name: 'migrate', image: initReference }],
      containers: [{ name: 'web', image: reference }],
    },
    status: {
      phase,
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      initContainerStatuses: [{ ...status, name: 'migrate', imageID: `${repository}@${digest}` }],
      containerStatuses: [{ ...status, name: 'web', imageID }],
    },
  };
}

function ownedBy(uid: string) {
  return { apiVersion: 'apps/v1', kind: 'Any', name: uid, uid, controller: true };
}

/** A Deployment in its second revision, with the replica sets of both. */
export function deployed({
  pods,
  replicas = 1,
  reference = `${repository}@${digest}`,
  generation = 2,
  observed = generation,
}: {
  pods: V1Pod[];
  replicas?: number;
  reference?: string;
  generation?: number;
  observed?: number;
}): Running {
  const annotations = { ...release, 'deployment.kubernetes.io/revision': '2' };
  const deployment: V1Deployment = {
    metadata: { name: 'shop', uid: 'deployment', generation, annotations },
    spec: { replicas, selector: {}, template: { spec: { containers: [{ name: 'web', image: reference }] } } },
    status: { observedGeneration: observed },
  };
  const replicaSet = (revision: string): V1ReplicaSet => ({
    metadata: {
      uid: `set-${revision}`,
      annotations: { 'deployment.kubernetes.io/revision': revision },
      ownerReferences: [ownedBy('deployment')],
    },
  });
  const replicaSets = [replicaSet('1'), replicaSet('2')];
  return { deployments: [deployment], statefulSets: [], daemonSets: [], replicaSets, pods };
}
