"""What can go wrong with a database on a volume, and is no mistake of the program: each has a kind, by which the caller decides."""

from __future__ import annotations

import contextlib
import errno
import sqlite3
from typing import Any, Iterator

KINDS = ('no-room', 'locked', 'corrupt', 'missing', 'not-sqlite', 'forbidden', 'too-many-writes')

OF_ERRNO = {
    errno.ENOSPC: 'no-room',
    errno.EDQUOT: 'no-room',
    errno.EFBIG: 'no-room',
    errno.EACCES: 'forbidden',
    errno.EPERM: 'forbidden',
    errno.EROFS: 'forbidden',
    errno.ENOENT: 'missing',
}
"""Errors of files."""

SAID_BY_SQLITE = {
    'is locked': 'locked',
    'locking protocol': 'locked',
    'disk is full': 'no-room',
    'malformed': 'corrupt',
    'file is not a database': 'not-sqlite',
    'file is encrypted': 'not-sqlite',
    'readonly database': 'forbidden',
    'unable to open database file': 'forbidden',
}
"""Its words, since Python tells the code of an error only from 3.11 on."""


class Problem(Exception):
    """A foreseen failure. `facts` go into the result beside kind and text."""

    def __init__(self, kind: str, text: str, **facts: Any):
        super().__init__(text)
        assert kind in KINDS
        self.kind = kind
        self.facts = facts


@contextlib.contextmanager
def foreseen(what: str) -> Iterator[None]:
    """Makes a Problem of the errors that files and SQLite are known for; all others pass."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        kind = next((kind for words, kind in SAID_BY_SQLITE.items() if words in str(error)), None)
        if kind is None:
            raise
        raise Problem(kind, f'{what}: {error}') from error
    except OSError as error:
        kind = OF_ERRNO.get(error.errno or 0)
        if kind is None:
            raise
        raise Problem(kind, f'{what}: {error}') from error
