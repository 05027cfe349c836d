import * as assert from 'uvu/assert';
import { settingsModule } from '../../../app/settingsModule.ts';
import { describe } from '../../harness.ts';
import { manage, sources } from './sources.ts';

const dynamic = "import django\nos.environ['DJANGO_SETTINGS_MODULE'] = f'shop.settings.{stage}'";

describe('settingsModule', (test) => {
  test('reads the default that manage.py sets', () => {
    assert.is(
      settingsModule(sources({ 'manage.py': manage('config.settings.local') }), 'manage.py'),
      'config.settings.local',
    );
  });

  test('reads double quotes, line breaks and assignments', () => {
    for (const code of [
      'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")',
      'os.environ.setdefault(\n    "DJANGO_SETTINGS_MODULE",\n    "shop.settings",\n)',
      "os.environ['DJANGO_SETTINGS_MODULE'] = 'shop.settings'",
    ]) {
      assert.is(settingsModule(sources({ 'manage.py': code }), 'manage.py'), 'shop.settings');
    }
  });

  test('does not read comments', () => {
    const code = `# ${manage('old.settings').split('\n').at(-1)}\n${manage('new.settings')}`;
    assert.is(settingsModule(sources({ 'manage.py': code }), 'manage.py'), 'new.settings');
  });

  test('falls back on wsgi.py, then asgi.py, when manage.py computes it', () => {
    const files = { 'src/manage.py': dynamic, 'src/shop/asgi.py': manage('shop.asgi_settings') };
    assert.is(settingsModule(sources(files), 'src/manage.py'), 'shop.asgi_settings');
    const both = { ...files, 'src/shop/wsgi.py': manage('shop.settings') };
    assert.is(settingsModule(sources(both), 'src/manage.py'), 'shop.settings');
  });

  test('takes the only settings module there is when nothing names it', () => {
    const only = {
      'src/manage.py': dynamic,
      'src/config/settings/__init__.py': 'from .local import *',
      'src/config/settings/local.py': '',
    };
    assert.is(settingsModule(sources(only), 'src/manage.py'), 'config.settings');
    assert.is(settingsModule(sources({ ...only, 'src/shop/settings.py': 'DEBUG = True' }), 'src/manage.py'), null);
    assert.is(
      settingsModule(sources({ 'manage.py': dynamic, 'shop/settings.py': 'DEBUG = True' }), 'manage.py'),
      'shop.settings',
    );
  });

  test('takes no package for settings that only holds some', () => {
    const files = { 'manage.py': dynamic, 'shop/settings/__init__.py': '\n', 'shop/settings/base.py': 'DEBUG = True' };
    assert.is(settingsModule(sources(files), 'manage.py'), null);
  });

  test('leaves the wsgi.py of another project alone', () => {
    const files = { 'src/manage.py': dynamic, 'docs/wsgi.py': manage('docs.settings') };
    assert.is(settingsModule(sources(files), 'src/manage.py'), null);
  });
});
