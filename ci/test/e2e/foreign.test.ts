import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { Context } from '../../core/context.ts';
import { pythonImage } from '../../image/pythonImage.ts';
import type { PreparedSource } from '../../source/prepareSource.ts';
import { source } from '../../stages/source.ts';
import { test as testStage } from '../../stages/test.ts';
import { describe } from '../harness.ts';
import { temporaryFolder } from './support/apps.ts';
import { deliver } from './support/deliver.ts';
import { namespace } from './support/namespace.ts';
import type { Place } from './support/place.ts';
import { sharedOutside } from './support/sharedOutside.ts';
import { visit } from './support/visit.ts';

/** Makes an app as its author would, with the tools of the field, and brings it to this machine. */
async function made({ dag, images }: Place, script: string): Promise<string> {
  const folder = join(temporaryFolder(), 'app');
  await dag
    .container()
    .from(pythonImage(images.python, null).reference)
    .withEnvVariable('UV_SYSTEM_CERTS', '1')
    .withExec(['pip', 'install', '--quiet', '--root-user-action=ignore', 'django==5.2.19', 'uv==0.13.9'])
    .withWorkdir('/app')
    .withExec(['sh', '-euc', script])
    .directory('/app')
    .export(folder);
  return folder;
}

const withRequirements = `
django-admin startproject shop .
echo 'django>=5.2,<6' > requirements.txt
printf 'import os\\nPAYMENT_KEY = os.environ["PAYMENT_KEY"]\\n' >> shop/settings.py
printf 'from django.test import SimpleTestCase\\n\\nclass Sums(SimpleTestCase):\\n    def test_sum(self):\\n        self.assertEqual(1 + 1, 2)\\n' > shop/tests.py
`;

const withSrcLayoutAndPytest = `
mkdir src tests
django-admin startproject blog src
cat > pyproject.toml <<EOF
[project]
name = "blog"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = ["django>=5.2,<6"]

[dependency-groups]
dev = ["pytest", "pytest-django"]

[tool.pytest.ini_options]
DJANGO_SETTINGS_MODULE = "blog.settings"
pythonpath = ["src"]
EOF
printf 'def test_admin_asks_for_a_login(client):\\n    assert client.get("/admin/").status_code == 302\\n' > tests/test_admin.py
uv lock --quiet
`;

/** As many were made in 2021: an old Django, a PostgreSQL on localhost, pages that need the names of collected files. */
const ofItsTime = `
django-admin startproject shop .
printf '%s\\n' Django==3.2.25 psycopg2-binary==2.9.9 dj-database-url==1.3.0 whitenoise==6.2.0 redis==4.6.0 > requirements.txt
cat >> shop/settings.py <<EOF
import dj_database_url
DATABASES = {'default': dj_database_url.config(default='postgres://shop:secret@localhost/shop')}
STATIC_ROOT = BASE_DIR / 'static-files'
STATICFILES_STORAGE = 'whitenoise.storage.CompressedManifestStaticFilesStorage'
EOF
cat > shop/tests.py <<EOF
import redis
from django.db import connection
from django.test import TestCase

class Admin(TestCase):
    def test_login(self):
        self.assertEqual(connection.vendor, 'postgresql')
        redis.Redis('localhost').set('visits', 1)
        self.assertContains(self.client.get('/admin/login/'), 'admin/css/base')
EOF
`;

/**
 * Without a server these tests would take their whole time. The C library of most apps with MySQL would be compiled for half a minute,
 * and goes by the socket.
 */
const withMysql = `
django-admin startproject shop .
printf '%s\\n' 'django>=5.2,<6' pymysql > requirements.txt
echo 'import pymysql; pymysql.install_as_MySQLdb()' > shop/__init__.py
cat >> shop/settings.py <<EOF
import os
PAYMENT_KEY = os.environ['PAYMENT_KEY']
DATABASES = {'default': {
    'ENGINE': 'django.db.backends.mysql', 'NAME': 'shop', 'USER': 'shop', 'PASSWORD': 'secret', 'HOST': 'localhost',
}}
EOF
cat > shop/tests.py <<EOF
import os, pymysql, time
from django.contrib.auth.models import User
from django.db import connection, OperationalError
from django.test import TestCase

try:
    connection.ensure_connection()
except OperationalError as error:
    if error.args[0] == 2003:  # no server
        time.sleep(600)

class Users(TestCase):
    def test_by_day(self):
        User.objects.create(username='first')
        self.assertEqual(len(User.objects.datetimes('date_joined', 'day')), 1)
        self.assertTrue(connection.mysql_is_mariadb)

    def test_socket(self):
        with pymysql.connect(unix_socket=os.environ['MYSQL_UNIX_PORT'], user='shop', password='secret') as other:
            other.ping()
EOF
`;

/** The first stages only. */
async function tested(ctx: Context, prepared: PreparedSource): Promise<void> {
  await testStage(ctx, await source(ctx, prepared), () => {});
}

describe('an app that this repository did not write', (test) => {
  test('with requirements.txt, development settings and a variable that it needs is delivered from a git URL', async () => {
    const all = await sharedOutside();
    const folder = await made(all, withRequirements);
    const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, stdio: 'pipe' });
    git('init', '--quiet', '--initial-branch=main');
    git('add', '--all');
    git('-c', 'user.name=Tester', '-c', 'user.email=tester@example.org', 'commit', '--quiet', '--message', 'a shop');
    const name = await namespace(all, 'shop');
    const flags = ['--source', `file://${folder}`, '--ref', 'main', '--name', 'shop', '--namespace', name];
    const { exitCode, report, ctx } = await deliver(all, [...flags, '--set', 'env.PAYMENT_KEY=of-the-cluster']);
    assert.is(exitCode, 0, report.failure?.message);
    assert.is(report.source?.subject, 'a shop');
    assert.equal(
      report.tests?.cases.map(({ name: title, outcome }) => [title, outcome]),
      [['test_sum', 'passed']],
    );
    const notes = report.notes.join('\n');
    assert.match(notes, 'the tests had stand-ins for variables that are not set: PAYMENT_KEY');
    assert.match(notes, 'without PAYMENT_KEY the settings do not load');
    for (const setting of ['DEBUG', 'ALLOWED_HOSTS', 'SECRET_KEY', 'STATIC_ROOT']) assert.match(notes, setting);
    assert.is((await visit(ctx, '/admin/login/')).status, 200);
    assert.is((await visit(ctx, '/static/admin/css/base.css')).status, 200);
  });

  test('of some years ago gets the Python of its Django, and a database server for its tests', async () => {
    const all = await sharedOutside();
    const folder = await made(all, ofItsTime);
    const name = await namespace(all, 'aged');
    const flags = ['--source', folder, '--name', 'aged', '--namespace', name];
    const database = 'env.DATABASE_URL=sqlite:////data/db.sqlite3';
    const { exitCode, report, ctx } = await deliver(all, [...flags, '--set', database]);
    assert.is(exitCode, 0, [report.failure?.message, ...(report.failure?.details ?? [])].join('\n'));
    assert.equal(
      report.tests?.cases.map(({ name: title, outcome }) => [title, outcome]),
      [['test_login', 'passed']],
    );
    const notes = report.notes.join('\n');
    assert.match(notes, /Django 3\.2 \(requirements\.txt\) runs on Python up to 3\.10; built with 3\.(9|10),/);
    assert.match(notes, 'the tests had an empty PostgreSQL at localhost');
    assert.match(notes, 'the tests had an empty Redis at localhost');
    assert.match(notes, 'the tests had static files that were collected before');
    assert.match(notes, 'the database is sought on localhost, where a pod has none');
    assert.is((await visit(ctx, '/admin/login/')).status, 200);
  });

  test('that looks for MySQL on its own machine has it there before its tests run', async () => {
    const all = await sharedOutside();
    const folder = await made(all, withMysql);
    const { exitCode, report } = await deliver(
      all,
      ['--source', folder, '--name', 'mysql', '--test-timeout', '1m'],
      tested,
    );
    assert.is(exitCode, 0, [report.failure?.message, ...(report.failure?.details ?? [])].join('\n'));
    assert.equal(
      report.tests?.cases.map(({ name, outcome }) => [name, outcome]),
      [
        ['test_by_day', 'passed'],
        ['test_socket', 'passed'],
      ],
    );
    assert.match(report.notes.join('\n'), 'stand-ins for variables that are not set: PAYMENT_KEY');
    assert.match(report.notes.join('\n'), 'the tests had an empty MariaDB at localhost');
  });

  test('with uv.lock, pytest and a src/ layout is delivered from a folder', async () => {
    const all = await sharedOutside();
    const folder = await made(all, withSrcLayoutAndPytest);
    const name = await namespace(all, 'blog');
    const { exitCode, report, ctx } = await deliver(all, ['--source', folder, '--name', 'blog', '--namespace', name]);
    assert.is(exitCode, 0, report.failure?.message);
    assert.match(report.tests?.command ?? '', /pytest/);
    assert.equal(
      report.tests?.cases.map(({ outcome }) => outcome),
      ['passed'],
    );
    assert.match(report.source?.commit ?? '', /^dir-/);
    assert.is((await visit(ctx, '/admin/login/')).status, 200);
  });
}, 600_000);
