import { CoreV1Api } from '@kubernetes/client-node';
import type { Context, Place } from '../../core/context.ts';
import { within } from '../../core/waiting.ts';
import { readableObjects } from '../../helm/manifest.ts';
import { newestRecords } from '../../helm/storage.ts';
import { apiMessage } from '../../kube/apiError.ts';
import { callTimeout } from '../../kube/retry.ts';

/** What a container of a test has printed. */
export interface TestLog {
  pod: string;
  container: string;
  lines: string[];
}

/** How one check of our chart ended. */
export interface Check {
  name: string;
  /** Absent when it passed. */
  problem?: string;
}

/** Lines of each log that are looked at. */
const logLines = 2_000;

/**
 * The logs of the tests that `helm test` has just run, be they pods or Jobs. Read from the API server: Helm's own --logs fails where a
 * hook is no pod (helm#6968), though all tests passed. Never throws: what cannot be had is a line.
 */
export async function testLogs({ place }: Pick<Context, 'place'>): Promise<TestLog[]> {
  const core = place.kube.makeApiClient(CoreV1Api);
  const { namespace } = place;
  try {
    const pods = await within(callTimeout, testPods(core, place));
    const read = pods.flatMap(({ name, containers }) =>
      containers.map(async (container): Promise<TestLog> => {
        const request = { namespace, name, container, tailLines: logLines };
        const text = await within(callTimeout, core.readNamespacedPodLog(request)).catch(
          (error: unknown) => `the log of ${name} cannot be had: ${apiMessage(error)}`,
        );
        return { pod: name, container, lines: (text ?? '').split('\n').filter((line) => line.trim() !== '') };
      }),
    );
    return await Promise.all(read);
  } catch (error) {
    return [{ pod: '', container: '', lines: [`the logs of the tests cannot be had: ${apiMessage(error)}`] }];
  }
}

async function testPods(core: CoreV1Api, place: Place): Promise<{ name: string; containers: string[] }[]> {
  const [record] = await newestRecords(place, 1);
  const tests = (record?.hooks ?? [])
    .filter(({ events }) => events?.includes('test'))
    .flatMap(({ manifest }) => readableObjects(manifest));
  const named = (kind: string) =>
    tests.flatMap((one) => (one.kind === kind && one.metadata?.name ? [one.metadata.name] : []));
  const [pods, jobs] = [named('Pod'), named('Job')];
  if (pods.length + jobs.length === 0) return [];
  const { items } = await core.listNamespacedPod({ namespace: place.namespace });
  return items
    .filter(
      ({ metadata }) =>
        pods.includes(metadata?.name ?? '') || jobs.includes(metadata?.labels?.['batch.kubernetes.io/job-name'] ?? ''),
    )
    .map(({ metadata, spec }) => ({
      name: metadata?.name ?? '',
      containers: (spec?.containers ?? []).map(({ name }) => name),
    }));
}

/** Reads the lines by which the checks of our chart tell how they ended: `check NAME: ok`, or `check NAME: FAILED: why`. */
export function checksIn(lines: readonly string[]): Check[] {
  return lines.flatMap((line): Check[] => {
    const [, name, outcome = ''] = /^check ([a-z-]+): (ok|FAILED: .*)$/.exec(line.trim()) ?? [];
    if (!name) return [];
    return [outcome === 'ok' ? { name } : { name, problem: outcome.replace(/^FAILED: /, '') }];
  });
}

/** The names of the checks that failed. */
export function failedChecks(checks: readonly Check[]): string[] {
  return checks.flatMap(({ name, problem }) => (problem === undefined ? [] : [name]));
}
