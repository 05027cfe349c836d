"""
`python3 -m unittest discover --start-directory tests --top-level-directory .` in ci/data. Needs no package; what concerns Django is
skipped where it is missing, and what needs a small volume where none can be mounted.

The program runs as it does in a pod: as one text, by `python -c`.
"""

import contextlib
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent
ORDER = ('problems', 'files', 'databases', 'snapshots', 'compare', 'restore', 'locate', 'main')  # of ci/data/program.ts
MODULES = {name: (FOLDER / 'pipeline_data' / f'{name}.py').read_text() for name in ORDER}
PROGRAM = f'SOURCES = {json.dumps(MODULES)}\n{(FOLDER / "loader.py").read_text()}'


def run(*arguments, before='', timeout=120, quiet=False, **options):
    """Returns exit code and result; None for the latter where the program ended without one."""
    command = [sys.executable, '-c', before + PROGRAM, *map(str, arguments)]
    # Files and not pipes: a test may leave a child behind that holds them.
    with tempfile.TemporaryFile('w+') as out:
        done = subprocess.run(command, stdout=out, stderr=subprocess.STDOUT, timeout=timeout, **options)
        out.seek(0)
        text = out.read()
    results = [line[len('data: ') :] for line in text.splitlines() if line.startswith('data: ')]
    if done.returncode in (0, 3) and len(results) != 1:
        raise AssertionError(f'not one result: {text}')
    if done.returncode not in (0, 3) and done.returncode > 0 and not quiet:
        sys.stderr.write(text)
    return done.returncode, json.loads(results[0]) if results else None


class DataTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.database = self.folder / 'volume' / 'db.sqlite3'
        self.database.parent.mkdir()
        self.snapshots = self.folder / 'volume' / 'snapshots'

    def make(self, path=None, rows=100, wal=False, script=''):
        """A database in which `row` has the squares of its numbers, so that a mixture of two states shows."""
        with contextlib.closing(sqlite3.connect(str(path or self.database), isolation_level=None)) as connection:
            connection.execute(f'PRAGMA journal_mode = {"WAL" if wal else "DELETE"}')
            connection.executescript(
                'CREATE TABLE "row" (id INTEGER PRIMARY KEY, square INTEGER, text TEXT);'
                'CREATE TABLE account (id INTEGER PRIMARY KEY, amount INTEGER);'
                'INSERT INTO account VALUES (1, 1000), (2, 0);' + script
            )
            self.fill(connection, rows)
        return path or self.database

    def fill(self, connection, rows, text='x' * 100):
        connection.execute('BEGIN')
        connection.executemany('INSERT INTO "row" VALUES (?, ?, ?)', ((n, n * n, text) for n in range(1, rows + 1)))
        connection.execute('COMMIT')

    def query(self, sql, path=None, *values):
        with contextlib.closing(sqlite3.connect(str(path or self.database), isolation_level=None)) as connection:
            return connection.execute(sql, values).fetchall()

    def succeed(self, *arguments, **options):
        code, result = run(*arguments, **options)
        self.assertEqual(code, 0, result)
        return result

    def refuse(self, kind, *arguments, **options):
        code, result = run(*arguments, **options)
        self.assertEqual((code, (result or {}).get('kind')), (3, kind), result)
        return result

    def back_up(self, id='one', *more, **options):
        return self.succeed('backup', '--database', self.database, '--into', self.snapshots, '--id', id, *more, **options)

    def snapshot(self, id='one'):
        return self.snapshots / f'{id}.sqlite3'

    def restore(self, id='one', *more, **options):
        return self.succeed(
            'restore', '--database', self.database, '--from', self.snapshot(id), '--keep', self.snapshots, *more, **options
        )

    def names(self, folder=None):
        return sorted(name for name in os.listdir(folder or self.snapshots) if name != '.lock')

    def spawn(self, code, *arguments):
        """A process of its own that has said a line when this returns."""
        child = subprocess.Popen([sys.executable, '-c', code, *map(str, arguments)], stdout=subprocess.PIPE, stdin=subprocess.PIPE)
        self.addCleanup(child.stdin.close)
        self.addCleanup(child.stdout.close)
        self.addCleanup(child.wait)
        self.addCleanup(child.kill)
        self.assertTrue(child.stdout.readline())
        return child


WRITER = """
import random, sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None)
print('writes', flush=True)
while True:
    amount = random.randrange(100)
    connection.execute('BEGIN IMMEDIATE')
    connection.execute('UPDATE account SET amount = amount - ? WHERE id = 1', [amount])
    connection.execute('UPDATE account SET amount = amount + ? WHERE id = 2', [amount])
    connection.execute('UPDATE "row" SET text = text || 1 WHERE id = ?', [random.randrange(1000)])
    connection.execute('COMMIT')
    time.sleep(0.01)  # readers of a rollback journal have no turn of their own
"""

HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
for statement in sys.argv[2:]:
    connection.execute(statement).fetchall()
print('holds', flush=True)
sys.stdin.read()
"""
