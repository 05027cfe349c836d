"""Makes a copy of the app's data for a rehearsal, and looks which migrations are pending; nothing of the live data is changed.

REHEARSAL holds, as JSON: `state`, a folder for what the other containers have to know; `data`, one entry for each volume with data: `live`,
where it is mounted read-only (null where there is none yet), `copy`, an empty folder, and `mounts`, each with the `path` at which the app
sees the copy and the `folder` of the volume that it sees there.

Databases in SQLite that the settings name are copied by SQLite's backup, while the app may be writing. Of the other files the small ones
are copied, for an app that writes to them as it starts; the rest are links to the live ones, which cannot be written.

Prints `rehearsal found: JSON`, and `rehearsal NAME: FAILED: why` for what speaks against the app or `rehearsal NAME: CANNOT: why` for what
does not. Where the database is a server with migrations pending, the app is loaded here and not started, since it may apply them itself as
it starts; `rehearsal end: ok` says so, and the exit code is 3.
"""
import json
import os
import runpy
import shutil
import sqlite3
import sys
import time
import traceback
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

HEADER = b"SQLite format 3\0"
BESIDE = ("-wal", "-shm", "-journal")
SMALL_BYTES = 1 << 20
MOST_BYTES = 32 << 20
MOST_FILES = 5000
PAGES = 1000
LOCK_SECONDS = 30
PATIENCE_SECONDS = 20  # then the rest is copied in one go: each write begins a copy in steps anew
DONE = 101  # SQLITE_DONE
ENDED_EARLY = 3
CANNOT = 4


def say(text):
    # What the app has printed before need not end with its line.
    print("\nrehearsal %s" % text, flush=True)


def cannot(name, why):
    say("%s: CANNOT: %s" % (name, why))
    sys.exit(CANNOT)


def failed(name, error):
    traceback.print_exc()
    lines = ("%s: %s" % (type(error).__name__, error)).splitlines()
    # Whether a command of the chart's own loads this app at all is not known.
    if json.loads(os.environ.get("REHEARSAL") or "{}").get("serves") == "command":
        cannot(name, lines[0])
    say("%s: FAILED: %s" % (name, lines[0]))
    sys.exit(1)


def is_database(path):
    with open(path, "rb") as file:
        return file.read(len(HEADER)) == HEADER


def mirror(live, copy):
    """Bring all but the databases from one folder into another, as copies or links."""
    bytes_left, files_left = MOST_BYTES, MOST_FILES
    for folder, folders, names in os.walk(live):
        here = os.path.join(copy, os.path.relpath(folder, live))
        os.makedirs(here, exist_ok=True)
        linked = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        databases = set()
        for name in sorted(names) + linked:
            path, target = os.path.join(folder, name), os.path.join(here, name)
            if name.endswith(BESIDE) and name.rsplit("-", 1)[0] in databases:
                continue
            files_left -= 1
            if files_left < 0:
                return
            try:
                if os.path.islink(path):
                    os.symlink(os.readlink(path), target)
                elif not os.path.isfile(path):
                    continue
                elif is_database(path):
                    databases.add(name)
                elif os.path.getsize(path) <= min(SMALL_BYTES, bytes_left):
                    bytes_left -= os.path.getsize(path)
                    shutil.copy(path, target)
                else:
                    os.symlink(path, target)
            except OSError as error:
                print("left out: %s: %s" % (path, error), flush=True)


def backup(live, copy, pages, give_up):
    def progress(status, *_):
        if status != DONE and time.monotonic() > give_up:
            raise TimeoutError

    source = sqlite3.connect("file:%s?mode=ro" % quote(live), uri=True, timeout=30)
    target = sqlite3.connect(copy)
    try:
        source.backup(target, pages=pages, progress=progress, sleep=0.002)
    finally:
        target.close()
        source.close()


def copy_database(live, copy):
    """Copy an SQLite database that may be in use."""
    size = sum(os.path.getsize(live + end) for end in ("", "-wal") if os.path.exists(live + end))
    free = shutil.disk_usage(os.path.dirname(copy)).free
    # The migration may rewrite the largest table.
    if free < 2 * size:
        cannot("copy", "no room for a copy of the database: it has %d bytes, and %d are free on the node" % (size, free))
    try:
        try:
            backup(live, copy, PAGES, time.monotonic() + PATIENCE_SECONDS)
        except TimeoutError:
            # Python waits for a lock without end, but for this.
            backup(live, copy, -1, time.monotonic() + LOCK_SECONDS)
    except TimeoutError:
        cannot("copy", "the live database is locked, and does not let itself be read")
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            cannot("copy", "the live database does not let itself be read: %s" % error)
        # What a process that ended in the middle of a write has left can be put in order in the copy alone. Nobody writes then.
        for end in ("",) + BESIDE:
            if os.path.exists(copy + end):
                os.remove(copy + end)
            if end != "-shm" and os.path.exists(live + end):
                shutil.copyfile(live + end, copy + end)
    database = sqlite3.connect(copy)
    try:
        found = database.execute("PRAGMA quick_check(1)").fetchone()[0]
    finally:
        database.close()
    if found != "ok":
        cannot("copy", "the live database is damaged: %s" % found)
    return size


def load_settings():
    """Load the settings as manage.py names them, but nothing of the app, which may read its database as it is loaded."""
    if os.path.exists("manage.py"):
        from django.core import management

        execute, management.execute_from_command_line = management.execute_from_command_line, lambda argv=None: None
        sys.argv = ["manage.py"]
        try:
            runpy.run_path("manage.py", run_name="__main__")
        except SystemExit:
            pass
        finally:
            management.execute_from_command_line = execute
    if not os.environ.get("DJANGO_SETTINGS_MODULE"):
        cannot("settings", "there is no manage.py in %s, and DJANGO_SETTINGS_MODULE is not set" % os.getcwd())
    from django.conf import settings

    return settings, settings.DATABASES


def sqlite_file(database):
    """Return the path of the file; None for a database that is none, or is in memory."""
    name = str(database.get("NAME") or "")
    if not str(database.get("ENGINE")).rsplit(".", 1)[-1].startswith(("sqlite", "spatialite")) or ":memory:" in name or "mode=memory" in name:
        return None
    if name.startswith("file:"):
        name = unquote(urlsplit(name).path)
    return os.path.abspath(name) if name else None


def place_of(path, data):
    """Return where the file lies live and in the copy; None where it is on no volume with data."""
    mounts = [(mount["path"].rstrip("/") + "/", mount.get("folder") or "", entry) for entry in data for mount in entry["mounts"]]
    for prefix, folder, entry in sorted(mounts, key=lambda mount: -len(mount[0])):
        if path.startswith(prefix):
            inside = os.path.join(folder, path[len(prefix) :])
            return entry["live"] and os.path.join(entry["live"], inside), os.path.join(entry["copy"], inside)
    return None


def copy_databases(databases, data):
    """Return how many bytes were copied; None where there is no live database."""
    bytes_copied = None
    for path in {sqlite_file(database) for database in databases.values()} - {None}:
        place = place_of(path, data)
        if not place or not place[0] or not os.path.exists(place[0]) or os.path.getsize(place[0]) == 0:
            continue
        os.makedirs(os.path.dirname(place[1]), exist_ok=True)
        bytes_copied = (bytes_copied or 0) + copy_database(*place)
    return bytes_copied


def host(settings):
    names = [name.lstrip(".") for name in settings.ALLOWED_HOSTS if name not in ("", "*")]
    return names[0] if names else "localhost"


def pending_migrations(connection):
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return ["%s.%s" % (migration.app_label, migration.name) for migration, _ in plan]


def main():
    arguments = json.loads(os.environ["REHEARSAL"])
    data = arguments["data"]
    if not hasattr(sqlite3.Connection, "backup"):
        cannot("copy", "Python %s has no backup of SQLite: it takes 3.7" % sys.version.split()[0])
    try:
        for entry in data:
            if entry["live"]:
                mirror(entry["live"], entry["copy"])
    except OSError as error:
        cannot("copy", "the data cannot be copied: %s" % error)
    try:
        settings, databases = load_settings()
    except Exception as error:
        failed("settings", error)
    try:
        bytes_copied = copy_databases(databases, data)
    except (OSError, sqlite3.Error) as error:
        cannot("copy", "the database cannot be copied: %s: %s" % (type(error).__name__, error))
    try:
        import django
        from django.db import connection
        from django.db.utils import DatabaseError

        django.setup()
        vendor = connection.vendor
    except Exception as error:
        failed("app", error)
    try:
        pending = pending_migrations(connection)
    except DatabaseError as error:
        # Of SQLite there is a sound copy: what is wrong with it is the app's affair.
        if vendor == "sqlite":
            failed("database", error)
        cannot("database", "the %s database does not answer: %s" % (vendor, str(error).strip().split("\n")[0]))
    except Exception as error:
        failed("migrate", error)
    found = {"database": vendor, "pending": pending, "bytes": bytes_copied, "host": host(settings)}
    Path(arguments["state"], "found.json").write_text(json.dumps(found))
    say("found: %s" % json.dumps(found))
    if vendor == "sqlite" or not pending:
        return
    try:
        from django.core.management import call_command
        from django.core.servers.basehttp import get_internal_wsgi_application

        call_command("check")
        get_internal_wsgi_application()
    except Exception as error:
        failed("app", error)
    say("end: ok")
    sys.exit(ENDED_EARLY)


if __name__ == "__main__":
    main()
