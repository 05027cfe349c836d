import contextlib
import importlib.util
import sqlite3
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from pipeline_django import sqlite

MOUNTS = """\
overlay / overlay rw 0 0
server:/shop /data nfs4 rw,vers=4.1 0 0
tmpfs /data/cache tmpfs rw 0 0
server:/b /with\\040blank fuse.glusterfs rw 0 0
/dev/sda /again ext4 rw 0 0
server:/c /again nfs rw 0 0
"""


class FileSystem(unittest.TestCase):
    def test_is_that_of_the_innermost_place_and_the_last_mount(self):
        for path, kind in (
            ('/data/db.sqlite3', 'nfs4'),
            ('/data', 'nfs4'),
            ('/database/db.sqlite3', 'overlay'),
            ('/data/cache/db.sqlite3', 'tmpfs'),
            ('/with blank/x', 'fuse.glusterfs'),
            ('/again/x', 'nfs'),
        ):
            self.assertEqual(sqlite.file_system(path, MOUNTS), kind, path)

    def test_is_a_network_or_not(self):
        for kind in ('nfs', 'nfs4', 'cifs', 'ceph', 'fuse.glusterfs', '9p'):
            self.assertTrue(sqlite.NETWORK.match(kind), kind)
        for kind in ('ext4', 'xfs', 'overlay', 'tmpfs', 'nfsd', 'cephlike', ''):
            self.assertFalse(sqlite.NETWORK.match(kind), kind)


@unittest.skipUnless(importlib.util.find_spec('django'), 'Django is not installed')
class Connections(unittest.TestCase):
    """With a database that has a write-ahead log, opened by Django itself."""

    def modes(self, on_network, wal=True):
        from django.db.backends.sqlite3.base import DatabaseWrapper
        from django.db.backends.signals import connection_created

        with tempfile.TemporaryDirectory() as folder, mock.patch.object(sqlite, 'is_on_network', lambda path: on_network):
            path = str(Path(folder) / 'db.sqlite3')
            with contextlib.closing(sqlite3.connect(path)) as connection:
                connection.execute('PRAGMA journal_mode = %s' % ('WAL' if wal else 'PERSIST'))
                connection.execute('CREATE TABLE t (a)')
            settings = {
                'ENGINE': 'django.db.backends.sqlite3',
                'NAME': path,
                'OPTIONS': {'timeout': 1},
                'TIME_ZONE': None,
                'CONN_MAX_AGE': 0,
                'CONN_HEALTH_CHECKS': False,
                'AUTOCOMMIT': True,
                'ATOMIC_REQUESTS': False,
                'USER': '',
                'PASSWORD': '',
                'HOST': '',
                'PORT': '',
                'TEST': {},
            }

            def lax(connection, **_):
                connection.connection.execute('PRAGMA synchronous = NORMAL')

            connection_created.connect(lax)
            sqlite.settle_connections()
            opened = DatabaseWrapper(settings)
            try:
                with opened.cursor() as cursor:
                    return [cursor.execute(f'PRAGMA {name}').fetchone()[0] for name in ('journal_mode', 'synchronous')]
            finally:
                opened.close()
                connection_created.disconnect(lax)
                connection_created.disconnect(dispatch_uid='pipeline_django.sqlite')

    def setUp(self):
        from django.conf import settings

        if not settings.configured:
            settings.configure()

    def test_leave_the_log_and_synchronise_fully_on_a_network(self):
        self.assertEqual(self.modes(True), ['delete', 2])

    def test_are_as_the_application_says_elsewhere(self):
        self.assertEqual(self.modes(False), ['wal', 1])
