"""SQLite files belong on the volume: in the image they are read-only, and lost with the pod."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any, Iterator, Mapping

from pipeline_django.rules.override import Override, Place

LOCK_TIMEOUT = 20
"""Seconds that a writer waits for the one write lock. SQLite's 5 are few on a network volume."""


def sqlite_paths(settings: Mapping[str, Any], environ: Mapping[str, str], place: Place) -> Iterator[Override]:
    """
    Moves SQLite databases to DJANGO_SQLITE_PATH: `default` to that file, any other to one beside it that carries its
    alias. Aliases that shared a file go on sharing one. A database in memory is moved, too: each process has another one, so
    that no migration reaches the server. Other engines, and files that lie on a writable folder of their own, are left alone. Where the path is empty, since the database should be another one, so is
    SQLite: in the image it cannot be written, and the first migration says so.
    """
    target = environ.get('DJANGO_SQLITE_PATH')
    databases = settings.get('DATABASES') or {}
    if not target:
        return

    moved: dict[str, str] = {}
    changed = {}
    for alias in sorted(databases, key=lambda alias: alias != 'default'):
        database = databases[alias]
        name = str(database.get('NAME') or '')
        if not _is_sqlite(database) or name == target or place.keeps(name):
            continue
        # Two that are in memory are two.
        path = moved.setdefault(alias if _in_memory(name) else name, target if alias == 'default' else _beside(target, alias))
        options = {'timeout': LOCK_TIMEOUT, **(database.get('OPTIONS') or {})}
        changed[alias] = {**database, 'NAME': path, 'OPTIONS': options}
    if changed:
        files = ', '.join(f'{alias} in {changed[alias]["NAME"]}' for alias in changed)
        why = f'was in memory, in the image or without a place to last; now {files}, from DJANGO_SQLITE_PATH'
        yield Override('DATABASES', {alias: changed.get(alias, databases[alias]) for alias in databases}, why)


def sqlite_on_network(settings: Mapping[str, Any], environ: Mapping[str, str], place: Place) -> Iterator[Override]:
    """
    On a network file system: more time to wait for the lock, where the application names none. And a write-ahead log, and less than full
    synchronisation, are taken out of what is said to the database when it is opened (OPTIONS.init_command, Django 5.1): the log needs
    memory that nodes do not share, and a server that restarts may lose what it was not told to keep. What a database is already is
    changed when it is opened (pipeline_django.sqlite).
    """
    databases = settings.get('DATABASES') or {}
    changed = {}
    for alias, database in databases.items():
        if not _is_sqlite(database) or not place.is_on_network(str(database.get('NAME') or '')):
            continue
        before = database.get('OPTIONS') or {}
        options = {'timeout': LOCK_TIMEOUT, **before}
        if options.get('init_command'):
            said = str(options['init_command']).split(';')
            options['init_command'] = ';'.join(one for one in said if not UNFIT_FOR_NETWORK.search(one))
        if options != before:
            changed[alias] = {**database, 'OPTIONS': options}
    if changed:
        why = f'lies on a network file system ({", ".join(changed)}): more time to wait for a lock, no write-ahead log, full synchronisation'
        yield Override('DATABASES', {**databases, **changed}, why)


UNFIT_FOR_NETWORK = re.compile(
    r"pragma\s+(\w+\.)?(journal_mode\W+(wal|off|memory)|synchronous\W+(off|normal|0|1))\b", re.IGNORECASE
)


def _is_sqlite(database: Mapping[str, Any]) -> bool:
    """The engine, the one with geometry, and what wraps either, such as django_prometheus.db.backends.sqlite3."""
    return str(database.get('ENGINE', '')).rpartition('.')[2] in ('sqlite3', 'spatialite')


def _in_memory(name: str) -> bool:
    return ':memory:' in name or 'mode=memory' in name


def _beside(target: str, alias: str) -> str:
    file = PurePosixPath(target)
    return str(file.with_name(f'{file.stem}-{alias}{file.suffix}'))
