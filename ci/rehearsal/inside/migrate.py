"""Runs the command that it is given, which migrates, on a copy; on a database of which there is none, nothing.

Arguments: the command. REHEARSAL is that of prepare.py, which ran before.
"""
import json
import os
import subprocess
import sys
from pathlib import Path

found = json.loads(Path(json.loads(os.environ["REHEARSAL"])["state"], "found.json").read_text())
if found["database"] != "sqlite":
    print("nothing is pending on the %s database, and there is no copy of it: nothing is migrated" % found["database"], flush=True)
    sys.exit()
code = subprocess.call(sys.argv[1:])
# Django's migrate leaves a line open where it fails.
print("\nrehearsal migrate: %s" % ("FAILED: %s ended with exit code %d" % (" ".join(sys.argv[1:])[:200], code) if code else "ok"), flush=True)
sys.exit(1 if code else 0)
