import { join } from 'node:path';
import { ReturnType } from '@dagger.io/dagger';
import { CoreV1Api, type CoreV1Event, type V1Pod } from '@kubernetes/client-node';
import { stringify } from 'yaml';
import { messageOf } from '../../core/causes.ts';
import type { Context } from '../../core/context.ts';
import { within } from '../../core/waiting.ts';
import { releaseRecord } from '../../helm/storage.ts';
import { apiMessage } from '../../kube/apiError.ts';
import { isWell, podDiagnosis } from '../../kube/podDiagnosis.ts';
import { containerStatuses } from '../../kube/pods.ts';
import { callTimeout } from '../../kube/retry.ts';
import { redact, redactManifest } from '../masking/redact.ts';
import { releaseMask } from '../masking/releaseMask.ts';
import { EvidenceFolder } from './folder.ts';
import { type ReleaseObjects, releaseObjects, timeOf } from './objects.ts';

const logLines = 500;
/** Pods whose logs are kept; those that are not well come first. */
const mostPods = 20;
/** Milliseconds for one run of Helm. */
const helmTime = 30_000;

type EvidenceContext = Pick<Context, 'dag' | 'images' | 'place' | 'config' | 'mask' | 'runId'>;

/** The revision that failed, and the one to compare it with, if any. */
export interface Failed {
  revision: number;
  before: number | null;
}

/**
 * Keeps what tells why a revision failed, in `<reports>/evidence/`: to be called before anything is changed back, since pods go
 * then, and their logs with them. Secrets are taken out.
 * Never throws: what cannot be had is a line in `index.md`.
 * @returns lines for the message: how the pods stand, and where the rest is
 */
export async function collectEvidence(ctx: EvidenceContext, failed: Failed): Promise<string[]> {
  const { place, config, runId } = ctx;
  const manifests = await readManifests(ctx, failed);
  const mask = await releaseMask(ctx, Object.values(manifests.texts));
  const diagnosis = await within(helmTime, podDiagnosis(place)).catch(() => []);
  const lines = diagnosis.map(mask);
  try {
    const folder = new EvidenceFolder(join(config.reports, 'evidence'), runId, failed.revision, mask);
    const hooks = [manifests.texts.after, manifests.texts.hooks].join('\n---\n');
    const objects = await releaseObjects(place, hooks);
    for (const line of [...manifests.missing, ...objects.missing]) folder.note(`not to be had: ${line}`);
    writeObjects(folder, objects);
    await writeDiff(ctx, folder, failed, manifests.texts).catch((error) =>
      folder.note(`the manifests were not compared: ${messageOf(error)}`),
    );
    await writeLogs(place.kube.makeApiClient(CoreV1Api), place.namespace, folder, objects.pods);
    folder.close();
    return [...lines, `logs, events and objects: ${folder.path}`];
  } catch (error) {
    return [...lines, mask(`the evidence could not be kept: ${messageOf(error)}`)];
  }
}

interface Manifests {
  texts: { after: string; before: string; hooks: string };
  missing: string[];
}

async function readManifests({ place }: EvidenceContext, { revision, before }: Failed): Promise<Manifests> {
  const missing: string[] = [];
  const read = async (number: number | null) => {
    if (number === null) return null;
    const what = `the manifest of revision ${number}`;
    try {
      const record = await within(callTimeout, releaseRecord(place, number));
      if (record === null) missing.push(`${what}: Helm does not have it`);
      return record;
    } catch (error) {
      missing.push(`${what}: ${messageOf(error)}`);
      return null;
    }
  };
  const [after, earlier] = await Promise.all([read(revision), read(before)]);
  const hooks = (after?.hooks ?? []).map(({ manifest }) => manifest).join('\n---\n');
  return { texts: { after: after?.manifest ?? '', before: earlier?.manifest ?? '', hooks }, missing };
}

function writeObjects(folder: EvidenceFolder, { workloads, jobs, pods, events }: ReleaseObjects): void {
  const yaml = (objects: { kind: string; object: unknown }[]) =>
    objects
      // Through JSON: the client's dates become texts, and what is undefined goes.
      .map(({ kind, object }) => Object.assign({ kind }, JSON.parse(JSON.stringify(object)), { kind }) as unknown)
      .map((object) => stringify(redact(object)))
      .join('---\n');
  folder.write('events.txt', `${events.length} events`, events.map(eventLine).join(''));
  const parts = {
    pods: pods.map((object) => ({ kind: 'Pod', object })),
    workloads,
    jobs: jobs.map((object) => ({ kind: 'Job', object })),
  };
  for (const [name, objects] of Object.entries(parts)) {
    if (objects.length > 0) folder.write(`${name}.yaml`, `${objects.length} objects`, yaml(objects));
    else folder.note(`no ${name}`);
  }
}

function eventLine(event: CoreV1Event): string {
  const { type, reason, message, count, involvedObject } = event;
  const times = (count ?? 1) > 1 ? ` (${count} times)` : '';
  const what = `${involvedObject.kind}/${involvedObject.name}`;
  return `${new Date(timeOf(event)).toISOString()} ${type} ${reason} ${what}: ${(message ?? '').trim()}${times}\n`;
}

async function writeDiff(
  { dag, images }: EvidenceContext,
  folder: EvidenceFolder,
  { revision, before }: Failed,
  texts: Manifests['texts'],
): Promise<void> {
  if (before === null) return folder.note('no earlier revision to compare the manifest with');
  // What could not be read was noted.
  if (texts.after === '' || texts.before === '') return;
  const ran = dag
    .container()
    .from(images.tools)
    .withNewFile('/before.yaml', redactManifest(texts.before))
    .withNewFile('/after.yaml', redactManifest(texts.after, texts.before))
    .withExec(['diff', '-u', '-L', `revision ${before}`, '-L', `revision ${revision}`, '/before.yaml', '/after.yaml'], {
      expect: ReturnType.Any,
    });
  const [exitCode, stdout] = await within(helmTime, Promise.all([ran.exitCode(), ran.stdout()]));
  if (exitCode === 0) folder.note(`the manifests of revisions ${before} and ${revision} are the same`);
  else if (exitCode === 1)
    folder.write('manifest.diff', `what revision ${revision} changed in the manifest of ${before}`, stdout);
  else folder.note(`the manifests were not compared: diff ended with ${exitCode}`);
}

async function writeLogs(
  core: CoreV1Api,
  namespace: string,
  folder: EvidenceFolder,
  pods: readonly V1Pod[],
): Promise<void> {
  const ordered = [...pods].sort((a, b) => Number(isWell(a)) - Number(isWell(b)));
  for (const { metadata } of ordered.slice(mostPods)) folder.note(`logs of ${metadata?.name} are left out`);
  const wanted = ordered.slice(0, mostPods).flatMap((pod) => logsOf(pod));
  const read = wanted.map(async ({ pod, container, previous }) => {
    const request = { namespace, name: pod, container, previous, tailLines: logLines };
    return within(callTimeout, core.readNamespacedPodLog(request)).then(
      (text) => ({ text: text ?? '', why: '' }),
      (error: unknown) => ({ text: null, why: apiMessage(error) }),
    );
  });
  // In their order, so that those that matter most are within the limit.
  for (const [index, { text, why }] of (await Promise.all(read)).entries()) {
    const { pod, container, previous } = wanted[index] as (typeof wanted)[number];
    const what = `${previous ? 'log of the run before' : 'log'} of ${container} in ${pod}`;
    if (text === null) folder.note(`not to be had: ${what}: ${why}`);
    else if (text === '') folder.note(`${what}: empty`);
    else folder.write(`logs/${pod}.${container}${previous ? '.previous' : ''}.log`, what, text, 'end');
  }
}

/** The logs that a pod has: one of each container that was started, and of the run before where there was one. */
function logsOf(pod: V1Pod): { pod: string; container: string; previous: boolean }[] {
  return containerStatuses(pod).flatMap(({ name: container, state, lastState, restartCount }) => {
    const started = state?.running || state?.terminated || lastState?.terminated;
    const log = { pod: pod.metadata?.name ?? '', container };
    return [
      ...(started ? [{ ...log, previous: false }] : []),
      ...(restartCount > 0 ? [{ ...log, previous: true }] : []),
    ];
  });
}
