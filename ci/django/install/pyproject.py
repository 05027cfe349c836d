"""pyproject.toml, and what it says about Python."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path
from typing import Any, Optional

try:
    import tomllib
except ImportError:
    # Python before 3.11 has no reader of its own; install.sh brings one.
    sys.path.append(os.environ['UV_HOME'])
    import tomli as tomllib


def read_toml(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding='utf-8'))


def read_pyproject(folder: Path) -> dict[str, Any]:
    """The folder's pyproject.toml, empty when there is none. Raises tomllib.TOMLDecodeError."""
    file = folder / 'pyproject.toml'
    return read_toml(file) if file.is_file() else {}


def has_build_system(pyproject: dict[str, Any]) -> bool:
    """Whether the project is meant to be built and installed as a package; uv and Poetry have a switch for that too."""
    tool = pyproject.get('tool', {})
    if tool.get('uv', {}).get('package') is False or tool.get('poetry', {}).get('package-mode') is False:
        return False
    return 'build-system' in pyproject


def python_conflict(pyproject: dict[str, Any], version: str = platform.python_version()) -> Optional[str]:
    """Why this Python is not one that the project supports; None if it is, or if that cannot be told."""
    wanted = pyproject.get('project', {}).get('requires-python')
    if not wanted:
        return None
    try:
        from pip._vendor.packaging.specifiers import InvalidSpecifier, SpecifierSet
    except ImportError:
        return None
    try:
        supported = SpecifierSet(wanted).contains(version, prereleases=True)
    except InvalidSpecifier:
        return f'requires-python in pyproject.toml is not a valid specifier: {wanted}'
    return None if supported else f'pyproject.toml requires Python {wanted}, but the base image has Python {version}'
