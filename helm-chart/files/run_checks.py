"""Runs each check of CHECKS, also after one that has failed; exits 1 when one has. Django's shell runs it.

Each ends with the line `check NAME: ok` or `check NAME: FAILED: why`, by which the pipeline tells them apart.
"""
import json
import os
import sys
import traceback

failed = []


def end(name, problem):
    if problem:
        failed.append(name)
    first, *others = str(problem).splitlines() if problem else ["ok"]
    print("check %s: %s" % (name, "FAILED: %s" % first if problem else first), *others, sep="\n", flush=True)


for name, source in json.loads(os.environ["CHECKS"]):
    try:
        exec(compile(source, "check_%s.py" % name, "exec"), {"__name__": "check_%s" % name})
    except SystemExit as ended:
        # As Python itself would take it: a check ends early with nothing, or with what is wrong.
        end(name, None if ended.code in (None, 0) else ended.code)
    except Exception as error:
        traceback.print_exc()
        end(name, "%s: %s" % (type(error).__name__, error))
    else:
        end(name, None)
if failed:
    sys.exit("FAILED: %s" % ", ".join(failed))
