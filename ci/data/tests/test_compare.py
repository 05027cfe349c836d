import contextlib
import sqlite3

from tests import DataTest

MANY = 200_000


class Compare(DataTest):
    """`old` is the database as it is made, `new` the same after `change`."""

    def setUp(self):
        super().setUp()
        self.old, self.new = self.folder / 'old.sqlite3', self.folder / 'new.sqlite3'

    def compare(self, old, change, new=None):
        for path, script in ((self.old, old), (self.new, (old if new is None else new) + change)):
            with contextlib.closing(sqlite3.connect(str(path))) as connection:
                connection.executescript(script)
        return self.succeed('compare', '--from', self.old, '--to', self.new)

    def assert_counts(self, result, **tables):
        counts = {name: (table['added'], table['changed'], table['deleted']) for name, table in result['tables'].items()}
        self.assertEqual(counts, tables)
        self.assertEqual(result['total'], sum(sum(table) for table in tables.values()))

    def test_finds_nothing_between_two_that_are_alike(self):
        result = self.compare('CREATE TABLE t (id INTEGER PRIMARY KEY, a); INSERT INTO t VALUES (1, NULL), (2, 3)', '')
        self.assert_counts(result)
        self.assertTrue(result['exact'] and result['same_schema'])
        self.assertEqual(result['compared'], 1)

    def test_counts_each_row_once_and_names_some(self):
        rows = ', '.join(f"({n}, 'a', 'b')" for n in range(1, 101))
        result = self.compare(
            f'CREATE TABLE t (id INTEGER PRIMARY KEY, a, b); INSERT INTO t VALUES {rows};',
            "DELETE FROM t WHERE id > 90; UPDATE t SET a = 'x', b = 'y' WHERE id <= 7; INSERT INTO t VALUES (200, 1, 1), (201, 1, 1)",
        )
        self.assert_counts(result, t=(2, 7, 10))
        self.assertEqual(result['examples']['t'], {'added': [200, 201], 'changed': [1, 2, 3, 4, 5], 'deleted': [91, 92, 93, 94, 95]})

    def test_tells_values_apart_that_sqlite_takes_for_alike(self):
        result = self.compare(
            'CREATE TABLE t (id INTEGER PRIMARY KEY, a COLLATE NOCASE, b BLOB, c TEXT);'
            "INSERT INTO t VALUES (1, 'a', 'x', 'u'), (2, 'a', 1, 'u'), (3, NULL, NULL, NULL), (4, 'a', x'00ff', 'u'),"
            " (5, NULL, 1, 'u'), (6, '', 1, 'u'), (7, 'a', 1, 'u');",
            "UPDATE t SET a = 'A' WHERE id = 1; UPDATE t SET b = 1.0 WHERE id = 2; UPDATE t SET b = x'00fe' WHERE id = 4;"
            "UPDATE t SET a = '' WHERE id = 5; UPDATE t SET a = NULL WHERE id = 6; UPDATE t SET c = 'u' || char(0) WHERE id = 7",
        )
        self.assert_counts(result, t=(0, 6, 0))

    def test_takes_any_name(self):
        name = 'a "b" \'c\' [d] `e`; ä'
        table = '"' + name.replace('"', '""') + '"'
        result = self.compare(
            f'CREATE TABLE {table} ({table} INTEGER PRIMARY KEY, "select" TEXT, "x.y" TEXT); INSERT INTO {table} VALUES (1, 2, 3);',
            f'UPDATE {table} SET "select" = 4; INSERT INTO {table} VALUES (2, 2, 3)',
        )
        self.assert_counts(result, **{name: (1, 1, 0)})

    def test_goes_by_keys_of_several_columns_and_of_text(self):
        result = self.compare(
            'CREATE TABLE pair (a TEXT, b INTEGER, c, PRIMARY KEY (b, a)) WITHOUT ROWID;'
            'CREATE TABLE word (w TEXT PRIMARY KEY, c);'
            "INSERT INTO pair VALUES ('x', 1, 1), ('y', 1, 1), ('x', 2, 1); INSERT INTO word VALUES ('a', 1), ('b', 1);",
            "UPDATE pair SET c = 2 WHERE a = 'x' AND b = 2; DELETE FROM pair WHERE a = 'y'; INSERT INTO pair VALUES ('z', 3, 1);"
            "UPDATE word SET w = 'c' WHERE w = 'a'; VACUUM",
        )
        self.assert_counts(result, pair=(1, 1, 1), word=(1, 0, 1))
        self.assertEqual(result['examples'], {}, 'a key that is a text may be a secret')

    def test_goes_by_row_numbers_where_there_is_no_key_or_one_with_null(self):
        result = self.compare(
            'CREATE TABLE none (rowid TEXT, _rowid_ TEXT); CREATE TABLE empty (k TEXT PRIMARY KEY, c);'
            "INSERT INTO none VALUES ('a', 'b'), ('a', 'b'); INSERT INTO empty VALUES (NULL, 1), (NULL, 2), ('x', 3);",
            "INSERT INTO none VALUES ('a', 'b'); UPDATE empty SET c = 5 WHERE c = 2",
        )
        self.assert_counts(result, none=(1, 0, 0), empty=(0, 1, 0))

    def test_counts_the_rows_of_tables_that_one_has(self):
        result = self.compare(
            'CREATE TABLE gone (a); INSERT INTO gone VALUES (1), (2);',
            'DROP TABLE gone; CREATE TABLE new (a); INSERT INTO new VALUES (1), (2), (3); CREATE TABLE none (a)',
        )
        self.assert_counts(result, gone=(0, 0, 2), new=(3, 0, 0))
        self.assertEqual((result['only_in_from'], result['only_in_to']), (['gone'], ['new', 'none']))
        self.assertFalse(result['same_schema'])

    def test_compares_the_columns_that_both_have_and_says_which_are_not(self):
        result = self.compare(
            'CREATE TABLE t (id INTEGER PRIMARY KEY, a, gone); INSERT INTO t VALUES (1, 1, 1), (2, 2, 2)',
            '',
            new='CREATE TABLE t (id INTEGER PRIMARY KEY, a, new); INSERT INTO t VALUES (1, 1, 8), (2, 3, 9)',
        )
        self.assert_counts(result, t=(0, 1, 0))
        self.assertEqual(result['columns'], {'t': {'only_in_from': ['gone'], 'only_in_to': ['new']}})
        self.assertFalse(result['exact'])

    def test_leaves_out_what_is_generated(self):
        if sqlite3.sqlite_version_info < (3, 31):
            self.skipTest('this SQLite has no generated columns')
        result = self.compare(
            'CREATE TABLE t (id INTEGER PRIMARY KEY, a, v AS (a * 2), s AS (a * 3) STORED); INSERT INTO t (id, a) VALUES (1, 1), (2, 2);',
            'UPDATE t SET a = 5 WHERE id = 2',
        )
        self.assert_counts(result, t=(0, 1, 0))
        self.assertTrue(result['exact'])

    def test_lists_apart_what_django_writes_by_itself(self):
        result = self.compare(
            'CREATE TABLE tasks_task (id INTEGER PRIMARY KEY AUTOINCREMENT, t);'
            'CREATE TABLE django_session (session_key TEXT PRIMARY KEY, data); CREATE TABLE django_migrations (id INTEGER PRIMARY KEY, n);'
            "INSERT INTO tasks_task (t) VALUES (1), (2); INSERT INTO django_session VALUES ('secret', 1);",
            "INSERT INTO tasks_task (t) VALUES (3), (4), (5); UPDATE tasks_task SET t = 9 WHERE id = 1; DELETE FROM django_session;"
            "INSERT INTO django_session VALUES ('other', 1); INSERT INTO django_migrations VALUES (1, 'a')",
        )
        self.assert_counts(result, tasks_task=(3, 1, 0))
        numbers = [result[number] for number in ('total', 'of_sessions', 'of_migrations', 'of_sequences')]
        self.assertEqual(numbers, [4, 2, 1, 1])
        self.assertEqual(result['apart']['django_session'], {'added': 1, 'changed': 0, 'deleted': 1})
        self.assertNotIn('secret', str(result))

    def test_compares_the_content_of_a_full_text_search_and_not_its_index(self):
        with contextlib.closing(sqlite3.connect(':memory:')) as connection:
            try:
                connection.execute('CREATE VIRTUAL TABLE x USING fts5(a)')
            except sqlite3.OperationalError:
                self.skipTest('this SQLite has no fts5')
        result = self.compare(
            'CREATE VIRTUAL TABLE search USING fts5(a); CREATE TABLE search_log (a); CREATE VIEW v AS SELECT * FROM search_log;'
            'CREATE TRIGGER tr AFTER INSERT ON search_log BEGIN INSERT INTO search (a) VALUES (new.a); END;'
            "INSERT INTO search (a) VALUES ('one'), ('two');",
            "INSERT INTO search_log VALUES ('three')",
        )
        self.assert_counts(result, search_content=(1, 0, 0), search_log=(1, 0, 0))
        self.assertGreater(result['of_indexes'], 0)
        self.assertEqual(list(result['not_compared']), ['search'])
        self.assertTrue(result['exact'])

    def test_says_what_has_no_key_in_common(self):
        result = self.compare(
            'CREATE TABLE t (a TEXT PRIMARY KEY) WITHOUT ROWID; CREATE TABLE u (id INTEGER PRIMARY KEY)',
            '; INSERT INTO u VALUES (1)',
            new='CREATE TABLE t (b TEXT PRIMARY KEY, a) WITHOUT ROWID; CREATE TABLE u (id INTEGER PRIMARY KEY)',
        )
        self.assert_counts(result, u=(1, 0, 0))
        self.assertEqual((list(result['not_compared']), result['exact']), (['t'], False))

    def test_goes_by_a_key_whose_type_only_got_longer(self):
        result = self.compare(
            "CREATE TABLE t (k varchar(10) PRIMARY KEY); INSERT INTO t VALUES ('a'), ('b')",
            '',
            new="CREATE TABLE t (k varchar(20) PRIMARY KEY); INSERT INTO t VALUES ('b'), ('a')",
        )
        self.assert_counts(result)

    def test_sees_what_is_in_a_write_ahead_log(self):
        self.make(self.old, wal=True)
        self.make(self.new, wal=True)
        with contextlib.closing(sqlite3.connect(str(self.new), isolation_level=None)) as connection:
            connection.execute('PRAGMA wal_autocheckpoint = 0')
            connection.execute('INSERT INTO account VALUES (3, 3)')
            result = self.succeed('compare', '--from', self.old, '--to', self.new)
        self.assert_counts(result, account=(1, 0, 0))

    def test_compares_a_snapshot_and_leaves_no_file_beside_it(self):
        self.make(wal=True)
        self.back_up()
        self.query('DELETE FROM account')
        result = self.succeed('compare', '--from', self.snapshot(), '--to', self.database)
        self.assert_counts(result, account=(0, 0, 2))
        self.assertEqual(self.names(), ['one.json', 'one.sqlite3'])

    def test_says_what_is_missing_or_locked(self):
        self.refuse('missing', 'compare', '--from', self.old, '--to', self.new)
        self.make(self.old)
        self.new.write_text('x' * 100)
        self.refuse('not-sqlite', 'compare', '--from', self.old, '--to', self.new)
        self.new.unlink()
        self.make(self.new)
        with contextlib.closing(sqlite3.connect(str(self.new), isolation_level=None)) as connection:
            connection.execute('BEGIN EXCLUSIVE')
            self.refuse('locked', 'compare', '--from', self.old, '--to', self.new, '--timeout', '0.2')


class ManyRows(DataTest):
    def test_are_compared_in_bounded_memory(self):
        old, new = self.make(self.folder / 'old.sqlite3', rows=MANY), self.make(self.folder / 'new.sqlite3', rows=MANY)
        self.query('UPDATE "row" SET text = 1', new)
        # At the end of the program, in it: the most that its own objects have taken.
        end = (
            'import atexit, sys, tracemalloc\n'
            'def told():\n'
            '    peak = tracemalloc.get_traced_memory()[1]\n'
            '    open(sys.argv[-1] + ".peak", "w").write(str(peak))\n'
            'atexit.register(told)\n'
            'tracemalloc.start()\n'
        )
        result = self.succeed('compare', '--from', old, '--to', new, before=end)
        self.assertEqual(result['tables'], {'row': {'added': 0, 'changed': MANY, 'deleted': 0}})
        peak = int((self.folder / 'new.sqlite3.peak').read_text())
        # Most of it is what compiling the program takes; the keys alone would be 16 MB.
        self.assertLess(peak, 6_000_000)
