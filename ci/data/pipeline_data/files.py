"""Files that are either whole or not there, also after a power cut."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
from typing import Any, Dict, Iterator, List, Optional, Tuple

from pipeline_data.problems import Problem

PARTIAL = '.partial'
"""Ends the name of what is not whole yet."""

JOURNALS = ('-journal', '-wal', '-shm')
"""What SQLite keeps beside a database; the first two hold data that belongs to it."""

CHUNK = 1 << 20
MARGIN = 1.1


def flush(path: str) -> None:
    """Waits until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def rename(before: str, after: str) -> None:
    os.replace(before, after)
    flush(os.path.dirname(after))


def remove(*paths: str) -> None:
    for path in paths:
        with contextlib.suppress(FileNotFoundError):
            os.remove(path)


def sha256(path: str) -> str:
    """
    Not of a database on which this process holds a lock: to close any handle of a file gives up all locks that the process
    has on it, those of SQLite as well.
    """
    digest = hashlib.sha256()
    with open(path, 'rb') as file:
        for chunk in iter(lambda: file.read(CHUNK), b''):
            digest.update(chunk)
    return digest.hexdigest()


def copy(source: str, target: str) -> str:
    """Copies and flushes a file; returns the sha256 of what was read."""
    digest = hashlib.sha256()
    with open(source, 'rb') as old, open(target, 'wb') as new:
        for chunk in iter(lambda: old.read(CHUNK), b''):
            digest.update(chunk)
            new.write(chunk)
        new.flush()
        os.fsync(new.fileno())
    return digest.hexdigest()


def write_json(path: str, value: Any) -> None:
    with open(path + PARTIAL, 'w', encoding='utf-8') as file:
        json.dump(value, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    rename(path + PARTIAL, path)


def size(path: str) -> int:
    return os.path.getsize(path) if os.path.exists(path) else 0


def weight(database: str) -> int:
    """The most that a copy of the database takes: pages that were not moved out of its write-ahead log count."""
    return size(database) + size(database + '-wal')


def require_room(*needs: Tuple[str, int]) -> None:
    """Raises unless each folder, which need not be there yet, has room for so many bytes and a tenth more, together on one volume."""
    volumes: Dict[int, List[Any]] = {}
    for folder, count in needs:
        there = os.path.abspath(folder)
        while not os.path.isdir(there):
            there = os.path.dirname(there)
        volumes.setdefault(os.stat(there).st_dev, [there, 0])[1] += int(count * MARGIN)
    for there, needed in volumes.values():
        volume = os.statvfs(there)
        free = volume.f_bavail * volume.f_frsize
        if needed > free:
            raise Problem('no-room', f'{there} has {free} bytes free, and needed are {needed}', free=free, needed=needed)


@contextlib.contextmanager
def locked(folder: str) -> Iterator[None]:
    """
    One program at a time works in the folder. A run that was given up may still go on in its pod, and would rename what the next
    run has begun under the same name.
    """
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, '.lock'), 'a') as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Problem('locked', f'another program works in {folder}') from None
        yield


def read_json(path: str) -> Optional[Any]:
    """None where there is no such file, or none that a JSON parser takes."""
    try:
        with open(path, encoding='utf-8') as file:
            return json.load(file)
    except (FileNotFoundError, ValueError):
        return None
