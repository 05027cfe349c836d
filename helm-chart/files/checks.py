"""Runs all checks of a release, also after one that has failed; exits 1 when one has.

First it asks for pages through the Service, as a visitor does; then it looks inside the app, by Django's shell, which loads the settings
the way manage.py names them: all checks in one process, since most of what one costs is Django's start.

Arguments: what the checks ask for, as JSON; source of visit.py, of run_checks.py; then name and source of each check inside the app.
"""
import json
import os
import subprocess
import sys

arguments, visit, run_checks, *checks = sys.argv[1:]
wanted = json.loads(arguments)
codes = []
if wanted["visits"]:
    where = [wanted["service"], str(wanted["port"]), wanted["host"]]
    codes.append(subprocess.call([sys.executable, "-c", visit, *where, *wanted["visits"]]))
if checks and not os.path.exists("manage.py"):
    print("no manage.py in %s: nothing to check inside the app" % os.getcwd())
elif checks:
    env = dict(os.environ, CHECK_ARGUMENTS=arguments, CHECKS=json.dumps(list(zip(checks[::2], checks[1::2]))))
    codes.append(subprocess.call([sys.executable, "manage.py", "shell", "-c", run_checks], env=env))
sys.exit(1 if any(codes) else 0)
