"""Exits 1 when the database lacks a migration that this image carries."""
import os
import subprocess
import sys


def manage(*arguments):
    """Run manage.py and return its exit code."""
    return subprocess.call([sys.executable, "manage.py", *arguments])


if not os.path.exists("manage.py"):
    print("no manage.py in %s: nothing to check" % os.getcwd())
elif manage("migrate", "--check") == 0:
    print("every migration is applied")
else:
    manage("showmigrations", "--plan")
    sys.exit("FAILED: `manage.py migrate --check` found a missing migration, or could not read the database")
