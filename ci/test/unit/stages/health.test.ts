import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { Context, ReleaseContext } from '../../../core/context.ts';
import { PipelineError } from '../../../core/errors.ts';
import type { Report } from '../../../core/report.ts';
import { sha256 } from '../../../core/values.ts';
import { encodeRecord } from '../../../helm/storage.ts';
import type { Entry } from '../../../release/ledger/ledger.ts';
import { health } from '../../../stages/health.ts';
import { describe } from '../../harness.ts';
import { type Answer, withFakeCluster } from '../kube/fakeCluster.ts';
import { attempt } from '../release/fakeLedger.ts';
import { deployed, digest, pod, repository } from '../release/fakeRelease.ts';
import { fakeConfig, fakeReport, listeningLog, noMask } from '../report/fakeReport.ts';

const core = '/api/v1/namespaces/shop-space';
const apps = '/apis/apps/v1/namespaces/shop-space';
const manifest = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {a: "1"}\n';
const settings = (a: string) => ({ metadata: { name: 'settings', resourceVersion: '1' }, data: { a } });

interface Situation {
  /** Helm's newest revision; null when the release is not there. */
  newest?: { revision: number; status: string } | null;
  /** What `helm test` prints, and how it ends. */
  tests?: { exitCode: number; output: string };
  /** The ConfigMap's value in the cluster. */
  live?: string;
  /** The ConfigMap, also as the apply would leave it; or how the API server refuses both. */
  object?: object | number;
  ready?: boolean;
}

/** An engine in which every command is Helm. */
function helmOnly({ tests }: Situation): Context['dag'] {
  const answers: Record<string, { exitCode: number; output: string }> = {
    test: tests ?? { exitCode: 0, output: 'TEST SUITE: shop-page\nPhase: Succeeded' },
  };
  const container = (answer = { exitCode: 0, output: '' }): object => ({
    from: () => container(),
    with: () => container(),
    withNewFile: () => container(),
    withEnvVariable: () => container(),
    withExec: ([, command = '']: string[]) => container(answers[command]),
    exitCode: () => Promise.resolve(answer.exitCode),
    stdout: () => Promise.resolve(answer.output),
    stderr: () => Promise.resolve(''),
  });
  return { container: () => container() } as unknown as Context['dag'];
}

const verified: Entry[] = [
  { ...attempt('a', 'verified', { image: `${repository}@${digest}`, revision: 2 }), number: 1 },
];

interface Found {
  report: Report;
  said: string;
  error: PipelineError | null;
}

/** Looks at a release in this situation. */
async function look(situation: Situation = {}, entries: readonly Entry[] = verified): Promise<Found> {
  const running = deployed({ pods: [pod({ ready: situation.ready ?? true })] });
  const hooks = [{ manifest: 'kind: Secret\nstringData: { password: of-the-release }\n' }];
  const { newest = { revision: 2, status: 'deployed' } } = situation;
  const records = newest ? [{ version: newest.revision, info: { status: newest.status }, manifest, hooks }] : [];
  const secrets = records.map((record) => ({ data: { release: encodeRecord(record) } }));
  const reports = mkdtempSync(join(tmpdir(), 'health-'));
  const routes: Record<string, Answer | ((url: URL) => Answer)> = {
    '/api/v1': { resources: [{ name: 'configmaps', kind: 'ConfigMap', namespaced: true }] },
    [`${core}/secrets`]: { items: secrets },
    [`${core}/secrets/sh.helm.release.v1.shop.v${newest?.revision}`]: secrets[0] ?? 404,
    [`${core}/configmaps/settings`]: (url) =>
      situation.object ?? settings(url.searchParams.has('dryRun') ? '1' : (situation.live ?? '1')),
    [`${apps}/deployments`]: { items: running.deployments },
    [`${apps}/statefulsets`]: { items: [] },
    [`${apps}/daemonsets`]: { items: [] },
    [`${apps}/replicasets`]: { items: running.replicaSets },
    [`${core}/pods`]: { items: running.pods },
    [`${core}/events`]: { items: [] },
    '/apis/batch/v1/namespaces/shop-space/jobs': { items: [] },
  };
  try {
    return await withFakeCluster(routes, async ({ kube }) => {
      const config = fakeConfig({ namespace: 'shop-space', reports, deployTimeout: 5 });
      const { live: _, revision: __, ...report } = fakeReport();
      let said = '';
      const ctx = {
        ...{ dag: helmOnly(situation), config, report, images: { tools: 'tools' }, log: listeningLog(), mask: noMask },
        place: { kube, namespace: 'shop-space', release: 'shop' },
        ...{ cluster: { kube, reach: async () => undefined }, signal: new AbortController().signal, runId: 'run-1' },
      } as unknown as ReleaseContext;
      const hear = (text: string) => {
        said = text;
      };
      const failed = await health(ctx, entries, hear, 0).then(
        () => null,
        (error: unknown) => error,
      );
      if (failed !== null && !(failed instanceof PipelineError)) throw failed;
      return { report: ctx.report, said, error: failed };
    });
  } finally {
    rmSync(reports, { recursive: true });
  }
}

describe('health', (test) => {
  test('is good when the verified release runs as it was meant to and passes its tests', async () => {
    const { error, report, said } = await look();
    assert.is(error, null, error?.message);
    assert.is(said, 'revision 2 runs as it was meant to; tests passed: shop-page');
    assert.is(report.live, 'revision 2 of shop in namespace shop-space (commit commit-of-a), tested again');
    assert.equal(report.revision, { before: 2, after: null });
  });

  test('names what was changed by hand', async () => {
    const { error, report } = await look({ live: '7' });
    assert.equal([error?.code, error?.exitCode], ['UNHEALTHY', 13]);
    assert.is(error?.message, 'shop: changed by hand: ConfigMap settings, data.a: 7 instead of 1');
    assert.equal(report.notes, ['changed by hand: ConfigMap settings, data.a: 7 instead of 1']);
  });

  test('shows what the tests printed', async () => {
    const { error } = await look({ tests: { exitCode: 1, output: 'no page\nError: pod shop-page failed' } });
    assert.is(error?.code, 'UNHEALTHY');
    assert.match(error?.message ?? '', 'shop: helm test of shop failed');
    assert.ok(error?.details.includes('no page'));
    assert.ok(error?.details.some((line) => line.startsWith('logs, events and objects: ')));
  });

  test('calls nothing ill that could not be tested', async () => {
    const output = 'Error: Get "https://k:6443/x": dial tcp 10.0.0.1:6443: connect: connection refused';
    const { error } = await look({ tests: { exitCode: 1, output } });
    assert.equal([error?.code, error?.exitCode], ['CLUSTER', 69]);
  });

  test('tells nobody the secrets of the release', async () => {
    const output = 'connects as of-the-release\nError: pod shop-page failed by of-the-release';
    const { error } = await look({ tests: { exitCode: 1, output } });
    assert.ok(error?.details.includes('connects as ***'), error?.details.join('\n'));
    assert.not.match(`${error?.message} ${error?.details.join()}`, 'of-the-release');
  });

  test('tells all that is wrong at once', async () => {
    const { error } = await look({ live: '7', ready: false, tests: { exitCode: 1, output: 'Error: x' } });
    assert.match(
      error?.message ?? '',
      /changed by hand.*; what runs of shop is not what was meant.*; helm test of shop/,
    );
  });

  test('wants the very revision that passed its tests, deployed', async () => {
    const newer = await look({ newest: { revision: 3, status: 'deployed' } });
    assert.match(newer.error?.message ?? '', 'shop: revision 3 is deployed, but revision 2 passed its tests');
    const failed = await look({ newest: { revision: 2, status: 'failed' } });
    assert.match(failed.error?.message ?? '', 'shop: revision 2 is failed');
    const gone = await look({ newest: null });
    assert.match(gone.error?.message ?? '', 'there is no release shop in namespace shop-space any more');
  });

  test('does not take a release that somebody installed anew for the one whose number it has', async () => {
    const [entry] = verified as [Entry];
    const same = await look({}, [{ ...entry, manifestHash: sha256(manifest) }]);
    assert.is(same.error, null, same.error?.message);
    const other = [{ ...entry, manifestHash: sha256('what was tested') }];
    const { error } = await look({}, other);
    assert.is(
      error?.message,
      'shop: revision 2 is not the one of this number that passed its tests: somebody installed it',
    );
  });

  test('says what it could not look at, though all else is well', async () => {
    const { error, report, said } = await look({ object: 429 });
    assert.is(error, null, error?.message);
    assert.is(said, 'revision 2 runs as it was meant to; tests passed: shop-page; 1 thing was not checked');
    assert.equal(report.notes, ['not checked for changes by hand: ConfigMap settings: the API server answered 429']);
    assert.is(report.notChecked, 1);
  });

  test('goes by the newest release that passed its tests, whatever came after it', async () => {
    const entries = [...verified, { ...attempt('b', 'interrupted', { revision: null }), number: 2 }];
    assert.is((await look({}, entries)).error, null);
    const never = await look({}, [{ ...attempt('b', 'failed'), number: 1 }]);
    assert.match(
      never.error?.message ?? '',
      'no release of shop in namespace shop-space is known that has ever come up',
    );
  });

  test('looks after a release whose chart has no tests, and says that nothing was tested', async () => {
    const live = { ...attempt('b', 'unverified', { image: `${repository}@${digest}`, revision: 3 }), number: 2 };
    const newest = { revision: 3, status: 'deployed' };
    const untested = { newest, tests: { exitCode: 0, output: 'TEST SUITE: None' } };
    const { error, report, said } = await look(untested, [...verified, live]);
    assert.is(error, null, error?.message);
    assert.is(said, 'revision 3 runs as it was meant to; nothing was tested');
    assert.match(report.live ?? '', /^revision 3 .*, not tested: its chart has no tests$/);
    assert.equal(report.notes, ['the chart has no tests: nothing was verified']);
    const crashed = await look({ ...untested, ready: false }, [...verified, live]);
    assert.match(crashed.error?.message ?? '', 'pod shop-1 is not ready');
    const older = await look({ tests: untested.tests }, [...verified, live]);
    assert.match(older.error?.message ?? '', 'revision 2 is deployed, but revision 3 was meant to be');
  });

  test('minds what was added by hand only until it has passed the tests of a deployment', async () => {
    const time = '2026-01-02T03:04:05Z';
    const added = { ...settings('1'), data: { a: '1', more: 'by-hand' } };
    const edited = { manager: 'kubectl-edit', operation: 'Update', time, fieldsV1: { 'f:data': { 'f:more': {} } } };
    const helms = { manager: 'helm', operation: 'Apply', fieldsV1: { 'f:data': { 'f:a': {} } } };
    const object = { ...added, metadata: { ...added.metadata, managedFields: [helms, edited] } };
    const before = verified.map((entry) => ({ ...entry, startedAt: '2026-01-02T03:04:04.999Z' }));
    const line = 'ConfigMap settings, data.more: by-hand instead of nothing (kubectl-edit at 2026-01-02T03:04:05Z)';
    assert.is((await look({ object }, before)).error?.message, `shop: changed by hand: ${line}`);
    const { error, report } = await look({ object });
    assert.is(error, null, error?.message);
    assert.equal(report.notes, [`added by hand before the last deployment, which leaves it there: ${line}`]);
  });
}, 60_000);
