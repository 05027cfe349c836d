"""Packages of the base image's own distribution, where that is Debian or what has come of it."""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
from typing import Iterable


def install(packages: Iterable[str]) -> bool:
    """Installs packages. Says whether any is new; where that cannot be done, False, too, and apt-get's words are shown."""
    before = installed()
    new = sorted(set(packages) - before)
    if not new or shutil.which('apt-get') is None:
        return False
    print('Installing from Debian:', *new, flush=True)
    if not (_update() and _apt_get('install', '-qq', '--yes', '--no-install-recommends', *new)):
        return False
    # A name that another package provides is never on the list, and would be new for ever.
    return installed() != before


def installed() -> set[str]:
    """Names of the packages that are installed; none where there is no dpkg."""
    lines = query('--show', '--showformat=${db:Status-Status} ${Package}\n')
    return {package for status, _, package in (line.partition(' ') for line in lines) if status == 'installed'}


def with_dependencies(packages: Iterable[str]) -> list[str]:
    """Packages and all that they need, as far as these are installed, as dpkg names them, such as `libpq5:amd64`."""
    known: dict[str, list[tuple[str, list[str]]]] = {}
    for line in query('--show', '--showformat=${binary:Package}\t${Package}, ${Provides}\t${Pre-Depends}, ${Depends}\n'):
        full, names, needs = line.split('\t')
        for name in _names_in(names):
            known.setdefault(name, []).append((full, _names_in(needs)))
    found: set[str] = set()
    wanted = [entry for package in packages for entry in known.get(package, ())]
    while wanted:
        full, needs = wanted.pop()
        if full not in found:
            found.add(full)
            wanted.extend(entry for name in needs for entry in known.get(name, ()))
    return sorted(found)


def _names_in(relation: str) -> list[str]:
    """`libc6 (>= 2.38), awk | mawk:any` → ['libc6', 'awk', 'mawk']"""
    return re.findall(r'(?:^|[,|])\s*([\w.+-]+)', relation)


def query(*args: str) -> list[str]:
    """Lines that dpkg-query prints; none where there is no dpkg-query."""
    if shutil.which('dpkg-query') is None:
        return []
    done = subprocess.run(['dpkg-query', *args], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return done.stdout.splitlines()


@functools.lru_cache(maxsize=None)
def _update() -> bool:
    """Once is enough: nothing here takes long enough for the lists to change."""
    return _apt_get('update', '-qq')


def _apt_get(*args: str) -> bool:
    environ = {**os.environ, 'DEBIAN_FRONTEND': 'noninteractive'}
    captured = {'stdout': subprocess.PIPE, 'stderr': subprocess.STDOUT, 'text': True, 'errors': 'replace'}
    done = subprocess.run(['apt-get', *args], env=environ, **captured)
    # Of a success it prints a line for each of a hundred packages.
    if done.returncode != 0:
        print(done.stdout, end='', flush=True)
    return done.returncode == 0
