import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { AppsV1Api, CoreV1Api } from '@kubernetes/client-node';
import * as assert from 'uvu/assert';
import { helm } from '../../helm/helm.ts';
import { describe } from '../harness.ts';
import { appOfExample, temporaryFolder } from './support/apps.ts';
import { type Delivered, deliver } from './support/deliver.ts';
import { namespace, restricted } from './support/namespace.ts';
import type { Place } from './support/place.ts';
import { sharedOutside } from './support/sharedOutside.ts';
import { visit } from './support/visit.ts';

/** A release that began with the chart before this one. */
interface Life {
  all: Place;
  name: string;
  first: Delivered;
  again: (...more: string[]) => Promise<Delivered>;
}

let life: Promise<Life> | undefined;

async function begin(): Promise<Life> {
  const all = await sharedOutside();
  const name = await namespace(all, 'upgrade', restricted);
  const app = appOfExample();
  const folder = temporaryFolder();
  execFileSync('tar', ['xzf', join(import.meta.dirname, 'fixtures/django-app-0.1.0.tgz'), '-C', folder]);
  const again = (...more: string[]) =>
    deliver(all, ['--source', app.folder, '--name', 'todo', '--namespace', name, ...more]);
  return { all, name, first: await again('--chart', join(folder, 'django-app')), again };
}

function living(): Promise<Life> {
  life ??= begin();
  return life;
}

const apps = ({ all }: Life) => all.cluster.kube.makeApiClient(AppsV1Api);
const deployment = (alive: Life) =>
  apps(alive).readNamespacedDeployment({ name: 'todo-django-app', namespace: alive.name });

/** Names of the app's pods. */
async function pods({ all, name }: Life): Promise<string[]> {
  const labelSelector = 'app.kubernetes.io/component=web';
  const { items } = await all.cluster.kube
    .makeApiClient(CoreV1Api)
    .listNamespacedPod({ namespace: name, labelSelector });
  return items.filter(({ metadata }) => !metadata?.deletionTimestamp).map(({ metadata }) => metadata?.name ?? '');
}

async function write({ first }: Life, title: string): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const { status } = await visit(first.ctx, '/api/tasks/', {
    method: 'POST',
    headers,
    body: JSON.stringify({ title }),
  });
  assert.is(status, 201);
}

async function assertKept({ first }: Life, ...titles: string[]): Promise<void> {
  const { text } = await visit(first.ctx, '/api/tasks/');
  for (const title of titles) assert.ok(text.includes(title), `${title} is not in ${text}`);
}

describe('a release of the chart before this one', (test) => {
  test('is upgraded to this one, with its data and its selector', async () => {
    const alive = await living();
    assert.is(alive.first.exitCode, 0, alive.first.report.failure?.message);
    const before = await deployment(alive);
    assert.is(before.metadata?.labels?.['helm.sh/chart'], 'django-app-0.1.0');
    await write(alive, 'before the upgrade');
    const { exitCode, report } = await alive.again();
    assert.is(exitCode, 0, [report.failure?.message, ...(report.failure?.details ?? [])].join('\n'));
    const after = await deployment(alive);
    assert.is(after.metadata?.labels?.['helm.sh/chart'], 'django-app-0.2.0');
    assert.equal(after.spec?.selector, before.spec?.selector);
    assert.is(after.metadata?.uid, before.metadata?.uid);
    await assertKept(alive, 'before the upgrade');
  });

  test('goes back to the chart before with `helm rollback`, and forward again, with its data', async () => {
    const alive = await living();
    const { ctx } = alive.first;
    const back = await helm(ctx, ['rollback', 'todo', '1', '--namespace', alive.name, '--wait', '--timeout', '120s']);
    assert.is(back.exitCode, 0, back.lines.join('\n'));
    const tested = await helm(ctx, ['test', 'todo', '--namespace', alive.name, '--logs']);
    assert.is(tested.exitCode, 0, tested.lines.join('\n'));
    assert.is((await deployment(alive)).spec?.template.spec?.serviceAccountName, 'default');
    await assertKept(alive, 'before the upgrade');
    await write(alive, 'after the rollback');
    const { exitCode, report } = await alive.again();
    assert.is(exitCode, 0, report.failure?.message);
    assert.is((await deployment(alive)).spec?.template.spec?.serviceAccountName, 'todo-django-app');
    await assertKept(alive, 'before the upgrade', 'after the rollback');
  });

  test('runs all tests, and leaves no service account of a migration', async () => {
    const alive = await living();
    const tested = await helm(alive.first.ctx, ['test', 'todo', '--namespace', alive.name, '--logs']);
    assert.is(tested.exitCode, 0, tested.lines.join('\n'));
    const said = tested.lines.join('\n');
    assert.match(said, /GET http:\/\/todo-django-app:80\/health\//);
    assert.match(said, /wrote a row to the sqlite database, read it and rolled it back/);
    assert.match(said, /every migration is applied/);
    assert.match(said, /tasks\/\S+: \d+ bytes, as in the image/);
    const core = alive.all.cluster.kube.makeApiClient(CoreV1Api);
    const accounts = (await core.listNamespacedServiceAccount({ namespace: alive.name })).items;
    assert.equal(new Set(accounts.map(({ metadata }) => metadata?.name)), new Set(['default', 'todo-django-app']));
  });

  test('is restarted by a ConfigMap that changed, and by nothing that did not', async () => {
    const alive = await living();
    const core = alive.all.cluster.kube.makeApiClient(CoreV1Api);
    const [name, space] = ['todo-settings', alive.name];
    const settings = (DJANGO_LOG_LEVEL: string) => ({ metadata: { name }, data: { DJANGO_LOG_LEVEL } });
    await core.createNamespacedConfigMap({ namespace: space, body: settings('INFO') });
    const refer = ['--set', `envFrom[0].configMapRef.name=${name}`];
    assert.is((await alive.again(...refer)).exitCode, 0);
    const running = await pods(alive);
    const retry = ['--retry', 'the settings may have changed'];
    assert.is((await alive.again(...refer, ...retry)).exitCode, 0);
    assert.equal(await pods(alive), running);
    await core.replaceNamespacedConfigMap({ name, namespace: space, body: settings('DEBUG') });
    assert.is((await alive.again(...refer, ...retry)).exitCode, 0);
    assert.is.not((await pods(alive)).join(), running.join());
  });

  test('is restored when it says that its database is external, and uses SQLite', async () => {
    const alive = await living();
    const external = ['--rehearsal', 'off', '--set', 'database.type=external', '--set', 'persistence.enabled=false'];
    const running = await pods(alive);
    const noFile = await alive.again(...external);
    assert.is(noFile.exitCode, 11, noFile.report.failure?.message);
    assert.match(noFile.report.failure?.details.join('\n') ?? '', /unable to open database file/);
    assert.equal(await pods(alive), running);
    // An app that has a file of its own gets past its migrations, and without a page to tell how it is it even looks ready.
    const own = ['--set', 'env.DJANGO_SQLITE_PATH=/data/own.sqlite3'];
    const unseen = ['--set', 'health.path=', '--set', 'tests.page=false'];
    const { exitCode, report } = await alive.again(...external, ...own, ...unseen);
    assert.is(exitCode, 11, report.failure?.message);
    assert.match(report.failure?.details.join('\n') ?? '', /database.type is external, but the app uses SQLite/);
    // The way back from RollingUpdate, whose settings Kubernetes refuses beside Recreate.
    const { type, rollingUpdate } = (await deployment(alive)).spec?.strategy ?? {};
    assert.equal([type, rollingUpdate ?? null], ['Recreate', null]);
    await assertKept(alive, 'before the upgrade', 'after the rollback');
  });

  test('is uninstalled without its data, which the next installation finds', async () => {
    const alive = await living();
    const { ctx } = alive.first;
    const core = alive.all.cluster.kube.makeApiClient(CoreV1Api);
    const claim = () =>
      core.readNamespacedPersistentVolumeClaim({ name: 'todo-django-app-data', namespace: alive.name });
    const before = await claim();
    const gone = await helm(ctx, ['uninstall', 'todo', '--namespace', alive.name, '--wait', '--timeout', '120s']);
    assert.is(gone.exitCode, 0, gone.lines.join('\n'));
    assert.equal((await apps(alive).listNamespacedDeployment({ namespace: alive.name })).items, []);
    const after = await claim();
    assert.is(after.metadata?.uid, before.metadata?.uid);
    assert.is(after.status?.phase, 'Bound');
    assert.is((await alive.again()).exitCode, 0);
    await assertKept(alive, 'before the upgrade', 'after the rollback');
  });
}, 600_000);
