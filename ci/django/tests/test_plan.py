import importlib.util
import tempfile
import unittest
from pathlib import Path

from plan import Unsupported, plan_additions, plan_dependencies, plan_project
from poetry_project import locked_versions
from project import find_project, uses_pytest
from pyproject import python_conflict, read_pyproject, tomllib

PROJECT = '[project]\nname = "shop"\nversion = "1"\n'
GROUPS = '[dependency-groups]\ndev = []\nlint = []\n[project.optional-dependencies]\ntest = []\nprod = []\n'
BUILD = '[build-system]\nrequires = ["hatchling"]\n'


class Sample(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name).resolve()
        self.scratch = self.root / 'scratch'
        self.scratch.mkdir()

    def write(self, **files):
        """Files by name: `__` is a slash, and what follows the last `_` its extension. Returns the last."""
        for name, text in files.items():
            path, _, extension = name.rpartition('_')
            file = self.root / f'{path.replace("__", "/")}.{extension}'
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return file

    def commands(self, decide, test=False, start='.'):
        project = find_project((self.root / start).resolve(), self.root)
        return [' '.join(command.args) for command in decide(project, test, self.scratch).commands]


class UvLock(Sample):
    def test_is_followed_exactly_with_dev_groups_only_for_tests(self):
        self.write(uv_lock='', pyproject_toml=PROJECT + GROUPS, requirements_txt='Django')

        (runtime,) = self.commands(plan_dependencies)
        (test,) = self.commands(plan_dependencies, test=True)

        self.assertEqual(
            runtime, 'sync --frozen --inexact --no-default-groups --no-install-workspace --no-install-local'
        )
        self.assertEqual(
            test, 'sync --frozen --inexact --group dev --extra test --no-install-workspace --no-install-local'
        )
        self.assertEqual(self.commands(plan_project), ['sync --frozen --inexact --no-default-groups'])

    def test_of_a_workspace_counts_for_its_members_only(self):
        self.write(uv_lock='', pyproject_toml='[tool.uv.workspace]\nmembers = ["web"]', web__pyproject_toml=PROJECT)
        self.write(tools__requirements_txt='Django')

        self.assertIn('sync', self.commands(plan_dependencies, start='web')[0])
        self.assertIn('pip install', self.commands(plan_dependencies, start='tools')[0])


class RequirementsFiles(Sample):
    def test_first_of_the_runtime_and_all_of_the_tests(self):
        self.write(requirements__base_txt='Django', requirements__production_txt='-r base.txt\nredis')
        self.write(requirements__dev_txt='pytest', requirements__test_txt='-r base.txt\nfaker')
        # Were it taken too, its requirement would show up.
        self.write(requirements__prod_txt='-r base.txt\n')

        self.commands(plan_dependencies)
        self.assertEqual((self.scratch / 'requirements.txt').read_text().split(), ['Django'])
        self.commands(plan_dependencies, test=True)
        self.assertEqual((self.scratch / 'requirements.txt').read_text().split(), ['Django', 'pytest', 'faker'])

    def test_setuptools_is_one_that_old_packages_know_unless_the_project_says_which(self):
        self.write(requirements_txt='gunicorn==20.1.0')
        self.assertIn('--constraints', self.commands(plan_dependencies)[0])
        self.assertEqual((self.scratch / 'setuptools.txt').read_text(), 'setuptools<81\n')
        self.write(requirements_txt='gunicorn==20.1.0\nSetuptools>=82')
        self.assertNotIn('--constraints', self.commands(plan_dependencies)[0])

    def test_the_project_itself_waits_for_the_sources_but_its_dependencies_do_not(self):
        self.write(requirements_txt='-e .[prod]', pyproject_toml=PROJECT)

        self.assertTrue(self.commands(plan_dependencies)[0].endswith('--requirements pyproject.toml'))
        self.assertTrue(self.commands(plan_project)[0].endswith('-e .[prod]'))

    def test_an_include_may_be_missing_only_before_the_sources_are_there(self):
        self.write(requirements_txt='-r elsewhere/base.txt')

        self.assertEqual(len(self.commands(plan_dependencies)), 1)
        with self.assertRaisesRegex(Unsupported, 'elsewhere/base.txt, which is not there'):
            self.commands(plan_project)


class PyprojectAlone(Sample):
    def test_with_the_groups_and_extras_of_the_tests(self):
        self.write(pyproject_toml=PROJECT + GROUPS)

        self.assertEqual(self.commands(plan_dependencies), ['pip install --requirements pyproject.toml'])
        self.assertEqual(
            self.commands(plan_dependencies, test=True),
            ['pip install --requirements pyproject.toml --group dev --extra test'],
        )
        self.assertEqual(self.commands(plan_project), [])

    def test_with_groups_alone_one_of_which_is_what_runs(self):
        self.write(pyproject_toml='[dependency-groups]\nmain = ["django"]\ndev = []\nlint = []\n')

        self.assertEqual(self.commands(plan_dependencies), ['pip install --group main'])
        self.assertEqual(self.commands(plan_dependencies, test=True), ['pip install --group main --group dev'])
        self.assertEqual(self.commands(plan_project), [])

    def test_groups_for_developers_alone_declare_nothing(self):
        self.write(pyproject_toml='[dependency-groups]\ndev = []\n')

        self.assertIsNone(find_project(self.root, self.root))

    def test_a_package_is_installed_but_need_not_succeed(self):
        self.write(pyproject_toml=PROJECT + BUILD)

        (command,) = plan_project(find_project(self.root, self.root), False, self.scratch).commands

        self.assertEqual(command.args, ['pip', 'install', '--no-deps', '--editable', '.'])
        self.assertTrue(command.optional)

    def test_not_when_uv_is_told_that_it_is_none(self):
        self.write(pyproject_toml=PROJECT + BUILD + '[tool.uv]\npackage = false\n')

        self.assertEqual(self.commands(plan_project), [])


class Poetry(Sample):
    def test_is_translated_with_the_versions_of_its_lock(self):
        self.write(pyproject_toml='[tool.poetry]\nname = "shop"\n[tool.poetry.dependencies]\ndjango = "^5.2"\n')
        self.write(poetry_lock='[[package]]\nname = "django"\nversion = "5.2.3"\n')

        export, install = self.commands(plan_dependencies, test=True)

        self.assertTrue(export.endswith(f'{self.root} {self.scratch}/poetry.txt dev test tests'))
        self.assertEqual(
            install,
            f'pip install --requirements {self.scratch}/poetry.txt --constraints {self.scratch}/poetry-lock.txt',
        )
        self.assertEqual((self.scratch / 'poetry-lock.txt').read_text(), 'django==5.2.3\n')

    def test_what_is_locked_twice_or_comes_from_git_stays_free(self):
        self.write(
            poetry_lock='[[package]]\nname = "a"\nversion = "1"\n[[package]]\nname = "a"\nversion = "2"\n'
            '[[package]]\nname = "b"\nversion = "3"\n[package.source]\ntype = "git"\nurl = "https://git.example/b"\n'
            '[[package]]\nname = "c"\nversion = "4"\n'
        )
        self.assertEqual(locked_versions(self.root / 'poetry.lock'), ['c==4'])


class OtherLayouts(Sample):
    def test_the_nearest_folder_that_declares_dependencies_counts(self):
        self.write(requirements_txt='Django', src__pyproject_toml='[tool.black]\nline-length = 100\n')
        self.assertEqual(find_project(self.root / 'src', self.root).folder, self.root)

        self.write(src__requirements_txt='Django')
        self.assertEqual(find_project(self.root / 'src', self.root).folder, self.root / 'src')

    def test_nothing_above_the_root_counts(self):
        self.write(requirements_txt='Django')
        (self.root / 'app').mkdir()

        self.assertIsNone(find_project(self.root / 'app', self.root / 'app'))

    def test_setup_py_waits_for_the_sources(self):
        self.write(setup_py='')

        self.assertEqual(self.commands(plan_dependencies), [])
        self.assertEqual(self.commands(plan_project), ['pip install --editable .'])

    def test_pipfile_counts_by_its_lock(self):
        (self.root / 'Pipfile').write_text('')
        (self.root / 'Pipfile.lock').write_text(
            '{"default": {"django": {"version": "==5.2"}, "shop": {"path": ".", "editable": true}},'
            ' "develop": {"pytest": {"version": "==9.0"}}}'
        )
        exported = self.scratch / 'requirements.txt'
        install = f'pip install --requirements {exported} --constraints {self.scratch / "setuptools.txt"}'

        self.assertEqual(self.commands(plan_dependencies), [install])
        self.assertEqual(exported.read_text(), 'django==5.2\n')
        self.assertEqual(self.commands(plan_project, test=True), [f'{install} -e .'])
        self.assertEqual(exported.read_text(), 'django==5.2\npytest==9.0\n')

    def test_pipfile_gives_way_to_what_says_more_plainly_what_is_installed(self):
        (self.root / 'Pipfile').write_text('')
        self.write(requirements_txt='Django')

        self.assertEqual(len(self.commands(plan_dependencies)), 1)

    def test_pipfile_without_a_lock_or_with_a_broken_one_is_refused_with_the_way_out(self):
        (self.root / 'Pipfile').write_text('')

        for lock in (None, '<<<<<<< HEAD', '{"default": {"django": {"git": "https://example.org/django"}}}'):
            if lock:
                (self.root / 'Pipfile.lock').write_text(lock)
            for decide in (plan_dependencies, plan_project):
                with self.subTest(lock), self.assertRaisesRegex(Unsupported, 'run `pipenv lock`'):
                    self.commands(decide)

    def test_broken_toml_is_an_error_of_its_own(self):
        self.write(pyproject_toml='[project')

        with self.assertRaises(tomllib.TOMLDecodeError):
            read_pyproject(self.root)


class Additions(Sample):
    def names(self, installed, test=False, pytest=False):
        commands = plan_additions(self.root, test, installed, pytest)
        return [requirement.partition('<')[0] for command in commands for requirement in command.args[2:]]

    def test_servers_for_django_unless_the_project_has_them(self):
        self.assertEqual(self.names({'django'}), ['gunicorn', 'whitenoise'])
        self.assertEqual(self.names({'django', 'gunicorn'}), ['whitenoise'])
        self.assertEqual(self.names({'flask'}), [])

    def test_pytest_only_where_it_runs_the_tests(self):
        servers = {'django', 'gunicorn', 'whitenoise', 'xmlrunner'}
        self.assertEqual(self.names({'flask'}, test=True), ['unittest-xml-reporting'])
        self.assertEqual(self.names({'flask'}, test=True, pytest=True), ['unittest-xml-reporting', 'pytest'])
        self.assertEqual(self.names(servers, test=True, pytest=True), ['pytest', 'pytest-django'])
        self.assertEqual(self.names({*servers, 'pytest', 'pytest_django'}, test=True, pytest=True), [])
        self.assertEqual(self.names(servers, pytest=True), [])

    def test_pytest_is_configured_in_many_places(self):
        (self.root / 'src/web').mkdir(parents=True)
        self.assertFalse(uses_pytest(self.root / 'src/web', self.root))
        for name, text in (
            ('pytest_ini', ''),
            ('src__pytest_ini', ''),
            ('shop__tests__conftest_py', ''),
            ('tox_ini', '[pytest]\n'),
            ('setup_cfg', '[tool:pytest]\n'),
            ('pyproject_toml', '[tool.pytest.ini_options]\n'),
        ):
            with self.subTest(name):
                file = self.write(**{name: text})
                self.assertTrue(uses_pytest(self.root / 'src/web', self.root))
                file.unlink()


@unittest.skipUnless(importlib.util.find_spec('pip'), 'pip, which compares versions, is not installed')
class PythonVersion(unittest.TestCase):
    def test_a_conflict_names_both_versions(self):
        def conflict(wanted, version):
            return python_conflict({'project': {'requires-python': wanted}}, version)

        self.assertEqual(
            conflict('>=3.14', '3.13.1'), 'pyproject.toml requires Python >=3.14, but the base image has Python 3.13.1'
        )
        self.assertIsNone(conflict('>=3.12,<4', '3.13.1'))
        self.assertIn('not a valid specifier', conflict('three', '3.13.1'))
        self.assertIsNone(python_conflict({}, '3.13.1'))
