"""Runs a check inside the app: its source is the first argument, its own arguments follow.

Django's shell loads the app's settings the way manage.py names them.
"""
import json
import os
import sys

check, *arguments = sys.argv[1:]
if not os.path.exists("manage.py"):
    print("no manage.py in %s: nothing to check" % os.getcwd())
    sys.exit()
os.environ["CHECK_ARGUMENTS"] = json.dumps(arguments)
os.execv(sys.executable, [sys.executable, "manage.py", "shell", "-c", check])
