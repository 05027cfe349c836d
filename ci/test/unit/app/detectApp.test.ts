import * as assert from 'uvu/assert';
import { type App, detectApp } from '../../../app/detectApp.ts';
import { describe } from '../../harness.ts';
import { manage, sources, thrownBy } from './sources.ts';

/** The error that detection ends with. */
function failure(files: Record<string, string>, config = {}) {
  return thrownBy(() => detectApp(sources(files), config));
}

/** What matters most of it, in one line. */
function gist({ dir, settingsModule, dependencies, tests }: App): string {
  return [dir, settingsModule, dependencies.kind, tests.runner].join(' ');
}

const project = '[project]\nname = "shop"\n';

describe('detectApp', (test) => {
  const layouts: Record<string, [files: Record<string, string>, found: string]> = {
    'a fresh startproject': [
      { 'manage.py': manage(), 'shop/wsgi.py': manage(), 'requirements.txt': 'django' },
      '. shop.settings requirements django',
    ],
    'a src layout with uv and pytest': [
      { 'src/manage.py': manage(), 'uv.lock': '', 'pyproject.toml': `${project}[tool.pytest.ini_options]\n` },
      'src shop.settings uv pytest',
    ],
    'a backend beside a frontend': [
      { 'frontend/package.json': '{}', 'backend/manage.py': manage('api.settings'), 'backend/requirements.txt': '' },
      'backend api.settings requirements django',
    ],
    'settings by stage and requirements by stage': [
      { 'manage.py': manage('config.settings.local'), 'requirements/base.txt': '', 'requirements/local.txt': '' },
      '. config.settings.local requirements django',
    ],
    'an app without any dependency file': [{ 'manage.py': manage() }, '. shop.settings none django'],
    'a service without Django': [
      { Dockerfile: '', 'pyproject.toml': project, 'tests/test_it.py': '' },
      '.  pyproject unittest',
    ],
    'a service that says nothing of dependencies': [
      { Dockerfile: '', 'pyproject.toml': '[tool.black]' },
      '.  none unittest',
    ],
  };
  for (const [name, [files, found]] of Object.entries(layouts)) {
    test(`understands ${name}`, () => {
      assert.is(gist(detectApp(sources(files), {})), found);
    });
  }

  test('tells the tests which settings wsgi.py names, where manage.py names none', () => {
    const command = (text: string) =>
      detectApp(sources({ 'manage.py': text, 'shop/wsgi.py': manage('shop.settings.base') }), {}).tests.command;
    assert.is(command('import django')[1], 'DJANGO_SETTINGS_MODULE=shop.settings.base');
    const computed = "import django\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', which())";
    for (const text of [manage(), computed]) assert.is(command(text)[0], 'python');
  });

  test('sees whether there is a driver of a database that is a server', () => {
    const has = (files: Record<string, string>) =>
      detectApp(sources({ 'manage.py': manage(), ...files }), {}).databaseServer;
    for (const driver of ['psycopg2-binary==2.9', 'psycopg[binary]', 'mysqlclient', 'PyMySQL'])
      assert.ok(has({ 'requirements.txt': `django\n${driver}\n` }), driver);
    assert.ok(has({ 'uv.lock': '[[package]]\nname = "psycopg2"\n', 'pyproject.toml': project }));
    assert.not(has({ 'requirements.txt': 'django\n', 'docs/databases.txt': 'psycopg2' }));
  });

  test('deploys the settings that were asked for, if they are there', () => {
    const files = {
      'manage.py': 'import django',
      'src/shop/settings/production.py': '',
      'shop/settings/__init__.py': '',
    };
    for (const settingsModule of ['shop.settings.production', 'shop.settings'])
      assert.is(detectApp(sources(files), { settingsModule }).settingsModule, settingsModule);
    const missing = failure(files, { settingsModule: 'shop.production' });
    assert.is(missing.code, 'CONFIG');
    assert.match(missing.details.join(), 'looked for shop/production.py, shop/production/__init__.py, src/shop/');
  });

  test('refuses a source without Python, and says what it found instead', () => {
    const error = failure({ 'package.json': '{}', 'src/index.js': '', 'src/app.js': '' });
    assert.is(error.code, 'SOURCE_NOT_PYTHON');
    assert.match(error.details.join('\n'), 'found: package.json, src');
    assert.match(failure({}).details.join('\n'), 'empty');
  });

  test('refuses what no Dockerfile of ours can serve, before anything is built', () => {
    const library = failure({ 'pyproject.toml': project });
    assert.is(library.code, 'SOURCE_LAYOUT');
    assert.match(library.message, 'it has no manage.py');
    const computed = { 'manage.py': '# django', 'shop/settings.py': '', 'blog/settings.py': '' };
    assert.match(failure(computed).message, 'name no settings module');
    assert.is(detectApp(sources({ ...computed, Dockerfile: '' }), {}).settingsModule, null);
  });

  test('names the file and the line of a TOML mistake', () => {
    const error = failure({ 'manage.py': manage(), 'pyproject.toml': '[project]\nname = shop\n' });
    assert.is(error.code, 'SOURCE_LAYOUT');
    assert.is(error.message, 'pyproject.toml is not valid TOML');
    assert.match(error.details.join('\n'), '2:');
  });

  test("finds the app's own Dockerfile and its test stage", () => {
    const dockerfile = (text: string) => detectApp(sources({ 'manage.py': manage(), Dockerfile: text }), {}).dockerfile;
    assert.equal(dockerfile('FROM python:3.12\nRUN make test'), { path: 'Dockerfile', testTarget: false });
    assert.equal(dockerfile('FROM python:3.12 AS base\nFROM base AS test'), { path: 'Dockerfile', testTarget: true });
    assert.is(dockerfile('from --platform=$BUILDPLATFORM python as TEST\n')?.testTarget, true);
    assert.is(dockerfile('# FROM python AS test\nFROM python AS tests')?.testTarget, false);
    assert.is(detectApp(sources({ 'manage.py': manage() }), {}).dockerfile, null);
  });

  test("tests in the app's own image only when it has a test stage", () => {
    const command = (text: string) =>
      detectApp(sources({ 'manage.py': manage(), Dockerfile: text }), {}).tests.command[0];
    assert.is(command('FROM python:3.12'), 'python');
    assert.is(command('FROM python:3.12 AS test'), 'sh');
  });

  test('takes the Dockerfile that was asked for, and names those there are when it is missing', () => {
    const files = {
      'manage.py': manage(),
      Dockerfile: '',
      'docker/web.Dockerfile': 'FROM x AS test',
      'docker/Dockerfile.dev': '',
    };
    assert.equal(detectApp(sources(files), { dockerfile: './docker/web.Dockerfile' }).dockerfile, {
      path: 'docker/web.Dockerfile',
      testTarget: true,
    });
    assert.is(detectApp(sources(files), { dockerfile: 'ours' }).dockerfile, null);
    const error = failure(files, { dockerfile: 'docker/prod' });
    assert.is(error.code, 'CONFIG');
    assert.equal(error.details, ['the source has: Dockerfile, docker/web.Dockerfile, docker/Dockerfile.dev']);
  });

  test("keeps the text of the app's .dockerignore", () => {
    assert.is(detectApp(sources({ 'manage.py': manage(), '.dockerignore': 'docs\n' }), {}).dockerignore, 'docs\n');
    assert.is(detectApp(sources({ 'manage.py': manage() }), {}).dockerignore, null);
  });
});
