import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

from tests import HOLDER, DataTest, run
from tests.test_backup import small_volume

CRASH = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute('PRAGMA cache_size = 2')
for statement in sys.argv[2:]:
    connection.execute(statement).fetchall()
os.kill(os.getpid(), 9)
"""
"""A writer that dies. With so small a cache its pages are in the database file already, and only the journal knows what they were."""


class Restore(DataTest):
    """The snapshot `one` has 100 rows; the database has other content since."""

    def prepare(self, wal=False, rows=100):
        self.make(rows=rows, wal=wal)
        self.taken = self.back_up()
        self.query('INSERT INTO account VALUES (3, 7)')
        self.query('UPDATE "row" SET text = ?', None, 'new' * 50)
        self.query('ALTER TABLE account DROP COLUMN amount') if sqlite3.sqlite_version_info >= (3, 35) else None

    def assert_old(self):
        self.assertEqual(hashlib.sha256(self.database.read_bytes()).hexdigest(), self.taken['sha256'])
        self.assertEqual(self.query('PRAGMA integrity_check'), [('ok',)])
        self.assertEqual(self.query('SELECT id, amount FROM account'), [(1, 1000), (2, 0)])

    def crash(self, *statements):
        self.assertEqual(subprocess.run([sys.executable, '-c', CRASH, str(self.database), *statements]).returncode, -9)

    def test_brings_back_every_byte_and_keeps_what_it_replaces(self):
        for wal in (False, True):
            with self.subTest(wal=wal):
                self.database = self.folder / str(wal) / 'db.sqlite3'
                self.database.parent.mkdir()
                self.snapshots = self.folder / str(wal) / 'kept'
                self.prepare(wal)

                restored = self.restore()

                self.assertTrue(restored['restored'])
                self.assert_old()
                self.assertEqual(self.query('PRAGMA journal_mode'), [('wal' if wal else 'delete',)])
                kept = self.snapshot('replaced-one-1')
                self.assertEqual(restored['replaced'], str(kept))
                self.assertEqual(self.query('SELECT count(*) FROM account', kept), [(3,)])
                self.assertEqual(json.loads(kept.with_suffix('.json').read_text())['rows'], {'row': 100, 'account': 3})
                self.assertEqual([name for name in os.listdir(self.database.parent) if name.startswith('db.')], ['db.sqlite3'])

    def test_is_done_once(self):
        self.prepare()
        self.restore()
        again = self.restore()
        self.assertEqual((again['restored'], again['replaced']), (False, None))
        self.assertEqual(self.names(), ['one.json', 'one.sqlite3', 'replaced-one-1.json', 'replaced-one-1.sqlite3'])

    def test_can_be_undone_by_what_was_kept(self):
        self.prepare()
        self.restore()
        self.restore('replaced-one-1')
        self.assertEqual(self.query('SELECT count(*) FROM account'), [(3,)])

    def test_keeps_owner_and_mode_and_follows_a_link(self):
        self.prepare()
        self.database.chmod(0o660)
        owner = (12345, 54321) if os.getuid() == 0 else (os.getuid(), os.getgid())
        os.chown(self.database, *owner)
        real, self.database = self.database, self.folder / 'link.sqlite3'
        self.database.symlink_to(real)

        self.restore()

        found = real.stat()
        self.assertEqual((found.st_uid, found.st_gid, found.st_mode & 0o777), (*owner, 0o660))
        self.assertTrue(self.database.is_symlink())
        self.assert_old()

    def test_where_there_is_no_database_left_takes_no_journal_that_lies_there(self):
        self.prepare()
        self.crash('BEGIN IMMEDIATE', 'UPDATE "row" SET text = 5 || text')
        self.database.unlink()
        self.assertTrue(Path(f'{self.database}-journal').stat().st_size)

        self.assertIsNone(self.restore()['replaced'])

        self.assert_old()

    def test_undoes_what_a_killed_writer_left_before_it_keeps_the_old_one(self):
        self.prepare(rows=2000)
        self.crash('BEGIN IMMEDIATE', 'UPDATE "row" SET text = 5 || text', 'DELETE FROM account')
        self.assertTrue(Path(f'{self.database}-journal').stat().st_size)

        self.restore()

        self.assert_old()
        kept = self.snapshot('replaced-one-1')
        self.assertEqual(self.query('SELECT count(*) FROM account', kept), [(3,)])
        self.assertEqual(self.query('SELECT count(*) FROM "row" WHERE text = ?', kept, 'new' * 50), [(2000,)])

    def test_keeps_what_was_in_the_log_of_a_killed_writer_and_no_more_applies_it(self):
        self.prepare(wal=True)
        self.crash('PRAGMA wal_autocheckpoint = 0', 'DELETE FROM account')
        self.assertTrue(Path(f'{self.database}-wal').stat().st_size)
        self.restore()
        self.assert_old()
        self.assertEqual(self.query('SELECT count(*) FROM account', self.snapshot('replaced-one-1')), [(0,)])

    def test_keeps_the_files_of_a_damaged_database_as_they_are(self):
        self.prepare()
        damaged = b'damage' + self.database.read_bytes()[6:]
        self.database.write_bytes(damaged)
        Path(f'{self.database}-wal').write_bytes(b'a log of something')

        restored = self.restore()

        self.assert_old()
        self.assertIn('damaged', restored)
        kept = self.snapshot('replaced-one-1')
        self.assertEqual(kept.read_bytes(), damaged)
        self.assertEqual(Path(f'{kept}-wal').read_bytes(), b'a log of something')
        self.assertFalse(Path(f'{self.database}-wal').exists())
        refused = self.refuse('corrupt', 'restore', '--database', self.database, '--from', kept, '--keep', self.snapshots)
        self.assertIn('copy of a damaged database', refused['problem'])
        self.assertEqual(self.succeed('drill', '--dir', self.snapshots)['id'], 'one')

    def test_keeps_one_that_opens_though_its_pages_are_damaged(self):
        self.prepare(rows=2000)
        with open(self.database, 'r+b') as file:
            file.seek(5 * 4096)
            file.write(b'\xff' * 4096 * 3)
        self.assertIn('damaged', self.restore())
        self.assert_old()

    def refuse_restore(self, kind, *more):
        before = (self.database.read_bytes(), self.names())
        refused = self.refuse(
            kind, 'restore', '--database', self.database, '--from', self.snapshot(), '--keep', self.snapshots, '--timeout', '0.3', *more
        )
        self.assertEqual((self.database.read_bytes(), self.names()), before)
        self.assertFalse(Path(f'{self.database}.partial').exists())
        return refused

    def test_refuses_a_snapshot_that_is_not_what_it_was(self):
        self.prepare()
        with open(self.snapshot(), 'r+b') as file:
            file.seek(-1, os.SEEK_END)
            file.write(b'?')
        self.refuse_restore('corrupt')
        (self.snapshots / 'one.json').unlink()
        self.refuse_restore('missing')
        self.snapshot().unlink()
        self.refuse_restore('missing')

    def test_refuses_one_with_the_right_sum_whose_pages_are_damaged(self):
        self.prepare(rows=2000)
        with open(self.snapshot(), 'r+b') as file:
            file.seek(5 * 4096)
            file.write(b'\xff' * 4096)
        facts = json.loads((self.snapshots / 'one.json').read_text())
        facts['sha256'] = hashlib.sha256(self.snapshot().read_bytes()).hexdigest()
        (self.snapshots / 'one.json').write_text(json.dumps(facts))
        self.refuse_restore('corrupt')

    def test_refuses_while_somebody_has_the_database(self):
        for wal, statements in ((False, ['BEGIN IMMEDIATE']), (False, ['BEGIN', 'SELECT 1 FROM account']), (True, ['SELECT 1 FROM account'])):
            with self.subTest(statements, wal=wal):
                shutil.rmtree(self.database.parent)
                self.database.parent.mkdir()
                self.prepare(wal)
                # Open and idle is enough with a write-ahead log.
                holder = self.spawn(HOLDER, self.database, *statements)
                self.refuse_restore('locked')
                holder.kill()
                holder.wait()
                self.restore()
                self.assert_old()

    def test_lets_nobody_write_between_the_copy_of_the_old_one_and_the_new_one(self):
        self.prepare()
        said = self.folder / 'said'
        meanwhile = f"""
import os, subprocess, sys
rename = os.replace
write = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], timeout=0); c.execute('DELETE FROM account'); c.commit()"
def replace(old, new):
    if new == {str(self.database)!r}:
        done = subprocess.run([sys.executable, '-c', write, new], stderr=subprocess.PIPE)
        open({str(said)!r}, 'wb').write(done.stderr)
    rename(old, new)
os.replace = replace
"""
        self.restore('one', before=meanwhile)
        self.assertIn(b'database is locked', said.read_bytes())
        self.assert_old()

    def test_refuses_without_room_for_both(self):
        with small_volume('2m') as volume:
            self.database, self.snapshots = volume / 'db.sqlite3', self.folder / 'snapshots'
            self.prepare(rows=4000)
            (volume / 'other').write_bytes(b'x' * 900_000)
            self.assertGreater(self.refuse_restore('no-room')['needed'], self.taken['bytes'])

    def test_leaves_the_old_one_when_the_volume_fills_up_meanwhile(self):
        room = 'import os; os.statvfs = lambda path: os.statvfs_result((4096, 4096) + (10 ** 9,) * 9)\n'
        with small_volume('2m') as volume:
            self.database, self.snapshots = volume / 'db.sqlite3', self.folder / 'snapshots'
            self.prepare(rows=4000)
            (volume / 'other').write_bytes(b'x' * 900_000)
            self.refuse(
                'no-room', 'restore', '--database', self.database, '--from', self.snapshot(), '--keep', self.snapshots, before=room
            )
            self.assertEqual(self.query('SELECT count(*) FROM account'), [(3,)])
            self.assertEqual(sorted(os.listdir(volume)), ['db.sqlite3', 'other'])
            self.assertEqual(self.names(), ['one.json', 'one.sqlite3'])

    def test_refuses_to_lose_more_than_it_may(self):
        self.make()
        self.taken = self.back_up()
        self.query('UPDATE account SET amount = 5 WHERE id = 1')
        self.query('INSERT INTO account VALUES (3, 7)')
        baseline = ('--baseline', self.snapshot())

        refused = self.refuse_restore('too-many-writes', *baseline, '--max-lost-writes', '1')
        self.assertEqual(refused['lost']['tables'], {'account': {'added': 1, 'changed': 1, 'deleted': 0}})
        restored = self.restore('one', *baseline, '--max-lost-writes', '2')

        self.assertEqual(restored['lost']['total'], 2)
        self.assert_old()


KILL = """
import os, sys
def _effects(frame, event, function, left=[int(os.environ['KILL_AT'])]):
    if event not in ('c_call', 'c_return') or not frame.f_code.co_filename.startswith('pipeline_data/'):
        return
    if function.__name__ in ('backup', 'chmod', 'chown', 'close', 'connect', 'execute', 'fsync', 'open', 'remove', 'replace', 'write'):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), 9)
sys.setprofile(_effects)
"""
"""Kills the program at the Nth moment before or after something that it does to a file."""

EVERY = 16
"""Moments that are tried of each program, spread evenly over all of them."""


def moments(run):
    """Kills `run` at its first moment, and so on until it gets through; returns how often it was killed."""
    last = 1
    while run(last) == -9:
        last *= 2
    low, high = last // 2, last
    while high - low > 1:  # the first one that it outlives
        middle = (low + high) // 2
        low, high = (middle, high) if run(middle) == -9 else (low, middle)
    every = max(1, high // EVERY)
    killed = [at for at in range(1, high, every) if run(at) == -9]
    # The last moments are those at which files get their names.
    return len(killed) + len([at for at in range(max(1, high - 12), high) if run(at) == -9])


class Killed(DataTest):
    def start(self, at, *arguments):
        return run(*arguments, before=KILL, env={**os.environ, 'KILL_AT': str(at)})[0]

    def count(self, path=None):
        self.assertEqual(self.query('PRAGMA integrity_check', path), [('ok',)])
        return self.query('SELECT count(*) FROM "row"', path)[0][0]

    def test_a_backup_leaves_a_whole_snapshot_or_none(self):
        self.make(rows=500, wal=True)
        seen = set()

        def attempt(at):
            shutil.rmtree(self.snapshots, ignore_errors=True)
            code = self.start(at, 'backup', '--database', self.database, '--into', self.snapshots, '--id', 'one')
            whole = self.snapshot().exists()
            seen.add(whole)
            if whole:
                self.assertEqual(self.count(self.snapshot()), 500)
                self.assertTrue(self.back_up()['existed'])
            else:
                self.assertNotEqual(code, 0)
                self.assertFalse(self.back_up()['existed'])
            self.assertEqual(self.names(), ['one.json', 'one.sqlite3'])
            self.assertEqual(self.count(), 500)
            return code

        self.assertGreater(moments(attempt), 25)
        self.assertEqual(seen, {True, False})

    def test_a_restore_leaves_the_old_or_the_new_database(self):
        for wal in (False, True):
            with self.subTest(wal=wal):
                self.database = self.folder / str(wal) / 'db.sqlite3'
                self.snapshots = self.database.parent / 'snapshots'
                self.database.parent.mkdir()
                self.make(rows=500, wal=wal)
                self.back_up()
                origin = self.folder / f'{wal}.origin'
                shutil.copytree(self.database.parent, origin)
                seen = set()

                def attempt(at):
                    shutil.rmtree(self.database.parent)
                    shutil.copytree(origin, self.database.parent)
                    # Seven rows are only in the journal's reach: a hot journal, or a log that was not moved into the file.
                    script = ['PRAGMA wal_autocheckpoint = 0', 'DELETE FROM "row" WHERE id > 7']
                    Restore.crash(self, *script, *([] if wal else ['BEGIN IMMEDIATE', 'DELETE FROM "row"']))
                    where = ('restore', '--database', self.database, '--from', self.snapshot(), '--keep', self.snapshots)
                    code = self.start(at, *where)
                    found = self.count()
                    seen.add(found)
                    self.assertIn(found, (7, 500))
                    again = self.succeed(*where)
                    self.assertEqual((again['restored'], self.count()), (found == 7, 500))
                    # What was replaced is kept, once, and nothing else lies about.
                    kept = [name for name in self.names() if name.startswith('replaced') and name.endswith('.sqlite3')]
                    self.assertEqual(kept, ['replaced-one-1.sqlite3'])
                    self.assertEqual(self.count(self.snapshots / kept[0]), 7)
                    self.assertEqual([name for name in os.listdir(self.database.parent) if name.startswith('db.sqlite3.')], [])
                    return code

                self.assertGreater(moments(attempt), 25)
                self.assertEqual(seen, {7, 500})
