import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CoreV1Api } from '@kubernetes/client-node';
import * as assert from 'uvu/assert';
import type { Entry } from '../../release/ledger.ts';
import type { Report } from '../../report/report.ts';
import type { Cluster } from '../../targets/cluster.ts';
import { engine } from '../../targets/engine.ts';
import { describe } from '../harness.ts';
import { type App, appOfExample } from './support/apps.ts';
import { install, packed, runIn } from './support/packed.ts';
import { beforeClosing, closeShared, log, shared } from './support/shared.ts';
import { isVerified } from './support/standing.ts';

/** Not as those of other tests: the next session would remove it, and it is looked at from one. */
const prefix = 'package-e2e-';
const namespace = `${prefix}${randomBytes(3).toString('hex')}`;

let made: Promise<App> | undefined;

/** A repository as somebody else has it: an application, and the package beside it. Once for both tests. */
function repository(): Promise<App> {
  made ??= (async () => {
    const app = appOfExample();
    await install(await packed(), app.folder);
    const ignored = readFileSync(join(app.folder, '.gitignore'), 'utf8');
    app.write('.gitignore', `${ignored}\nnode_modules/\n`);
    app.write('pipeline.yaml', `name: todo\nnamespace: ${namespace}\n`);
    app.write(
      'deliver.mjs',
      `import { pipeline } from 'django-delivery-pipeline';
      const report = await pipeline({ set: ['podAnnotations.way=module'] }, { log: process.stderr });
      console.log(JSON.stringify(report));
      process.exitCode = report.exitCode;`,
    );
    app.commit('deliver by the package');
    return app;
  })();
  return made;
}

/** Runs a program in the repository; the embedded cluster is lent to it. */
async function run(argv: readonly string[], env: Record<string, string> = {}) {
  const { folder } = await repository();
  await closeShared();
  const found = await engine(process.env, log, new AbortController().signal);
  return runIn(folder, argv, { ...found.env, ...env });
}

/** As the run has left it where it goes without a setting: in the repository, which does not ignore it. */
async function reportOf(): Promise<Report> {
  const { folder } = await repository();
  return JSON.parse(readFileSync(join(folder, 'reports/report.json'), 'utf8')) as Report;
}

/** Fails unless the delivery has gone through every stage, from what git has. */
function isDelivered(report: Report): void {
  assert.is(report.exitCode, 0);
  assert.equal(
    report.stages.map(({ name, outcome }) => `${name} ${outcome}`),
    ['source', 'lint', 'test', 'build', 'publish', 'deploy', 'verify'].map((name) => `${name} passed`),
  );
  assert.is(report.source?.dirty, false, 'what npm has installed, and what runs report, is no part of the source');
  assert.ok((report.tests?.cases.length ?? 0) > 0);
}

/** The cluster was started anew for this session: until its pods have been, too, they do not answer. */
async function standsAgain({ kube }: Cluster, signal: AbortSignal): Promise<Entry> {
  for (;;) {
    try {
      return await isVerified({ kube, namespace, release: 'todo' });
    } catch (error) {
      if (error instanceof assert.Assertion || signal.aborted) throw error;
      await sleep(500);
    }
  }
}

/** Removes what these tests have made, and what those before them left that were killed. */
async function removeNamespaces({ kube }: Cluster): Promise<void> {
  const core = kube.makeApiClient(CoreV1Api);
  for (const { metadata } of (await core.listNamespace()).items)
    if (metadata?.name?.startsWith(prefix)) await core.deleteNamespace({ name: metadata.name });
}

describe('another repository delivers itself', (test) => {
  test('by the command of the package', async () => {
    const command = ['npx', '--no-install', 'django-delivery-pipeline', '--set', 'podAnnotations.way=command'];
    const { code, stderr } = await run(command);
    assert.is(code, 0, stderr);
    isDelivered(await reportOf());
  });

  test('by the function of the package, which is live after that', async ({ signal }) => {
    const before = await reportOf();
    // A variable counts where the program gives no setting.
    const { code, stdout, stderr } = await run([process.execPath, 'deliver.mjs'], { PIPELINE_BUILD_NUMBER: '77' });
    assert.is(code, 0, stderr);
    assert.match(stderr, 'verify');
    const report = JSON.parse(stdout) as Report;
    assert.equal(await reportOf(), report);
    assert.is(report.buildNumber, '77');
    assert.is(report.image?.digest, before.image?.digest, 'the same source');
    assert.equal({ ...report.fingerprint?.parts, set: '' }, { ...before.fingerprint?.parts, set: '' });
    const { cluster } = await shared();
    beforeClosing(() => removeNamespaces(cluster));
    isDelivered(report);
    assert.equal(report.revision, { before: 1, after: 2 });
    assert.is((await standsAgain(cluster, signal)).revision, 2);
  });
}, 300_000);
