"""Opens SQLite files, checks them and describes what is in them."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sqlite3
import stat
import time
from pathlib import Path
from typing import Any, Dict, List, Tuple

from pipeline_data.files import size
from pipeline_data.problems import Problem, foreseen

HEADER = b'SQLite format 3\0'
STEP = 16384
"""
Pages that are copied at a time, 64 MB as a rule: a fraction of a second in which a writer waits. Not fewer, since each step has to get
in between the writers again.
"""
PAUSE = 0.02
"""Seconds until a locked database is asked again. SQLite's own patience is for one statement, and a copy counts as one."""
PATIENCE_WITH_WRITERS = 3
"""How often a copy begins anew since somebody wrote, before it holds them off."""
BUSY = (5, 6)


def check_file(path: str) -> str:
    """The journal of a database file, rollback or wal, by its header alone. Raises where there is no such file."""
    with foreseen(path):
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise Problem('not-sqlite', f'{path} is no file')
        with open(path, 'rb') as file:
            header = file.read(20)
    if header and (len(header) < 20 or header[:16] != HEADER):
        raise Problem('not-sqlite', f'{path} is no SQLite database')
    return 'wal' if header[18:19] == b'\2' else 'rollback'


def address(path: str, at_rest: bool = False) -> str:
    """
    The database as a URI. Never made where it is missing. At rest: nobody writes it, and no journal belongs to it, so that none is
    looked for, and no file is made beside it. Else it is opened for writing, without which SQLite cannot undo what a killed writer left.
    """
    return Path(path).resolve().as_uri() + ('?immutable=1' if at_rest else '?mode=rw')


def connect(path: str, timeout: float = 5, at_rest: bool = False) -> sqlite3.Connection:
    connection = sqlite3.connect(address(path, at_rest), uri=True, timeout=timeout, isolation_level=None)
    connection.text_factory = lambda raw: raw.decode('utf-8', 'replace')
    return connection


def begin(connection: sqlite3.Connection) -> None:
    """Begins to read: from here on the connection sees one state, or has said that the database is locked."""
    connection.execute('BEGIN')
    connection.execute('SELECT count(*) FROM sqlite_master').fetchone()


def duplicate(source: sqlite3.Connection, path: str, timeout: float) -> None:
    """
    Copies the database by SQLite's own online backup. Without a transaction on `source`, others may write between two steps, and
    the copy begins anew when they did; after a few times they have to wait.
    """
    restarts, last, heard = 0, None, time.monotonic()

    def watch(status: int, remaining: int, total: int) -> None:
        nonlocal restarts, last, heard
        if status in BUSY:
            if time.monotonic() - heard > timeout:
                raise sqlite3.OperationalError('database is locked')
            return
        heard = time.monotonic()
        restarts += last is not None and remaining >= last
        last = remaining
        if restarts > PATIENCE_WITH_WRITERS and not source.in_transaction:
            raise _Restless

    target = sqlite3.connect(path, isolation_level=None)
    try:
        # A copy that was interrupted is thrown away: it needs no journal, and is flushed once, at its end.
        target.execute('PRAGMA journal_mode = OFF')
        target.execute('PRAGMA synchronous = OFF')
        try:
            source.backup(target, pages=STEP, progress=watch, sleep=PAUSE)
        except _Restless:
            begin(source)
            source.backup(target, pages=STEP, progress=watch, sleep=PAUSE)
    finally:
        target.close()


class _Restless(Exception):
    """Somebody writes so often that a copy in steps never ends."""


def integrity(connection: sqlite3.Connection, quick: bool = False) -> Tuple[str, List[str]]:
    """
    What was checked, and up to five complaints. Functions and collations that only the application registers are unknown here: then its
    CHECK constraints are left out, and last of all the comparison of indexes with their tables.
    """
    try:
        return _checked(connection, 'quick_check' if quick else 'integrity_check')
    except sqlite3.OperationalError as error:
        if not re.search('no such (function|collation)|unknown function', str(error)):
            raise
    connection.execute('PRAGMA ignore_check_constraints = ON')
    try:
        return _checked(connection, 'quick_check' if quick else 'integrity_check')
    except sqlite3.OperationalError as error:
        if not re.search('no such (function|collation)|unknown function', str(error)):
            raise
    return _checked(connection, 'quick_check')


def _checked(connection: sqlite3.Connection, pragma: str) -> Tuple[str, List[str]]:
    try:
        said = [row[0] for row in connection.execute(f'PRAGMA {pragma}(5)')]
    except sqlite3.DatabaseError as error:
        if 'malformed' not in str(error):
            raise
        said = [str(error)]
    return pragma, [] if said == ['ok'] else said


def require_integrity(path: str, what: str) -> str:
    """What was checked of a database at rest. Raises when it is damaged."""
    with foreseen(what):
        connection = connect(path, at_rest=True)
        try:
            checked, complaints = integrity(connection)
        finally:
            connection.close()
    if complaints:
        raise Problem('corrupt', f'{what} is damaged: {"; ".join(complaints)}')
    return checked


def quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


VIRTUAL = re.compile(r'\s*CREATE\s+VIRTUAL\s+TABLE\b.*?\bUSING\s+["\'`\[]?(\w+)', re.IGNORECASE | re.DOTALL)


def tables(connection: sqlite3.Connection, schema: str = 'main') -> Dict[str, str]:
    """All tables by name, with the module of those that are virtual, and nothing for the others."""
    rows = connection.execute(f"SELECT name, sql FROM {schema}.sqlite_master WHERE type = 'table' ORDER BY name")
    found = {}
    for name, sql in rows:
        virtual = VIRTUAL.match(sql or '')
        found[name] = virtual.group(1).lower() if virtual else ''
    return found


def schema_hash(connection: sqlite3.Connection, schema: str = 'main') -> str:
    """Alike for two databases whose tables, indexes, views and triggers were declared alike."""
    rows = connection.execute(
        f"SELECT type, name, tbl_name, sql FROM {schema}.sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name"
    )
    return hashlib.sha256(json.dumps([list(row) for row in rows]).encode()).hexdigest()


def describe(path: str) -> Dict[str, Any]:
    """Rows of each table that is not virtual, and the schema, of a database at rest."""
    connection = connect(path, at_rest=True)
    try:
        rows = {
            name: connection.execute(f'SELECT count(*) FROM {quote(name)}').fetchone()[0]
            for name, module in tables(connection).items()
            if not module
        }
        return {'bytes': size(path), 'rows': rows, 'schema': schema_hash(connection), 'sqlite': sqlite3.sqlite_version}
    finally:
        connection.close()
