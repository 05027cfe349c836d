import type { V1DaemonSet, V1Deployment, V1Pod, V1ReplicaSet, V1StatefulSet } from '@kubernetes/client-node';
import { judgePod } from './judgePod.ts';
import { isQuota, outsideCause } from './outsideCause.ts';
import { containerState } from './podDiagnosis.ts';
import { containerStatuses, isReady } from './pods.ts';

export type Workload = V1Deployment | V1StatefulSet | V1DaemonSet;

export interface Judgement {
  state: 'ready' | 'waiting' | 'hopeless';
  /** What is waited for, or why there is no hope. */
  why: string;
  /** Seconds that a hopeless state has to last before it is believed, as in judgePod. */
  graceSeconds: number;
  /** Set when all that keeps it from being ready is the cluster's affair, see outsideCause: nothing speaks against the release. */
  outside?: boolean;
}

/** Pods that were refused for want of quota come when others, which are ending, have made room; what a policy refuses never comes. */
const refusedGrace = 30;

/** What the status of each kind means, in common words. */
interface Progress {
  wanted: number;
  updated: number;
  /** Pods in all, as far as they could be more than the updated ones: those of a DaemonSet never are. */
  total: number;
  available: number;
}

/**
 * Judges how far the rollout of a workload is, which has to come with its `kind` (objects of a list do not). It is ready when the controller has seen its newest version and all replicas
 * are of that version and available, and no older one is left.
 * @param replicaSets those of the namespace; only for Deployments
 * @param pods those that the selector finds. Only the newest version's own can condemn it: a pod of the release before may well crash
 */
export function judgeWorkload(
  workload: Workload,
  replicaSets: readonly V1ReplicaSet[],
  pods: readonly V1Pod[],
): Judgement {
  const { generation = 0 } = workload.metadata ?? {};
  if ((workload.status?.observedGeneration ?? 0) < generation) return waiting('its controller has not seen it yet');
  // Somebody stopped the rollout by hand. Helm does not wait for it either.
  if (isDeployment(workload) && workload.spec?.paused) return ready('its rollout is paused');
  const { wanted, updated, total, available } = progress(workload);
  const own = pods.filter((pod) => isCurrent(pod, workload, replicaSets));
  const late = available < wanted || updated < wanted ? deadlineMissed(workload, replicaSets) : undefined;
  if (late)
    return { state: 'hopeless', why: [late, ...states(own)].join('; '), graceSeconds: 0, ...blame(workload, own) };
  if (total > updated) return verdict(own, `${total - updated} pods of the version before are left`);
  if (total > wanted) return verdict(own, `${total - wanted} pods are left`);
  if (updated < wanted) {
    const pods = `${updated} of ${wanted} pods are of the new version`;
    const why = refused(workload);
    return why
      ? {
          ...{ state: 'hopeless', why: [pods, why, ...states(own)].join('; '), graceSeconds: refusedGrace },
          ...blame(workload, own),
        }
      : verdict(own, pods);
  }
  if (available < wanted) return verdict(own, `${available} of ${wanted} pods are available`);
  return ready(`${available} of ${wanted} pods are available`);
}

function progress(workload: Workload): Progress {
  if (isDaemonSet(workload)) {
    const { status } = workload;
    const wanted = status?.desiredNumberScheduled ?? 0;
    const updated = onDelete(workload) ? wanted : (status?.updatedNumberScheduled ?? 0);
    return { wanted, updated, total: 0, available: status?.numberAvailable ?? 0 };
  }
  const { spec, status } = workload;
  const wanted = spec?.replicas ?? 1;
  const progress = { wanted, updated: status?.updatedReplicas ?? 0, available: status?.availableReplicas ?? 0 };
  const total = status?.replicas ?? 0;
  if (isDeployment(workload)) return { ...progress, total };
  // Pods below the partition keep the version before on purpose; with OnDelete, all do until somebody deletes them.
  const kept = onDelete(workload) ? wanted : (workload.spec?.updateStrategy?.rollingUpdate?.partition ?? 0);
  return { ...progress, updated: Math.min(total, progress.updated + kept), total };
}

/** Whether a pod is of the workload's newest version. Unsure, it is not: a pod wrongly taken for new could condemn a good release. */
function isCurrent(pod: V1Pod, workload: Workload, replicaSets: readonly V1ReplicaSet[]): boolean {
  const labels = pod.metadata?.labels ?? {};
  if (isStatefulSet(workload)) {
    const revision = workload.status?.updateRevision;
    return isOwned(pod, workload) && revision !== undefined && labels['controller-revision-hash'] === revision;
  }
  if (isDaemonSet(workload)) {
    const template = workload.metadata?.annotations?.['deprecated.daemonset.template.generation'];
    return isOwned(pod, workload) && template !== undefined && labels['pod-template-generation'] === template;
  }
  const current = currentReplicaSet(workload, replicaSets);
  return current !== undefined && isOwned(pod, current);
}

/** The one that carries the Deployment's own revision number. */
function currentReplicaSet(workload: Workload, replicaSets: readonly V1ReplicaSet[]): V1ReplicaSet | undefined {
  const revision = revisionOf(workload);
  return revision === undefined
    ? undefined
    : replicaSets.find((set) => isOwned(set, workload) && revisionOf(set) === revision);
}

function revisionOf({ metadata }: Workload | V1ReplicaSet): string | undefined {
  return metadata?.annotations?.['deployment.kubernetes.io/revision'];
}

function isOwned(object: V1Pod | V1ReplicaSet, owner: Workload | V1ReplicaSet): boolean {
  const uid = owner.metadata?.uid;
  return uid !== undefined && (object.metadata?.ownerReferences ?? []).some((reference) => reference.uid === uid);
}

/**
 * What the Deployment says of its own deadline. After a rollback to a ReplicaSet that exists, the condition of the failed
 * version may still stand there: it counts only when it names the ReplicaSet of today.
 */
function deadlineMissed(workload: Workload, replicaSets: readonly V1ReplicaSet[]): string | undefined {
  const condition = conditions(workload).find(({ reason }) => reason === 'ProgressDeadlineExceeded');
  if (!condition) return undefined;
  const current = currentReplicaSet(workload, replicaSets)?.metadata?.name;
  const said = condition.message ?? '';
  return current && said.includes(`"${current}"`) ? said.replace(/\.$/, '') : undefined;
}

/** Why pods cannot even be made, such as a quota or an admission policy. */
function refused(workload: Workload): string {
  return conditions(workload).find(({ type, status }) => type === 'ReplicaFailure' && status === 'True')?.message ?? '';
}

function conditions(workload: Workload): { type: string; status: string; reason?: string; message?: string }[] {
  return workload.status?.conditions ?? [];
}

function verdict(own: readonly V1Pod[], waitedFor: string): Judgement {
  const judged = own.flatMap((pod) => {
    const found = judgePod(pod);
    return found ? [{ name: pod.metadata?.name, ...found }] : [];
  });
  // The one that has to be waited for least.
  const [worst] = judged.sort((a, b) => a.graceSeconds - b.graceSeconds);
  if (worst)
    return { state: 'hopeless', why: `pod ${worst.name}: ${worst.hopeless}`, graceSeconds: worst.graceSeconds };
  return { ...waiting([waitedFor, ...states(own)].join('; ')), ...blame(undefined, own) };
}

/** The cluster's affair it is when there is such a cause, and no pod fails for another reason. */
function blame(workload: Workload | undefined, own: readonly V1Pod[]): Pick<Judgement, 'outside'> {
  const open = own.filter((pod) => !pod.metadata?.deletionTimestamp && !isReady(pod));
  const outside = open.map(outsideCause);
  const refusal = workload ? refused(workload) : '';
  if (outside.includes(null) || (refusal && !isQuota(refusal))) return {};
  return outside.length > 0 || refusal ? { outside: true } : {};
}

/** How the containers stand that are not ready. */
function states(pods: readonly V1Pod[]): string[] {
  return pods.flatMap((pod) => {
    const { metadata, status } = pod;
    const unready = containerStatuses(pod).filter(({ ready, state }) => !ready && state?.terminated?.exitCode !== 0);
    const unplaced = status?.conditions?.find(({ type, status: is }) => type === 'PodScheduled' && is === 'False');
    const said = [
      ...(unplaced ? [`not scheduled: ${unplaced.message ?? 'no reason given'}`] : []),
      ...unready.map((container) => `${container.name} ${containerState(container)}`),
    ];
    return said.length > 0 ? [`pod ${metadata?.name}: ${said.join(', ')}`] : [];
  });
}

function ready(why: string): Judgement {
  return { state: 'ready', why, graceSeconds: 0 };
}

function waiting(why: string): Judgement {
  return { state: 'waiting', why, graceSeconds: 0 };
}

function isDeployment(workload: Workload): workload is V1Deployment {
  return workload.kind === 'Deployment';
}

function isStatefulSet(workload: Workload): workload is V1StatefulSet {
  return workload.kind === 'StatefulSet';
}

function isDaemonSet(workload: Workload): workload is V1DaemonSet {
  return workload.kind === 'DaemonSet';
}

function onDelete(workload: V1StatefulSet | V1DaemonSet): boolean {
  return workload.spec?.updateStrategy?.type === 'OnDelete';
}
