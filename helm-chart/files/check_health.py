"""Asks the app for a page through its Service; exits 1 when the answer is wrong.

Arguments: service, port, host header, health path or ''.
The health path must answer 200; without one, / must answer anything but 400 and 5xx. The request says that it came by
HTTPS, since the app may redirect all others.
"""
import http.client
import sys
import time

TRY_FOR_SECONDS = 45  # a new pod is ready a little before the Service sends it anyone
PAUSE_SECONDS = 3

service, port, host, health_path = sys.argv[1:]
path = health_path or "/"


def ask():
    """Return status and start of the body."""
    connection = http.client.HTTPConnection(service, int(port), timeout=10)
    try:
        connection.request("GET", path, headers={"Host": host, "X-Forwarded-Proto": "https"})
        answer = connection.getresponse()
        return answer.status, answer.read(300).decode("utf-8", "replace")
    finally:
        connection.close()


def problem_with(status):
    """Return what is wrong with the status, or None."""
    if health_path:
        return None if status == 200 else "the health path must answer 200"
    if status == 400:
        return "the app refuses the host: it must be in ALLOWED_HOSTS"
    return "the app fails" if status >= 500 else None


print("GET http://%s:%s%s, Host: %s" % (service, port, path, host), flush=True)
give_up = time.monotonic() + TRY_FOR_SECONDS
while True:
    try:
        status, body = ask()
        problem = problem_with(status)
        saw = "status %d" % status
    except (OSError, http.client.HTTPException) as error:
        problem, body = "no answer", ""
        saw = "%s: %s" % (type(error).__name__, error)
    print("%s: %s" % (saw, problem or "ok"), flush=True)
    if problem is None:
        break
    if time.monotonic() + PAUSE_SECONDS > give_up:
        print(body)
        sys.exit("FAILED: %s (%s)" % (problem, saw))
    time.sleep(PAUSE_SECONDS)
