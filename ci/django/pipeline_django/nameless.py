"""Databases that have no name while tests run: settings read it from a variable that only exists where the application runs."""

from __future__ import annotations

from typing import Any, Iterable

NAME = 'app'


def give_names(connections: Iterable[Any]) -> None:
    """
    Tests create a database of their own on the server, named after the one that they do not touch; Django stumbles over None.

    connections: Django's. SQLite is left alone: its database is a file, or in memory.
    """
    for connection in connections:
        if connection.vendor != 'sqlite' and connection.settings_dict['NAME'] is None:
            connection.settings_dict['NAME'] = NAME
