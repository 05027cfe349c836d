import * as assert from 'uvu/assert';
import { djangoLimit } from '../../../app/djangoLimit.ts';
import { findDependencies } from '../../../app/findDependencies.ts';
import { describe } from '../../harness.ts';
import { sources } from './sources.ts';

/** `3.2: 3.10, requirements.txt`, or null. */
function limitOf(files: Record<string, string>): string | null {
  const found = djangoLimit(sources(files), findDependencies(sources(files), '.'));
  return found && `${found.django}: ${found.python}, ${found.from}`;
}

describe('djangoLimit', (test) => {
  const lines: [string, string | null][] = [
    ['Django==3.2.7', '3.2: 3.10'],
    ['django==4.2', '4.2: 3.12'],
    ['Django~=4.0', '4.2: 3.12'],
    ['Django~=4.0.3', '4.0: 3.10'],
    ['django>=3.2,<4.0', '3.2: 3.10'],
    ['django >= 2.2, < 3 ; python_version >= "3.6"', '2.2: 3.9'],
    ['django[argon2]==5.0.1 \\\n    --hash=sha256:00ff', '5.0: 3.12'],
    ['django==2.2.*  # LTS', '2.2: 3.9'],
    ['Django<1.12', '1.11: 3.7'],
    ['Django==6.0.1', '6.0: 3.14'],
    ['django>=3.2', null],
    ['django', null],
    ['Django==99.1', null],
    ['django-environ==0.9\nDjangoRestFramework==3.14', null],
    ['# django==3.2', null],
  ];
  for (const [line, limit] of lines) {
    test(`of ${JSON.stringify(line)} is ${limit ?? 'none'}`, () => {
      assert.is(limitOf({ 'requirements.txt': `asgiref==3.5\n${line}\n` }), limit && `${limit}, requirements.txt`);
    });
  }

  test('goes by requirements of the runtime first, then by what these include', () => {
    const runtime = { 'requirements.txt': 'django==4.2', 'dev-requirements.txt': 'django==3.2' };
    assert.is(limitOf(runtime), '4.2: 3.12, requirements.txt');
    const included = { 'requirements.txt': '-r requirements/base.txt', 'requirements/base.txt': 'django==3.2' };
    assert.is(limitOf(included), '3.2: 3.10, requirements/base.txt');
  });

  test('goes by the lock, where what it was made from leaves more open', () => {
    const project = '[project]\nname = "shop"\ndependencies = ["django>=4"]';
    const uv = { 'uv.lock': '[[package]]\nname = "django"\nversion = "4.2.9"', 'pyproject.toml': project };
    assert.is(limitOf(uv), '4.2: 3.12, uv.lock');
    const poetry = {
      'poetry.lock': '[[package]]\nname = "Django"\nversion = "3.2.9"',
      'pyproject.toml': '[tool.poetry.dependencies]\nDjango = ">=3"',
    };
    assert.is(limitOf(poetry), '3.2: 3.10, poetry.lock');
    const lock = { default: { asgiref: { version: '==3.5' }, django: { hashes: ['sha256:00'], version: '==3.1.2' } } };
    const pipenv = { Pipfile: '[packages]\ndjango = "*"', 'Pipfile.lock': JSON.stringify(lock) };
    assert.is(limitOf(pipenv), '3.1: 3.9, Pipfile.lock');
  });

  test('goes by pyproject.toml alone', () => {
    const project = { 'pyproject.toml': '[project]\nname = "shop"\ndependencies = ["asgiref", "Django>=4.1,<4.2"]' };
    assert.is(limitOf(project), '4.1: 3.11, pyproject.toml');
    const groups = { 'pyproject.toml': '[dependency-groups]\nmain = ["django==4.2"]\ndev = ["django==3.2"]' };
    assert.is(limitOf(groups), '4.2: 3.12, pyproject.toml');
    const poetry = (version: string) => ({ 'pyproject.toml': `[tool.poetry.dependencies]\nDjango = ${version}` });
    assert.is(limitOf(poetry('"^3.2"')), '3.2: 3.10, pyproject.toml');
    assert.is(limitOf(poetry('{version = "~4.2", extras = ["argon2"]}')), '4.2: 3.12, pyproject.toml');
  });

  test('is none without dependencies', () => {
    assert.is(limitOf({ 'manage.py': '' }), null);
  });
});
