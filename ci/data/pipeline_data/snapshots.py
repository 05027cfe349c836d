"""A folder of snapshots: each is ID.sqlite3 and, beside it, ID.json with its sha256 and rows. It is whole when ID.sqlite3 is there."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from contextlib import closing
from typing import Any, Dict, List, Optional, Sequence

from pipeline_data.databases import begin, check_file, connect, describe, duplicate, integrity, require_integrity
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
    write_json,
)
from pipeline_data.problems import Problem, foreseen

SUFFIX = '.sqlite3'
DEAD_AFTER = 3600
"""Seconds after which no run can still be at work on a file."""

Facts = Dict[str, Any]


def sidecar(snapshot: str) -> str:
    return (snapshot[: -len(SUFFIX)] if snapshot.endswith(SUFFIX) else snapshot) + '.json'


def verified(snapshot: str) -> Facts:
    """What the sidecar says. Raises unless the file is the one that it was written for."""
    facts = read_json(sidecar(snapshot))
    if not os.path.isfile(snapshot):
        raise Problem('missing', f'there is no snapshot {snapshot}')
    if not facts:
        raise Problem('missing', f'{snapshot} has no {os.path.basename(sidecar(snapshot))} that says what it must be')
    with foreseen(snapshot):
        found = sha256(snapshot)
    if found != facts['sha256']:
        raise Problem('corrupt', f'{snapshot} was changed since it was taken: its sha256 is {found}, and was {facts["sha256"]}')
    return facts


def take(database: str, folder: str, id: str, timeout: float, live: bool = False, extra: Any = None) -> Facts:
    """
    Takes a snapshot; returns what its sidecar says. One that is there already is verified and returned.

    live: an application uses the database. It is copied in steps, and nothing holds the lock for longer than one of them.
    """
    if not re.fullmatch(r'[A-Za-z0-9][A-Za-z0-9._-]{0,99}', id) or id.endswith(PARTIAL):
        raise SystemExit(f'the ID {id} is no name for a file')
    database = os.path.realpath(database)
    snapshot = os.path.join(os.path.abspath(folder), id + SUFFIX)
    if os.path.exists(snapshot):
        return {**verified(snapshot), 'existed': True}
    journal = check_file(database)
    require_room((folder, weight(database)))
    with foreseen(folder), locked(folder):
        if os.path.exists(snapshot):
            return {**verified(snapshot), 'existed': True}
        with foreseen(database), closing(connect(database, timeout)) as source:
            if not live:
                begin(source)
                _, complaints = integrity(source, quick=True)
                if complaints:
                    raise Problem('corrupt', f'{database} is damaged: {"; ".join(complaints)}')
            facts = {'id': id, 'database': database, 'taken_at': time.time(), 'journal': journal, 'extra': extra}
            mode = os.stat(database).st_mode & 0o777
            _partial_of(source, snapshot, mode, timeout)
        try:
            facts['checked'] = require_integrity(snapshot + PARTIAL, f'the copy of {database}')
        except Problem:
            remove(snapshot + PARTIAL)
            raise
        return {**commit(snapshot, facts), 'existed': False}


def _partial_of(source: Any, snapshot: str, mode: int, timeout: float) -> None:
    partial = snapshot + PARTIAL
    remove(partial, *(partial + suffix for suffix in JOURNALS))
    try:
        duplicate(source, partial, timeout)
        os.chmod(partial, mode)
        flush(partial)
    except BaseException:
        remove(partial)
        raise


def keep_copy(source: Any, snapshot: str, facts: Facts, mode: int, timeout: float) -> Facts:
    """A snapshot of what is about to be replaced, damaged or not."""
    _partial_of(source, snapshot, mode, timeout)
    try:
        facts = {**facts, 'checked': require_integrity(snapshot + PARTIAL, snapshot)}
    except Problem as problem:
        facts = {**facts, 'damaged': str(problem)}
    return commit(snapshot, facts)


def commit(snapshot: str, facts: Facts) -> Facts:
    """Makes a whole snapshot of a copy that has been flushed. The sidecar first: a snapshot that is there has one."""
    partial = snapshot + PARTIAL
    content = {'bytes': size(partial), 'rows': {}} if 'damaged' in facts else describe(partial)
    facts = {**facts, 'file': os.path.basename(snapshot), **content, 'sha256': sha256(partial)}
    write_json(sidecar(snapshot), facts)
    rename(partial, snapshot)
    return facts


def listed(folder: str) -> Facts:
    """All whole snapshots, newest first, and what runs have left unfinished."""
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    whole = []
    for name in names:
        path = os.path.join(folder, name)
        if name.endswith(SUFFIX) and os.path.isfile(path):
            facts = read_json(sidecar(path)) or {}
            # What SQLite had beside a damaged database is kept beside its copy.
            taken = size(path) + sum(size(path + suffix) for suffix in JOURNALS)
            whole.append(
                {
                    'id': name[: -len(SUFFIX)],
                    'taken_at': facts.get('taken_at', os.path.getmtime(path)),
                    'bytes': taken,
                    'rows': sum(facts.get('rows', {}).values()),
                    'sha256': facts.get('sha256'),
                    'extra': facts.get('extra'),
                    **({'damaged': facts['damaged']} if 'damaged' in facts else {}),
                }
            )
    whole.sort(key=lambda one: (-one['taken_at'], one['id']))
    ids = {one['id'] for one in whole}
    unfinished = [
        name for name in names if name.endswith(PARTIAL) or (name.endswith('.json') and name[: -len('.json')] not in ids)
    ]
    return {'snapshots': whole, 'unfinished': unfinished, 'bytes': sum(one['bytes'] for one in whole)}


def prune(folder: str, keep: int, most_bytes: Optional[int], never: Sequence[str]) -> Facts:
    """
    Removes all but the newest `keep`, and of these the oldest until no more than `most_bytes` are left. The newest is not removed for its
    size, and none that `never` names is removed at all; these count.
    """
    if not os.path.isdir(folder):
        return {'removed': [], 'kept': [], 'bytes': 0}
    with foreseen(folder), locked(folder):
        found = listed(folder)
        whole, total = found['snapshots'], found['bytes']
        gone: List[str] = []
        for place in range(len(whole) - 1, -1, -1):
            one = whole[place]
            too_many = place >= keep
            too_big = place > 0 and most_bytes is not None and total > most_bytes
            if one['id'] in never or not (too_many or too_big):
                continue
            path = os.path.join(folder, one['id'] + SUFFIX)
            remove(path, *(path + suffix for suffix in JOURNALS), sidecar(path))
            gone.append(one['id'])
            total -= one['bytes']
        for name in found['unfinished']:
            path = os.path.join(folder, name)
            if os.path.exists(path) and time.time() - os.path.getmtime(path) > DEAD_AFTER:
                remove(path)
                gone.append(name)
        flush(folder)
        return {'removed': gone, 'kept': [one['id'] for one in whole if one['id'] not in gone], 'bytes': total}


def drill(folder: str, id: Optional[str], temporary: Optional[str]) -> Facts:
    """Restores a snapshot, the newest that is not damaged unless one is named, into a temporary file, opens it and counts its rows."""
    candidates = [one['id'] for one in listed(folder)['snapshots'] if 'damaged' not in one]
    id = id or next(iter(candidates), None)
    if id is None:
        raise Problem('missing', f'there is no snapshot in {folder}')
    snapshot = os.path.join(folder, id + SUFFIX)
    facts = verified(snapshot)
    where = temporary or tempfile.gettempdir()
    require_room((where, facts['bytes']))
    room = tempfile.mkdtemp(dir=where)
    try:
        with foreseen(where):
            restored = os.path.join(room, 'restored' + SUFFIX)
            if copy(snapshot, restored) != facts['sha256']:
                raise Problem('corrupt', f'{snapshot} was read differently the second time')
            checked = require_integrity(restored, snapshot)
            rows = describe(restored)['rows']
    finally:
        shutil.rmtree(room, ignore_errors=True)
    if rows != facts['rows']:
        raise Problem('corrupt', f'{snapshot} has other rows than when it was taken', rows=rows, expected=facts['rows'])
    age = round(time.time() - facts['taken_at'])
    return {'id': id, 'checked': checked, 'rows': sum(rows.values()), 'bytes': facts['bytes'], 'age': age}
