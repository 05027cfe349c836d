import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@dagger.io/dagger';
import * as assert from 'uvu/assert';
import type { Config } from '../../../../core/config.ts';
import type { Images } from '../../../../core/images.ts';
import { encodeRecord } from '../../../../helm/storage.ts';
import { collectEvidence } from '../../../../release/evidence/evidence.ts';
import { describe } from '../../../harness.ts';
import { type Answer, withFakeCluster } from '../../kube/fakeCluster.ts';
import { crashing, pod, replicaSets } from '../../kube/workloads.ts';
import { noMask } from '../../report/fakeReport.ts';

const core = '/api/v1/namespaces/shop-space';
const apps = '/apis/apps/v1/namespaces/shop-space';

/** What the tools image answers to a command line. */
type Tools = (words: string) => { exitCode: number; stdout: string };

const differs: Tools = () => ({ exitCode: 1, stdout: '--- revision 6\n+++ revision 7\n' });
const same: Tools = () => ({ exitCode: 0, stdout: '' });

/** What Helm keeps of a revision. */
function record(version: number): object {
  const manifest = 'kind: Deployment\nmetadata: { name: shop }\n';
  const secret = 'kind: Secret\nmetadata: { name: shop }\nstringData: { key: of-the-application }\n';
  const release = encodeRecord({ version, info: { status: 'deployed' }, manifest, hooks: [{ manifest: secret }] });
  return { data: { release } };
}
const records = {
  [`${core}/secrets/sh.helm.release.v1.shop.v6`]: record(6),
  [`${core}/secrets/sh.helm.release.v1.shop.v7`]: record(7),
};

/** An engine in whose containers these tools are. */
function engine(tools: Tools, written: string[] = []): Client {
  const container = (words = ''): object => ({
    from: () => container(words),
    with: () => container(words),
    withEnvVariable: () => container(words),
    withNewFile: (_: string, text: string) => {
      written.push(text);
      return container(words);
    },
    withExec: (args: string[]) => container(args.join(' ')),
    exitCode: async () => tools(words).exitCode,
    stdout: async () => tools(words).stdout,
    stderr: async () => '',
  });
  return { container } as unknown as Client;
}

async function collected(
  routes: Record<string, Answer | ((url: URL) => Answer)>,
  tools: Tools,
  check: (lines: string[], read: (name: string) => string) => void,
  before: number | null = 6,
): Promise<void> {
  const reports = mkdtempSync(join(tmpdir(), 'reports-'));
  try {
    await withFakeCluster(routes, async ({ kube }) => {
      const config = { namespace: 'shop-space', release: 'shop', reports, source: '/app' } as Config;
      const ctx = {
        dag: engine(tools),
        images: {} as Images,
        place: { kube, namespace: 'shop-space', release: 'shop' },
        config,
        mask: noMask,
        runId: 'run1',
      };
      const lines = await collectEvidence(ctx, { revision: 7, before });
      check(lines, (name) => readFileSync(join(reports, 'evidence', name), 'utf8'));
    });
  } finally {
    rmSync(reports, { recursive: true });
  }
}

const labels = { 'app.kubernetes.io/instance': 'shop' };
const bad = pod('shop-2-a', 'shop-2', crashing, labels);
const routes: Record<string, Answer | ((url: URL) => Answer)> = {
  [`${apps}/deployments`]: {
    items: [
      { metadata: { name: 'shop', uid: 'shop', managedFields: [{ manager: 'helm' }] } },
      { metadata: { name: 'blog', uid: 'blog' } },
    ],
  },
  [`${apps}/replicasets`]: { items: replicaSets.map((set) => ({ ...set, spec: { replicas: 1, selector: {} } })) },
  [`${apps}/statefulsets`]: { items: [] },
  [`${apps}/daemonsets`]: 403,
  '/apis/batch/v1/namespaces/shop-space/jobs': { items: [] },
  // A pod without the label, known by what made it, and one of another release.
  [`${core}/pods`]: (url) => ({
    items: url.searchParams.has('labelSelector')
      ? [bad]
      : [pod('shop-2-b', 'shop-2', { running: {} }), bad, pod('blog-1', 'blog', crashing)],
  }),
  [`${core}/events`]: {
    items: [
      ['shop-2-a', 'of shop-2-a', 'BackOff', '2026-01-02T03:04:06Z'],
      ['shop-9-gone', '', 'Killing', '2026-01-02T03:04:05Z'],
      ['blog-1', '', 'Other', '2026-01-02T03:04:05Z'],
    ].map(([name, uid, reason, lastTimestamp]) => ({
      ...{ metadata: {}, involvedObject: { kind: 'Pod', name, uid: `uid ${uid}` } },
      ...{ type: 'Warning', reason, message: 'with of-the-application', count: 3, lastTimestamp },
    })),
  },
  [`${core}/pods/shop-2-a/log`]: (url) =>
    url.searchParams.get('previous') === 'true' ? 'db is postgres://ann:pass@db\n' : 403,
  [`${core}/pods/shop-2-b/log`]: 'key is of-the-application\n',
};

describe('collectEvidence', (test) => {
  test('keeps objects, events and logs of the release, and of no other', () =>
    collected({ ...routes, ...records }, differs, (lines, read) => {
      assert.is(lines[0], 'pod shop-2-a: Running, web waiting: CrashLoopBackOff (2 restarts)');
      assert.match(lines.at(-1) ?? '', /^logs, events and objects: .*evidence\/revision-7$/);
      assert.is(
        read('revision-7/events.txt'),
        '2026-01-02T03:04:05.000Z Warning Killing Pod/shop-9-gone: with *** (3 times)\n' +
          '2026-01-02T03:04:06.000Z Warning BackOff Pod/shop-2-a: with *** (3 times)\n',
      );
      assert.match(read('revision-7/pods.yaml'), /^kind: Pod[\s\S]*name: shop-2-a/);
      const workloads = read('revision-7/workloads.yaml');
      assert.match(workloads, /^kind: Deployment\nmetadata:\n {2}name: shop\n[\s\S]*kind: ReplicaSet/);
      assert.not.match(`${workloads}${read('revision-7/pods.yaml')}`, /blog|managedFields/);
    }));

  test('keeps the logs of this run and of the one before, without secrets', () =>
    collected({ ...routes, ...records }, differs, (_, read) => {
      assert.is(read('revision-7/logs/shop-2-a.web.previous.log'), 'db is postgres://***@db\n');
      assert.is(read('revision-7/logs/shop-2-b.web.log'), 'key is ***\n');
    }));

  test('keeps what the revision changed, unless there is nothing to compare it with', async () => {
    await collected({ ...routes, ...records }, differs, (_, read) => {
      assert.is(read('revision-7/manifest.diff'), '--- revision 6\n+++ revision 7\n');
    });
    await collected({ ...routes, ...records }, same, (_, read) => {
      assert.match(read('index.md'), '- the manifests of revisions 6 and 7 are the same');
    });
    await collected(
      { ...routes, ...records },
      differs,
      (_, read) => assert.match(read('index.md'), '- no earlier revision'),
      null,
    );
  });

  test('says in the index what is not there', () =>
    collected(routes, differs, (_, read) => {
      const index = read('index.md');
      assert.match(index, '- not to be had: DaemonSets: 403');
      assert.match(index, '- not to be had: the manifest of revision 7: Helm does not have it');
      assert.match(index, '- no jobs');
      assert.match(index, '(revision-7/logs/shop-2-a.web.previous.log)');
    }));

  test('never throws: neither without cluster and engine, nor without a folder', async () => {
    const broken: Tools = () => {
      throw new Error('no engine');
    };
    await collected({}, broken, (lines, read) => {
      assert.is(lines.length, 1);
      assert.match(read('index.md'), '- not to be had: the manifest of revision 7: Helm does not have it');
      assert.match(read('index.md'), '- not to be had: Pods: 404');
    });
    const file = join(mkdtempSync(join(tmpdir(), 'reports-')), 'a-file');
    writeFileSync(file, '');
    await withFakeCluster(routes, async ({ kube }) => {
      const config = { namespace: 'shop-space', release: 'shop', reports: file, source: '/app' } as Config;
      const ctx = {
        dag: engine(differs),
        images: {} as Images,
        place: { kube, namespace: 'shop-space', release: 'shop' },
        config,
        mask: noMask,
        runId: 'run1',
      };
      const lines = await collectEvidence(ctx, { revision: 7, before: 6 });
      assert.match(lines[0] ?? '', 'pod shop-2-a');
      assert.match(lines.at(-1) ?? '', 'the evidence could not be kept');
    });
  });
});
