import { CoreV1Api, type CoreV1Event, type V1ContainerStatus, type V1Pod } from '@kubernetes/client-node';
import type { Place } from '../core/context.ts';
import { containerStatuses } from './pods.ts';

/** How much of each log is looked through. */
const logLines = 150;
const mostEvents = 10;

/**
 * Why the pods of a release, known by the label app.kubernetes.io/instance, are not well: their state, their events and the last lines of their logs. Asked for after
 * a failure, so whatever cannot be had is left out.
 * @returns lines for people
 */
export async function podDiagnosis({ kube, namespace, release }: Place): Promise<string[]> {
  const core = kube.makeApiClient(CoreV1Api);
  const labelSelector = `app.kubernetes.io/instance=${release}`;
  const pods = await core.listNamespacedPod({ namespace, labelSelector }).catch(() => ({ items: [] }));
  return diagnosisOf(
    core,
    namespace,
    pods.items.filter((pod) => !isWell(pod)),
  );
}

/** The same of certain pods. */
export async function diagnosisOf(core: CoreV1Api, namespace: string, pods: readonly V1Pod[]): Promise<string[]> {
  const events = await core.listNamespacedEvent({ namespace }).catch(() => ({ items: [] }));
  const sections = await Promise.all(
    pods.map(async (pod) => [
      `pod ${pod.metadata?.name}: ${podState(pod)}`,
      ...eventsOf(events.items, pod).map((line) => `  ${line}`),
      ...(await logsOf(core, namespace, pod)).map((line) => `  ${line}`),
    ]),
  );
  return sections.flat();
}

/** Whether nothing is wrong with a pod: it has ended well, or all of it is ready. */
export function isWell({ status }: V1Pod): boolean {
  if (status?.phase === 'Succeeded') return true;
  return status?.phase === 'Running' && (status.containerStatuses ?? []).every(({ ready }) => ready);
}

function podState(pod: V1Pod): string {
  const states = containerStatuses(pod).map((container) => `${container.name} ${containerState(container)}`);
  return [pod.status?.phase ?? 'unknown', ...states].join(', ');
}

/** In a few words, such as `waiting: CrashLoopBackOff (exit code 1 before, 3 restarts)`. */
export function containerState({ state, lastState, restartCount, ready }: V1ContainerStatus): string {
  const before = lastState?.terminated ? `exit code ${lastState.terminated.exitCode} before` : '';
  const restarts = restartCount > 0 ? `${restartCount} ${restartCount === 1 ? 'restart' : 'restarts'}` : '';
  const more = [before, restarts].filter(Boolean).join(', ');
  const behind = more && ` (${more})`;
  if (state?.waiting) return `waiting: ${state.waiting.reason ?? 'no reason given'}${behind}`;
  if (state?.terminated)
    return `ended: ${state.terminated.reason ?? 'no reason given'} with exit code ${state.terminated.exitCode}${behind}`;
  return `${ready ? 'ready' : 'running, but not ready'}${behind}`;
}

function eventsOf(events: readonly CoreV1Event[], pod: V1Pod): string[] {
  return events
    .filter(({ involvedObject, type }) => involvedObject.uid === pod.metadata?.uid && type !== 'Normal')
    .slice(-mostEvents)
    .map(
      ({ reason, message, count }) =>
        `${reason}: ${message?.split('\n')[0] ?? ''}${(count ?? 1) > 1 ? ` (${count} times)` : ''}`,
    );
}

// A container that starts again and again says why in the log of the run before.
async function logsOf(core: CoreV1Api, namespace: string, pod: V1Pod): Promise<string[]> {
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  // What prepares the pod, such as migrations, is of interest when it failed; else it is done and only fills the screen.
  const failed = initContainerStatuses.filter(({ state }) => state?.terminated?.exitCode !== 0);
  const sections = [...failed, ...containerStatuses].map(async ({ name: container, restartCount }) => {
    const request = { namespace, name: pod.metadata?.name ?? '', container, tailLines: logLines };
    const now = await core.readNamespacedPodLog(request).catch(() => '');
    const text =
      now || (restartCount > 0 ? await core.readNamespacedPodLog({ ...request, previous: true }).catch(() => '') : '');
    return text ? [`log of ${container}:`, ...logExcerpt(text).map((line) => `  ${line}`)] : [];
  });
  return (await Promise.all(sections)).flat();
}

/** How much of the end of a log is shown. */
const mostLines = 15;
const mostExceptions = 3;

/** `RuntimeError: no room`, `django.db.utils.OperationalError: no such table`, `SystemExit: 3`; not the frames of a traceback. */
const exception = /^([\w]+\.)*([A-Z]\w*(Error|Exception|Exit|NotFound|Configured)|[a-z]\w*Error)(:.*)?$/;

/**
 * What of a log tells why its program has ended: its last lines, and behind them the exceptions that were raised further up.
 * A server such as gunicorn puts a traceback of its own behind that of the application, which is the one to know.
 * @param text the log, or the end of it
 */
export function logExcerpt(text: string): string[] {
  const lines = text.trimEnd().split('\n');
  const end = lines.slice(-mostLines);
  const raised = lines
    .slice(0, -mostLines)
    .map((line) => line.trim())
    .filter((line) => exception.test(line));
  const others = [...new Set(raised)].slice(-mostExceptions);
  return [...end, ...(others.length > 0 ? ['raised before that:', ...others.map((line) => `  ${line}`)] : [])];
}
