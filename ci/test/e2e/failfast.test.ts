import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CoreV1Api } from '@kubernetes/client-node';
import * as assert from 'uvu/assert';
import type { Config } from '../../core/config.ts';
import type { PipelineError } from '../../core/errors.ts';
import { type HelmResult, helm } from '../../helm/helm.ts';
import { history } from '../../helm/history.ts';
import { workloadsOf } from '../../helm/manifest.ts';
import { releaseRecord } from '../../helm/storage.ts';
import { pythonImage } from '../../image/pythonImage.ts';
import { createMask } from '../../log/mask.ts';
import { collectEvidence } from '../../release/evidence/evidence.ts';
import { withFailFast } from '../../release/rollout/failFast.ts';
import { waitForRollout } from '../../release/rollout/waitForRollout.ts';
import { describe, rejects } from '../harness.ts';
import { temporaryFolder } from './support/apps.ts';
import { brittleChart, withBrittleChart } from './support/brittleChart.ts';
import { namespace } from './support/namespace.ts';
import type { Place } from './support/place.ts';
import { sharedOutside } from './support/sharedOutside.ts';

/** Far longer than anything here may take, and shorter than the limit of a test: what fails fast does not come near it. */
const long = 180;

/** The embedded registry is a mirror: of what it does not have, containerd tells that nobody else has it either. */
const pullFailure =
  /container \w+: (ErrImagePull|ImagePullBackOff): .*that-does-not-exist.*(not found|connection refused)/;

interface Brittle {
  all: Place;
  name: string;
  image: string;
}

let prepared: Promise<Brittle> | undefined;

function brittle(): Promise<Brittle> {
  prepared ??= prepare();
  return prepared;
}

async function prepare(): Promise<Brittle> {
  const all = await sharedOutside();
  const debian = all.dag.container().from(pythonImage(all.images.python, null).reference);
  const image = await all.registry.publish(debian, `${all.registry.repositoryPrefix}/brittle`, 'e2e');
  return { all, name: await namespace(all, 'failfast'), image };
}

/** One release, and what is done to it. */
async function releaseOf(release: string) {
  const { all, name, image } = await brittle();
  const config = { release, namespace: name, reports: temporaryFolder(), source: '/nowhere' } as Config;
  const place = { kube: all.cluster.kube, namespace: name, release };
  const ctx = { dag: all.dag, images: all.images, cluster: all.cluster, place, config, mask: createMask([]) };
  const absent = `${image.split('@')[0]}-that-does-not-exist`;
  const newest = async () => (await history(ctx)).at(-1);
  return {
    ctx,
    image,
    absent,
    newest,
    upgrade: (values: object): Promise<HelmResult> =>
      helm(
        ctx,
        [
          ...['upgrade', '--install', release, brittleChart, '--namespace', name, '--timeout', `${long}s`],
          ...['--set-json', JSON.stringify({ image, ...values })],
        ],
        withBrittleChart,
      ),
    wait: async (seconds = long): Promise<void> => {
      const manifest = (await releaseRecord(place, (await newest())?.revision ?? 0))?.manifest;
      await waitForRollout(ctx, workloadsOf(manifest ?? ''), seconds, new AbortController().signal);
    },
  };
}

/** Upgrades without hooks, which Helm has to accept. */
async function upgraded(release: string, values: object) {
  const it = await releaseOf(release);
  const { exitCode, lines } = await it.upgrade(values);
  assert.is(exitCode, 0, lines.join('\n'));
  return it;
}

describe('waitForRollout on a cluster', (test) => {
  test('ends well for a Deployment, a StatefulSet and a DaemonSet', async () => {
    const kinds = ['Deployment', 'StatefulSet', 'DaemonSet'];
    await Promise.all(kinds.map(async (kind) => (await upgraded(`good-${kind.toLowerCase()}`, { kind })).wait()));
  });

  test('names an image that does not exist, whatever the kind', async () => {
    const { absent } = await releaseOf('absent');
    const kinds = ['Deployment', 'StatefulSet', 'DaemonSet'];
    await Promise.all(
      kinds.map(async (kind) => {
        const { wait } = await upgraded(`absent-${kind.toLowerCase()}`, { kind, image: absent });
        const { message } = await rejects(wait());
        assert.match(message, new RegExp(`^${kind} absent-.* will not get ready: pod absent-.*: container web: `));
        assert.match(message, pullFailure);
      }),
    );
  });

  test('names a crash loop by its exit code, and is not misled by it once it is mended', async () => {
    const { wait, upgrade } = await upgraded('crash', { command: ['sh', '-c', 'exit 3'] });
    const { message } = await rejects(wait());
    assert.match(message, /^Deployment crash will not get ready: .*: CrashLoopBackOff \(exit code 3, \d+ restart/);
    assert.is((await upgrade({})).exitCode, 0);
    await wait();
  });

  test('names a missing Secret', async () => {
    const { wait } = await upgraded('secretless', { secret: 'absent' });
    const { message } = await rejects(wait());
    assert.match(message, /CreateContainerConfigError: secret "absent" not found/);
  });

  test('says of one that never gets ready what it waited for', async () => {
    const { wait } = await upgraded('unready', { ready: ['sh', '-c', 'exit 1'] });
    const { message, details } = (await rejects(wait(15))) as PipelineError;
    assert.is(message, 'not ready after 15 s: Deployment unready');
    assert.match(details.join('\n'), /0 of 1 pods are available; pod unready-.*: web running, but not ready/);
  });
}, 600_000);

describe('withFailFast on a cluster', (test) => {
  test('ends a Job whose image does not exist; Helm ends with it, and the release is not left pending', async () => {
    const { ctx, absent, upgrade, newest } = await releaseOf('hook');
    const { result, ended } = await withFailFast(ctx, () => upgrade({ hook: { image: absent } }));
    assert.is.not(result.exitCode, 0);
    assert.match(result.lines.join('\n'), /pre-install hooks failed|failed pre-install/);
    assert.not.match(result.lines.join('\n'), /deadline exceeded/);
    assert.is(ended.length, 1);
    assert.match(ended[0]?.pod ?? '', /^hook-hook-/);
    assert.match(ended[0]?.why ?? '', pullFailure);
    assert.match(ended[0]?.evidence.join('\n') ?? '', /Failed: .*pull/);
    assert.not.match(ended[0]?.evidence.join('\n') ?? '', /could not be ended/);
    assert.is((await newest())?.status, 'failed');
  });

  test('ends a Job whose pod crashes again and again, long before it has been tried as often as it may be', async () => {
    const { ctx, image, upgrade, newest } = await releaseOf('looping');
    const hook = { image, command: ['sh', '-c', 'exit 4'], backoffLimit: 20, restartPolicy: 'OnFailure' };
    const { result, ended } = await withFailFast(ctx, () => upgrade({ hook }));
    assert.is.not(result.exitCode, 0);
    const told = `ended: ${JSON.stringify(ended)}; ${result.lines.join('\n')}`;
    assert.not.match(result.lines.join('\n'), /deadline exceeded/, told);
    assert.match(ended[0]?.why ?? '', /^container hook: CrashLoopBackOff \(exit code 4, 3 restarts\)$/, told);
    assert.is((await newest())?.status, 'failed');
  });

  test('leaves alone a Job that fails by itself, and one that succeeds', async () => {
    const { ctx, image, upgrade, newest } = await releaseOf('failing');
    const failing = { image, command: ['sh', '-c', 'exit 1'], backoffLimit: 0 };
    const failed = await withFailFast(ctx, () => upgrade({ hook: failing }));
    assert.is.not(failed.result.exitCode, 0);
    assert.equal(failed.ended, []);
    const good = await withFailFast(ctx, () => upgrade({ hook: { image } }));
    assert.is(good.result.exitCode, 0, good.result.lines.join('\n'));
    assert.equal(good.ended, []);
    assert.is((await newest())?.status, 'deployed');
  });

  test('ends a test whose image does not exist', async () => {
    const { absent } = await releaseOf('untested');
    const { ctx } = await upgraded('untested', { test: { image: absent } });
    const args = ['test', 'untested', '--namespace', ctx.config.namespace, '--timeout', `${long}s`];
    const { result, ended } = await withFailFast(ctx, () => helm(ctx, args));
    assert.is.not(result.exitCode, 0);
    assert.not.match(result.lines.join('\n'), /deadline exceeded/);
    assert.equal(
      ended.map(({ pod }) => pod),
      ['untested-test'],
    );
    assert.match(ended[0]?.why ?? '', pullFailure);
  });
}, 600_000);

describe('collectEvidence on a cluster', (test) => {
  test('keeps why a revision failed, without its secrets', async () => {
    const { ctx, upgrade, wait } = await upgraded('evidence', {});
    await wait();
    // One that the chart only refers to.
    const body = { metadata: { name: 'outside' }, stringData: { TOKEN: 'made-by-somebody-else' } };
    await ctx.cluster.kube.makeApiClient(CoreV1Api).createNamespacedSecret({ namespace: ctx.config.namespace, body });
    const command = ['sh', '-c', 'echo connects as $DB_PASSWORD by $TOKEN; exit 3'];
    assert.is((await upgrade({ command, password: 'another-password', secret: 'outside' })).exitCode, 0);
    await rejects(wait(), /CrashLoopBackOff/);
    const lines = await collectEvidence({ ...ctx, runId: 'e2e' }, { revision: 2, before: 1 });
    assert.match(lines.join('\n'), /pod evidence-.*CrashLoopBackOff[\s\S]*connects as \*\*\* by \*\*\*/);
    const folder = join(ctx.config.reports, 'evidence', 'revision-2');
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const texts = new Map(
      files.map(({ name, parentPath }) => [name, readFileSync(join(parentPath, name), 'utf8')] as const),
    );
    for (const [name, text] of texts)
      assert.not.match(text, /another-password|a-password-of-the-chart|made-by-somebody-else/, name);
    assert.match(texts.get('events.txt') ?? '', /Warning BackOff Pod\/evidence-/);
    assert.match(texts.get('pods.yaml') ?? '', /reason: CrashLoopBackOff/);
    assert.match(texts.get('workloads.yaml') ?? '', /^kind: Deployment\n/);
    assert.match(
      texts.get('manifest.diff') ?? '',
      /^--- revision 1\n\+\+\+ revision 2\n[\s\S]*\+ *- exit 3|\+.*exit 3/,
    );
    assert.match(texts.get('manifest.diff') ?? '', /\+ +password: "\*\*\* \(changed\)"/);
    const log = [...texts].find(([name]) => name.endsWith('.web.previous.log'));
    assert.is(log?.[1], 'connects as *** by ***\n');
    assert.match(readFileSync(join(ctx.config.reports, 'evidence/index.md'), 'utf8'), /^# Evidence of run e2e\n/);
  });
}, 600_000);
