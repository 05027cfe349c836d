import { type Container, dag } from '@dagger.io/dagger';
import * as assert from 'uvu/assert';
import { detectApp } from '../../../app/detectApp.ts';
import { root } from '../../../core/program.ts';
import { appContainers } from '../../../image/appContainers.ts';
import { buildContext, dockerignore } from '../../../image/buildContext.ts';
import { labels } from '../../../image/names.ts';
import type { Source } from '../../../source/loadSource.ts';
import { describe } from '../../harness.ts';
import { manage, sources } from '../app/sources.ts';
import { callsOf, queryTree } from '../queryTree.ts';

const commit = '0123456789abcdef0123456789abcdef01234567';

/** A source with these files, as if it had been loaded. */
function sourceOf(files: Record<string, string>): Source {
  const app = detectApp(sources(files), {});
  const known = {
    commit,
    author: 'Author',
    date: '2026-01-02T03:04:05Z',
    subject: 'one',
    ref: 'main',
    dirty: true,
    url: 'https://example.com/shop',
    ancestors: [],
  };
  return { ...known, app, directory: dag.directory().withNewFile('the-source', '') };
}

function containers(files: Record<string, string>) {
  const ctx = { dag, images: { python: 'python:3.12-slim' } };
  const { runtime, application, test, note } = appContainers(ctx, sourceOf(files), root);
  const call = (ctr: Container) => callsOf(ctr, 'dockerBuild')[0];
  return {
    runtime: runtime(),
    application,
    note,
    targets: [runtime(), test].map(call),
    before: call(runtime('dependencies')),
  };
}

const srcLayout = { 'src/manage.py': manage(), 'requirements.txt': 'django', 'requirements-dev.txt': 'pytest' };

describe('appContainers', (test) => {
  test('builds both from our Dockerfile when the app has none, with what it must know', () => {
    const buildArgs = [
      { name: 'PYTHON_IMAGE', value: 'python:3.12-slim' },
      { name: 'APP_DIR', value: 'src' },
      { name: 'SETTINGS_MODULE', value: 'shop.settings' },
    ];
    assert.equal(containers(srcLayout).targets, [
      { dockerfile: '.pipeline/Dockerfile', target: 'runtime', buildArgs },
      { dockerfile: '.pipeline/Dockerfile', target: 'test', buildArgs },
    ]);
  });

  test("hides nothing from the tests that the app's .dockerignore hides from its image", () => {
    const { runtime, test: tests } = appContainers(
      { dag, images: { python: 'python' } },
      sourceOf({ ...srcLayout, '.dockerignore': 'hidden-tests\n!certificate.pem\n' }),
      root,
    );
    assert.match(JSON.stringify(queryTree(runtime())), 'hidden-tests');
    assert.not.match(JSON.stringify(queryTree(tests)), 'hidden-tests');
    assert.match(JSON.stringify(queryTree(tests)), '!certificate.pem');
  });

  test('takes the virtual environment from the stage that it is told, of ours only', () => {
    const { before, application } = containers(srcLayout);
    assert.match(JSON.stringify(before), '{"name":"VENV","value":"dependencies"}');
    assert.is(application && callsOf(application, 'dockerBuild')[0]?.['target'], 'application');
    const own = containers({ ...srcLayout, Dockerfile: 'FROM python' });
    assert.equal([own.before, own.application], [{ dockerfile: 'Dockerfile' }, null]);
  });

  test("builds the app's own Dockerfile from the app alone, and tests in our image", () => {
    const { runtime, targets } = containers({ ...srcLayout, Dockerfile: 'FROM python' });
    assert.equal(targets[0], { dockerfile: 'Dockerfile' });
    assert.is(targets[1]?.['target'], 'test');
    assert.is(targets[1]?.['dockerfile'], '.pipeline/Dockerfile');
    assert.not.match(JSON.stringify(queryTree(runtime)), '.pipeline');
  });

  test("tests in the app's own image when it has a test stage", () => {
    const { targets } = containers({ ...srcLayout, Dockerfile: 'FROM python AS test\nFROM python' });
    assert.equal(targets, [{ dockerfile: 'Dockerfile' }, { dockerfile: 'Dockerfile', target: 'test' }]);
  });

  test('remarks on the Python version only where ours is used', () => {
    const asking = { ...srcLayout, '.python-version': '3.9' };
    assert.match(containers(asking).note ?? '', 'asks for Python ==3.9.*');
    assert.is(containers({ ...asking, Dockerfile: 'FROM python:3.9' }).note, undefined);
  });

  test('labels the image with where it comes from', () => {
    for (const files of [srcLayout, { ...srcLayout, Dockerfile: 'FROM python' }]) {
      assert.equal(callsOf(containers(files).runtime, 'withLabel'), [
        { name: 'org.opencontainers.image.revision', value: commit },
        { name: 'org.opencontainers.image.version', value: '0123456789ab-dirty' },
        { name: 'org.opencontainers.image.source', value: 'https://example.com/shop' },
      ]);
    }
  });
});

describe('labels', (test) => {
  const names = (url: string) =>
    callsOf(dag.container().with(labels({ commit, dirty: false, url })), 'withLabel').map(({ name }) => name);

  test('leave out a source without a URL', () => {
    const known = ['org.opencontainers.image.revision', 'org.opencontainers.image.version'];
    assert.equal(names(''), known);
    assert.equal(names('https://example.com/shop'), [...known, 'org.opencontainers.image.source']);
  });
});

describe('buildContext', (test) => {
  const contextOf = (files: Record<string, string>) => {
    const { directory, app } = sourceOf(files);
    return queryTree(buildContext(dag, directory, app, root));
  };

  test('adds the dependency files alone, the overlay and the Dockerfile', () => {
    const [, , dependencies, django, dockerfile] = contextOf({ ...srcLayout, 'requirements/[x].txt': '' });
    assert.is(dependencies?.[1]['path'], '.pipeline/deps');
    const include = ['requirements-dev.txt', 'requirements.txt'];
    assert.match(JSON.stringify(dependencies), JSON.stringify(['filter', { include }]));
    assert.is(django?.[1]['path'], '.pipeline/django');
    assert.match(JSON.stringify(django), `"path":"${root}/ci/django"`);
    assert.match(JSON.stringify(dockerfile), `"path":"${root}/Dockerfile"`);
  });

  test('adds nothing as dependencies when there are none', () => {
    const dependencies = contextOf({ 'manage.py': manage() })[2];
    assert.equal(dependencies?.[1], { path: '.pipeline/deps', source: [['directory', {}]] });
  });

  test("puts beside our Dockerfile our .dockerignore, then the app's own", () => {
    const last = contextOf({ ...srcLayout, '.dockerignore': '*\n' }).at(-1);
    const { path, contents } = (last as [string, { path: string; contents: string }])[1];
    assert.is(path, '.pipeline/Dockerfile.dockerignore');
    assert.match(contents, /\n\*\*\/\.env\n/);
    assert.ok(contents.endsWith('\n*\n!.pipeline\n!.pipeline/**\n'), contents);
  });

  test('hides what ours hides, and never what the Dockerfile needs', () => {
    assert.is(dockerignore('**/.env\n', null), '**/.env\n!.pipeline\n!.pipeline/**\n');
    assert.is(dockerignore('**/.env\n', '*\n'), '**/.env\n*\n!.pipeline\n!.pipeline/**\n');
  });
});
