import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { AppsV1Api, CoreV1Api, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import * as assert from 'uvu/assert';
import { historyTable } from '../../commands/history.ts';
import { rollBackByHand } from '../../commands/rollback.ts';
import { history } from '../../helm/history.ts';
import type { Ledger } from '../../release/ledger/ledger.ts';
import { ledgerStore } from '../../release/ledger/store.ts';
import { describe } from '../harness.ts';
import { chartWithTest } from './support/charts.ts';
import { type Delivered, deliver } from './support/deliver.ts';
import type { Place } from './support/place.ts';
import { type Releasing, releasing } from './support/releasing.ts';
import { sharedOutside } from './support/sharedOutside.ts';
import { smallChart } from './support/smallChart.ts';
import { visit } from './support/visit.ts';

/** A release that passed its tests, from which each test starts. */
interface Life extends Releasing {
  all: Place;
  first: Delivered;
}

let life: Promise<Life> | undefined;

async function begin(): Promise<Life> {
  const all = await sharedOutside();
  const releases = await releasing(all, 'rollback');
  const first = await releases.release();
  assert.is(first.exitCode, 0, first.report.failure?.message);
  return { ...releases, all, first };
}

function living(): Promise<Life> {
  life ??= begin();
  return life;
}

const ledger = ({ all, namespace }: Pick<Life, 'all' | 'namespace'>): Promise<Ledger> =>
  ledgerStore({ kube: all.cluster.kube, namespace, release: 'todo' }).read();

/** Fails when the app does not serve, or what the ledger says is not what Helm has. */
async function isRestored(its: Life, { exitCode, report }: Delivered, why: RegExp): Promise<void> {
  assert.is(exitCode, 11, report.failure?.message);
  assert.match(report.failure?.message ?? '', why);
  assert.match(report.live ?? '', /restored and tested again/);
  assert.is((await visit(its.first.ctx, '/health/')).status, 200);
  const { entries, operation } = await ledger(its);
  assert.is(operation, null);
  const [failed, back] = entries.slice(-2);
  assert.equal([failed?.kind, failed?.outcome], ['deploy', 'failed']);
  assert.equal([back?.kind, back?.outcome, back?.key], ['rollback', 'verified', entries[0]?.key]);
  const newest = (await history(its.first.ctx)).at(-1);
  assert.equal([newest?.revision, newest?.status], [back?.revision, 'deployed']);
}

const quick = ['--deploy-timeout', '60s'];

describe('a bad release never stays', (test) => {
  test('when its image cannot be pulled', async () => {
    const its = await living();
    const digest = `sha256:${'0'.repeat(64)}`;
    await isRestored(its, await its.release([], { digest }), /.*/);
  });

  test('when its containers crash', async () => {
    const its = await living();
    const flags = ['--set', 'env.DJANGO_SETTINGS_MODULE=nowhere', '--set', 'migrations.enabled=false'];
    const failed = await its.release(flags);
    await isRestored(its, failed, /CrashLoopBackOff/);
    const evidence = join(failed.ctx.config.reports, 'evidence');
    assert.ok(existsSync(join(evidence, 'index.md')), 'the evidence is kept');
    assert.ok(readdirSync(evidence, { recursive: true }).length > 3);
  });

  test('when its migration fails', async () => {
    const its = await living();
    const failed = await its.release(['--set', 'migrations.command={python,-c,raise SystemExit(3)}']);
    await isRestored(its, failed, /does not come up/);
  });

  test('when helm test fails', async () => {
    const its = await living();
    const chart = chartWithTest('echo no good; exit 1');
    await isRestored(its, await its.release(['--chart', chart]), /helm test of todo failed/);
  });

  test('when it never becomes ready', async () => {
    const its = await living();
    await isRestored(its, await its.release([...quick, '--set', 'health.path=/nowhere']), /.*/);
  });
}, 600_000);

describe('what has failed', (test) => {
  test('is refused until it changes, or somebody gives a reason', async () => {
    const its = await living();
    const flags = ['--set', 'migrations.command={python,-c,raise SystemExit(4)}'];
    assert.is((await its.release(flags)).exitCode, 11);
    const before = (await history(its.first.ctx)).length;
    const refused = await its.release(flags);
    assert.is(refused.exitCode, 30);
    assert.match(refused.report.failure?.message ?? '', /has failed before/);
    assert.is((await history(its.first.ctx)).length, before);
    assert.is((await its.release([...flags, '--retry', 'the disk was full'])).exitCode, 11);
    const { entries } = await ledger(its);
    assert.is(entries.at(-2)?.retry, 'the disk was full');
  });
}, 600_000);

describe('what is live already', (test) => {
  test('is not deployed again, and said why', async () => {
    const its = await living();
    const before = (await history(its.first.ctx)).length;
    const { exitCode, report } = await its.release();
    assert.is(exitCode, 0);
    assert.match(report.unchanged ?? '', /passed their tests before/, report.notes.join('\n'));
    assert.is((await history(its.first.ctx)).length, before);
  });

  test('is deployed again when somebody has changed it by hand, who is named', async () => {
    const its = await living();
    const apps = its.all.cluster.kube.makeApiClient(AppsV1Api);
    const { items } = await apps.listNamespacedDeployment({ namespace: its.namespace });
    const name = items[0]?.metadata?.name ?? '';
    const body = { spec: { template: { spec: { terminationGracePeriodSeconds: 7 } } } };
    await apps.patchNamespacedDeployment(
      { namespace: its.namespace, name, body },
      setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch),
    );
    const { exitCode, report } = await its.release();
    assert.is(exitCode, 0, report.failure?.message);
    assert.is(report.unchanged, undefined);
    assert.match(
      report.notes.join('\n'),
      /changed by hand: Deployment todo.*terminationGracePeriodSeconds: 7 instead of 35/,
    );
    const mended = await apps.readNamespacedDeployment({ namespace: its.namespace, name });
    assert.is(mended.spec?.template.spec?.terminationGracePeriodSeconds, 35);
  });
}, 600_000);

describe('twelve bad deployments in a row', (test) => {
  test('leave the verified release in place, long after Helm has forgotten its revision', async () => {
    const all = await sharedOutside();
    const releases = await releasing(all, 'twelve');
    const chart = ['--chart', smallChart()];
    const first = await releases.release(chart);
    assert.is(first.exitCode, 0, first.report.failure?.message);
    const good = (await ledger({ all, namespace: releases.namespace })).entries[0];
    for (let count = 1; count <= 12; count++) {
      const failed = await releases.release([...chart, '--set', `migration.code=${count}`]);
      assert.is(failed.exitCode, 11, `${count}: ${failed.report.failure?.message}`);
    }
    const { entries } = await ledger({ all, namespace: releases.namespace });
    assert.equal([entries.at(-1)?.key, entries.at(-1)?.outcome], [good?.key, 'verified']);
    const revisions = await history(first.ctx);
    assert.ok(
      revisions.every(({ revision }) => revision !== good?.revision),
      'Helm has forgotten the first revision',
    );
    assert.is(revisions.at(-1)?.status, 'deployed');
    const { namespace, image } = releases;
    const pods = await all.cluster.kube
      .makeApiClient(CoreV1Api)
      .listNamespacedPod({ namespace, labelSelector: 'app=todo' });
    assert.equal(
      pods.items.map(({ spec, status }) => [status?.phase, spec?.containers[0]?.image]),
      [['Running', `${image.repository}:${image.tag}@${image.digest}`]],
    );
  });
}, 900_000);

describe('a return by hand', (test) => {
  test('goes to any release that passed, though Helm has forgotten its revision', async () => {
    const all = await sharedOutside();
    const releases = await releasing(all, 'by-hand');
    const where = { all, namespace: releases.namespace };
    for (const flags of [[], ['--set', 'podAnnotations.a=b']]) assert.is((await releases.release(flags)).exitCode, 0);
    const core = all.cluster.kube.makeApiClient(CoreV1Api);
    await core.deleteNamespacedSecret({ namespace: releases.namespace, name: 'sh.helm.release.v1.todo.v1' });
    const flags = ['--source', releases.app.folder, '--name', 'todo', '--namespace', releases.namespace];
    const back = await deliver(all, [...flags, '--to', '1'], rollBackByHand);
    assert.is(back.exitCode, 0, back.report.failure?.message);
    assert.ok(existsSync(join(back.ctx.config.reports, 'evidence', 'index.md')), 'how it was before is kept');
    const { entries } = await ledger(where);
    assert.equal([entries.at(-1)?.kind, entries.at(-1)?.outcome], ['rollback', 'verified']);
    assert.is(entries.at(-1)?.key, entries[0]?.key);
    assert.equal((await history(back.ctx)).at(-1), {
      ...(await history(back.ctx)).at(-1),
      revision: 3,
      status: 'deployed',
    });
    const nowhere = await deliver(all, [...flags, '--to', '77'], rollBackByHand);
    assert.is(nowhere.exitCode, 64);
    assert.match(historyTable(await ledger(where)), /rollback verified/);
  });
}, 600_000);
