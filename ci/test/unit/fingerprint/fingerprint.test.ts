import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Platform } from '@dagger.io/dagger';
import * as assert from 'uvu/assert';
import type { Config } from '../../../core/config.ts';
import { fingerprint, imageParts, partsOfRun } from '../../../fingerprint/fingerprint.ts';
import { prepareSource } from '../../../source/prepareSource.ts';
import { publicImages } from '../../../targets/publicImages.ts';
import { describe } from '../../harness.ts';
import { manage } from '../app/sources.ts';
import { inFolder, Repository } from '../git/repository.ts';
import { listeningLog } from '../report/fakeReport.ts';
import { writeFiles } from '../writeFiles.ts';

describe('fingerprint', (test) => {
  test('is the same whatever the order, and another when any part is', () => {
    const { value } = fingerprint({ a: '1', b: '2' });
    assert.match(value, /^[0-9a-f]{12}$/);
    assert.is(fingerprint({ b: '2', a: '1' }).value, value);
    for (const other of [{ a: '1', b: '3' }, { a: '1' }, { a: '2', b: '1' }, { a: '1', b: '2', c: '' }, { a: '1","b' }])
      assert.is.not(fingerprint(other as Record<string, string>).value, value);
  });
});

describe('imageParts', (test) => {
  test('are what the pipeline works with, not where it runs', () => {
    assert.equal(Object.keys(imageParts(publicImages)), [
      'image python',
      'image tools',
      'image kubeconform',
      'image unittest',
      'image postgres',
      'image mariadb',
      'image redis',
    ]);
    assert.is(imageParts(publicImages)['image tools'], publicImages.tools);
  });

  test('of a registry on this machine do not have its port', () => {
    const tools = (reference: string) => imageParts({ ...publicImages, tools: reference })['image tools'];
    assert.is(tools('localhost:41234/tools:abc'), 'tools:abc');
    assert.is(tools('127.0.0.1:5000/tools:abc'), 'tools:abc');
    assert.is(tools('mirror.example:5000/tools:abc'), 'mirror.example:5000/tools:abc');
  });
});

describe('partsOfRun', (test) => {
  const repositoryFiles = {
    'ci/run.ts': 'run',
    'ci/test/a.test.ts': 'a',
    'package-lock.json': '{}',
    Dockerfile: 'FROM x',
    '.dockerignore': 'y',
  };

  const on = (platform: string) => ({ defaultPlatform: async () => platform as Platform });
  const dag = on('linux/amd64');

  /** What decides a run from this folder, after a change of its settings. */
  async function parts(folder: string, changes: Partial<Config> = {}, images = publicImages, engine = dag) {
    const source = join(folder, 'source');
    const config = { chart: join(folder, 'chart'), name: 'shop', values: [], set: [], lint: 'strict', ...changes };
    const prepared = {
      ...{ folder: source, exclude: ['**/.git'], gitignore: false },
      head: {
        commit: '0123456789abcdef',
        author: '',
        date: '',
        subject: '',
        ref: '',
        dirty: false,
        url: '',
        ancestors: ['fedcba987654'],
      },
    };
    return partsOfRun(
      { config: config as Config, images, dag: engine },
      prepared,
      undefined,
      join(folder, 'repository'),
    );
  }

  function life(folder: string): void {
    writeFiles(join(folder, 'repository'), repositoryFiles);
    writeFiles(join(folder, 'chart'), { 'Chart.yaml': 'name: c', 'templates/a.yaml': 'a' });
    writeFiles(join(folder, 'source'), { 'manage.py': 'm', '.git/config': 'c' });
    writeFiles(folder, { 'one.yaml': 'password: hunter2', 'two.yaml': 'b: 2' });
  }

  /** The names of the parts that a change of the files or settings makes others. */
  const changed = (change: (folder: string) => void, settings: Partial<Config> = {}, images = publicImages) =>
    inFolder(async (folder) => {
      life(folder);
      const before = await parts(folder);
      change(folder);
      const after = await parts(folder, settings, images);
      return Object.keys(before).filter((name) => before[name] !== after[name]);
    });
  const nothing = () => {};

  test('a change of one line is seen in exactly the part that it belongs to', async () => {
    const files: Record<string, string> = {
      'repository/ci/run.ts': 'pipeline',
      'repository/package-lock.json': 'lockfile',
      'repository/Dockerfile': 'our Dockerfile',
      'repository/.dockerignore': 'our Dockerfile',
      'chart/templates/a.yaml': 'chart',
      'source/manage.py': 'source',
      'source/new.py': 'source',
    };
    for (const [file, part] of Object.entries(files))
      assert.equal(await changed((folder) => writeFileSync(join(folder, file), 'another line')), [part], file);
  });

  test('so is a change of a setting', async () => {
    const settings: [Partial<Config>, string][] = [
      [{ name: 'other' }, 'name'],
      [{ testCommand: 'make test' }, 'test command'],
      [{ dockerfile: 'docker/Dockerfile' }, 'dockerfile'],
      [{ settingsModule: 'shop.settings.production' }, 'settings module'],
      [{ set: ['a=b'] }, 'set'],
      [{ lint: 'report' }, 'lint'],
    ];
    for (const [setting, part] of settings) assert.equal(await changed(nothing, setting), [part]);
    assert.equal(await changed(nothing, {}, { ...publicImages, tools: 'other:1' }), ['image tools']);
  });

  test('the platform of the engine is one, and so are the labels of the image', () =>
    inFolder(async (folder) => {
      life(folder);
      const one = await parts(folder);
      assert.is((await parts(folder, {}, publicImages, on('linux/arm64')))['platform'], 'linux/arm64');
      assert.equal([one['platform'], one['repository'], one['working tree']], ['linux/amd64', 'none', 'as committed']);
    }));

  test('of a run without a source are what is known without one', () =>
    inFolder(async (folder) => {
      life(folder);
      const { source, commit, repository, 'working tree': tree, dockerfile, lint, ...others } = await parts(folder);
      const { 'test command': command, 'settings module': settings, ...known } = others;
      assert.ok([source, commit, repository, tree, dockerfile, lint, command, settings].every(Boolean));
      const config = { chart: join(folder, 'chart'), name: 'shop', values: [], set: [] } as unknown as Config;
      assert.equal(
        await partsOfRun({ config, images: publicImages, dag }, null, undefined, join(folder, 'repository')),
        known,
      );
      assert.ok(known['chart'] && known['image tools']);
    }));

  test('where, when and for whom it runs is no part', async () => {
    const elsewhere = {
      ...{ registry: 'ghcr.io/acme', kubeconfig: '/k', context: 'c', namespace: 'n', release: 'r' },
      ...{ reports: '/elsewhere', buildNumber: '77', trigger: { kind: 'cron' as const }, retry: 'why' },
      ...{ deployTimeout: 1, lockTimeout: 1, testTimeout: 1, slackWebhook: 'env://HOOK' },
    };
    assert.equal(await changed(nothing, elsewhere), []);
    assert.equal(await changed(nothing, {}, { ...publicImages, registry: 'r:2', kubernetes: 'k:2' }), []);
    assert.equal(await changed((folder) => writeFiles(folder, { 'repository/ci/test/b.test.ts': 'b' })), []);
    assert.equal(await changed((folder) => writeFiles(folder, { 'source/.git/index': 'x' })), []);
  });

  test('the order of values files and of --set matters', () =>
    inFolder(async (folder) => {
      life(folder);
      const [one, two] = [join(folder, 'one.yaml'), join(folder, 'two.yaml')];
      const values = async (...files: string[]) => (await parts(folder, { values: files }))['values'];
      const set = async (...pairs: string[]) => (await parts(folder, { set: pairs }))['set'];
      assert.is(new Set([await values(), await values(one), await values(one, two), await values(two, one)]).size, 4);
      assert.is(new Set([await set('a=1', 'b=2'), await set('b=2', 'a=1'), await set('a=1,b=2')]).size, 3);
    }));

  test('is the same from a copy elsewhere', () =>
    inFolder(async (folder) => {
      life(join(folder, 'laptop'));
      cpSync(join(folder, 'laptop'), join(folder, 'server/workspace'), { recursive: true });
      const [laptop, server] = await Promise.all([
        parts(join(folder, 'laptop')),
        parts(join(folder, 'server/workspace')),
      ]);
      assert.equal(server, laptop);
    }));

  test('is the same for a checkout in use and for a fresh clone, until a line changes', () =>
    inFolder(async (folder) => {
      life(folder);
      const repository = new Repository(join(folder, 'app'));
      repository.commit('one', { 'manage.py': manage(), 'requirements.txt': 'django', '.gitignore': '*.sqlite3\n' });
      repository.write({ 'db.sqlite3': 'data', 'shop/__pycache__/a.pyc': 'x', '.venv/pyvenv.cfg': '' });
      repository.write({ 'reports/report.json': '{}', 'reports/junit/pipeline.xml': '' });
      const of = async (source: string) => {
        const reports = join(repository.folder, 'reports');
        const own = { name: 'shop', values: [], set: [], lint: 'strict' };
        const config = { chart: join(folder, 'chart'), ...own, source, reports };
        const ctx = { config: config as unknown as Config, log: listeningLog(), signal: new AbortController().signal };
        const prepared = await prepareSource(ctx, folder);
        const found = await partsOfRun(
          { ...ctx, images: publicImages, dag },
          prepared,
          undefined,
          join(folder, 'repository'),
        );
        await prepared.dispose();
        return found;
      };
      const clean = await of(repository.url);
      assert.equal(await of(repository.folder), clean);
      repository.write({ 'requirements.txt': 'django>5' });
      const dirty = await of(repository.folder);
      assert.equal({ ...dirty, source: clean['source'] }, { ...clean, 'working tree': 'changed' });
      assert.is.not(dirty['source'], clean['source']);
    }));

  test('holds no text that may be a secret', () =>
    inFolder(async (folder) => {
      life(folder);
      const settings = {
        values: [join(folder, 'one.yaml')],
        set: ['password=hunter2'],
        testCommand: 'KEY=hunter2 make',
      };
      assert.not.match(JSON.stringify(await parts(folder, settings)), 'hunter2');
    }));
}, 60_000);
