import { isObject } from '../core/values.ts';
import { judgePod } from '../kube/judgePod.ts';
import { outsideCause } from '../kube/outsideCause.ts';
import type { V1ContainerStatus, V1Pod } from '../kube/plain.ts';
import { containerStatuses } from '../kube/pods.ts';
import { steps } from './pod.ts';

/** What was found of the application in its own image. */
export interface Found {
  /** Django's word for it, such as `sqlite` or `postgresql`. */
  database: string;
  /** The migrations that the live database lacks. */
  pending: string[];
  /** Of the copied databases; null where there was none to copy. */
  bytes: number | null;
}

/** How a rehearsal ended. What speaks against the application has failed; whatever else keeps it says nothing about the application. */
export type Outcome =
  | { kind: 'passed'; found: Found; checks: string[] }
  | { kind: 'failed'; why: string }
  | { kind: 'cannot'; why: string };

/** A pod that has nothing more to tell, or never will. */
export interface Ending {
  /** Whose end it is; absent where the pod as a whole is the matter. */
  container?: string;
  why: string;
  /** Seconds that it has to look so before it is believed. */
  graceSeconds: number;
}

/** For a place on a node, and the way to a registry. */
const outsideGrace = 45;
/** The last words of a check may tell why the container that serves has ended. */
const lastWords = 2;

/** @returns null while the rehearsal goes on */
export function endingOf(pod: V1Pod | null): Ending | null {
  if (!pod || pod.metadata?.deletionTimestamp) return { why: 'its pod was removed by somebody else', graceSeconds: 0 };
  const statuses = containerStatuses(pod);
  const initial = (pod.status?.initContainerStatuses ?? []).find((each) => exitCode(each) > 0);
  if (initial) return { container: initial.name, why: ended(initial), graceSeconds: 0 };
  const check = statuses.find(({ name, state }) => name === steps.check && state?.terminated);
  if (check) return { container: check.name, why: ended(check), graceSeconds: 0 };
  const [serving] = pod.spec?.containers ?? [];
  const served = pod.status?.containerStatuses?.find(({ name, state }) => name === serving?.name && state?.terminated);
  const { phase, reason, message } = pod.status ?? {};
  if (phase === 'Failed' && reason) return { why: [reason, message].filter(Boolean).join(': '), graceSeconds: 0 };
  if (served) return { container: served.name, why: ended(served), graceSeconds: lastWords };
  const outside = outsideCause(pod);
  if (outside) return { why: outside, graceSeconds: outsideGrace };
  const hopeless = judgePod(pod);
  return hopeless && { why: hopeless.hopeless, graceSeconds: hopeless.graceSeconds };
}

/**
 * What came of it, by the end of the pod and by what its containers have printed.
 * @param logs lines by container
 */
export function outcomeOf(
  pod: V1Pod | null,
  ending: Ending,
  logs: Readonly<Record<string, readonly string[]>>,
): Outcome {
  const lines = Object.values(logs).flat();
  const told = lines.flatMap(toldBy);
  const found = foundIn(lines);
  const [obstacle] = told.filter(({ outcome }) => outcome === 'CANNOT');
  if (obstacle) return { kind: 'cannot', why: `${obstacle.name}: ${obstacle.why}` };
  const problems = told.filter(({ outcome }) => outcome === 'FAILED').map(({ name, why }) => `${name}: ${why}`);
  if (problems.length > 0) return { kind: 'failed', why: problems.join('; ') };
  if (ending.container === undefined) {
    if (pod?.status?.reason !== 'DeadlineExceeded' || !found) return { kind: 'cannot', why: ending.why };
    return { kind: 'failed', why: `it did not come to its end in time, with ${activity(pod)} at work` };
  }
  const status = pod && containerStatuses(pod).find(({ name }) => name === ending.container);
  const early = ending.container === steps.prepare && lines.some((line) => /^rehearsal end: ok$/.test(line.trim()));
  if ((early || (ending.container === steps.check && status && exitCode(status) === 0)) && found)
    return { kind: 'passed', found, checks: told.map(({ name }) => name) };
  if (ending.container === steps.prepare && status && neverRan(status)) return { kind: 'cannot', why: ending.why };
  return { kind: 'failed', why: ending.why };
}

interface Told {
  name: string;
  outcome: string;
  why: string;
}

/** Our own lines, and those of the chart's checks. */
function toldBy(line: string): Told[] {
  const [, name, outcome = '', why = ''] =
    /^(?:rehearsal|check) ([a-z-]+): (ok|FAILED|CANNOT)(?:: (.*))?$/.exec(line.trim()) ?? [];
  return name && name !== 'end' ? [{ name, outcome, why }] : [];
}

function foundIn(lines: readonly string[]): Found | null {
  const text = lines.flatMap((line) => /^rehearsal found: (\{.*\})$/.exec(line.trim())?.[1] ?? [])[0];
  const value: unknown = text === undefined ? null : JSON.parse(text);
  return isObject(value) ? (value as unknown as Found) : null;
}

function exitCode({ state }: V1ContainerStatus): number {
  return state?.terminated?.exitCode ?? 0;
}

function ended({ name, state }: V1ContainerStatus): string {
  const { exitCode: code, reason = '', message = '' } = state?.terminated ?? {};
  const more = [reason === 'Error' ? '' : reason, message.trim().split('\n')[0]].filter(Boolean).join(': ');
  return `container ${name} ended with exit code ${code}${more && `, ${more}`}`;
}

/** There is no Python, or no room for it: what runtimes say, and shells. Ended for want of memory: it was the copying. */
function neverRan({ state }: V1ContainerStatus): boolean {
  const { reason = '', exitCode: code = 0 } = state?.terminated ?? {};
  return ['StartError', 'ContainerCannotRun', 'OOMKilled'].includes(reason) || [126, 127, 128].includes(code);
}

function activity(pod: V1Pod): string {
  const names = containerStatuses(pod).filter(
    ({ state }) => state?.running || exitCode({ state } as V1ContainerStatus) > 0,
  );
  return names.map(({ name }) => name).join(', ') || 'nothing';
}
