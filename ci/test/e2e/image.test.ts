import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Container } from '@dagger.io/dagger';
import * as assert from 'uvu/assert';
import { realFacts } from '../../config/facts.ts';
import { readConfig } from '../../config/readConfig.ts';
import type { Context } from '../../core/context.ts';
import { appContainers, runtimeImage } from '../../image/appContainers.ts';
import { digestTag, imageTag } from '../../image/names.ts';
import { pythonImage } from '../../image/pythonImage.ts';
import { startReport } from '../../report/startReport.ts';
import type { Source } from '../../source/loadSource.ts';
import type { Built } from '../../stages/build.ts';
import { publish } from '../../stages/publish.ts';
import { givenRegistry } from '../../targets/given/registry.ts';
import { describe } from '../harness.ts';
import { appOfExample, temporaryFolder } from './support/apps.ts';
import { coldRepository } from './support/coldRepository.ts';
import { engineSession } from './support/engineSession.ts';
import { secrets, stopGracefully, survey } from './support/imageScripts.ts';
import { insideImage } from './support/insideImage.ts';
import { inspectImage } from './support/inspectImage.ts';
import { loadApp } from './support/loadApp.ts';
import { privateRegistry } from './support/privateRegistry.ts';

/** Pushes an image as a run does, to a registry that wants a password; returns what the report says of it. */
async function push({ dag, images }: Pick<Context, 'dag' | 'images'>, from: Source, runtime: Container) {
  const { name, username, password } = await privateRegistry(dag, images);
  const file = join(temporaryFolder(), 'password');
  writeFileSync(file, password);
  const credentials = ['--registry-username', username, '--registry-password', `file://${file}`];
  const flags = ['--registry', name, '--name', 'reproducible', ...credentials];
  const config = readConfig(flags, {}, undefined, realFacts({}));
  const registry = givenRegistry(dag, name, config);
  const report = startReport(config, 'image-test', {});
  const { digest, tag } = await publish({ config, registry, report }, from, { runtime } as Built);
  return { digest, tag, notes: report.notes, registry };
}

describe('the image of our Dockerfile', (test) => {
  test('is the same in two builds that share nothing', () =>
    engineSession(async (engine) => {
      const from = await loadApp(engine, appOfExample().folder);
      const base = await inspectImage(
        engine,
        engine.dag.container().from(pythonImage(engine.images.python, null).reference),
      );
      const build = async (mark: string) => {
        const runtime = await runtimeImage(appContainers(engine, from, coldRepository(temporaryFolder(), mark)));
        const { layers, config } = await inspectImage(engine, runtime);
        // Below ours are those of the base image, as they are: a node that has them pulls them no more.
        const below = layers.slice(0, base.layers.length);
        assert.equal(
          below.map(({ digest }) => digest),
          base.layers.map(({ digest }) => digest),
        );
        const ours = layers.slice(base.layers.length).map(({ entries }) => entries);
        const marks = ours.flat().filter(({ name }) => name === `/${mark}`);
        assert.is(marks.length, 3);
        return {
          ours: ours.map((entries) => entries.filter(({ name }) => name !== `/${mark}`)),
          config: config.config,
        };
      };
      const [one, two] = [await build('first'), await build('second')];
      assert.ok(one.ours.flat().length > 1000);
      assert.equal(one, two);
      assert.equal(
        one.ours.flat().filter(({ time }) => time !== 0),
        [],
      );
      // Caches are lent to the build, and stay with the engine.
      assert.equal(
        one.ours.flat().filter(({ name }) => name.split('/').includes('.cache')),
        [],
      );
    }));

  test('is the same with the environment from before the code, where the code changes nothing in it', () =>
    engineSession(async (engine) => {
      const containers = appContainers(engine, await loadApp(engine, appOfExample().folder));
      const taken = async (image: Container) => {
        const { layers, config } = await inspectImage(engine, image);
        return { layers, config: config.config };
      };
      const plain = await taken(containers.runtime());
      assert.equal(await taken(containers.runtime('dependencies')), plain);
      assert.equal(await taken(await runtimeImage(containers)), plain);
      assert.is(await containers.application?.file('/layer/venv.new').contents(), '0');
    }));

  test('holds a package that the code itself is', () =>
    engineSession(async (engine) => {
      const app = appOfExample();
      app.write('setup.py', "from setuptools import setup\nsetup(name='shop', version='1', packages=['tasks'])\n");
      app.change('requirements.txt', '', '-e .\n');
      app.commit('a package');
      const containers = appContainers(engine, await loadApp(engine, app.folder));
      assert.is.not(await containers.application?.file('/layer/venv.new').contents(), '0');
      // Not by its version, which Python also finds beside the code.
      const names =
        "import json, pathlib; print(json.dumps([p.name for p in pathlib.Path('/opt/venv').rglob('shop-1.*')]))";
      assert.equal(await insideImage<string[]>(await runtimeImage(containers), names), ['shop-1.dist-info']);
    }));

  test('bears the date of its commit in the registry, whenever it is pushed and whoever wrote the Dockerfile', () =>
    engineSession(async (engine) => {
      const own = appOfExample();
      const base = pythonImage(engine.images.python, null).reference;
      own.write(
        'Dockerfile',
        `FROM ${base}\nENV A=b\nWORKDIR /srv\nRUN echo built > built\nCOPY manage.py .\nUSER 1000\n`,
      );
      own.commit('a Dockerfile of its own');
      for (const { folder } of [appOfExample(), own]) {
        const from = await loadApp(engine, folder);
        const runtime = await runtimeImage(appContainers(engine, from));
        const before = await inspectImage(engine, runtime);
        const { digest, tag, notes, registry } = await push(engine, from, runtime);
        assert.equal(notes, []);
        const ask = async (path: string) =>
          (
            await registry.request(`reproducible/${path}`, {
              headers: { accept: 'application/vnd.oci.image.manifest.v1+json' },
            })
          ).text();
        const manifest = await ask(`manifests/${digest}`);
        const config = JSON.parse(await ask(`blobs/${JSON.parse(manifest).config.digest}`));
        const created = new Date(from.date).toISOString();
        assert.is.not(before.config.created, created);
        assert.is(tag, digestTag(imageTag(from, 'local'), digest));
        for (const name of [tag, imageTag(from, 'local')]) assert.is(await ask(`manifests/${name}`), manifest);
        assert.equal(config, {
          ...before.config,
          created,
          history: before.layers.map(() => ({ created, created_by: 'Dagger' })),
        });
      }
    }));

  test('holds the app, and nothing that was only needed to make it', () =>
    engineSession(async (engine) => {
      const app = appOfExample();
      for (const [file, content] of Object.entries(secrets)) app.write(file, content);
      app.write('.dockerignore', 'README*\n!certificates/database.pem\n');
      app.commit('secrets by mistake');
      const from = await loadApp(engine, app.folder);
      const runtime = await runtimeImage(appContainers(engine, from));
      const found = await insideImage<Record<string, string[]>>(runtime, survey);
      assert.is(found['user'] as unknown, '10001:10001');
      for (const what of ['modules', 'compilers', 'writable']) assert.equal(found[what], [], what);
      const files = found['app'] ?? [];
      assert.ok(files.includes('manage.py') && files.includes('certificates/database.pem'));
      const leaked = Object.keys(secrets).filter(
        (file) => files.includes(file) && file !== 'certificates/database.pem',
      );
      assert.equal(leaked, []);
      assert.equal(
        files.filter((file) => file.includes('.git/')),
        [],
      );

      const { config, layers } = await inspectImage(engine, runtime);
      assert.equal(
        layers.flatMap(({ entries }) => entries).filter(({ name }) => name.endsWith('id_rsa')),
        [],
      );
      assert.is(config.config.User, '10001:10001');
      assert.equal(config.config.Labels, {
        'org.opencontainers.image.revision': from.commit,
        'org.opencontainers.image.version': from.commit.slice(0, 12),
      });
      assert.match(JSON.stringify(config.config.Healthcheck), 'pipeline_django.healthcheck');
      assert.not.match(config.config.Env.join(), /SECRET|KEY|PASSWORD/);
    }));

  test('answers the request that is under way at SIGTERM, takes no other, and ends', () =>
    engineSession(async (engine) => {
      const app = appOfExample();
      app.write(
        'tasks/slow.py',
        "import time\nfrom django.http import HttpResponse\n\ndef slow(request):\n    time.sleep(5)\n    return HttpResponse('at last')\n",
      );
      app.change('config/urls.py', 'import api, health, pages', 'import api, health, pages, slow');
      app.change('config/urls.py', 'urlpatterns = [', "urlpatterns = [\n    path('slow/', slow.slow),");
      app.commit('a slow page');
      const runtime = await runtimeImage(appContainers(engine, await loadApp(engine, app.folder)));
      const command = JSON.stringify(await runtime.defaultArgs());
      const seen = await insideImage<Record<string, unknown>>(runtime, stopGracefully.replace('COMMAND', command));
      assert.equal(seen['healthy'], [0, 'answered with 200']);
      assert.equal(seen['slow'], [[200, 'at last']]);
      assert.equal([seen['late'], seen['code'], seen['unhealthy']], ['refused', 0, 1]);
      // The page slept on for 3.5 s after the signal; the rest is stopping.
      assert.ok((seen['seconds'] as number) < 12, `${String(seen['seconds'])} s`);
    }));
}, 600_000);
