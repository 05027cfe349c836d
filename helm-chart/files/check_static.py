"""Fetches one collected static file through the Service; exits 1 unless its bytes are those in the image.

Arguments: service, port, host (the header). The request says that it came by HTTPS, since the app may redirect all others.
"""
import http.client
import json
import os
import sys
import time
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

TRY_FOR_SECONDS = 30
PAUSE_SECONDS = 2
COMPRESSED = (".gz", ".br", ".zst")  # what WhiteNoise and others put beside a file

arguments = json.loads(os.environ["CHECK_ARGUMENTS"])
service, port, host = (arguments[name] for name in ("service", "port", "host"))


def nothing_to_check(why):
    print("%s: nothing to check" % why)
    sys.exit()


def files(storage, folder=""):
    """Yield the names of all files in a storage."""
    folders, names = storage.listdir(folder)
    for name in sorted(names):
        yield os.path.join(folder, name)
    for name in sorted(folders):
        yield from files(storage, os.path.join(folder, name))


def collected(storage):
    """Return the name of a file that has a URL, and the name that it is stored under; None if there is none."""
    hashed = getattr(storage, "hashed_files", None)
    for name in files(storage):
        if name.endswith(COMPRESSED) or (hashed and name not in hashed):
            continue
        return name, storage.stored_name(name) if hashed else name
    return None


def fetch(path):
    """Return status, type and bytes of the answer."""
    connection = http.client.HTTPConnection(service, int(port), timeout=10)
    try:
        connection.request("GET", path, headers={"Host": host, "X-Forwarded-Proto": "https"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def problem_with(path, expected):
    """Return what is wrong with the answer, or None."""
    try:
        status, body = fetch(path)
    except (OSError, http.client.HTTPException) as error:
        return "no answer: %s: %s" % (type(error).__name__, error)
    if status != 200:
        return "status %d" % status
    return None if body == expected else "%d bytes, and not those of the file, which has %d" % (len(body), len(expected))


if not apps.is_installed("django.contrib.staticfiles"):
    nothing_to_check("the app does not use django.contrib.staticfiles")
from django.contrib.staticfiles.storage import staticfiles_storage  # noqa: E402: only with the app above

try:
    found = collected(staticfiles_storage)
except FileNotFoundError:
    why = "collectstatic did not run, or collected elsewhere"
    sys.exit("STATIC_ROOT, %s, is not in the image: %s" % (settings.STATIC_ROOT, why))
except (ImproperlyConfigured, NotImplementedError) as error:
    nothing_to_check("the app has no folder of collected files (%s)" % error)
if not found:
    nothing_to_check("the app collects no static files")
name, stored = found
url = staticfiles_storage.url(name)
if urlsplit(url).netloc:
    nothing_to_check("static files are served elsewhere, such as %s" % url)

with staticfiles_storage.open(stored) as file:
    expected = file.read()
print("GET http://%s:%s%s, Host: %s" % (service, port, url, host), flush=True)
give_up = time.monotonic() + TRY_FOR_SECONDS  # a new pod is ready a little before the Service sends it anyone
problem = problem_with(url, expected)
while problem and time.monotonic() + PAUSE_SECONDS < give_up:
    print(problem, flush=True)
    time.sleep(PAUSE_SECONDS)
    problem = problem_with(url, expected)
if problem:
    sys.exit("the static file %s in %s: %s" % (name, settings.STATIC_ROOT, problem))
print("%s: %d bytes, as in the image" % (name, len(expected)))
