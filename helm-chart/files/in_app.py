"""Runs checks inside the app, all in one process: most of what one costs is Django's start.

Arguments: source of run_checks.py; what checks ask for, as JSON; then name and source of each check. Django's shell loads
the app's settings the way manage.py names them.
"""
import json
import os
import sys

run_checks, arguments, *checks = sys.argv[1:]
if not os.path.exists("manage.py"):
    print("no manage.py in %s: nothing to check" % os.getcwd())
    sys.exit()
os.environ["CHECK_ARGUMENTS"] = arguments
os.environ["CHECKS"] = json.dumps(list(zip(checks[::2], checks[1::2])))
os.execv(sys.executable, [sys.executable, "manage.py", "shell", "-c", run_checks])
