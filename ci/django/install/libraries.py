"""
Takes the shared libraries along that packages built here are linked with, and what others load by name: the image that is
deployed begins anew, without the Debian packages that were installed to build.

    python libraries.py VENV BASE LAYER    BASE: root of the image that LAYER is copied onto

What is taken are whole Debian packages, with their entries in dpkg's lists: scanners see them, and what a library loads
by itself is there, too. Called again, it adds what is new since.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Iterable, Optional

from debian import query, with_dependencies
from library_cache import enter
from loaded import loaded
from names import normal

DPKG = Path('/var/lib/dpkg')

# `libpq.so.5 => /lib/x86_64-linux-gnu/libpq.so.5 (0x…)` and `libpq.so.5 => not found`
LINKED = re.compile(r'^\s+(\S+) => (?:(/\S+) \(|not found)', re.MULTILINE)


def main(venv: Path, base: Path, layer: Path) -> None:
    libraries = linked(file for files in built_here(venv).values() for file in files)
    lacking = [path for path in libraries.values() if path and not _below(base, path).exists()]
    named = with_dependencies(loaded(names(venv)))
    by_name = [package for package in named if not _below(base, _list_of(package)).exists()]
    if take([*packages_of(lacking), *by_name], base, layer) and by_name:
        enter(base, layer)


def names(venv: Path) -> list[str]:
    """The normal names of all packages that are installed."""
    return [normal(one.metadata['Name']) for one in _distributions(venv)]


def built_here(venv: Path) -> dict[str, list[Path]]:
    """
    Programs and modules of the Python packages that were compiled for this system alone, by the packages' normal names.
    Wheels of an index are for many systems (manylinux, musllinux), and bring their libraries.
    """
    compiled = (one for one in _distributions(venv) if re.search(r'^Tag: .*-linux_', one.read_text('WHEEL') or '', re.MULTILINE))
    return {normal(one.metadata['Name']): _compiled_files(one) for one in compiled}


def linked(files: Iterable[Path]) -> dict[str, Optional[Path]]:
    """The libraries that files are linked with, and theirs in turn: name and path, None for one that is not there."""
    paths = sorted(map(str, files))
    if not paths or shutil.which('ldd') is None:
        return {}
    told = subprocess.run(['ldd', *paths], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    return {name: Path(path) if path else None for name, path in LINKED.findall(told)}


def packages_of(libraries: Iterable[Path]) -> list[str]:
    """The Debian packages that libraries belong to, as dpkg names them, such as `libpq5:amd64`."""
    found = set()
    for library in libraries:
        path = str(_real(library))
        # Packages of Debian 12 may still name /lib, which is a link to /usr/lib.
        owners = query('--search', path) or query('--search', path.replace('/usr/', '/', 1))
        found.update(line.partition(': ')[0] for line in owners)
    return sorted(found)


def take(packages: Iterable[str], base: Path, layer: Path) -> list[str]:
    """Copies installed packages into the layer, and adds them to the list of those in the base image. Returns the new ones."""
    lists = _below(layer, DPKG / 'info')
    new = [package for package in dict.fromkeys(packages) if not _below(layer, _list_of(package)).exists()]
    for package in new:
        # What dpkg was told to leave out, such as manuals, is on its list and not there. Folders come with their files.
        files = [*query('--listfiles', package), *query('--control-path', package), _list_of(package)]
        for file in map(Path, files):
            if file.is_symlink() or file.is_file():
                _copy(file, layer)
    if new:
        entries = ['\n'.join(query('--status', file.stem)) for file in sorted(lists.glob('*.list'))]
        before = _below(base, DPKG / 'status').read_text(encoding='utf-8').strip()
        _below(layer, DPKG / 'status').write_text('\n\n'.join([before, *entries, '']), encoding='utf-8')
    return new


def _distributions(venv: Path) -> Iterable[Distribution]:
    return distributions(path=[str(site) for site in venv.glob('lib/python*/site-packages')])


def _list_of(package: str) -> Path:
    return DPKG / f'info/{package}.list'


def _compiled_files(distribution: Distribution) -> list[Path]:
    files = [Path(os.path.normpath(file.locate())) for file in distribution.files or []]
    return [file for file in files if ('.so' in file.suffixes or file.parent.name == 'bin') and _is_elf(file)]


def _is_elf(file: Path) -> bool:
    if not file.is_file():
        return False
    with file.open('rb') as content:
        return content.read(4) == b'\x7fELF'


def _copy(file: Path, layer: Path) -> None:
    copy = _below(layer, _real(file))
    copy.parent.mkdir(parents=True, exist_ok=True)
    if not copy.is_symlink():
        shutil.copy2(file, copy, follow_symlinks=False)


def _real(file: Path) -> Path:
    """Where a file lies, which may be a link: a layer with a folder /lib would put that in place of the image's link."""
    return file.parent.resolve() / file.name


def _below(root: Path, path: Path) -> Path:
    return root / path.relative_to('/')


if __name__ == '__main__':
    main(*map(Path, sys.argv[1:]))
