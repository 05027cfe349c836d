"""Databases that have no name while tests run: settings read it from a variable that only exists where the application runs."""

from __future__ import annotations

from typing import Any, Iterable, MutableMapping

NAME = 'app'

FILES = ('sqlite3', 'spatialite')


def give_names(databases: Iterable[MutableMapping[str, Any]]) -> None:
    """
    Tests create a database of their own on the server, named after the one that they do not touch; Django stumbles over None.

    databases: as in DATABASES; no driver is loaded, which tests may do without. SQLite is left alone: its database is a file, or in memory.
    """
    for database in databases:
        if not database.get('ENGINE', '').endswith(FILES) and database.get('NAME', '') is None:
            database['NAME'] = NAME
