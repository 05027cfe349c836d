"""Puts a snapshot in the place of a database. Killed anywhere, the old one or the new one is there, and either can be opened."""

from __future__ import annotations

import os
import sqlite3
import time
from typing import Any, Dict, Optional

from pipeline_data.compare import differences
from pipeline_data.databases import begin, connect, require_integrity
from pipeline_data.files import (
    JOURNALS,
    PARTIAL,
    copy,
    flush,
    locked,
    read_json,
    remove,
    rename,
    require_room,
    sha256,
    size,
    weight,
)
from pipeline_data.problems import Problem, foreseen
from pipeline_data.snapshots import SUFFIX, commit, keep_copy, sidecar, verified


def restore(
    database: str, snapshot: str, keep: str, timeout: float, baseline: Optional[str] = None, most_lost: int = 0
) -> Dict[str, Any]:
    """
    The application must have been stopped. What is replaced becomes a snapshot in `keep`, replaced-ID-N.

    baseline: what the database was when nobody had written yet; raises when more than `most_lost` rows differ from it.
    """
    database, snapshot, keep = os.path.realpath(database), os.path.abspath(snapshot), os.path.abspath(keep)
    facts = verified(snapshot)
    if 'damaged' in facts:
        raise Problem('corrupt', f'{snapshot} is a copy of a damaged database: {facts["damaged"]}')
    require_integrity(snapshot, snapshot)
    result = {'id': facts['id'], 'sha256': facts['sha256'], 'rows': facts['rows'], 'replaced': None, 'restored': False}
    with foreseen(database):
        if is_restored(database, facts):
            remove(database + PARTIAL)
            return result
        require_room((keep, weight(database)), (os.path.dirname(database), facts['bytes']))
        with locked(keep):
            return {**result, 'restored': True, **_replaced(database, snapshot, facts, keep, timeout, baseline, most_lost)}


def is_restored(database: str, facts: Dict[str, Any]) -> bool:
    """Whether the database is the snapshot, byte by byte, with nothing in a journal that would change it."""
    if size(database) != facts['bytes'] or not os.path.isfile(database):
        return False
    return not any(size(database + suffix) for suffix in ('-journal', '-wal')) and sha256(database) == facts['sha256']


def _replaced(
    database: str, snapshot: str, facts: Dict[str, Any], keep: str, timeout: float, baseline: Optional[str], most_lost: int
) -> Dict[str, Any]:
    there = os.path.isfile(database)
    owner = os.stat(database if there else snapshot)
    kept = _free_name(keep, facts['id'])
    about = {'id': os.path.basename(kept)[: -len(SUFFIX)], 'database': database, 'taken_at': time.time(), 'extra': None}
    connection = None
    try:
        _copy_beside(database, snapshot, facts, owner)
        if not there:
            _switch(database)
            return {}
        try:
            connection = connect(database, timeout)
            with foreseen(database):
                about = _set_aside(connection, kept, about, owner.st_mode & 0o777, timeout)
        except Problem as problem:
            if problem.kind not in ('corrupt', 'not-sqlite'):
                raise
            about = _keep_files(database, kept, {**about, 'damaged': str(problem)})
        lost = _lost(kept, about, baseline, most_lost)
    except BaseException:
        remove(database + PARTIAL, kept + PARTIAL, kept, *(kept + suffix for suffix in JOURNALS), sidecar(kept))
        raise
    else:
        _switch(database)
    finally:
        if connection:
            connection.close()
    kept = _known_copy(keep, facts['id'], kept, about)
    return {'replaced': kept, **({'lost': lost} if lost else {}), **({'damaged': about['damaged']} if 'damaged' in about else {})}


def _set_aside(connection: sqlite3.Connection, kept: str, about: Dict[str, Any], mode: int, timeout: float) -> Dict[str, Any]:
    """
    Keeps a copy of the database, and its lock until the connection is closed. Who has the old file open still cannot write it now, and
    is refused by SQLite afterwards, which sees that the file has moved.
    """
    _settle(connection)
    connection.execute('BEGIN EXCLUSIVE')  # refused now rather than after the copy
    connection.execute('COMMIT')
    begin(connection)
    about = keep_copy(connection, kept, about, mode, timeout)
    seen = connection.execute('PRAGMA data_version').fetchone()
    connection.execute('COMMIT')
    connection.execute('BEGIN EXCLUSIVE')
    if connection.execute('PRAGMA data_version').fetchone() != seen:
        raise sqlite3.OperationalError('database is locked: somebody has written to it meanwhile')
    return about


def _settle(connection: sqlite3.Connection) -> None:
    """
    Leaves the old database in its one file: reading undoes what a killed writer left, and leaving the write-ahead log moves it into
    the file. SQLite refuses the latter while anybody else has the database open.
    """
    connection.execute('SELECT count(*) FROM sqlite_master').fetchone()
    mode = connection.execute('PRAGMA journal_mode = DELETE').fetchone()[0]
    if mode != 'delete':
        raise sqlite3.OperationalError(f'database is locked: its journal stays {mode}')


def _keep_files(database: str, kept: str, about: Dict[str, Any]) -> Dict[str, Any]:
    """Keeps a database that SQLite cannot read, with what lies beside it."""
    for suffix in ('-journal', '-wal'):
        if size(database + suffix):
            copy(database + suffix, kept + suffix)
    copy(database, kept + PARTIAL)
    os.chmod(kept + PARTIAL, os.stat(database).st_mode & 0o777)
    return commit(kept, about)


def _lost(kept: str, about: Dict[str, Any], baseline: Optional[str], most: int) -> Optional[Dict[str, Any]]:
    """How what is replaced differs from the baseline; raises when that is more than may be lost."""
    if baseline is None or 'damaged' in about:
        return None
    lost = differences(baseline, kept, 5)
    if lost['total'] <= most and not lost['not_compared'].keys() - lost['tables'].keys() - _virtual(lost):
        return lost
    raise Problem('too-many-writes', f'{lost["total"]} rows were written since {baseline}, and {most} may be lost', lost=lost)


def _virtual(lost: Dict[str, Any]) -> Any:
    return {name for name, why in lost['not_compared'].items() if why.startswith('virtual')}


def _copy_beside(database: str, snapshot: str, facts: Dict[str, Any], owner: os.stat_result) -> None:
    partial = database + PARTIAL
    if copy(snapshot, partial) != facts['sha256']:
        raise Problem('corrupt', f'{snapshot} was read differently the second time')
    new = os.stat(partial)
    if (new.st_uid, new.st_gid) != (owner.st_uid, owner.st_gid):
        os.chown(partial, owner.st_uid, owner.st_gid)
    os.chmod(partial, owner.st_mode & 0o7777)
    flush(partial)


def _switch(database: str) -> None:
    """A journal of the old file would be applied to the new one: that none is left must be on the disk before the new name is."""
    remove(*(database + suffix for suffix in JOURNALS))
    flush(os.path.dirname(database))
    rename(database + PARTIAL, database)


def _free_name(keep: str, id: str) -> str:
    number = 1
    while os.path.exists(os.path.join(keep, f'replaced-{id}-{number}{SUFFIX}')):
        number += 1
    return os.path.join(keep, f'replaced-{id}-{number}{SUFFIX}')


def _known_copy(keep: str, id: str, kept: str, about: Dict[str, Any]) -> str:
    """The copy that a run before this one, which was killed, has kept of the very same content; else `kept`."""
    number = 1
    while True:
        other = os.path.join(keep, f'replaced-{id}-{number}{SUFFIX}')
        if other == kept or not os.path.exists(other):
            return kept
        if (read_json(sidecar(other)) or {}).get('sha256') == about['sha256']:
            remove(kept, *(kept + suffix for suffix in JOURNALS), sidecar(kept))
            return other
        number += 1
