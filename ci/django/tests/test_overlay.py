import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from tests import FOLDER


class PrintedOverrides(unittest.TestCase):
    """`python -m pipeline_django`, run as the pipeline runs it."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.app = Path(folder.name)

    def write(self, name, text):
        file = self.app / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def run_python(self, *args, **environ):
        return subprocess.run(
            [sys.executable, *args],
            env={
                'PATH': os.environ['PATH'],
                'PYTHONPATH': f'{FOLDER}:{self.app}',
                'PYTHONDONTWRITEBYTECODE': '1',
                **environ,
            },
            cwd=self.app,
            capture_output=True,
            text=True,
            timeout=30,
        )

    def overridden(self, printed):
        return [entry['setting'] for entry in json.loads(printed.stdout)['overrides']]

    def test_is_json_even_when_the_settings_print(self):
        self.write(
            'shop/settings.py',
            "print('loading')\nDEBUG = True\nSECRET_KEY = 'secret of the sources'\nLOGGING = {'version': 1}\n",
        )

        printed = self.run_python(
            '-m', 'pipeline_django', APP_SETTINGS_MODULE='shop.settings', DJANGO_SECRET_KEY='secret of ours'
        )

        self.assertEqual(self.overridden(printed), ['DEBUG', 'SECRET_KEY'])
        self.assertIn('loading', printed.stderr)
        self.assertNotIn('secret of', printed.stdout)

    def test_settings_may_be_a_package(self):
        self.write('shop/settings/__init__.py', '')
        self.write('shop/settings/base.py', "LOGGING = {'version': 1}\nDEBUG = False\n")
        self.write('shop/settings/dev.py', 'from .base import *\nDEBUG = True\n')

        printed = self.run_python('-m', 'pipeline_django', APP_SETTINGS_MODULE='shop.settings.dev')

        self.assertEqual(self.overridden(printed), ['DEBUG'])

    def test_whoever_imports_the_settings_module_directly_sees_the_overrides(self):
        self.write('shop/settings.py', 'DEBUG = True\n')
        code = (
            'import os; from pipeline_django.overlay import load; settings, _ = load(os.environ); '
            'from shop.settings import DEBUG; print(settings["DEBUG"], DEBUG)'
        )

        printed = self.run_python('-c', code, APP_SETTINGS_MODULE='shop.settings')

        self.assertEqual(printed.stdout, 'False False\n')

    def test_settings_that_do_not_load_are_one_line_with_the_place(self):
        self.write('shop/settings.py', "import os\nPORT = int('eighty')\n")

        printed = self.run_python('-m', 'pipeline_django', APP_SETTINGS_MODULE='shop.settings')

        self.assertEqual(printed.returncode, 1)
        self.assertIn("ValueError: invalid literal for int() with base 10: 'eighty' (", printed.stderr)
        self.assertIn('shop/settings.py:2)', printed.stderr)
        self.assertNotIn('Traceback', printed.stderr)

    def test_the_place_of_the_database_is_told(self):
        server = {'ENGINE': 'django.db.backends.postgresql', 'HOST': 'db', 'PASSWORD': 'secret', 'PORT': 5432}
        self.write('shop/settings.py', f"import sys\nif sys.argv[1] != 'migrate': DATABASES = {{'default': {server}}}\n")
        self.write('shop/none.py', 'DEBUG = False\n')

        printed = self.run_python('-m', 'pipeline_django', APP_SETTINGS_MODULE='shop.settings')
        without = self.run_python('-m', 'pipeline_django', APP_SETTINGS_MODULE='shop.none')

        told = {'engine': 'django.db.backends.postgresql', 'host': 'db', 'port': '5432', 'user': ''}
        self.assertEqual(json.loads(printed.stdout)['database'], told)
        self.assertIsNone(json.loads(without.stdout)['database'])

    def test_variables_that_are_not_there_are_named(self):
        self.write('shop/settings.py', "import os\nKEY = os.environ['SHOP_KEY']\nPORT = os.environ['SHOP_PORT']\n")

        printed = self.run_python('-m', 'pipeline_django', APP_SETTINGS_MODULE='shop.settings', SHOP_PORT='80')

        self.assertEqual(json.loads(printed.stdout)['variables'], {'SHOP_KEY': '0'})

    def test_variables_that_are_used_without_being_there_are_named(self):
        self.write(
            'shop/settings.py',
            "import os\nKEY = os.environ.get('SHOP_KEY')\nHOSTS = os.environ.get('SHOP_HOSTS').split()\n"
            'PORT = int(os.getenv("SHOP_PORT"))\n',
        )

        printed = self.run_python('-m', 'pipeline_django', APP_SETTINGS_MODULE='shop.settings')

        self.assertEqual(json.loads(printed.stdout)['variables'], {'SHOP_HOSTS': '0', 'SHOP_PORT': '0'})

    def test_what_is_loaded_anew_adds_to_what_it_imports_once(self):
        self.write('shop/settings/__init__.py', '')
        self.write('shop/settings/base.py', 'DATABASES = {"default": {"ENGINE": ""}}\n')
        self.write(
            'shop/settings/dev.py',
            'import os\nfrom .base import *\nDATABASES["default"]["ENGINE"] += "sqlite3"\nKEY = os.environ["SHOP_KEY"]\n',
        )

        printed = self.run_python('-m', 'pipeline_django', APP_SETTINGS_MODULE='shop.settings.dev')

        self.assertEqual(json.loads(printed.stdout)['database']['engine'], 'sqlite3')

    def test_a_missing_module_and_one_without_settings_are_named(self):
        self.write('empty.py', '')

        self.assertIn('APP_SETTINGS_MODULE must name', self.run_python('-m', 'pipeline_django').stderr)
        printed = self.run_python('-m', 'pipeline_django', APP_SETTINGS_MODULE='empty')
        self.assertIn('empty defines no setting', printed.stderr)
