"""SQLite on a network file system: rollback journal, full synchronisation. Elsewhere the application decides."""

from __future__ import annotations

import os
import re
from typing import Any

NETWORK = re.compile(r'(nfs4?|cifs|smb3|smbfs|ceph|glusterfs|lustre|gpfs|afs|9p|fuse\..+)$')
"""Types of file systems that other nodes may have mounted as well."""


def file_system(path: str, mounts: str) -> str:
    """The type of the file system that holds `path`, by the text of /proc/self/mounts; of two on one place the later one counts."""
    found = ('', '')
    for line in mounts.splitlines():
        _, place, kind, *_ = line.split(' ')
        place = re.sub(r'\\([0-7]{3})', lambda octal: chr(int(octal.group(1), 8)), place)
        inside = path == place or path.startswith(place.rstrip('/') + '/')
        if inside and len(place) >= len(found[0]):
            found = (place, kind)
    return found[1]


def is_on_network(path: str) -> bool:
    """False where nothing is known: another system than Linux."""
    try:
        with open('/proc/self/mounts', encoding='utf-8', errors='replace') as file:
            return bool(path) and bool(NETWORK.match(file_system(os.path.realpath(path), file.read())))
    except OSError:
        return False


def settle(connection: Any) -> None:
    """
    Makes a new connection of Django's keep to what holds on a network. A database that has a write-ahead log already leaves it here; that is
    refused while others have it open, and then this connection fails rather than being one of those that damage it.
    """
    if connection.vendor != 'sqlite' or not is_on_network(str(connection.settings_dict.get('NAME') or '')):
        return
    # The driver's own connection: these are no queries of the application, to be counted or warned of.
    ask = connection.connection.execute
    if ask('PRAGMA journal_mode').fetchone()[0] not in ('delete', 'truncate', 'persist'):
        ask('PRAGMA journal_mode = DELETE')
    if ask('PRAGMA synchronous').fetchone()[0] < 2:
        ask('PRAGMA synchronous = FULL')


def settle_connections() -> None:
    """Once, when the settings are loaded. Django's signal, since old versions have no setting for it."""
    from django.db.backends.signals import connection_created

    def created(connection: Any, **_: Any) -> None:
        settle(connection)

    connection_created.connect(created, weak=False, dispatch_uid='pipeline_django.sqlite')
