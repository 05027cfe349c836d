import * as assert from 'uvu/assert';
import { findManage } from '../../../app/findManage.ts';
import { describe } from '../../harness.ts';
import { manage, sources, thrownBy } from './sources.ts';

/** The manage.py chosen among these, all of them Django's. */
function among(...paths: string[]): string | null {
  return findManage(sources(Object.fromEntries(paths.map((path) => [path, manage()]))));
}

describe('findManage', (test) => {
  test('finds it in the root, in src/, and one or two folders down', () => {
    for (const path of ['manage.py', 'src/manage.py', 'backend/manage.py', 'services/web/manage.py']) {
      assert.is(among(path, 'README.md'), path);
    }
  });

  test('does not look three folders down', () => {
    assert.is(among('a/b/c/manage.py'), null);
  });

  test('takes the shallowest of several', () => {
    assert.is(among('a/b/manage.py', 'manage.py', 'src/manage.py'), 'manage.py');
    assert.is(among('a/b/manage.py', 'z/manage.py'), 'z/manage.py');
  });

  test('refuses to choose between two on the same level, and names them', () => {
    const error = thrownBy(() => among('shop/manage.py', 'admin/manage.py', 'a/b/manage.py'));
    assert.is(error.code, 'SOURCE_LAYOUT');
    assert.equal(error.details, ['admin/manage.py', 'shop/manage.py']);
  });

  test('prefers an application to the example or the tests of a reusable one', () => {
    assert.is(among('example/manage.py', 'shop/web/manage.py'), 'shop/web/manage.py');
    assert.is(among('tests/manage.py'), 'tests/manage.py');
  });

  test('passes over hidden folders and the blanks of project templates', () => {
    assert.is(among('.cache/manage.py', '{{cookiecutter.slug}}/manage.py', 'a/site-packages/manage.py'), null);
  });

  test('passes over the manage.py of another framework', () => {
    const files = sources({ 'manage.py': 'from flask_script import Manager', 'web/manage.py': manage() });
    assert.is(findManage(files), 'web/manage.py');
  });
});
