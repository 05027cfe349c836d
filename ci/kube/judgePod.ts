import type { V1ContainerStateWaiting, V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import { containerStatuses, isCrashLooping } from './pods.ts';

/** Why a pod will not get well by itself. */
export interface Hopeless {
  /** In words, beginning with the container's name. */
  hopeless: string;
  /** Seconds that this has to last before it is believed: 0, or more where somebody else may be about to mend it. */
  graceSeconds: number;
}

/** What another may still bring (an operator its Secret), or what a busy node gets over. */
const patientReasons = ['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError'];
const pullGrace = 10;
/** One that has run well for long is started again at once, and has terminated for a moment only. */
const crashGrace = 3;
const finalReasons = ['InvalidImageName', 'ErrImageNeverPull'];
/** Characters of a message. */
const longest = 300;
const pullReasons = ['ErrImagePull', 'ImagePullBackOff'];

/** What registries say of an image that is not there or not for us, in the words of containerd, CRI-O and Docker. */
const refusedPull =
  /\bnot found\b|(manifest|name) unknown|access denied|\bdenied: |access to the resource is denied|unauthorized|authentication required|authorization failed|403 Forbidden|invalid reference|no match for platform|no image found in/i;
/**
 * Nothing listens on the node's own loopback interface. Where `localhost:5000` is the name of a mirror (k3s, kind, k3d), that is
 * what containerd says of an image that the mirror does not have: it asks there next, and tells only the last answer.
 */
const refusedByLoopback = /dial tcp (\[::1\]|127\.\d+\.\d+\.\d+):\d+: connect: connection refused/;
const loopbackPatience = 20;
/** The way to the registry, which may be better in a minute. It goes first: a lookup that fails is "not found", too. */
const badWay =
  /dial tcp|\blookup |timeout|timed out|deadline exceeded|connection re(fused|set)|too ?many ?requests|\bEOF\b|\b5\d\d (Internal|Bad|Service|Gateway)/i;

/**
 * Judges a pod by its status alone.
 * A time-out on the way to a registry, a node without room or a probe that fails may pass, and are not hopeless. Nor is a pod
 * that is going away, or one that was evicted and will be replaced.
 * @returns null while there is hope
 */
export function judgePod(pod: V1Pod): Hopeless | null {
  const { metadata, spec, status } = pod;
  if (metadata?.deletionTimestamp || !status) return null;
  const containers = containerStatuses(pod);
  if (status.phase === 'Failed') {
    return spec?.restartPolicy === 'Never' ? { hopeless: failure(containers, status), graceSeconds: 0 } : null;
  }
  return containers.flatMap((container) => judgeContainer(pod, container) ?? [])[0] ?? null;
}

function judgeContainer(pod: V1Pod, container: V1ContainerStatus): Hopeless | null {
  const waiting = container.state?.waiting;
  const reason = waiting?.reason ?? '';
  const words = `container ${container.name}: ${reason}${said(waiting)}`;
  if (isCrashLooping(pod, container)) {
    const hopeless = `container ${container.name}: CrashLoopBackOff (${lastRun(container)})`;
    return { hopeless, graceSeconds: waiting ? 0 : crashGrace };
  }
  if (finalReasons.includes(reason)) return { hopeless: words, graceSeconds: 0 };
  if (patientReasons.includes(reason)) return { hopeless: words, graceSeconds: pullGrace };
  const pulls = pullReasons.includes(reason) ? pullPatience(waiting?.message ?? '') : null;
  return pulls === null ? null : { hopeless: words, graceSeconds: pulls };
}

/** Whether an image cannot be pulled for the way to its registry alone, which may be better in a minute. */
export function hasBadWay({ reason = '', message = '' }: V1ContainerStateWaiting): boolean {
  return pullReasons.includes(reason) && pullPatience(message) === null && badWay.test(message);
}

function pullPatience(message: string): number | null {
  if (refusedByLoopback.test(message)) return loopbackPatience;
  return refusedPull.test(message) && !badWay.test(message) ? 0 : null;
}

/** Such as `: secret "shop" not found`, in one line. Of a long chain of causes the end matters most. */
function said(waiting: V1ContainerStateWaiting | undefined): string {
  const message = (waiting?.message ?? '').replace(/\s+/g, ' ').trim();
  return (
    message && `: ${message.length > longest ? `${message.slice(0, 80)} … ${message.slice(80 - longest)}` : message}`
  );
}

/** How it ended the last time, and how often it was tried: `exit code 137, OOMKilled, 3 restarts`. */
function lastRun({ state, lastState, restartCount }: V1ContainerStatus): string {
  const ended = state?.terminated ?? lastState?.terminated;
  const restarts = `${restartCount} ${restartCount === 1 ? 'restart' : 'restarts'}`;
  return [ended && ending(ended), restarts].filter(Boolean).join(', ');
}

// "Error" says nothing that the exit code does not.
function ending({ exitCode, reason }: { exitCode: number; reason?: string }): string {
  return [`exit code ${exitCode}`, reason === 'Error' ? '' : reason].filter(Boolean).join(', ');
}

function failure(containers: readonly V1ContainerStatus[], status: { reason?: string; message?: string }): string {
  const failed = containers.find(({ state }) => state?.terminated && state.terminated.exitCode !== 0);
  if (failed?.state?.terminated) return `container ${failed.name} failed: ${ending(failed.state.terminated)}`;
  return `the pod failed: ${[status.reason, status.message].filter(Boolean).join(', ') || 'no reason given'}`;
}
