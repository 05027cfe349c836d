import importlib.util
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from xml.etree import ElementTree

from tests import FOLDER

NEEDED = all(importlib.util.find_spec(name) for name in ('django', 'xmlrunner'))
TESTS = """
import unittest

class Arithmetic(unittest.TestCase):
    def test_passes(self):
        self.assertEqual(1 + 1, 2)

    def test_fails(self):
        self.assertEqual(1 + 1, 3, 'arithmetic is broken')

    @unittest.skip('not today')
    def test_is_skipped(self):
        pass
"""
RUNNERS = """
from django.test.runner import DiscoverRunner

class Custom(DiscoverRunner):
    def setup_test_environment(self, **kwargs):
        super().setup_test_environment(**kwargs)
        print('custom set up')

    def get_test_runner_kwargs(self):
        return {**super().get_test_runner_kwargs(), 'only_known_to_its_own_runner': 1}

class Foreign:
    def __init__(self, **kwargs):
        pass

    def run_tests(self, labels, **kwargs):
        print('foreign runner ran')
        return 0
"""


@unittest.skipUnless(NEEDED, 'Django or unittest-xml-reporting is not installed')
class JUnit(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.app = Path(folder.name)
        (self.app / 'test_arithmetic.py').write_text(TESTS)
        (self.app / 'runners.py').write_text(RUNNERS)

    def run_tests(self, settings=''):
        (self.app / 'settings.py').write_text(f"SECRET_KEY = 'x'\n{settings}\n")
        return subprocess.run(
            [sys.executable, '-m', 'django', 'test', '--testrunner', 'pipeline_django.junit.JUnitRunner'],
            env={
                'PATH': os.environ['PATH'],
                'PYTHONPATH': f'{FOLDER}:{self.app}',
                'PYTHONDONTWRITEBYTECODE': '1',
                'DJANGO_SETTINGS_MODULE': 'settings',
                'JUNIT_DIR': str(self.app / 'junit'),
            },
            cwd=self.app,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def outcomes(self):
        (file,) = (self.app / 'junit').glob('*.xml')
        cases = ElementTree.parse(file).getroot().iter('testcase')
        return {case.get('name'): next((child.tag for child in case), 'passed') for case in cases}

    def test_every_outcome_is_in_the_file_and_a_failure_in_the_exit_code(self):
        done = self.run_tests()

        self.assertEqual(done.returncode, 1)
        self.assertIn('arithmetic is broken', done.stderr)
        self.assertEqual(
            self.outcomes(), {'test_passes': 'passed', 'test_fails': 'failure', 'test_is_skipped': 'skipped'}
        )

    def test_the_applications_own_runner_stays_in_charge(self):
        done = self.run_tests("TEST_RUNNER = 'runners.Custom'")

        self.assertIn('custom set up', done.stdout)
        self.assertEqual(len(self.outcomes()), 3)

    def test_a_runner_of_another_kind_runs_without_files(self):
        done = self.run_tests("TEST_RUNNER = 'runners.Foreign'")

        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('foreign runner ran', done.stdout)
        self.assertIn('no JUnit files are written', done.stderr)
        self.assertFalse((self.app / 'junit').exists())
