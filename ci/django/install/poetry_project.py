"""Projects of Poetry: those whose dependencies are in [tool.poetry] rather than in [project]."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from pyproject import read_toml


def is_poetry(pyproject: dict[str, Any]) -> bool:
    """Whether only Poetry can tell all dependencies; with [project] and no groups of its own, anyone can."""
    table = pyproject.get('tool', {}).get('poetry', {})
    return any(key in table for key in ('dependencies', 'group', 'dev-dependencies'))


def locked_versions(lock: Path) -> list[str]:
    """The versions of poetry.lock as constraints. A package that is locked twice, for two platforms, stays free."""
    packages = [package for package in read_toml(lock).get('package', []) if _from_index(package)]
    times = Counter(package['name'] for package in packages)
    return [f'{package["name"]}=={package["version"]}' for package in packages if times[package['name']] == 1]


def _from_index(package: dict[str, Any]) -> bool:
    return package.get('source', {}).get('type', 'legacy') == 'legacy'
