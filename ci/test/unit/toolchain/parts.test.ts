import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { pythonImage as chosenImage } from '../../../image/pythonImage.ts';
import { publicImages } from '../../../targets/publicImages.ts';
import { mirrored } from '../../../toolchain/daemons/mirror.ts';
import { images, pythonImage, pythonLayers, pythonPattern, tagged } from '../../../toolchain/parts/images.ts';
import { ingressPart, parts, partsOnDemand } from '../../../toolchain/parts/parts.ts';
import { pythonVersion } from '../../../toolchain/parts/recipes.ts';
import { registryConfig } from '../../../toolchain/parts/registryConfig.ts';
import { paths } from '../../../toolchain/paths.ts';
import { describe } from '../../harness.ts';
import { inFolder } from './process.ts';

describe('paths', (test) => {
  test("lie in the user's cache folder, which XDG_CACHE_HOME may move", () => {
    const root = (env: Record<string, string>) => paths(env).root;
    assert.is(root({ HOME: '/home/ann' }), '/home/ann/.cache/django-delivery-pipeline');
    assert.is(root({ HOME: '/home/ann', XDG_CACHE_HOME: '/cache' }), '/cache/django-delivery-pipeline');
    assert.is(root({ HOME: '/home/ann', XDG_CACHE_HOME: '' }), '/home/ann/.cache/django-delivery-pipeline');
  });

  test('are all below one folder, and the engine is addressed by its socket there', () => {
    const { root, runnerHost, ...folders } = paths({ HOME: '/home/ann' });
    for (const folder of Object.values(folders)) assert.ok(folder.startsWith(`${root}/`), folder);
    assert.is(runnerHost, `unix://${folders.engine}/run/dagger/engine.sock`);
  });
});

describe('parts', (test) => {
  test('are named the same each time, each by itself, and nothing is made', () =>
    inFolder(async (folder) => {
      const where = paths({ XDG_CACHE_HOME: folder });
      const all = await parts(where);
      assert.equal(await parts(where), all);
      const each = Object.values(all);
      assert.is(new Set(each.map(({ name }) => name)).size, each.length);
      assert.is(new Set(each.map(({ key }) => key)).size, each.length);
      for (const { name, key, path } of each) assert.is(path, join(where.parts, `${name}-${key}`));
      assert.is(existsSync(where.root), false);
    }));

  test('on demand are none of those that a first run waits for', () =>
    inFolder(async (folder) => {
      const where = paths({ XDG_CACHE_HOME: folder });
      const all = await parts(where);
      const onDemand = async () => {
        const { pythons, servers } = partsOnDemand(where, all);
        return [await ingressPart(where), ...Object.values(servers), ...pythons.map(({ part }) => part)];
      };
      const found = await onDemand();
      assert.equal(await onDemand(), found);
      const names = [...Object.values(all), ...found].map(({ name }) => name);
      assert.is(new Set(names).size, names.length);
      assert.is(existsSync(where.root), false);
    }));
});

describe('images', (test) => {
  const all = () => parts(paths({ XDG_CACHE_HOME: '/cache' }));

  test('there is one for each public one', async () => {
    const known = await all();
    const { servers } = partsOnDemand(paths({ XDG_CACHE_HOME: '/cache' }), known);
    const roles = [...images(known).flatMap((image) => image.roles), ...Object.keys(servers)];
    assert.is(new Set(roles).size, roles.length);
    assert.equal(new Set<string>(roles), new Set(Object.keys(publicImages)));
  });

  test('have another tag as soon as one of their layers is another', async () => {
    const known = await all();
    const owners = Object.values(known);
    for (const { name, tag, layers } of images(known)) {
      for (const layer of layers) {
        const owner = owners.find(({ path }) => layer.startsWith(`${path}/`));
        assert.ok(owner && tag.includes(owner.key), `${name}: ${tag} does not tell ${layer}`);
      }
    }
  });

  test('have another tag as soon as they start something else', async () => {
    const [python] = images(await all());
    assert.ok(python);
    const tag = (config = python.config) => tagged({ ...python, tag: 'x', config }).tag;
    assert.is(tag(), tag());
    assert.is.not(tag(['--cmd=other']), tag());
  });

  test("are addressed at the mirror's port", async () => {
    const [image] = images(await all());
    assert.ok(image);
    assert.is(mirrored(4711, image), `localhost:4711/python:${image.tag}`);
  });

  test('with other versions of Python are found by the pattern of the one that is always there', async () => {
    const where = paths({ XDG_CACHE_HOME: '/cache' });
    const known = await all();
    const { pythons } = partsOnDemand(where, known);
    const reference = (version: string, layers: string[]) => mirrored(4711, pythonImage(version, layers, known));
    const pattern = pythonPattern(reference(pythonVersion, []));
    for (const version of [pythonVersion, ...pythons.map((python) => python.version)]) {
      const app = { python: { from: '.python-version', specifier: `==${version}.*` }, djangoLimit: null };
      assert.equal(chosenImage(pattern, app), { reference: reference(version, []) });
    }
    for (const python of pythons) assert.ok(pythonLayers(python, known).at(-1)?.startsWith(`${python.part.path}/`));
  });
});

describe('registryConfig', (test) => {
  test('says where to listen and where to keep what is pushed', () => {
    const { http, storage, version } = JSON.parse(registryConfig('/data', '127.0.0.1:5000'));
    assert.equal(http, { addr: '127.0.0.1:5000' });
    assert.is(storage.filesystem.rootdirectory, '/data');
    assert.is(version, 0.1);
  });
});
