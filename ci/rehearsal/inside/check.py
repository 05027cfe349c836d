"""Asks the app that is rehearsed for pages, on this pod's own address, and runs the checks of its chart; exits 1 when one of them fails.

REHEARSAL is that of prepare.py, which ran before. CHECKS holds, as JSON: `port` (null where none is known: then nothing is asked), `scheme`,
`seconds` that the app may take to start, `visits`, each with `name`, `path` and `headers`, and `test`, a command or nothing. `health` must
answer as a kubelet wants it, any other neither 400 nor 5xx.
"""
import http.client
import json
import os
import ssl
import subprocess
import sys
import time
from pathlib import Path

PAUSE_SECONDS = 1
TRY_AGAIN_SECONDS = 10  # for an answer that is bad: workers start one after the other
SETTLE_SECONDS = 10  # where nothing can be asked

wanted = json.loads(os.environ["CHECKS"])
found = json.loads(Path(json.loads(os.environ["REHEARSAL"])["state"], "found.json").read_text())


def ask(path, headers):
    """Return status and start of the body."""
    if wanted["scheme"].lower() == "https":
        connection = http.client.HTTPSConnection("127.0.0.1", wanted["port"], timeout=10, context=ssl._create_unverified_context())
    else:
        connection = http.client.HTTPConnection("127.0.0.1", wanted["port"], timeout=10)
    try:
        connection.request("GET", path, headers=dict({"Host": found["host"], "X-Forwarded-Proto": "https"}, **headers))
        answer = connection.getresponse()
        return answer.status, answer.read(300).decode("utf-8", "replace")
    finally:
        connection.close()


def problem_with(name, path, status):
    """Return what is wrong with the status, or None."""
    if name == "health":
        return None if 200 <= status < 400 else "the health path %s answers %d" % (path, status)
    if status == 400:
        return "%s answers 400: the app refuses the host, which must be in ALLOWED_HOSTS" % path
    return "%s answers %d: the app fails" % (path, status) if status >= 500 else None


give_up = time.monotonic() + wanted["seconds"]


def visit(name, path, headers):
    """Return what is wrong with the last answer, or None."""
    global give_up
    while True:
        body = ""
        try:
            status, body = ask(path, headers)
            problem = problem_with(name, path, status)
            if name != "health":
                give_up = min(give_up, time.monotonic() + TRY_AGAIN_SECONDS)
        except (OSError, http.client.HTTPException) as error:
            problem = "%s gives no answer (%s: %s)" % (path, type(error).__name__, error)
        if problem is None or time.monotonic() + PAUSE_SECONDS > give_up:
            if problem:
                print(body)
            return problem
        time.sleep(PAUSE_SECONDS)


failed = False
if wanted["port"] is None:
    print("no port is known: nothing was asked", flush=True)
    time.sleep(SETTLE_SECONDS)
for one in wanted["visits"] if wanted["port"] is not None else []:
    problem = visit(one["name"], one["path"], one["headers"])
    give_up = time.monotonic() + TRY_AGAIN_SECONDS
    failed = failed or bool(problem)
    print("\nrehearsal %s: %s" % (one["name"], "FAILED: %s" % problem if problem else "ok"), flush=True)
if wanted["test"]:
    failed = bool(subprocess.call(wanted["test"])) or failed
sys.exit(1 if failed else 0)
