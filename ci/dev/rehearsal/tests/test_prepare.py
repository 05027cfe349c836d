import contextlib
import importlib.util
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

spec = importlib.util.spec_from_file_location("prepare", Path(os.environ["REHEARSAL_SCRIPTS"], "prepare.py"))
prepare = importlib.util.module_from_spec(spec)
spec.loader.exec_module(prepare)


class WithFolders(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.live, self.copy = self.folder / "live", self.folder / "copy"
        self.live.mkdir()
        self.copy.mkdir()

    def database(self, name="db.sqlite3", mode="delete"):
        database = sqlite3.connect(str(self.live / name), isolation_level=None)
        self.addCleanup(database.close)
        database.execute("PRAGMA journal_mode=%s" % mode)
        database.execute("CREATE TABLE task (title TEXT)")
        database.execute("INSERT INTO task VALUES ('first')")
        return database

    def copied(self):
        prepare.copy_database(str(self.live / "db.sqlite3"), str(self.copy / "db.sqlite3"))
        database = sqlite3.connect(str(self.copy / "db.sqlite3"))
        self.addCleanup(database.close)
        return [title for (title,) in database.execute("SELECT title FROM task")]

    def refused(self):
        printed = io.StringIO()
        with self.assertRaises(SystemExit) as ended, contextlib.redirect_stdout(printed):
            self.copied()
        self.assertEqual(ended.exception.code, 4)
        return printed.getvalue()


class CopyDatabase(WithFolders):
    def test_takes_what_is_committed_from_a_database_in_use(self):
        for mode in ("delete", "wal"):
            with self.subTest(mode):
                writer = self.database(mode=mode)
                writer.execute("BEGIN IMMEDIATE")
                writer.execute("INSERT INTO task VALUES ('not yet')")
                self.assertEqual(self.copied(), ["first"])
                writer.execute("COMMIT")
                writer.close()
                for file in list(self.live.iterdir()) + list(self.copy.iterdir()):
                    file.unlink()

    def test_takes_what_a_killed_process_has_left_in_its_log(self):
        self.database(mode="wal")
        dead = self.folder / "dead"
        dead.mkdir()
        for end in ("", "-wal"):
            shutil.copy(str(self.live / "db.sqlite3") + end, str(dead / "db.sqlite3") + end)
        self.live = dead
        self.assertEqual(self.copied(), ["first"])

    def test_leaves_the_live_folder_as_it_was(self):
        self.database().close()
        before = {file.name: file.read_bytes() for file in self.live.iterdir()}
        self.copied()
        self.assertEqual({file.name: file.read_bytes() for file in self.live.iterdir()}, before)

    def test_says_that_a_database_is_damaged(self):
        self.database().close()
        path = self.live / "db.sqlite3"
        path.write_bytes(path.read_bytes()[:4096] + b"\xff" * 4096)
        self.assertIn("the live database is damaged", self.refused())

    def test_says_that_there_is_no_room(self):
        self.database().close()
        with mock.patch.object(prepare.shutil, "disk_usage", return_value=mock.Mock(free=9000)):
            self.assertIn("rehearsal copy: CANNOT: no room for a copy of the database: it has 8192 bytes, and 9000", self.refused())

    def test_says_that_a_database_is_locked(self):
        writer = self.database()
        writer.execute("BEGIN EXCLUSIVE")
        connect = sqlite3.connect
        impatient = lambda *args, **more: connect(*args, **dict(more, timeout=0))  # noqa: E731
        with mock.patch.multiple(prepare, LOCK_SECONDS=0.2, PATIENCE_SECONDS=0.2), mock.patch.object(sqlite3, "connect", impatient):
            self.assertIn("does not let itself be read", self.refused())


class Mirror(WithFolders):
    def test_copies_small_files_links_large_ones_and_leaves_out_databases(self):
        self.database().execute("BEGIN IMMEDIATE")
        (self.live / "media").mkdir()
        (self.live / "media" / "small").write_text("small")
        (self.live / "media" / "large").write_bytes(bytes(prepare.SMALL_BYTES + 1))
        (self.live / "link").symlink_to("media")
        prepare.mirror(str(self.live), str(self.copy))
        self.assertEqual((self.copy / "media" / "small").read_text(), "small")
        self.assertEqual(os.readlink(str(self.copy / "media" / "large")), str(self.live / "media" / "large"))
        self.assertEqual(os.readlink(str(self.copy / "link")), "media")
        self.assertEqual(sorted(file.name for file in self.copy.iterdir()), ["link", "media"])

    def test_copies_no_more_than_it_may(self):
        for name in "abc":
            (self.live / name).write_text("12345")
        with mock.patch.object(prepare, "MOST_BYTES", 10):
            prepare.mirror(str(self.live), str(self.copy))
        self.assertEqual([(self.copy / name).is_symlink() for name in "abc"], [False, False, True])


class Migrate(WithFolders):
    def run_with(self, database, *command):
        (self.folder / "found.json").write_text(json.dumps({"database": database}))
        script = Path(os.environ["REHEARSAL_SCRIPTS"], "migrate.py")
        env = dict(os.environ, REHEARSAL=json.dumps({"state": str(self.folder)}))
        ran = subprocess.run([sys.executable, str(script), *command], env=env, stdout=subprocess.PIPE)
        return ran.returncode, ran.stdout.decode().splitlines()

    def test_tells_how_the_command_ended_on_a_line_of_its_own(self):
        code, lines = self.run_with("sqlite", "sh", "-c", "printf 'Applying a.0001...'; exit 3")
        self.assertEqual(code, 1)
        self.assertEqual(lines[0], "Applying a.0001...")
        self.assertRegex(lines[1], r"^rehearsal migrate: FAILED: sh -c .* ended with exit code 3$")
        self.assertEqual(self.run_with("sqlite", "true"), (0, ["", "rehearsal migrate: ok"]))

    def test_runs_nothing_on_a_server(self):
        code, lines = self.run_with("postgresql", "sh", "-c", "echo ran")
        self.assertEqual(code, 0)
        self.assertNotIn("ran", lines)


class Judging(unittest.TestCase):
    def told(self, **arguments):
        code = (
            "import runpy, sys; prepare = runpy.run_path(sys.argv[1])\n"
            "try:\n    raise ValueError('no key')\nexcept ValueError as error:\n    prepare['failed']('settings', error)"
        )
        script = str(Path(os.environ["REHEARSAL_SCRIPTS"], "prepare.py"))
        env = dict(os.environ, REHEARSAL=json.dumps(arguments))
        return subprocess.run([sys.executable, "-c", code, script], env=env, capture_output=True, text=True).stdout.strip()

    def test_an_app_that_cannot_be_loaded_has_failed(self):
        self.assertEqual(self.told(serves="image"), "rehearsal settings: FAILED: ValueError: no key")

    def test_unless_the_chart_has_a_command_of_its_own_which_need_not_load_it(self):
        self.assertEqual(self.told(serves="command"), "rehearsal settings: CANNOT: ValueError: no key")


class Places(unittest.TestCase):
    def test_a_file_is_in_the_innermost_mount(self):
        data = [
            {"live": "/l/0", "copy": "/c/0", "mounts": [{"path": "/data", "folder": ""}, {"path": "/data/db/", "folder": "sub"}]},
            {"live": None, "copy": "/c/1", "mounts": [{"path": "/new", "folder": ""}]},
        ]
        self.assertEqual(prepare.place_of("/data/a", data), ("/l/0/a", "/c/0/a"))
        self.assertEqual(prepare.place_of("/data/db/a", data), ("/l/0/sub/a", "/c/0/sub/a"))
        self.assertEqual(prepare.place_of("/new/a", data), (None, "/c/1/a"))
        self.assertIsNone(prepare.place_of("/database/a", data))

    def test_a_database_is_a_file_only_in_sqlite(self):
        engine = "django.db.backends.sqlite3"
        cases = [
            ({"ENGINE": engine, "NAME": Path("/data/db")}, "/data/db"),
            ({"ENGINE": engine, "NAME": "file:/data/a%20b?mode=rwc"}, "/data/a b"),
            ({"ENGINE": "django.contrib.gis.db.backends.spatialite", "NAME": "/data/db"}, "/data/db"),
            ({"ENGINE": engine, "NAME": ":memory:"}, None),
            ({"ENGINE": "django.db.backends.postgresql", "NAME": "shop"}, None),
            ({}, None),
        ]
        for database, path in cases:
            self.assertEqual(prepare.sqlite_file(database), path)


if __name__ == "__main__":
    unittest.main()
