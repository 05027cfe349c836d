"""Asks the app for pages through its Service, as visitors do; exits 1 when an answer is wrong.

Arguments: service, port, host header, then name and path of each check. `health` must answer 200; anything else, such as `page`, must
answer neither 400 nor 5xx. The request says that it came by HTTPS, since the app may redirect all others.
"""
import http.client
import sys
import time

TRY_FOR_SECONDS = 45  # a new pod is ready a little before the Service sends it anyone
PAUSE_SECONDS = 3

service, port, host, *checks = sys.argv[1:]


def ask(path):
    """Return status and start of the body."""
    connection = http.client.HTTPConnection(service, int(port), timeout=10)
    try:
        connection.request("GET", path, headers={"Host": host, "X-Forwarded-Proto": "https"})
        answer = connection.getresponse()
        return answer.status, answer.read(300).decode("utf-8", "replace")
    finally:
        connection.close()


def problem_with(name, path, status):
    """Return what is wrong with the status, or None."""
    if name == "health":
        return None if status == 200 else "the health path %s must answer 200, and answers %d" % (path, status)
    if status == 400:
        return "%s answers 400: the app refuses the host, which must be in ALLOWED_HOSTS" % path
    return "%s answers %d: the app fails" % (path, status) if status >= 500 else None


give_up = time.monotonic() + TRY_FOR_SECONDS


def visit(name, path):
    """Return what is wrong with the last answer, or None."""
    print("GET http://%s:%s%s, Host: %s" % (service, port, path, host), flush=True)
    while True:
        try:
            status, body = ask(path)
            problem = problem_with(name, path, status)
            print("status %d" % status, flush=True)
        except (OSError, http.client.HTTPException) as error:
            problem, body = "%s gives no answer (%s: %s)" % (path, type(error).__name__, error), ""
        if problem is None or time.monotonic() + PAUSE_SECONDS > give_up:
            if problem:
                print(body)
            return problem
        print(problem, flush=True)
        time.sleep(PAUSE_SECONDS)


failed = []
for name, path in zip(checks[::2], checks[1::2]):
    problem = visit(name, path)
    print("check %s: %s" % (name, "FAILED: %s" % problem if problem else "ok"), flush=True)
    if problem:
        failed.append(name)
if failed:
    sys.exit("FAILED: %s" % ", ".join(failed))
