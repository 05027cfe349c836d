"""Where a project keeps what it says about its dependencies and tests."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from poetry_project import is_poetry
from pyproject import read_pyproject

# The first that exists counts.
RUNTIME_FILES = (
    'requirements.txt',
    'requirements/prod.txt',
    'requirements/production.txt',
    'requirements/base.txt',
)
# All that exist are installed.
TEST_FILES = (
    'requirements-dev.txt',
    'requirements-test.txt',
    'requirements_dev.txt',
    'requirements_test.txt',
    'dev-requirements.txt',
    'test-requirements.txt',
    'requirements/dev.txt',
    'requirements/test.txt',
    'requirements/local.txt',
)
# The first that exists is what an application runs with, where it has groups of dependencies alone.
MAIN_GROUPS = ('main', 'default', 'base', 'prod', 'production', 'runtime')


@dataclass(frozen=True)
class Project:
    folder: Path
    pyproject: dict[str, Any]
    """pyproject.toml of that folder, empty when there is none."""
    locked: bool
    """Whether uv.lock says the versions: its own, or that of the uv workspace that the folder belongs to."""

    def requirements_files(self, test: bool) -> list[Path]:
        """The requirements files to install, empty when the project has none for its runtime."""
        runtime = [self.folder / name for name in RUNTIME_FILES if (self.folder / name).is_file()][:1]
        tests = [self.folder / name for name in TEST_FILES if (self.folder / name).is_file()]
        return runtime + tests if runtime and test else runtime


def find_project(start: Path, root: Path) -> Optional[Project]:
    """The nearest folder from `start` up to `root` that says what the project depends on; None if there is none."""
    upwards = _upwards(start, root)
    for folder in upwards:
        pyproject = read_pyproject(folder)
        own_lock = (folder / 'uv.lock').is_file()
        # Many a pyproject.toml only configures tools.
        declares = own_lock or 'project' in pyproject or is_poetry(pyproject) or main_group(pyproject) is not None
        if declares or any((folder / name).is_file() for name in (*RUNTIME_FILES, 'setup.py', 'Pipfile')):
            member = 'project' in pyproject and any(_is_locked_workspace(above) for above in upwards)
            return Project(folder, pyproject, own_lock or member)
    return None


def uses_pytest(start: Path, root: Path) -> bool:
    """Whether pytest is how the project runs its tests: as ci/app/planTests.ts decides, which then calls it."""
    return any(_configures_pytest(folder) for folder in _upwards(start, root)) or any(root.rglob('conftest.py'))


def _configures_pytest(folder: Path) -> bool:
    files = ('pytest.ini', '.pytest.ini', 'pytest.toml', '.pytest.toml')
    if any((folder / name).is_file() for name in files) or 'pytest' in read_pyproject(folder).get('tool', {}):
        return True
    sections = {'tox.ini': '[pytest]', 'setup.cfg': '[tool:pytest]'}
    return any(
        (folder / name).is_file() and section in (folder / name).read_text(encoding='utf-8', errors='replace')
        for name, section in sections.items()
    )


def main_group(pyproject: dict[str, Any]) -> Optional[str]:
    """The group of dependencies that an application runs with, where pyproject.toml describes no project and has groups alone."""
    groups = {} if 'project' in pyproject else pyproject.get('dependency-groups', {})
    return next((name for name in MAIN_GROUPS if name in groups), None)


def _upwards(start: Path, root: Path) -> list[Path]:
    return [folder for folder in (start, *start.parents) if folder == root or root in folder.parents]


def _is_locked_workspace(folder: Path) -> bool:
    workspace = read_pyproject(folder).get('tool', {}).get('uv', {}).get('workspace')
    return workspace is not None and (folder / 'uv.lock').is_file()
