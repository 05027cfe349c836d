import * as assert from 'uvu/assert';
import { findDependencies } from '../../../app/findDependencies.ts';
import { describe } from '../../harness.ts';
import { sources } from './sources.ts';

const project = '[project]\nname = "shop"\ndependencies = ["django"]\n';

/** Detection in a source whose files are empty unless given with a text. */
function dependencies(files: Record<string, string>, dir = '.') {
  return findDependencies(sources(files), dir);
}

describe('findDependencies', (test) => {
  test('knows the kinds by their files', () => {
    assert.is(dependencies({ 'uv.lock': '', 'pyproject.toml': project }).kind, 'uv');
    assert.is(dependencies({ 'requirements.txt': '' }).kind, 'requirements');
    assert.is(dependencies({ 'requirements/production.txt': '' }).kind, 'requirements');
    assert.is(dependencies({ 'pyproject.toml': project }).kind, 'pyproject');
    assert.is(dependencies({ 'pyproject.toml': '[tool.poetry]\nname = "shop"' }).kind, 'pyproject');
    assert.is(dependencies({ 'pyproject.toml': '[dependency-groups]\nmain = ["django"]' }).kind, 'pyproject');
    assert.is(dependencies({ 'setup.py': '' }).kind, 'other');
    assert.equal(dependencies({ Pipfile: '', 'Pipfile.lock': '{}' }), {
      kind: 'other',
      dir: '.',
      files: ['Pipfile', 'Pipfile.lock'],
    });
  });

  test('puts the lock before requirements, and requirements before pyproject.toml', () => {
    assert.is(dependencies({ 'uv.lock': '', 'pyproject.toml': project, 'requirements.txt': '' }).kind, 'uv');
    assert.is(dependencies({ 'pyproject.toml': project, 'requirements.txt': '' }).kind, 'requirements');
  });

  test('takes neither a pyproject.toml that only configures tools nor requirements of the tests alone', () => {
    for (const toml of ['[tool.ruff]\nline-length = 100', '[dependency-groups]\ndev = ["pytest"]']) {
      const files = { 'pyproject.toml': toml, 'requirements-dev.txt': 'pytest' };
      assert.equal(dependencies(files), { kind: 'none', dir: '.', files: [] });
    }
  });

  test('looks in the folder of manage.py first, then upwards', () => {
    const files = {
      'pyproject.toml': project,
      'uv.lock': '',
      'backend/requirements.txt': '',
      'other/requirements.txt': '',
    };
    assert.equal(dependencies(files, 'backend'), {
      kind: 'requirements',
      dir: 'backend',
      files: ['backend/requirements.txt'],
    });
    assert.equal(dependencies(files, 'web/src'), { kind: 'uv', dir: '.', files: ['pyproject.toml', 'uv.lock'] });
  });

  test('lists what an installation reads, and no code', () => {
    const names = [
      '.python-version',
      'constraints.txt',
      'poetry.lock',
      'pyproject.toml',
      'requirements-dev.txt',
      'requirements.txt',
      'requirements/base.txt',
      'setup.cfg',
      'setup.py',
    ];
    const files = [...names, 'manage.py', 'notes.txt', 'shop/requirements.txt', 'requirements/README.md'];
    assert.equal(dependencies(Object.fromEntries(files.map((name) => [name, '']))).files, names);
  });

  test('follows the files that requirements include, wherever they are, and not in circles', () => {
    const files = {
      'requirements.txt':
        '-r deps/web.txt\n--constraint=deps/pins.txt  # pins\n-r missing.txt\n# -r deps/old.txt\ndjango',
      'deps/web.txt': '--requirement ../requirements.txt\n-r more/all.txt',
      'deps/pins.txt': '',
      'deps/old.txt': '',
      'deps/more/all.txt': '',
    };
    assert.equal(dependencies(files).files, ['deps/more/all.txt', 'deps/pins.txt', 'deps/web.txt', 'requirements.txt']);
  });

  test('hands a uv workspace the pyproject.toml of every member', () => {
    const files = {
      'uv.lock': '',
      'pyproject.toml': project,
      'packages/core/pyproject.toml': project,
      'packages/core/core.py': '',
    };
    assert.equal(dependencies(files).files, ['packages/core/pyproject.toml', 'pyproject.toml', 'uv.lock']);
  });

  test('hands a member of a uv workspace the lock of the root, and all other members', () => {
    const files = {
      'uv.lock': '',
      'pyproject.toml': '[tool.uv.workspace]\nmembers = ["apps/*", "packages/*"]\n',
      'packages/core/pyproject.toml': project,
      'apps/shop/pyproject.toml': project,
      'apps/shop/.python-version': '3.13',
    };
    assert.equal(dependencies(files, 'apps/shop'), {
      kind: 'uv',
      dir: 'apps/shop',
      files: [
        'apps/shop/.python-version',
        'apps/shop/pyproject.toml',
        'packages/core/pyproject.toml',
        'pyproject.toml',
        'uv.lock',
      ],
    });
    assert.is(dependencies({ ...files, 'pyproject.toml': project }, 'apps/shop').kind, 'pyproject', 'no workspace');
  });
});
