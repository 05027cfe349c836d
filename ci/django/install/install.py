"""Carries out what plan.py decides. Called by install.sh, which says how."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import debian
from headers import headers, wanted
from hints import hint
from libraries import built_here, linked, names
from loaded import loaded
from plan import Command, Unsupported, plan_additions, plan_dependencies, plan_project
from project import find_project, uses_pytest
from pyproject import python_conflict, tomllib
from setuptools_of_its_time import CONSTRAINT, OLD_SETUPTOOLS, needs_old_setuptools

# `git+https://…` in requirements, `{ git = "https://…" }` in uv.lock and pyproject.toml.
FROM_GIT = re.compile(r'git\+|\bgit\s*=\s*["\']')


def main(phase: str, target: str, start: str) -> int:
    venv, root = Path(os.environ['VENV']), Path(os.environ['ROOT']).resolve()
    test = target == 'test'
    sources = Path(start).resolve()
    try:
        project = find_project(sources, root)
        if project is None:
            print('No dependency file found (uv.lock, requirements.txt, pyproject.toml): nothing to install.')
        else:
            conflict = python_conflict(project.pyproject)
            if conflict:
                raise Unsupported(f'{conflict}. Name one that fits in .python-version, or an image that has it by --images.')
            with tempfile.TemporaryDirectory() as scratch:
                decide = plan_dependencies if phase == 'dependencies' else plan_project
                plan = decide(project, test, Path(scratch))
                print(f'Installing from {plan.source}' if plan.commands else f'Nothing to install from {plan.source}')
                provide_git(project.folder, Path(scratch))
                for command in plan.commands:
                    run(command)
        folder = project.folder if project else root
        for command in plan_additions(folder, test, installed_packages(venv), uses_pytest(sources, root)):
            run(command)
        provide_libraries(venv)
    except Unsupported as problem:
        return fail(str(problem))
    except tomllib.TOMLDecodeError as problem:
        return fail(f'pyproject.toml or a lock file is not valid TOML: {problem}')
    except subprocess.CalledProcessError as problem:
        return fail(hint(problem.output) or f'uv ended with status {problem.returncode}; its words are above.')
    return 0


def run(command: Command) -> None:
    """
    Runs uv, passing its output on as it comes; again with compilers and headers from Debian, where these were missing, or
    with the setuptools of its time.
    Raises CalledProcessError with that output unless it may fail.
    """
    status, output = call(command)
    while status != 0 and (debian.install(wanted(output)) or builds_as_it_did(output)):
        status, output = call(command)
    if status == 0:
        return
    if not command.optional:
        raise subprocess.CalledProcessError(status, command.args, output)
    print(
        'warning: the project is not installed as a package; it is found by its folder only (PYTHONPATH).',
        file=sys.stderr,
    )


def call(command: Command) -> tuple[int, str]:
    print('+ uv', *command.args, flush=True)
    process = subprocess.Popen(
        [os.environ['UV'], *command.args],
        cwd=command.cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors='replace',
    )
    lines = []
    for line in process.stdout:
        print(line, end='', flush=True)
        lines.append(line)
    return process.wait(), ''.join(lines)


def builds_as_it_did(output: str) -> bool:
    """Lets uv build old packages with a setuptools that is as old. Says whether that is new, and what uv printed asks for it."""
    if CONSTRAINT in os.environ or not needs_old_setuptools(output):
        return False
    print('A package needs an older setuptools to be built:', OLD_SETUPTOOLS, flush=True)
    with tempfile.NamedTemporaryFile('w', suffix='.txt', delete=False) as file:
        file.write(OLD_SETUPTOOLS + '\n')
    os.environ[CONSTRAINT] = file.name
    return True


def provide_libraries(venv: Path) -> None:
    """
    What packages load by name; and where one that was built in another build comes from uv's cache, without compilers, the
    same libraries.
    """
    debian.install(loaded(names(venv)))
    built = built_here(venv)
    files = [file for compiled in built.values() for file in compiled]
    if None not in linked(files).values():
        return
    debian.install(headers(built))
    for name, path in linked(files).items():
        if path is None:
            packages = ', '.join(sorted(built))
            print(f'warning: a package that was built here ({packages}) needs {name}, which is not there.', file=sys.stderr)


def provide_git(folder: Path, derived: Path) -> None:
    """
    Installs git where a dependency comes from a git server: slim images have none.

    derived: the folder of the requirements files that were made from others
    """
    files = [
        *folder.glob('*requirements*.txt'),
        *folder.glob('requirements/*.txt'),
        folder / 'pyproject.toml',
        folder / 'uv.lock',
        *derived.iterdir(),
    ]
    needed = any(FROM_GIT.search(file.read_text(encoding='utf-8', errors='replace')) for file in files if file.is_file())
    if not needed or shutil.which('git'):
        return
    print('A dependency comes from a git server.', flush=True)
    if not debian.install(['git']):
        raise Unsupported('A dependency comes from a git server, and git could not be installed in the base image.')


def installed_packages(venv: Path) -> set[str]:
    return {entry.name for site in venv.glob('lib/python*/site-packages') for entry in site.iterdir()}


def fail(message: str) -> int:
    print(f'error: {message}', file=sys.stderr)
    return 1


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
