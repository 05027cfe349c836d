import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { stringify } from 'yaml';
import type { Report } from '../../core/report.ts';
import { engine } from '../../targets/engine.ts';
import { describe } from '../harness.ts';
import { type App, appOfExample } from './support/apps.ts';
import { nativeCluster } from './support/nativeCluster.ts';
import { install, packed, runIn } from './support/packed.ts';
import { log } from './support/shared.ts';
import { isVerified } from './support/standing.ts';

const namespace = 'package';

let made: Promise<App> | undefined;

/** A repository as somebody else has it: an application, and the package beside it. Once for both tests. */
function repository(): Promise<App> {
  made ??= (async () => {
    const app = appOfExample();
    await install(await packed(), app.folder);
    const ignored = readFileSync(join(app.folder, '.gitignore'), 'utf8');
    app.write('.gitignore', `${ignored}\nnode_modules/\n`);
    const { kubeconfig, registry } = await nativeCluster();
    const where = { kubeconfig, registry: `${registry.name}/team`, namespace };
    app.write('pipeline.yaml', stringify({ name: 'todo', ...where }));
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

/** Runs a program in the repository. */
async function run(argv: readonly string[], env: Record<string, string> = {}) {
  const { folder } = await repository();
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
    ['source', 'lint', 'test', 'build', 'publish', 'rehearse', 'deploy', 'verify'].map((name) => `${name} passed`),
  );
  assert.is(report.source?.dirty, false, 'what npm has installed, and what runs report, is no part of the source');
  assert.ok((report.tests?.cases.length ?? 0) > 0);
}

describe('another repository delivers itself', (test) => {
  test('by the command of the package', async () => {
    const command = ['npx', '--no-install', 'django-delivery-pipeline', '--set', 'podAnnotations.way=command'];
    const { code, stderr } = await run(command);
    assert.is(code, 0, stderr);
    isDelivered(await reportOf());
  });

  test('by the function of the package, which is live after that', async () => {
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
    isDelivered(report);
    assert.equal(report.revision, { before: 1, after: 2 });
    const { kube } = await nativeCluster();
    assert.is((await isVerified({ kube, namespace, release: 'todo' })).revision, 2);
  });
}, 600_000);
