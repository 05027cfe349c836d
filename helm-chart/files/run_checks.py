"""Runs each check of CHECKS, also after one that has failed; exits 1 when one has. Django's shell runs it."""
import json
import os
import sys
import traceback

failed = []
for name, source in json.loads(os.environ["CHECKS"]):
    print("%s:" % name, flush=True)
    try:
        exec(compile(source, "check_%s.py" % name, "exec"), {"__name__": "check_%s" % name})
    except SystemExit as end:
        # As Python itself would take it: a check ends early with nothing, or with what is wrong.
        if end.code not in (None, 0):
            failed.append(name)
            print(end.code, file=sys.stderr, flush=True)
    except Exception:
        failed.append(name)
        traceback.print_exc()
if failed:
    sys.exit("FAILED: %s" % ", ".join(failed))
