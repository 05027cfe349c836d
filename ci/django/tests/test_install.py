import importlib.util
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from hints import hint
from tests import FOLDER


class Install(unittest.TestCase):
    """install.py with a stand-in for uv that notes its arguments, and fails when told so."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name).resolve()
        (self.root / 'app').mkdir()
        site = self.root / 'venv/lib/python3.13/site-packages'
        for package in ('django', 'gunicorn', 'whitenoise'):
            (site / package).mkdir(parents=True)
        self.uv = self.root / 'uv'
        self.uv.write_text(f'#!/bin/sh\necho "$@" >> {self.root}/calls\necho "$UV_SAYS"\nexit ${{UV_STATUS:-0}}\n')
        self.uv.chmod(0o755)

    def install(self, phase, target='runtime', **environ):
        app = self.root / 'app'
        return subprocess.run(
            [sys.executable, str(FOLDER / 'install/install.py'), phase, target, str(app)],
            env={**os.environ, 'UV': str(self.uv), 'VENV': str(self.root / 'venv'), 'ROOT': str(app), **environ},
            capture_output=True,
            text=True,
            timeout=30,
        )

    def calls(self):
        calls = self.root / 'calls'
        return calls.read_text().splitlines() if calls.exists() else []

    def test_shows_and_runs_what_is_planned(self):
        (self.root / 'app/uv.lock').write_text('')

        done = self.install('project')

        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.calls(), ['sync --frozen --inexact --no-default-groups'])
        self.assertIn('+ uv sync --frozen', done.stdout)

    def test_a_failure_ends_with_one_line_of_advice(self):
        (self.root / 'app/requirements.txt').write_text('psycopg2')

        done = self.install('dependencies', UV_STATUS='1', UV_SAYS='Error: pg_config executable not found.')

        self.assertEqual(done.returncode, 1)
        self.assertIn('pg_config executable not found', done.stdout)
        self.assertIn('psycopg[binary]', done.stderr)
        self.assertNotIn('Traceback', done.stderr)

    def test_a_package_that_cannot_be_built_is_a_warning(self):
        (self.root / 'app/pyproject.toml').write_text('[project]\nname = "x"\n[build-system]\nrequires = []\n')

        done = self.install('project', UV_STATUS='1')

        self.assertEqual(done.returncode, 0)
        self.assertIn('warning: the project is not installed as a package', done.stderr)

    @unittest.skipUnless(importlib.util.find_spec('pip'), 'pip, which compares versions, is not installed')
    def test_a_wrong_python_stops_before_anything_is_installed(self):
        (self.root / 'app/pyproject.toml').write_text('[project]\nname = "x"\nrequires-python = ">=3.99"\n')

        done = self.install('dependencies')

        self.assertEqual(done.returncode, 1)
        self.assertIn('requires Python >=3.99', done.stderr)
        self.assertEqual(self.calls(), [])

    def test_without_dependency_files_nothing_is_installed(self):
        done = self.install('dependencies')

        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('No dependency file found', done.stdout)
        self.assertEqual(self.calls(), [])


class Hints(unittest.TestCase):
    def test_the_cause_that_uv_names_is_recognised(self):
        for output, advice in (
            ('invalid peer certificate: UnknownIssuer', 'update-ca-certificates'),
            ('Failed to build `psycopg2==2.9`', 'wheel'),
            (
                "Python 3.11 is incompatible with the project's Python requirement",
                '.python-version',
            ),
            ('error: Failed to parse `uv.lock`', 'run `uv lock`'),
        ):
            with self.subTest(output):
                self.assertIn(advice, hint(output))
        self.assertIsNone(hint('No solution found when resolving dependencies'))
