import importlib.util
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from pipeline_django.prepare import explain, missing_parts
from tests import FOLDER

DJANGO = importlib.util.find_spec('django') is not None
MANAGE = """
import os, sys
os.environ{set}
from django.core.management import execute_from_command_line
sys.exit(execute_from_command_line(sys.argv))
"""


class MissingParts(unittest.TestCase):
    def test_each_is_named(self):
        with tempfile.TemporaryDirectory() as name, mock.patch('importlib.util.find_spec', return_value=None):
            folder, environ = Path(name), {'APP_SETTINGS_MODULE': 'shop.settings'}
            self.assertIn('not a Django application', missing_parts(folder, {}))
            self.assertIn('no manage.py', missing_parts(folder, environ))
            (folder / 'manage.py').write_text('')
            self.assertIn('Django is not installed', missing_parts(folder, environ))

    def test_nothing_is_missing_where_all_is_there(self):
        with tempfile.TemporaryDirectory() as name, mock.patch('importlib.util.find_spec', return_value=object()):
            (Path(name) / 'manage.py').write_text('')
            self.assertIsNone(missing_parts(Path(name), {'APP_SETTINGS_MODULE': 'shop.settings'}))


class Explain(unittest.TestCase):
    def test_the_likeliest_cause_comes_with_the_error(self):
        self.assertIn('not among its dependencies', explain(ModuleNotFoundError("No module named 'requests'")))
        self.assertIn('need an environment variable', explain(KeyError('SHOP_KEY')))
        self.assertIn('need an environment variable', explain(RuntimeError('Set the SHOP_KEY environment variable')))
        self.assertIn('ValueError: x', explain(ValueError('x')))


@unittest.skipUnless(DJANGO, 'Django is not installed')
class Prepare(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.app = Path(folder.name)
        (self.app / 'static').mkdir()
        (self.app / 'static/site.css').write_text('p {}')

    def prepare(
        self,
        manage=".setdefault('DJANGO_SETTINGS_MODULE', 'settings')",
        apps="['django.contrib.staticfiles']",
        extra='',
    ):
        (self.app / 'manage.py').write_text(MANAGE.replace('{set}', manage))
        (self.app / 'settings.py').write_text(
            f"SECRET_KEY = 'django-insecure-x'\nINSTALLED_APPS = {apps}\n"
            f"STATIC_URL = 'static/'\nSTATICFILES_DIRS = ['static']\n{extra}"
        )
        return subprocess.run(
            [sys.executable, '-m', 'pipeline_django.prepare'],
            env={
                'PATH': os.environ['PATH'],
                'PYTHONPATH': str(FOLDER),
                'PYTHONDONTWRITEBYTECODE': '1',
                'APP_SETTINGS_MODULE': 'settings',
                'DJANGO_SETTINGS_MODULE': 'pipeline_django.settings',
                'DJANGO_SECRET_KEY': 'for the build',
                'DJANGO_STATIC_ROOT': str(self.app / 'collected'),
            },
            cwd=self.app,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def test_collects_the_static_files(self):
        done = self.prepare()

        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue((self.app / 'collected/site.css').is_file())

    def test_variables_that_are_not_there_have_stand_ins(self):
        done = self.prepare(extra="import os\nKEY = os.environ['SHOP_KEY'] + os.environ['SHOP_PASSWORD']\n")

        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('stand-in here: SHOP_KEY SHOP_PASSWORD', done.stdout)

    def test_an_application_without_static_files_is_fine(self):
        done = self.prepare(apps='[]')

        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertFalse((self.app / 'collected').exists())

    def test_a_manage_py_that_insists_on_its_settings_is_refused(self):
        done = self.prepare(manage="['DJANGO_SETTINGS_MODULE'] = 'settings'")

        self.assertEqual(done.returncode, 1)
        self.assertIn('os.environ.setdefault', done.stderr)

    def test_a_missing_package_is_named(self):
        done = self.prepare(extra='import package_that_is_missing\n')

        self.assertEqual(done.returncode, 1)
        self.assertIn("No module named 'package_that_is_missing'", done.stderr.splitlines()[-1])
