import importlib.util
import os
import unittest

from tests import DataTest, run

SETTINGS = """
SECRET_KEY = 'x'
INSTALLED_APPS = ['shop']
DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': %r}}
"""

MANAGE = """
import os, sys
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')
print('hello from manage.py')
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
"""

MIGRATION = """
from django.db import migrations, models
class Migration(migrations.Migration):
    dependencies = %r
    operations = [migrations.CreateModel('Thing%d', [('id', models.AutoField(primary_key=True))])]
"""


@unittest.skipUnless(importlib.util.find_spec('django'), 'Django is not installed')
class Locate(DataTest):
    def setUp(self):
        super().setUp()
        self.app = self.folder / 'app'
        self.write('settings.py', SETTINGS % str(self.database))
        self.write('manage.py', MANAGE)
        for name in ('__init__', 'models', 'migrations/__init__'):
            self.write(f'shop/{name}.py', '')
        self.write('shop/migrations/0001_one.py', MIGRATION % ([], 1))
        self.write('shop/migrations/0002_two.py', MIGRATION % ([('shop', '0001_one')], 2))
        # Names that an application may have as well as the program.
        for name in ('files', 'compare', 'main'):
            self.write(f'{name}.py', 'raise Exception("of the application")')

    def write(self, name, text):
        file = self.app / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def locate(self):
        return self.succeed('locate', cwd=self.app)

    def test_tells_the_file_and_what_is_pending_and_makes_no_database(self):
        found = self.locate()
        self.assertEqual((found['sqlite'], found['path'], found['exists']), (True, str(self.database), False))
        self.assertEqual(found['pending'], ['shop.0001_one', 'shop.0002_two'])
        self.assertEqual(found['engine'], 'django.db.backends.sqlite3')
        self.assertFalse(self.database.exists())

    def test_tells_what_the_database_lacks_and_its_journal(self):
        self.make(wal=True)
        self.query('CREATE TABLE django_migrations (id INTEGER PRIMARY KEY, app, name, applied)')
        self.query("INSERT INTO django_migrations VALUES (1, 'shop', '0001_one', '2020-01-01')")
        found = self.locate()
        self.assertEqual((found['pending'], found['journal'], found['exists']), (['shop.0002_two'], 'wal', True))
        self.assertEqual(self.query('SELECT count(*) FROM django_migrations'), [(1,)])

    def test_goes_by_the_variable_where_there_is_no_manage_py(self):
        (self.app / 'manage.py').unlink()
        found = self.succeed('locate', cwd=self.app, env={**os.environ, 'DJANGO_SETTINGS_MODULE': 'settings'})
        self.assertEqual((found['path'], len(found['pending'])), (str(self.database), 2))

    def test_tells_one_in_memory_and_one_on_a_server(self):
        self.write('settings.py', SETTINGS % ':memory:')
        found = self.locate()
        self.assertEqual((found['sqlite'], found['path'], len(found['pending'])), (False, None, 2))
        server = "{'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'x', 'HOST': 'nowhere.invalid'}}"
        self.write('settings.py', (SETTINGS % '') + f'DATABASES = {server}\n')
        if importlib.util.find_spec('psycopg2') or importlib.util.find_spec('psycopg'):
            found = self.locate()
            self.assertEqual((found['sqlite'], found['pending']), (False, None))
            self.assertTrue(found['why'])

    def test_says_nothing_of_an_application_that_does_not_load(self):
        self.write('settings.py', 'raise Exception("no")')
        self.assertEqual(run('locate', cwd=self.app, quiet=True), (1, None))
