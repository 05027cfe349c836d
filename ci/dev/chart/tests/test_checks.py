"""The checks that `helm test` runs, each run the way its pod does, against a Django project and a server made up here.

Needs Django; WhiteNoise is not needed, Django's own storage with hashed names behaves alike. CHECKS names the folder of
the checks, if it is not the chart's here.
"""

import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading
import unittest
from pathlib import Path

CHECKS = Path(os.environ.get('CHECKS') or Path(__file__).resolve().parents[4] / 'helm-chart' / 'files')

SETTINGS = """
from pathlib import Path
SECRET_KEY = 'made up'
INSTALLED_APPS = ['django.contrib.contenttypes', 'django.contrib.staticfiles']
ROOT_URLCONF = 'urls'
DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': Path(__file__).parent / 'data' / 'db.sqlite3'}}
STATIC_URL = '/static/'
STATIC_ROOT = Path(__file__).parent / 'collected'
STORAGES = {'staticfiles': {'BACKEND': 'django.contrib.staticfiles.storage.StaticFilesStorage'}}
"""

MANAGE = """
import os, sys
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
"""

HASHED = SETTINGS.replace('StaticFilesStorage', 'ManifestStaticFilesStorage')


def source(check):
    return (CHECKS / f'{check}.py').read_text()


class Service:
    """A server that answers each path with a status and bytes, and remembers what it was asked."""

    def __init__(self, answers):
        asked = self.asked = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append((self.path, self.headers['Host'], self.headers['X-Forwarded-Proto']))
                queue = answers.get(self.path, [(404, b'')])
                status, body = queue[0] if len(queue) == 1 else queue.pop(0)
                self.send_response(status)
                self.send_header('Content-Length', str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.port = str(self.server.server_port)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class Visit(unittest.TestCase):
    def check(self, answers, *checks):
        hurried = source('visit').replace('TRY_FOR_SECONDS = 45', 'TRY_FOR_SECONDS = 1')
        hurried = hurried.replace('PAUSE_SECONDS = 3', 'PAUSE_SECONDS = 0.1')
        with Service(answers) as service:
            arguments = ['127.0.0.1', service.port, 'shop.example.com', *checks]
            ran = subprocess.run([sys.executable, '-c', hurried, *arguments], capture_output=True, text=True)
        return ran, service.asked

    def test_each_path_is_asked_for_as_by_a_visitor(self):
        answers = {'/healthz': [(200, b'')], '/': [(302, b'')]}
        ran, asked = self.check(answers, 'health', '/healthz', 'page', '/')
        self.assertEqual(ran.returncode, 0, ran)
        self.assertEqual(asked, [(path, 'shop.example.com', 'https') for path in ('/healthz', '/')])
        self.assertIn('check health: ok\n', ran.stdout)
        self.assertIn('check page: ok\n', ran.stdout)

    def test_anything_but_200_from_the_health_path_is_a_failure(self):
        ran, asked = self.check({'/healthz': [(302, b'')]}, 'health', '/healthz')
        self.assertEqual(ran.returncode, 1, ran)
        why = 'the health path /healthz must answer 200, and answers 302'
        self.assertIn(f'check health: FAILED: {why}\n', ran.stdout)
        self.assertGreater(len(asked), 1)

    def test_an_app_that_is_late_is_waited_for(self):
        ran, _ = self.check({'/healthz': [(503, b''), (200, b'')]}, 'health', '/healthz')
        self.assertEqual(ran.returncode, 0, ran)

    def test_a_page_may_redirect_or_not_be_there(self):
        for status in (200, 302, 401, 404):
            ran, _ = self.check({'/': [(status, b'')]}, 'page', '/')
            self.assertEqual(ran.returncode, 0, ran)

    def test_a_page_with_a_refused_host_or_a_crash_is_a_failure(self):
        for status, why in ((400, 'must be in ALLOWED_HOSTS'), (500, '/ answers 500: the app fails')):
            ran, _ = self.check({'/': [(status, b'what went wrong')]}, 'page', '/')
            self.assertEqual(ran.returncode, 1, ran)
            self.assertIn(why, ran.stdout)
            self.assertIn('what went wrong', ran.stdout)

    def test_a_page_that_crashes_is_seen_though_the_health_path_is_well(self):
        answers = {'/healthz': [(200, b'')], '/': [(500, b'')]}
        ran, _ = self.check(answers, 'health', '/healthz', 'page', '/')
        self.assertEqual(ran.returncode, 1, ran)
        self.assertIn('check health: ok', ran.stdout)
        self.assertEqual(ran.stderr.splitlines()[-1], 'FAILED: page')

    def test_nobody_there_is_a_failure_of_each(self):
        hurried = source('visit').replace('TRY_FOR_SECONDS = 45', 'TRY_FOR_SECONDS = 0')
        arguments = ['127.0.0.1', '1', 'shop.example.com', 'health', '/healthz', 'page', '/']
        ran = subprocess.run([sys.executable, '-c', hurried, *arguments], capture_output=True, text=True)
        self.assertIn('check health: FAILED: /healthz gives no answer (ConnectionRefusedError', ran.stdout)
        self.assertEqual(ran.stderr.splitlines()[-1], 'FAILED: health, page')


class InApp(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.project = Path(folder.name)
        (self.project / 'data').mkdir()
        self.write('manage.py', MANAGE)
        self.write('settings.py', SETTINGS)
        self.write('urls.py', 'urlpatterns = []')

    def write(self, file, text):
        (self.project / file).write_text(text)

    def run_python(self, *arguments):
        env = {'PATH': os.environ['PATH'], 'PYTHONDONTWRITEBYTECODE': '1'}
        return subprocess.run(
            [sys.executable, *arguments], cwd=self.project, env=env, capture_output=True, text=True
        )

    def manage(self, *arguments):
        ran = self.run_python('manage.py', *arguments)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        return ran.stdout

    def check(self, *names, **arguments):
        checks = []
        for name in names:
            hurried = source(f'check_{name}').replace('TRY_FOR_SECONDS = 30', 'TRY_FOR_SECONDS = 1')
            checks += [name, hurried.replace('PAUSE_SECONDS = 2', 'PAUSE_SECONDS = 0.1')]
        visits = arguments.pop('visits', [])
        hurried = source('visit').replace('TRY_FOR_SECONDS = 45', 'TRY_FOR_SECONDS = 1').replace('= 3', '= 0.1')
        wanted = json.dumps({'visits': visits, **arguments})
        return self.run_python('-c', source('checks'), wanted, hurried, source('run_checks'), *checks)

    def passes(self, said, *names, **arguments):
        ran = self.check(*names, **arguments)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertIn(said, ran.stdout)

    def fails(self, said, *names, **arguments):
        ran = self.check(*names, **arguments)
        self.assertEqual(ran.returncode, 1, ran)
        self.assertIn(said, ran.stdout + ran.stderr)
        return ran


class Anywhere(InApp):
    def test_an_image_without_manage_py_has_nothing_to_check(self):
        (self.project / 'manage.py').unlink()
        self.passes('no manage.py in', 'database', 'migrations', 'static')

    def test_settings_that_do_not_load_are_a_failure(self):
        self.write('settings.py', "raise RuntimeError('no settings today')")
        self.fails('no settings today', 'migrations')

    def test_all_run_in_their_order_and_each_is_named(self):
        self.manage('migrate')
        (self.project / 'collected').mkdir()
        where = {'service': '127.0.0.1', 'port': 1, 'host': 'shop.example.com'}
        ran = self.check('database', 'migrations', 'static', database_type='sqlite', **where)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertRegex(
            ran.stdout, '(?s)wrote a row.*check database: ok.*every migration.*check migrations: ok.*the app collects no static.*check static: ok'
        )

    def test_pages_are_asked_for_first_and_what_is_inside_is_checked_nevertheless(self):
        self.manage('migrate')
        with Service({'/': [(500, b'')]}) as service:
            where = {'service': '127.0.0.1', 'port': service.port, 'host': 'shop.example.com'}
            ran = self.fails('FAILED: / answers 500', 'migrations', visits=['page', '/'], **where)
        self.assertRegex(ran.stdout, '(?s)check page: FAILED.*check migrations: ok')

    def test_of_an_image_without_manage_py_the_pages_count(self):
        (self.project / 'manage.py').unlink()
        with Service({'/': [(200, b'')]}) as service:
            where = {'service': '127.0.0.1', 'port': service.port, 'host': 'shop.example.com'}
            self.passes('check page: ok', 'migrations', visits=['page', '/'], **where)

    def test_those_after_one_that_fails_run_nevertheless(self):
        self.manage('migrate')
        ran = self.fails('but the app uses SQLite', 'database', 'migrations', database_type='external')
        self.assertIn('every migration is applied', ran.stdout)
        self.assertEqual(ran.stderr.splitlines()[-1], 'FAILED: database')

    def test_a_check_that_ends_by_an_error_nobody_thought_of_is_a_failure(self):
        ran = self.fails('KeyError', 'database', 'static')
        self.assertEqual(ran.stderr.splitlines()[-1], 'FAILED: database, static')


class Migrations(InApp):
    def test_all_applied(self):
        self.manage('migrate')
        self.passes('every migration is applied', 'migrations')

    def test_one_missing_is_named(self):
        self.manage('migrate', 'contenttypes', '0001')
        named = "the database lacks 1 of this image's migrations: contenttypes.0002_remove_content_type_name"
        self.fails(f'check migrations: FAILED: {named}\n', 'migrations')

    def test_a_database_out_of_reach_is_a_failure(self):
        (self.project / 'data').rmdir()
        self.fails('unable to open database file', 'migrations')


SHOP = SETTINGS.replace("'django.contrib.contenttypes'", "'shop', 'django.contrib.contenttypes'")

MODELS = """
from django.db import models

class Task(models.Model):
    title = models.CharField(max_length=9)
    due_on = models.DateField(null=True)
    friends = models.ManyToManyField('self')

class Urgent(Task):
    by = models.CharField(max_length=9, db_column='who')

class Foreign(models.Model):
    class Meta:
        managed = False
        db_table = 'of_somebody_else'
"""

LIVE = """
from django.db import migrations

class Migration(migrations.Migration):
    dependencies = [('shop', {before!r})]
    operations = [{operations}]
"""


class WithModels(InApp):
    """An app `shop` whose database is what its first migration makes of it."""

    def setUp(self):
        super().setUp()
        (self.project / 'shop' / 'migrations').mkdir(parents=True)
        for file in ('shop/__init__.py', 'shop/migrations/__init__.py'):
            self.write(file, '')
        self.write('settings.py', SHOP + "DEFAULT_AUTO_FIELD = 'django.db.models.AutoField'\n")
        self.write('shop/models.py', MODELS)
        self.manage('makemigrations', 'shop')
        self.manage('migrate')

    def migrate(self, name, operations, before='0001_initial'):
        self.write(f'shop/migrations/{name}.py', LIVE.format(before=before, operations=operations))
        self.manage('migrate', 'shop')

    def forget(self, name):
        (self.project / 'shop' / 'migrations' / f'{name}.py').unlink()


class Schema(WithModels):
    def test_every_model_can_be_read(self):
        self.passes('read 4 models with all their columns', 'schema')

    def test_a_column_that_is_gone_is_named_with_its_table(self):
        self.migrate('0002_drop', "migrations.RunSQL('ALTER TABLE shop_task DROP COLUMN due_on')")
        self.fails('check schema: FAILED: table shop_task (model shop.Task) lacks the column due_on\n', 'schema')

    def test_a_column_under_another_name_counts_by_that(self):
        self.migrate('0002_drop', "migrations.RunSQL('ALTER TABLE shop_urgent DROP COLUMN who')")
        self.fails('table shop_urgent (model shop.Urgent) lacks the column who', 'schema')

    def test_a_table_that_is_gone_is_named_and_so_are_all_others(self):
        self.migrate('0002_drop', "migrations.RunSQL(['DROP TABLE shop_urgent', 'DROP TABLE shop_task_friends'])")
        ran = self.fails('the database has no table shop_urgent (model shop.Urgent)', 'schema')
        self.assertIn('the database has no table shop_task_friends', ran.stdout)

    def test_a_column_that_nobody_fills_keeps_rows_from_being_added(self):
        add = 'ALTER TABLE shop_task ADD COLUMN priority integer NOT NULL DEFAULT 1'
        self.migrate('0002_add', f'migrations.RunSQL({add!r})')
        self.passes('read 4 models', 'schema')
        new = 'CREATE TABLE new (id integer PRIMARY KEY AUTOINCREMENT, title varchar(9) NOT NULL, due_on date NULL, priority integer NOT NULL)'
        rebuild = [new, 'DROP TABLE shop_task', 'ALTER TABLE new RENAME TO shop_task']
        self.migrate('0003_must', f'migrations.RunSQL({rebuild!r})', '0002_add')
        self.fails('table shop_task (model shop.Task) has the column priority, which must be filled', 'schema')

    def test_an_app_without_migrations_has_no_table_and_is_left_alone(self):
        (self.project / 'plain').mkdir()
        for file, text in (('__init__', ''), ('models', 'from django.db import models\nclass A(models.Model):\n    pass\n')):
            self.write(f'plain/{file}.py', text)
        self.write('settings.py', SHOP.replace("'shop',", "'shop', 'plain',"))
        self.passes('read 4 models', 'schema')


class Ahead(WithModels):
    def test_a_database_that_the_image_knows(self):
        self.passes('the image knows every migration of the database', 'ahead')

    def test_a_migration_that_is_not_in_the_image_is_named(self):
        self.migrate('0002_drop', "migrations.RunSQL('ALTER TABLE shop_task DROP COLUMN due_on')")
        self.forget('0002_drop')
        self.fails('check ahead: FAILED: the database has 1 migrations that this image does not know: shop.0002_drop', 'ahead')
        self.migrate('0002_other', "migrations.RunSQL('SELECT 1')")
        self.fails('shop.0002_drop', 'ahead')

    def test_those_that_were_squashed_are_left_alone(self):
        self.migrate('0002_a', "migrations.RunSQL('SELECT 1')")
        self.manage('squashmigrations', 'shop', '0002', '--noinput')
        self.passes('knows every migration', 'ahead')
        self.manage('migrate')
        for name in ('0001_initial', '0002_a'):
            self.forget(name)
        self.passes('knows every migration', 'ahead')
        squashed = next((self.project / 'shop' / 'migrations').glob('0001_squashed*.py'))
        squashed.write_text(squashed.read_text().replace('replaces = ', 'were = '))
        self.passes('knows every migration', 'ahead')

    def test_those_of_an_app_that_is_not_installed_any_more_are_left_alone(self):
        self.write('settings.py', SETTINGS)
        self.passes('knows every migration', 'ahead')

    def test_a_database_without_a_table_of_migrations_has_none(self):
        (self.project / 'data' / 'db.sqlite3').unlink()
        self.passes('knows every migration', 'ahead')


class Database(InApp):
    def rows(self):
        return self.manage(
            'shell', '-c', 'from django.db.migrations.recorder import MigrationRecorder as R\n'
            'from django.db import connection\nprint(sorted(R(connection).migration_qs.values_list("app", "name")))'
        )

    def test_a_row_is_written_and_read_and_nothing_stays(self):
        self.manage('migrate')
        before = self.rows()
        self.passes('wrote a row to the sqlite database, read it and rolled it back', 'database', database_type='sqlite')
        self.assertEqual(self.rows(), before)

    def test_a_database_that_cannot_be_written_is_a_failure(self):
        self.manage('migrate')
        read_only = f"'file:{self.project}/data/db.sqlite3?mode=ro', 'OPTIONS': {{'uri': True}}"
        self.write('settings.py', SETTINGS.replace("Path(__file__).parent / 'data' / 'db.sqlite3'", read_only))
        self.fails('attempt to write a readonly database', 'database', database_type='sqlite')

    def test_a_database_without_tables_is_a_failure_and_gets_none(self):
        self.fails('no table of migrations', 'database', database_type='sqlite')
        self.assertEqual((self.project / 'data' / 'db.sqlite3').stat().st_size, 0)

    def test_sqlite_is_refused_where_the_chart_was_told_of_an_external_database(self):
        self.manage('migrate')
        self.fails('but the app uses SQLite', 'database', database_type='external')


class Static(InApp):
    def collect(self, settings=SETTINGS, **files):
        (self.project / 'static').mkdir()
        for name, text in files.items():
            self.write(f'static/{name}.css', text)
        self.write('settings.py', settings + "STATICFILES_DIRS = [Path(__file__).parent / 'static']\n")
        self.manage('collectstatic', '--noinput')

    def served(self):
        """All collected files, as a server would answer for them."""
        root = self.project / 'collected'
        return {f'/static/{path.name}': [(200, path.read_bytes())] for path in root.iterdir()}

    def against(self, answers):
        service = Service(answers)
        self.addCleanup(service.__exit__)
        return service, {'service': '127.0.0.1', 'port': service.port, 'host': 'shop.example.com'}

    def test_a_file_is_fetched_as_by_a_visitor(self):
        self.collect(app='body { color: red }')
        service, arguments = self.against(self.served())
        self.passes('app.css: 19 bytes, as in the image', 'static', **arguments)
        self.assertEqual(service.asked, [('/static/app.css', 'shop.example.com', 'https')])

    def test_names_with_a_hash_are_asked_for_and_compared_with_the_rewritten_file(self):
        self.collect(HASHED, app='@import url("other.css");', other='b { color: red }')
        service, arguments = self.against(self.served())
        self.passes('app.css', 'static', **arguments)
        self.assertRegex(service.asked[0][0], r'^/static/app\.[0-9a-f]{12}\.css$')

    def test_other_bytes_are_a_failure(self):
        self.collect(app='body { color: red }')
        _, arguments = self.against({'/static/app.css': [(200, b'<html>not found, but politely</html>')]})
        self.fails('36 bytes, and not those of the file, which has 19', 'static', **arguments)

    def test_a_file_that_nobody_serves_is_a_failure(self):
        self.collect(app='body { color: red }')
        _, arguments = self.against({})
        self.fails('status 404', 'static', **arguments)

    def test_an_app_that_is_late_is_waited_for(self):
        self.collect(app='body { color: red }')
        _, arguments = self.against({'/static/app.css': [(503, b''), (200, b'body { color: red }')]})
        self.passes('as in the image', 'static', **arguments)

    def test_nothing_collected_is_said(self):
        self.write('settings.py', SETTINGS.replace("Path(__file__).parent / 'collected'", 'None'))
        self.passes('nothing to check', 'static', **self.against({})[1])
        (self.project / 'collected').mkdir()
        self.write('settings.py', SETTINGS)
        self.passes('the app collects no static files: nothing to check', 'static', **self.against({})[1])

    def test_a_folder_that_is_not_there_is_a_failure(self):
        self.write('settings.py', SETTINGS)
        self.fails('collectstatic did not run', 'static', **self.against({})[1])

    def test_an_app_without_static_files_is_said(self):
        self.write('settings.py', SETTINGS.replace(", 'django.contrib.staticfiles'", ''))
        self.passes('does not use django.contrib.staticfiles', 'static', **self.against({})[1])

    def test_files_on_another_host_are_left_to_it(self):
        self.collect(SETTINGS.replace("'/static/'", "'https://cdn.example.com/'"), app='body {}')
        self.passes('served elsewhere, such as https://cdn.example.com/app.css', 'static', **self.against({})[1])


if __name__ == '__main__':
    unittest.main()
