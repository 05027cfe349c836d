import type { V1Container, V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import { parseReference } from '../../core/imageReference.ts';
import { containerStatuses, containersOf, isReady } from '../../kube/pods.ts';
import { type Running, type Workload, workloads } from './workloads.ts';

/** The image that is to run. */
export interface MeantImage {
  repository: string;
  /** Of the manifest in the registry. */
  digest: string;
}

/** How what runs stands to what was meant. */
export interface Judgement {
  /** What is not as meant; none when all is. */
  problems: string[];
  /** What could not be compared, and what is worth knowing. */
  said: string[];
  /** How many pods run the image. */
  pods: number;
}

/**
 * Judges whether a release runs an image and nothing else: each pod of each workload that uses it is ready, of the
 * workload's current revision, and was started from the digest. What may not be looked at is held against nobody.
 * @param running the release's workloads, with the replica sets and pods of the namespace
 */
export function compareRunning(running: Running, image: MeantImage): Judgement {
  const all = workloads(running);
  const users = all.filter(({ containers, pods }) =>
    [...containers, ...(pods ?? []).flatMap(containersOf)].some((container) => uses(container, image)),
  );
  // One that uses the image may be among those that may not be looked at.
  const hidden = [running.deployments, running.statefulSets, running.daemonSets].includes(null);
  if (users.length === 0 && hidden) return { problems: [], said: [], pods: 0 };
  if (all.length === 0)
    return { problems: [], said: ['the release has no Deployment, StatefulSet or DaemonSet'], pods: 0 };
  if (users.length === 0)
    return { problems: [`no workload of the release uses the image ${image.repository}`], said: [], pods: 0 };
  return together(users.map((workload) => judgeWorkload(workload, image)));
}

function judgeWorkload(workload: Workload, image: MeantImage): Judgement {
  const { name, replicas, lags, pods } = workload;
  const users = workload.containers.filter((container) => uses(container, image));
  const wrong = users.flatMap((container) => {
    const { digest } = parseReference(container.image ?? '');
    const other = digest !== undefined && digest !== image.digest;
    return other ? [`${name}: container ${container.name} is set to ${digest}, meant is ${image.digest}`] : [];
  });
  const own: Judgement = {
    problems: [
      ...(lags ? [`${name}: the cluster has not taken note of its last change`] : []),
      ...(users.length === 0 ? [`${name}: it is set to other images than ${image.repository}`] : []),
      ...wrong,
      ...(pods !== null && pods.length < replicas ? [`${name}: ${pods.length} of ${replicas} pods are there`] : []),
    ],
    said: replicas === 0 && !pods?.length ? [`${name} has 0 replicas: nothing of it runs`] : [],
    pods: pods?.length ?? 0,
  };
  return together([own, ...(pods ?? []).map((pod) => judgePod(pod, workload, image))]);
}

function judgePod(pod: V1Pod, { name, isCurrent }: Workload, image: MeantImage): Judgement {
  const who = `pod ${pod.metadata?.name}`;
  const each = containersOf(pod)
    .filter((container) => uses(container, image))
    .map((container) => judgeContainer(who, container, statusOf(pod, container.name), image));
  return {
    problems: [
      ...(isCurrent(pod) ? [] : [`${who} is of an older revision of ${name}`]),
      ...(isReady(pod) ? [] : [`${who} is not ready`]),
      ...each.flatMap(({ problem }) => problem ?? []),
    ],
    said: each.flatMap(({ said }) => said ?? []),
    pods: 0,
  };
}

function together(judgements: readonly Judgement[]): Judgement {
  return {
    problems: judgements.flatMap(({ problems }) => problems),
    said: judgements.flatMap(({ said }) => said),
    pods: judgements.reduce((sum, { pods }) => sum + pods, 0),
  };
}

/**
 * The digest in the pod's own reference rules: by it a runtime can get no other image. What the node then calls that
 * image may differ, see parseImageId.
 */
function judgeContainer(
  pod: string,
  { name, image: reference = '' }: V1Container,
  status: V1ContainerStatus | undefined,
  image: MeantImage,
): { problem?: string; said?: string } {
  const { digest: asked } = parseReference(reference);
  const who = `${pod}, container ${name}`;
  if (asked !== undefined && asked !== image.digest)
    return { problem: `${who}: runs by ${asked}, meant is ${image.digest}` };
  const found = parseImageId(status?.imageID ?? '');
  if (found.kind === 'none') return { problem: `${who}: has not started, meant is ${image.digest}` };
  if (found.kind === 'manifest' && found.digest === image.digest) return {};
  const called = `${who}: the node calls its image ${status?.imageID}`;
  if (asked === image.digest) return { said: `${called}, which cannot be compared; it was asked for by the digest` };
  const same = found.kind === 'manifest' && found.repository === parseReference(reference).repository;
  if (same) return { problem: `${who}: runs ${found.digest}, meant is ${image.digest}` };
  return { said: `${called}, which cannot be compared, and it was asked for by tag: what it runs is not known` };
}

function statusOf(pod: V1Pod, container: string): V1ContainerStatus | undefined {
  return containerStatuses(pod).find(({ name }) => name === container);
}

function uses({ image }: V1Container, { repository }: MeantImage): boolean {
  return parseReference(image ?? '').repository === repository;
}

/** What a node says of the image that a container was started from. */
export type RunningImage =
  /** An image as a registry knows it. */
  | { kind: 'manifest'; repository: string; digest: string }
  /** The image's own id, which is the digest of its config and has nothing to do with the manifest's. */
  | { kind: 'config'; id: string }
  | { kind: 'none' };

/**
 * Reads `imageID` of a container's status. The runtimes write:
 * - containerd: `repository@digest`, the first in the alphabet of all under which the node has pulled this very image; its
 *   bare id `sha256:…` when none is known, as with an image that was imported from a file (internal/cri/server/container_status.go,
 *   containerd#8408);
 * - CRI-O: the same, and the id as 64 bare digits from 1.28 on and after its restart (cri-o#5491, cri-o#9987);
 * - Docker by cri-dockerd: `docker-pullable://repository@digest`, or `docker://sha256:…` with the id.
 */
export function parseImageId(imageId: string): RunningImage {
  const text = imageId.replace(/^[a-z-]+:\/\//, '');
  if (text === '') return { kind: 'none' };
  const { repository, digest } = parseReference(text);
  return digest ? { kind: 'manifest', repository, digest } : { kind: 'config', id: text };
}
