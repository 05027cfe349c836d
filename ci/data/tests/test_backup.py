import contextlib
import hashlib
import json
import os
import sqlite3
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from tests import HOLDER, WRITER, DataTest, run


@contextlib.contextmanager
def small_volume(size):
    """A volume of so many bytes; the test is skipped where it cannot be mounted."""
    folder = tempfile.mkdtemp()
    mount = subprocess.run(['mount', '-t', 'tmpfs', '-o', f'size={size}', 'tmpfs', folder], stderr=subprocess.DEVNULL)
    if mount.returncode:
        os.rmdir(folder)
        raise unittest.SkipTest('a volume cannot be mounted here')
    try:
        yield Path(folder)
    finally:
        subprocess.run(['umount', '--lazy', folder], check=True)
        os.rmdir(folder)


class Backup(DataTest):
    def test_is_whole_and_says_what_is_in_it(self):
        self.make()
        taken = self.back_up('one', '--extra-json', '{"revision": 7}')

        self.assertEqual(self.names(), ['one.json', 'one.sqlite3'])
        self.assertEqual(taken['sha256'], hashlib.sha256(self.snapshot().read_bytes()).hexdigest())
        self.assertEqual(taken['bytes'], self.snapshot().stat().st_size)
        self.assertEqual(taken['rows'], {'row': 100, 'account': 2})
        self.assertEqual((taken['existed'], taken['extra'], taken['checked']), (False, {'revision': 7}, 'integrity_check'))
        self.assertEqual(json.loads((self.snapshots / 'one.json').read_text())['sha256'], taken['sha256'])
        self.assertEqual(self.query('SELECT sum(square) FROM "row"', self.snapshot()), self.query('SELECT sum(square) FROM "row"'))

    def test_is_taken_once(self):
        self.make()
        first = self.back_up()
        self.query('DELETE FROM "row"')

        again = self.back_up()

        self.assertEqual((again['existed'], again['sha256'], again['rows']), (True, first['sha256'], first['rows']))

    def test_that_was_damaged_later_is_not_taken_for_whole(self):
        self.make()
        self.back_up()
        with open(self.snapshot(), 'r+b') as file:
            file.seek(5000)
            file.write(b'damage')

        refused = self.refuse('corrupt', 'backup', '--database', self.database, '--into', self.snapshots, '--id', 'one')

        self.assertIn('was changed since it was taken', refused['problem'])

    def test_that_was_begun_is_begun_anew(self):
        self.make()
        self.snapshots.mkdir()
        for name in ('one.sqlite3.partial', 'one.json', 'one.sqlite3.partial-journal'):
            (self.snapshots / name).write_bytes(b'half of it')

        self.back_up()

        self.assertEqual(self.names(), ['one.json', 'one.sqlite3'])

    def test_has_what_is_in_a_write_ahead_log_and_leaves_none(self):
        self.make(wal=True)
        holder = self.spawn(HOLDER, self.database, 'PRAGMA wal_autocheckpoint = 0', 'INSERT INTO account VALUES (3, 5)')
        self.assertTrue(Path(f'{self.database}-wal').stat().st_size)

        taken = self.back_up()

        self.assertEqual((taken['rows']['account'], taken['journal']), (3, 'wal'))
        self.assertEqual(self.names(), ['one.json', 'one.sqlite3'])
        self.assertIsNone(holder.poll())

    def test_of_a_database_that_is_written_is_one_state_of_it(self):
        for wal in (False, True):
            for live in ((), ('--live',)):
                with self.subTest(wal=wal, live=live):
                    self.database = self.folder / f'{wal}{len(live)}' / 'db.sqlite3'
                    self.snapshots = self.database.parent / 'snapshots'
                    self.database.parent.mkdir()
                    self.make(rows=400_000, wal=wal)
                    writer = self.spawn(WRITER, self.database)
                    for number in range(2):
                        self.back_up(f'n{number}', *live)
                        self.assertEqual(self.query('SELECT sum(amount) FROM account', self.snapshot(f'n{number}')), [(1000,)])
                    states = {self.query('SELECT sum(length(text)) FROM "row"', self.snapshot(f'n{n}'))[0] for n in range(2)}
                    self.assertGreater(len(states), 1, 'nobody wrote meanwhile')
                    self.assertIsNone(writer.poll(), 'the writer was refused')
                    writer.kill()

    def test_keeps_the_mode_of_the_database(self):
        self.make()
        self.database.chmod(0o640)
        self.back_up()
        self.assertEqual(self.snapshot().stat().st_mode & 0o777, 0o640)

    def test_knows_functions_of_the_application_only_by_leaving_their_checks_out(self):
        self.make()
        with contextlib.closing(sqlite3.connect(str(self.database))) as connection:
            connection.create_function('regexp', 2, lambda pattern, text: 1, deterministic=True)
            connection.executescript(
                "CREATE TABLE tag (name TEXT CHECK (name REGEXP 'x')); INSERT INTO tag VALUES ('y');"
                "CREATE INDEX tagged ON tag (regexp('x', name))"
            )
        self.assertEqual(self.back_up()['rows']['tag'], 1)

    def test_of_a_database_without_a_table(self):
        self.database.touch()
        self.assertEqual(self.back_up()['rows'], {})


class Refused(DataTest):
    def around(self):
        return {name for name in os.listdir(self.database.parent) if name != 'snapshots'}

    def refuse_backup(self, kind, *more, **options):
        before = self.around()
        refused = self.refuse(kind, 'backup', '--database', self.database, '--into', self.snapshots, '--id', 'one', *more, **options)
        self.assertEqual(self.around(), before)
        if self.snapshots.exists():
            self.assertEqual(self.names(), [])
        return refused

    def test_where_there_is_none(self):
        self.refuse_backup('missing')
        self.assertFalse(self.snapshots.exists())

    def test_what_is_no_database(self):
        self.database.write_text('name,amount\n' * 100)
        self.refuse_backup('not-sqlite')
        self.database.unlink()
        self.database.mkdir()
        self.refuse_backup('not-sqlite')

    def test_a_damaged_one_whatever_the_way(self):
        self.make(rows=2000)
        with open(self.database, 'r+b') as file:
            for page in range(3, 20):
                file.seek(page * 4096)
                file.write(os.urandom(2000))
        self.assertIn('is damaged', self.refuse_backup('corrupt')['problem'])
        self.assertIn('is damaged', self.refuse_backup('corrupt', '--live')['problem'])

    def test_one_that_was_cut_off(self):
        self.make(rows=2000)
        os.truncate(self.database, 20_000)
        self.refuse_backup('corrupt')

    def test_a_locked_one_after_the_time_that_it_was_given(self):
        self.make()
        holder = self.spawn(HOLDER, self.database, 'BEGIN EXCLUSIVE')
        for live in ((), ('--live',)):
            self.assertIn('locked', self.refuse_backup('locked', '--timeout', '0.3', *live)['problem'])
        holder.kill()
        holder.wait()
        self.back_up()

    def test_when_another_program_works_in_the_folder(self):
        self.make()
        self.snapshots.mkdir()
        code = "import fcntl, sys; file = open(sys.argv[1], 'a'); fcntl.flock(file, 2); print(1, flush=True); sys.stdin.read()"
        self.spawn(code, self.snapshots / '.lock')
        self.refuse_backup('locked')

    def test_on_a_volume_without_room(self):
        with small_volume('1m') as volume:
            self.database = volume / 'db.sqlite3'
            self.snapshots = volume / 'snapshots'
            self.make(rows=5000)
            refused = self.refuse_backup('no-room')
            self.assertFalse(self.snapshots.exists())
            self.assertGreater(refused['needed'], refused['free'])

    def test_when_the_volume_fills_up_meanwhile(self):
        with small_volume('3m') as volume:
            self.database = volume / 'db.sqlite3'
            self.snapshots = volume / 'snapshots'
            self.make(rows=5000)
            room = 'import os; stat = os.statvfs; os.statvfs = lambda path: os.statvfs_result((4096, 4096) + (10 ** 9,) * 9)\n'
            (volume / 'other').write_bytes(b'x' * 2_000_000)
            self.refuse_backup('no-room', before=room)

    @unittest.skipIf(os.getuid() == 0, 'root may write anywhere')
    def test_where_it_may_not_write(self):
        self.make()
        self.snapshots.mkdir(mode=0o500)
        self.refuse_backup('forbidden')

    def test_an_id_that_leads_elsewhere(self):
        self.make()
        for id in ('../one', '', '.hidden', 'x.partial'):
            with self.subTest(id):
                where = ('--database', self.database, '--into', self.snapshots)
                self.assertEqual(run('backup', *where, '--id', id, quiet=True), (1, None))


class Folder(DataTest):
    def filled(self):
        self.make()
        for number in range(4):
            self.back_up(f'n{number}')
            time.sleep(0.01)

    def ids(self):
        return [one['id'] for one in self.succeed('list', '--dir', self.snapshots)['snapshots']]

    def test_is_listed_newest_first(self):
        self.assertEqual(self.ids(), [])
        self.filled()
        (self.snapshots / 'n9.sqlite3.partial').touch()
        found = self.succeed('list', '--dir', self.snapshots)
        self.assertEqual([one['id'] for one in found['snapshots']], ['n3', 'n2', 'n1', 'n0'])
        self.assertEqual(found['unfinished'], ['n9.sqlite3.partial'])
        self.assertEqual(found['bytes'], sum((self.snapshots / f'n{n}.sqlite3').stat().st_size for n in range(4)))
        self.assertEqual(found['snapshots'][0]['rows'], 102)

    def prune(self, *more):
        return self.succeed('prune', '--dir', self.snapshots, *more)

    def test_is_pruned_by_number(self):
        self.filled()
        self.assertEqual(self.prune('--keep', '2')['removed'], ['n0', 'n1'])
        self.assertEqual(self.names(), ['n2.json', 'n2.sqlite3', 'n3.json', 'n3.sqlite3'])

    def test_is_pruned_by_size_down_to_the_newest(self):
        self.filled()
        size = self.snapshot('n0').stat().st_size
        self.assertEqual(self.prune('--keep', '9', '--max-bytes', str(3 * size))['removed'], ['n0'])
        self.assertEqual(self.prune('--keep', '9', '--max-bytes', '1')['kept'], ['n3'])

    def test_keeps_those_that_are_named(self):
        self.filled()
        pruned = self.prune('--keep', '1', '--max-bytes', '1', '--never', 'n0', 'n2')
        self.assertEqual((pruned['removed'], pruned['kept']), (['n1'], ['n3', 'n2', 'n0']))

    def test_counts_what_a_restore_has_replaced(self):
        self.filled()
        self.query('DELETE FROM account')
        self.restore('n0')
        self.assertEqual(self.ids()[0], 'replaced-n0-1')
        self.assertEqual(self.prune('--keep', '1')['kept'], ['replaced-n0-1'])

    def test_loses_what_dead_runs_have_left(self):
        self.filled()
        for name, age in (('a.sqlite3.partial', 4000), ('b.json', 4000), ('c.sqlite3.partial', 100)):
            (self.snapshots / name).touch()
            os.utime(self.snapshots / name, (time.time() - age,) * 2)
        self.assertEqual(self.prune('--keep', '9')['removed'], ['a.sqlite3.partial', 'b.json'])
        self.assertIn('c.sqlite3.partial', self.names())

    def test_is_pruned_where_there_is_none(self):
        self.assertEqual(self.prune('--keep', '1')['removed'], [])


class Drill(DataTest):
    def drill(self, *more):
        return self.succeed('drill', '--dir', self.snapshots, '--temporary', self.folder, *more)

    def test_opens_the_newest_and_leaves_nothing(self):
        self.make()
        self.back_up('a')
        time.sleep(0.01)
        self.back_up('b')
        before = sorted(self.folder.rglob('*'))
        self.assertEqual((self.drill()['id'], self.drill('--id', 'a')['rows']), ('b', 102))
        self.assertEqual(sorted(self.folder.rglob('*')), before)

    def test_finds_rows_that_are_not_those_of_the_sidecar(self):
        self.make()
        self.back_up()
        facts = json.loads((self.snapshots / 'one.json').read_text())
        (self.snapshots / 'one.json').write_text(json.dumps({**facts, 'rows': {**facts['rows'], 'account': 3}}))
        self.assertIn('other rows', self.refuse('corrupt', 'drill', '--dir', self.snapshots)['problem'])

    def test_finds_damage(self):
        self.make()
        self.back_up()
        os.truncate(self.snapshot(), 4096)
        self.refuse('corrupt', 'drill', '--dir', self.snapshots)

    def test_says_that_there_is_nothing(self):
        self.refuse('missing', 'drill', '--dir', self.snapshots)
        self.refuse('missing', 'drill', '--dir', self.snapshots, '--id', 'one')
