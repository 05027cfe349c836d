import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from hints import hint
from setuptools_of_its_time import OLD_SETUPTOOLS, needs_old_setuptools
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
        (self.root / 'bin').mkdir()
        self.uv = self.program('uv', 'echo "$@" >> {root}/calls; echo "$UV_SAYS"; exit ${UV_STATUS:-0}')
        # Nothing of the machine that the tests run on is asked or changed.
        self.program(
            'apt-get',
            'echo "$@" >> {root}/apt-calls; echo "$APT_SAYS"; [ -z "$APT_STATUS" ] || exit $APT_STATUS; '
            'for name; do echo "installed $name"; done >> {root}/installed',
        )
        self.program('dpkg-query', 'cat {root}/installed 2> /dev/null')

    def program(self, name, script):
        file = self.root / 'bin' / name
        file.write_text('#!/bin/sh\n' + script.replace('{root}', str(self.root)) + '\n')
        file.chmod(0o755)
        return file

    def install(self, phase, target='runtime', **environ):
        app = self.root / 'app'
        return subprocess.run(
            [sys.executable, str(FOLDER / 'install/install.py'), phase, target, str(app)],
            env={
                **os.environ,
                'PATH': f'{self.root / "bin"}:{os.environ["PATH"]}',
                'UV': str(self.uv),
                'VENV': str(self.root / 'venv'),
                'ROOT': str(app),
                **environ,
            },
            capture_output=True,
            text=True,
            timeout=30,
        )

    def calls(self, of='calls'):
        calls = self.root / of
        return calls.read_text().splitlines() if calls.exists() else []

    def apt_calls(self):
        return self.calls('apt-calls')

    def built_here(self, libraries):
        """A package in the environment that was compiled, and what ldd says of it."""
        site = self.root / 'venv/lib/python3.13/site-packages'
        (site / 'psycopg2-2.9.10.dist-info').mkdir()
        (site / 'psycopg2-2.9.10.dist-info/METADATA').write_text('Name: psycopg2\n')
        (site / 'psycopg2-2.9.10.dist-info/WHEEL').write_text('Tag: cp313-cp313-linux_x86_64\n')
        (site / 'psycopg2-2.9.10.dist-info/RECORD').write_text('psycopg2.so,,\n')
        (site / 'psycopg2.so').write_bytes(b'\x7fELF')
        self.program('ldd', f"printf '\\t%s\\n' {libraries}")

    def test_shows_and_runs_what_is_planned(self):
        (self.root / 'app/uv.lock').write_text('')

        done = self.install('project')

        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.calls(), ['sync --frozen --inexact --no-default-groups'])
        self.assertIn('+ uv sync --frozen', done.stdout)

    def test_a_failure_ends_with_one_line_of_advice(self):
        (self.root / 'app/requirements.txt').write_text('shop')

        done = self.install('dependencies', UV_STATUS='1', UV_SAYS='error: Failed to build `shop==1.0`')

        self.assertEqual(done.returncode, 1)
        self.assertIn('Failed to build `shop', done.stdout)
        self.assertIn('no ready-made package', done.stderr)
        self.assertNotIn('Traceback', done.stderr)
        self.assertEqual(self.apt_calls(), [])

    def test_what_must_be_built_gets_compilers_and_headers(self):
        (self.root / 'app/requirements.txt').write_text('psycopg2')
        self.program(
            'uv',
            'echo "$@" >> {root}/calls; grep -qs libpq-dev {root}/apt-calls && exit; '
            'echo "Failed to build \\`psycopg2==2.9.10\\`"; exit 1',
        )

        done = self.install('dependencies', APT_SAYS='Unpacking gcc')

        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertEqual([call.split()[:2] for call in self.calls()], [['pip', 'install']] * 2)
        self.assertEqual([call.split()[0] for call in self.apt_calls()], ['update', 'install'])
        self.assertIn('Installing from Debian: g++', done.stdout)
        self.assertNotIn('Unpacking', done.stdout)

    def test_what_needs_a_setuptools_of_its_time_gets_it_once(self):
        (self.root / 'app/requirements.txt').write_text('markdown')
        says = 'error in markdown setup command: use_2to3 is invalid.'
        self.program(
            'uv',
            'echo "$@" >> {root}/calls; [ -z "$UV_BUILD_CONSTRAINT" ] || cat "$UV_BUILD_CONSTRAINT" >> {root}/constraints; '
            'grep -qs setuptools {root}/constraints && [ -z "$UV_STATUS" ] && exit; echo "$UV_SAYS"; exit 1',
        )

        done = self.install('dependencies', UV_SAYS=says)

        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertEqual(self.calls('constraints'), [OLD_SETUPTOOLS])
        self.assertEqual((len(self.calls()), self.apt_calls()), (2, []))
        self.assertEqual(self.install('dependencies', UV_SAYS=says, UV_STATUS='1').returncode, 1)
        self.assertEqual(len(self.calls()), 4)

    def test_what_is_there_already_is_no_reason_to_build_again(self):
        (self.root / 'app/requirements.txt').write_text('psycopg2')
        there = 'g++ libc6-dev make pkg-config libpq-dev python3-dev'
        (self.root / 'installed').write_text(''.join(f'installed {package}\n' for package in there.split()))

        done = self.install('dependencies', UV_STATUS='1', UV_SAYS='Failed to build `psycopg2==2.9.10`')

        self.assertEqual(done.returncode, 1)
        self.assertEqual((len(self.calls()), self.apt_calls()), (1, []))

    def test_what_is_installed_and_does_not_help_is_installed_once(self):
        (self.root / 'app/requirements.txt').write_text('psycopg2')
        # As for a name that other packages provide.
        self.program('apt-get', 'echo "$@" >> {root}/apt-calls')

        done = self.install('dependencies', UV_STATUS='1', UV_SAYS='Failed to build `psycopg2==2.9.10`')

        self.assertEqual((done.returncode, len(self.calls()), len(self.apt_calls())), (1, 1, 2))

    def test_what_debian_refuses_is_shown(self):
        (self.root / 'app/requirements.txt').write_text('psycopg2')

        refused = {'APT_STATUS': '100', 'APT_SAYS': 'E: Unable to locate package libpq-dev'}
        done = self.install('dependencies', UV_STATUS='1', UV_SAYS='Failed to build `psycopg2==2.9.10`', **refused)

        self.assertEqual(done.returncode, 1)
        self.assertIn('E: Unable to locate package', done.stdout)
        self.assertEqual(len(self.calls()), 1)

    def test_what_was_built_before_gets_its_libraries(self):
        (self.root / 'app/requirements.txt').write_text('psycopg2')
        self.built_here("'libc.so.6 => /lib/libc.so.6 (0x1)' 'libpq.so.5 => not found'")

        done = self.install('dependencies')

        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('libpq-dev', self.apt_calls()[1])
        self.assertNotIn('g++', self.apt_calls()[1])
        self.assertIn('warning: a package that was built here (psycopg2) needs libpq.so.5', done.stderr)

    def test_libraries_that_are_there_are_not_installed(self):
        (self.root / 'app/requirements.txt').write_text('psycopg2')
        self.built_here("'libpq.so.5 => /usr/lib/libpq.so.5 (0x1)'")

        done = self.install('dependencies')

        self.assertEqual((done.returncode, done.stderr, self.apt_calls()), (0, '', []))

    def test_git_is_installed_where_a_dependency_comes_from_it_and_it_is_not_there(self):
        (self.root / 'bin/cat').symlink_to(shutil.which('cat'))
        alone = {'PATH': str(self.root / 'bin')}
        for name, text in (
            ('requirements.txt', 'shop @ git+https://example.org/shop.git'),
            ('uv.lock', 'source = { git = "https://example.org/shop.git?rev=main#0a1b" }'),
            ('Pipfile.lock', '{"default": {"shop": {"git": "https://example.org/shop.git", "ref": "main"}}}'),
        ):
            with self.subTest(name):
                (self.root / 'apt-calls').unlink(missing_ok=True)
                (self.root / 'installed').unlink(missing_ok=True)
                for file in (self.root / 'app').iterdir():
                    file.unlink()
                (self.root / 'app/Pipfile').write_text('')
                (self.root / 'app' / name).write_text(text)
                done = self.install('dependencies', **alone)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertTrue(self.apt_calls()[1].endswith(' git'), self.apt_calls())
        self.program('git', '')
        before = self.apt_calls()
        self.assertEqual(self.install('dependencies', **alone).returncode, 0)
        self.assertEqual(self.apt_calls(), before)

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


class NeedsOldSetuptools(unittest.TestCase):
    def test_where_setuptools_has_given_something_up(self):
        for output in (
            'error in shop setup command: use_2to3 is invalid.',
            "ImportError: cannot import name 'convert_path' from 'setuptools' (/x/setuptools/__init__.py)",
            "AttributeError: module 'setuptools' has no attribute 'Feature'",
            "ModuleNotFoundError: No module named 'pkg_resources'",
            "ModuleNotFoundError: No module named 'setuptools.command.test'",
        ):
            with self.subTest(output):
                self.assertTrue(needs_old_setuptools(output))
        for output in ("ModuleNotFoundError: No module named 'numpy'", 'Failed to build `shop==1.0`'):
            with self.subTest(output):
                self.assertFalse(needs_old_setuptools(output))


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
