import * as assert from 'uvu/assert';
import { choosePython } from '../../../app/pythonFor.ts';
import { pythonRequest } from '../../../app/pythonRequest.ts';
import { describe } from '../../harness.ts';
import { sources } from './sources.ts';

const all = ['3.9', '3.10', '3.11', '3.12', '3.13', '3.14'];

describe('pythonRequest', (test) => {
  test('reads .python-version as the minor version it names', () => {
    for (const text of ['3.12', '3.12.4\n', 'python3.12', 'cpython-3.12.1', '# ours\n3.12.4']) {
      assert.equal(pythonRequest(sources({ '.python-version': text }), '.'), {
        from: '.python-version',
        specifier: '==3.12.*',
      });
    }
  });

  test('puts .python-version, even of a folder further up, before requires-python', () => {
    const files = { '.python-version': '3.12', 'web/pyproject.toml': '[project]\nrequires-python = ">=3.10"' };
    assert.is(pythonRequest(sources(files), 'web')?.specifier, '==3.12.*');
  });

  test("reads Heroku's runtime.txt, behind .python-version", () => {
    const heroku = { 'runtime.txt': 'python-3.11.9\n', 'pyproject.toml': '[project]\nrequires-python = ">=3.10"' };
    assert.equal(pythonRequest(sources(heroku), 'src'), { from: 'runtime.txt', specifier: '==3.11.*' });
    assert.is(pythonRequest(sources({ ...heroku, '.python-version': '3.12' }), '.')?.from, '.python-version');
    assert.is(pythonRequest(sources({ 'runtime.txt': 'nodejs20' }), '.'), null);
  });

  test('reads which Python image a Dockerfile begins with', () => {
    const from = (line: string) => pythonRequest(sources({ Dockerfile: `ARG X\n${line}\n` }), '.');
    for (const line of ['FROM python:3.10.2-slim AS base', 'from docker.io/library/python:3.10'])
      assert.equal(from(line), { from: 'Dockerfile', specifier: '==3.10.*' });
    for (const line of ['FROM python:latest', 'FROM node:22', `FROM python:\${VERSION}-slim`])
      assert.is(from(line), null);
  });

  test("reads requires-python, and Poetry's python", () => {
    const plain = { 'pyproject.toml': '[project]\nrequires-python = ">=3.10,<3.13"' };
    assert.equal(pythonRequest(sources(plain), 'src'), { from: 'pyproject.toml', specifier: '>=3.10,<3.13' });
    const poetry = { 'pyproject.toml': '[tool.poetry.dependencies]\npython = "^3.11"' };
    assert.is(pythonRequest(sources(poetry), '.')?.specifier, '^3.11');
  });

  test('reads the version that a Pipfile requires, where pyproject.toml asks for none', () => {
    for (const key of ['python_version = "3.12"', 'python_full_version = "3.12.4"']) {
      const files = { Pipfile: `[packages]\n[requires]\n${key}`, 'web/pyproject.toml': '[tool.black]' };
      assert.equal(pythonRequest(sources(files), 'web'), { from: 'Pipfile', specifier: '==3.12.*' });
    }
    const both = {
      Pipfile: '[requires]\npython_version = "3.12"',
      'pyproject.toml': '[project]\nrequires-python = "3.11"',
    };
    assert.is(pythonRequest(sources(both), '.')?.from, 'pyproject.toml');
    assert.is(pythonRequest(sources({ Pipfile: '[requires]\npython_version = "*"' }), '.'), null);
  });

  test('says nothing when nothing is asked for, or it cannot be read', () => {
    assert.is(pythonRequest(sources({ 'pyproject.toml': '[project]\nname = "shop"' }), '.'), null);
    assert.is(pythonRequest(sources({ '.python-version': 'my-virtualenv' }), '.'), null);
  });
});

describe('choosePython', (test) => {
  const expected: [string | null, string | null][] = [
    [null, '3.13'],
    ['>=3.8', '3.13'],
    ['>=3.12.4', '3.13'],
    ['>=3.14', '3.14'],
    ['>3.13', '3.13'],
    ['<3.13', '3.12'],
    ['>=3.10,<3.12', '3.11'],
    ['>=3.10, !=3.13.*', '3.14'],
    ['>=3.12,!=3.13.0', '3.13'],
    ['==3.11.*', '3.11'],
    ['==3.11', '3.11'],
    ['==3.11.9', '3.11'],
    ['<=3.12', '3.11'],
    ['~=3.11', '3.13'],
    ['~=3.11.2', '3.11'],
    ['^3.10', '3.13'],
    ['^3.14', '3.14'],
    ['~3.12', '3.12'],
    ['3.10', '3.10'],
    ['3.10.*', '3.10'],
    ['>=3.9 <3.11', '3.10'],
    ['>= 3.9, < 3.11', '3.10'],
    ['^2.7 || ^3.12', '3.13'],
    ['*', '3.13'],
    ['>=4', null],
    ['nonsense', null],
  ];
  for (const [specifier, version] of expected) {
    test(`${specifier ?? 'nothing'} of all versions is ${version ?? 'none'}`, () => {
      assert.is(choosePython(specifier, all), version);
    });
  }

  test('takes the newest that can be had when the default cannot', () => {
    assert.is(choosePython(null, ['3.9', '3.10']), '3.10');
    assert.is(choosePython('>=3.9', ['3.9', '3.10']), '3.10');
    assert.is(choosePython('>=3.9', []), null);
  });
});
