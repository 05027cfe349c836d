"""What pipenv has locked, as the lines of a requirements file. https://github.com/pypa/pipfile describes the lock."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Iterable

LOCK = 'Pipfile.lock'
PYPI = 'https://pypi.org/simple'
VERSION_CONTROL = ('git', 'hg', 'svn', 'bzr')


def locked_requirements(lock: Path, test: bool) -> list[str]:
    """
    Requirements of Pipfile.lock with versions, hashes and markers, those of its section `develop` for the tests only.

    Raises ValueError where it is not JSON, as after a merge with conflicts.
    """
    locked = json.loads(lock.read_text(encoding='utf-8'))
    packages = {**(locked.get('develop', {}) if test else {}), **locked.get('default', {})}
    requirements = (_requirement(name, package) for name, package in sorted(packages.items()))
    return [*_indexes(locked.get('_meta', {}).get('sources', [])), *requirements]


def _indexes(sources: Iterable[dict[str, Any]]) -> list[str]:
    """The public index is whatever the machine has in its place; the first of several is asked first."""
    urls = [source['url'] for source in sources]
    options = ['--index-url', *['--extra-index-url'] * len(urls)]
    return [f'{option} {url}' for option, url in zip(options, urls) if url.rstrip('/') != PYPI]


def _requirement(name: str, package: dict[str, Any]) -> str:
    extras = f'[{",".join(package["extras"])}]' if package.get('extras') else ''
    if 'path' in package:
        return f'{"-e " if package.get("editable") else ""}{_dotted(package["path"])}{extras}'
    marker = f' ; {package["markers"]}' if package.get('markers') else ''
    url = _url(package)
    if url:
        return f'{name}{extras} @ {url}{marker}'
    # Of a package that the machine which locked has no use for, such as one for Windows, no version may be known: `*`.
    version = package.get('version', '*')
    hashes = ''.join(f' --hash={digest}' for digest in package.get('hashes', []))
    return f'{name}{extras}{"" if version == "*" else version}{marker}{hashes}'


def _url(package: dict[str, Any]) -> str:
    subdirectory = f'#subdirectory={package["subdirectory"]}' if package.get('subdirectory') else ''
    for system in VERSION_CONTROL:
        if system in package:
            address = package[system].removeprefix(f'{system}+')
            return f'{system}+{address}@{package["ref"]}{subdirectory}'
    return f'{package["file"]}{subdirectory}' if 'file' in package else ''


def _dotted(path: str) -> str:
    """A folder as no name of a package looks."""
    return path if path.startswith(('.', '/')) else f'./{path}'
