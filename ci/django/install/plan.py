"""Decides what to install from which files. Nothing here runs anything."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Iterable, Optional

from pipenv import LOCK, locked_requirements
from poetry_project import is_poetry, locked_versions
from project import Project, main_group
from pyproject import has_build_system
from requirements import Requirements, read_requirements

TEST_GROUPS = ('dev', 'test', 'tests')

# What the image itself needs of the application's environment. An upper bound, so that the same image is built next
# year; not an exact version, for an older Python has only older ones.
SERVERS = {'gunicorn': 'gunicorn<=27.0.1', 'whitenoise': 'whitenoise<=6.12.0'}
JUNIT = {'xmlrunner': 'unittest-xml-reporting<=4.0.0'}
PYTEST = {'pytest': 'pytest<=9.2.0'}
PYTEST_DJANGO = {'pytest_django': 'pytest-django<=4.14.0'}


# Many packages that are pinned ask for any setuptools, and for the pkg_resources that it had then: gunicorn 20 among them.
WITH_PKG_RESOURCES = 'setuptools<81'


class Unsupported(Exception):
    """A layout that cannot be installed from. The message says what can."""


@dataclass
class Command:
    """A call of uv."""

    args: list[str]
    cwd: Path
    optional: bool = False
    """Whether the build goes on when it fails."""


@dataclass
class Plan:
    source: str
    """What is installed from, for the log."""
    commands: list[Command] = field(default_factory=list)


def plan_dependencies(project: Project, test: bool, scratch: Path) -> Plan:
    """What to install before the sources are there. `scratch` is a folder for files that are derived."""
    folder, pyproject = project.folder, project.pyproject
    if project.locked:
        return Plan(
            'uv.lock', [Command([*_sync(pyproject, test), '--no-install-workspace', '--no-install-local'], folder)]
        )
    files = _requirements_files(project, test, scratch)
    if files:
        found = read_requirements(files)
        args = _from_files(found, scratch)
        # The project as a requirement of itself: what it depends on belongs here, though it cannot be built yet.
        if any(_is_project_itself(local) for local in found.local) and 'project' in pyproject:
            args += ['--requirements', 'pyproject.toml']
        return Plan(_names(files, folder), [Command(args, folder)])
    if is_poetry(pyproject):
        return _plan_poetry(folder, test, scratch)
    if 'project' in pyproject:
        args = ['pip', 'install', '--requirements', 'pyproject.toml']
        if test:
            for group in _present(TEST_GROUPS, pyproject.get('dependency-groups')):
                args += ['--group', group]
            for extra in _present(TEST_GROUPS, pyproject['project'].get('optional-dependencies')):
                args += ['--extra', extra]
        return Plan('pyproject.toml', [Command(args, folder)])
    main = main_group(pyproject)
    if main:
        groups = [main, *(_present(TEST_GROUPS, pyproject['dependency-groups']) if test else ())]
        args = ['pip', 'install', *(part for group in groups for part in ('--group', group))]
        return Plan('pyproject.toml (groups)', [Command(args, folder)])
    return Plan('setup.py, once the sources are there')


def plan_project(project: Project, test: bool, scratch: Path) -> Plan:
    """What to install once the sources are there: the project itself, and packages in its folders."""
    folder, pyproject = project.folder, project.pyproject
    if project.locked:
        return Plan('uv.lock', [Command(_sync(pyproject, test), folder)])
    files = _requirements_files(project, test, scratch)
    if files:
        found = read_requirements(files)
        if found.missing:
            raise Unsupported(f'A requirements file includes {found.missing[0]}, which is not there.')
        # All of them again, which costs nothing where they are installed: an include may lie where only now it is seen.
        local = [part for line in dict.fromkeys(found.local) for part in line.split(None, 1)]
        return Plan(_names(files, folder), [Command([*_from_files(found, scratch), *local], folder)])
    if has_build_system(pyproject) and ('project' in pyproject or is_poetry(pyproject)):
        # Optional: many a build section was never tried, and the application is found without it (PYTHONPATH).
        args = ['pip', 'install', '--no-deps', '--editable', '.']
        return Plan('pyproject.toml', [Command(args, folder, optional=True)])
    if 'project' not in pyproject and (folder / 'setup.py').is_file():
        return Plan('setup.py', [Command(['pip', 'install', '--editable', '.'], folder)])
    return Plan('pyproject.toml, which describes no package')


def plan_additions(folder: Path, test: bool, installed: set[str], pytest: bool) -> list[Command]:
    """
    What the image or the tests need besides, unless the project brings it.

    folder: where uv finds its own configuration, such as a package index; installed: names of importable packages;
    pytest: whether it runs the tests.
    """
    wanted = dict(SERVERS) if 'django' in installed else {}
    if test:
        wanted.update(JUNIT)
        if pytest:
            wanted.update(PYTEST)
            if 'django' in installed:
                wanted.update(PYTEST_DJANGO)
    absent = [requirement for package, requirement in wanted.items() if package not in installed]
    return [Command(['pip', 'install', *absent], folder)] if absent else []


def _from_files(found: Requirements, scratch: Path) -> list[str]:
    derived = scratch / 'requirements.txt'
    derived.write_text('\n'.join(found.lines) + '\n', encoding='utf-8')
    files = list(found.constraints)
    if not any(re.match(r'setuptools\b', line, re.IGNORECASE) for line in found.lines):
        files.append(scratch / 'setuptools.txt')
        files[-1].write_text(f'{WITH_PKG_RESOURCES}\n', encoding='utf-8')
    constraints = [part for file in files for part in ('--constraints', str(file))]
    return ['pip', 'install', '--requirements', str(derived), *constraints]


def _requirements_files(project: Project, test: bool, scratch: Path) -> list[Path]:
    """The project's own, or one that says what pipenv has locked."""
    folder, files = project.folder, project.requirements_files(test)
    if files or 'project' in project.pyproject or is_poetry(project.pyproject) or not (folder / 'Pipfile').is_file():
        return files
    if not (folder / LOCK).is_file():
        raise Unsupported(f'A Pipfile says no versions, and {LOCK} is not there: run `pipenv lock` and commit the result.')
    exported = scratch / LOCK
    try:
        exported.write_text('\n'.join(locked_requirements(folder / LOCK, test)) + '\n', encoding='utf-8')
    except (ValueError, KeyError) as problem:
        raise Unsupported(f'{LOCK} cannot be read ({problem!r}): run `pipenv lock` and commit the result.') from problem
    return [exported]


def _names(files: list[Path], folder: Path) -> str:
    return ', '.join(str(file.relative_to(folder)) if folder in file.parents else file.name for file in files)


def _sync(pyproject: dict[str, Any], test: bool) -> list[str]:
    # Inexact: what is in the environment besides (gunicorn, the other target's groups) stays.
    args = ['sync', '--frozen', '--inexact']
    if not test:
        return [*args, '--no-default-groups']
    for group in _present(TEST_GROUPS, pyproject.get('dependency-groups')):
        args += ['--group', group]
    for extra in _present(TEST_GROUPS, pyproject.get('project', {}).get('optional-dependencies')):
        args += ['--extra', extra]
    return args


def _plan_poetry(folder: Path, test: bool, scratch: Path) -> Plan:
    """Poetry's own library translates its constraints; versions come from poetry.lock, if there is one."""
    exported = scratch / 'poetry.txt'
    export = ['run', '--no-project', '--isolated', '--with', 'poetry-core<=2.5.0', 'python']
    export += [
        str(Path(__file__).with_name('export_poetry.py')),
        str(folder),
        str(exported),
        *(TEST_GROUPS if test else ()),
    ]
    args = ['pip', 'install', '--requirements', str(exported)]
    lock = folder / 'poetry.lock'
    if lock.is_file():
        constraints = scratch / 'poetry-lock.txt'
        constraints.write_text('\n'.join(locked_versions(lock)) + '\n', encoding='utf-8')
        args += ['--constraints', str(constraints)]
    source = 'pyproject.toml (Poetry) and poetry.lock' if lock.is_file() else 'pyproject.toml (Poetry)'
    return Plan(source, [Command(export, scratch), Command(args, folder)])


def _is_project_itself(local: str) -> bool:
    return local.replace('-e', '', 1).strip().partition('[')[0].rstrip('/') == '.'


def _present(names: Iterable[str], table: Optional[dict[str, Any]]) -> list[str]:
    return [name for name in names if name in (table or {})]
