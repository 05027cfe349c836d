import * as assert from 'uvu/assert';
import { planTests } from '../../../app/planTests.ts';
import { describe } from '../../harness.ts';
import { manage, sources } from './sources.ts';

const django = { dir: '.', django: true, ownImage: false };

describe('planTests', (test) => {
  test('runs pytest wherever it is configured', () => {
    for (const files of [
      { 'pytest.ini': '' },
      { '.pytest.ini': '' },
      { 'pytest.toml': '' },
      { 'pyproject.toml': '[tool.pytest.ini_options]\naddopts = "-q"' },
      { 'pyproject.toml': '[tool.pytest]\naddopts = ["-q"]' },
      { 'setup.cfg': '[metadata]\nname = shop\n[tool:pytest]\naddopts = -q' },
      { 'tox.ini': '[tox]\n[pytest]\naddopts = -q' },
      { 'shop/tests/conftest.py': '' },
    ]) {
      const plan = planTests(sources({ 'manage.py': manage(), ...files }), django, undefined);
      assert.is(plan.runner, 'pytest', Object.keys(files)[0]);
      assert.equal(plan.command, ['python', '-m', 'pytest', '--junitxml=/reports/pytest.xml']);
    }
  });

  test('is not misled by other sections and tables', () => {
    const files = {
      'setup.cfg': '[flake8]\n# [tool:pytest]',
      'tox.ini': '[testenv]\ncommands = pytest',
      'pyproject.toml': '[tool.ruff]',
    };
    assert.is(planTests(sources(files), django, undefined).runner, 'django');
  });

  test('runs pytest in the folder of its configuration, the nearest to manage.py first', () => {
    const inSrc = { ...django, dir: 'src' };
    const dir = (files: Record<string, string>) => planTests(sources(files), inSrc, undefined).dir;
    assert.is(dir({ 'pytest.ini': '' }), '.');
    assert.is(dir({ 'pytest.ini': '', 'src/pytest.ini': '' }), 'src');
    assert.is(dir({ 'src/shop/conftest.py': '' }), 'src');
    assert.is(dir({ 'src/shop/conftest.py': '', 'tests/conftest.py': '' }), '.');
  });

  test('runs manage.py test with the runner that writes JUnit', () => {
    assert.equal(planTests(sources({ 'src/manage.py': manage() }), { ...django, dir: 'src' }, undefined), {
      runner: 'django',
      title: 'python manage.py test --noinput',
      dir: 'src',
      command: 'python manage.py test --noinput --testrunner pipeline_django.junit.JUnitRunner'.split(' '),
    });
  });

  test('names the settings where manage.py leaves them to the environment', () => {
    const plan = planTests(sources({ 'manage.py': '' }), { ...django, settings: 'shop.settings' }, undefined);
    assert.equal(plan.command.slice(0, 3), ['env', 'DJANGO_SETTINGS_MODULE=shop.settings', 'python']);
    assert.is(plan.title, 'python manage.py test --noinput');
  });

  test('runs unittest without manage.py, and names a tests folder that is no package', () => {
    const plan = (files: Record<string, string>) => planTests(sources(files), { ...django, django: false }, undefined);
    const { runner, command } = plan({ 'pyproject.toml': '', 'tests/test_shop.py': '' });
    assert.is(runner, 'unittest');
    assert.is(command.join(' '), 'python -m xmlrunner discover --start-directory tests --output /reports');
    const inPackage = plan({ 'tests/__init__.py': '', 'tests/test_shop.py': '' });
    assert.is(inPackage.title, 'python -m unittest discover --start-directory .');
    assert.is(plan({ 'shop/test_shop.py': '' }).title, inPackage.title);
  });

  test("does without JUnit in the app's own image when xmlrunner is not there", () => {
    const own = { ...django, ownImage: true };
    const [shell, option, script] = planTests(sources({ 'manage.py': manage() }), own, undefined).command;
    assert.equal([shell, option], ['sh', '-c']);
    assert.match(
      script ?? '',
      /then exec python manage\.py test --noinput --testrunner \S+; else exec python manage\.py test --noinput; fi/,
    );
    assert.is(planTests(sources({ 'pytest.ini': '' }), own, undefined).command[0], 'python');
  });

  test("runs the user's own command before anything that was found", () => {
    const plan = planTests(sources({ 'src/pytest.ini': '' }), { ...django, dir: 'src' }, 'make test && echo ok');
    assert.equal(plan, {
      runner: 'command',
      title: 'make test && echo ok',
      dir: 'src',
      command: ['sh', '-c', 'make test && echo ok'],
    });
  });
});
