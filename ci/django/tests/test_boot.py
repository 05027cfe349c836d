import contextlib
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

from tests import FOLDER

INSTALLED = all(importlib.util.find_spec(package) for package in ('django', 'gunicorn'))

CONFIG = FOLDER / 'gunicorn.conf.py'
APPLICATION = 'pipeline_django.wsgi:application'

PATIENCE = 30
"""Seconds after which something counts as not happening."""

SERVING = """
import os

def application(environ, start_response):
    start_response('200 OK', [])
    return [str(os.getpid()).encode()]
"""

# Which worker it is, in the order in which they come.
TURN = """
import os
for turn in range(1, 9):
    try:
        os.mkdir(str(turn))
        break
    except FileExistsError:
        pass
"""

# Tells the test that it is being loaded.
SLOW = "open('loading', 'w').close()\nimport time\ntime.sleep({seconds})\n"


@unittest.skipUnless(INSTALLED, 'Django or gunicorn is not installed')
class Boot(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.app = Path(folder.name)
        (self.app / 'settings.py').write_text("SECRET_KEY = 'x'\nWSGI_APPLICATION = 'wsgi.application'\n")

    def start(self, wsgi: str, arguments: str = '') -> subprocess.Popen:
        """Serves the application whose wsgi.py has this text, by the command of the image."""
        (self.app / 'wsgi.py').write_text(wsgi)
        with open(self.app / 'log', 'w') as log:
            server = subprocess.Popen(
                # Not by `-m`, which older ones do not know.
                [sys.executable, '-c', 'from gunicorn.app.wsgiapp import run; run()', '--config', CONFIG, APPLICATION],
                env={
                    'PATH': os.environ['PATH'],
                    'PYTHONPATH': f'{FOLDER}:{self.app}',
                    'PYTHONDONTWRITEBYTECODE': '1',
                    'APP_SETTINGS_MODULE': 'settings',
                    'DJANGO_SETTINGS_MODULE': 'pipeline_django.settings',
                    'DJANGO_SECRET_KEY': 'for this test',
                    'GUNICORN_CMD_ARGS': f'--bind unix:{self.app}/socket {arguments}',
                },
                cwd=self.app,
                stdout=log,
                stderr=log,
                # So that workers end with it, whatever they do.
                start_new_session=True,
            )
        self.addCleanup(self.end, server)
        return server

    def end(self, server: subprocess.Popen) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()

    def ended(self, server: subprocess.Popen) -> 'tuple[int | None, str]':
        """The exit code, None while it runs on and on, and the log."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(PATIENCE)
        return server.returncode, (self.app / 'log').read_text()

    def until(self, found):
        """What `found` returns as soon as that is something."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            value = found()
            if value:
                return value
            time.sleep(0.05)
        self.fail((self.app / 'log').read_text())

    def worker(self) -> 'int | None':
        """The process that answers."""
        with contextlib.suppress(OSError, ValueError), socket.socket(socket.AF_UNIX) as asking:
            asking.settimeout(5)
            asking.connect(str(self.app / 'socket'))
            asking.sendall(b'GET / HTTP/1.0\r\n\r\n')
            with asking.makefile('rb') as answer:
                return int(answer.read().rpartition(b'\r\n')[2])
        return None

    def test_a_worker_that_exits_while_it_loads_the_application_ends_the_server_and_says_where(self):
        for arguments in ('', '--workers 1', '--worker-class sync', '--preload'):
            with self.subTest(arguments):
                code, log = self.ended(self.start("raise SystemExit('no room')\n", arguments))
                self.assertEqual(code, 1 if arguments == '--preload' else 3, log)
                self.assertIn('no room', log)
                if arguments != '--preload':
                    self.assertRegex(log, r'wsgi\.py", line 1[\s\S]*SystemExit: no room')
                    self.assertRegex(log, r'Reason: (the worker has|\d workers have) ended before the application was loaded\n')

    def test_so_does_one_that_exits_as_if_all_were_well(self):
        code, log = self.ended(self.start('import sys\nsys.exit(0)\n'))
        self.assertEqual(code, 3, log)
        self.assertIn('SystemExit: 0', log)

    def test_so_does_one_that_crashes_or_is_killed(self):
        for how in ('_exit(0)', '_exit(7)', 'abort()', 'kill(os.getpid(), 9)'):
            with self.subTest(how):
                code, log = self.ended(self.start(f'import os\nos.{how}\n'))
                self.assertEqual(code, 3, log)
                # Two, or more where an older gunicorn loses an exception: it raises it in a handler of a signal.
                self.assertRegex(log, r'Reason: \d workers have ended before the application was loaded\n')

    def test_so_does_one_that_gunicorn_ends_for_its_timeout(self):
        # The signal that it sends then. Newer ones leave alone who is loading.
        code, log = self.ended(self.start('import os\nos.kill(os.getpid(), 6)\nwhile True: pass\n'))
        self.assertEqual(code, 3, log)
        self.assertRegex(log, r'wsgi\.py", line [23][\s\S]*SystemExit: 1')

    def test_the_timeout_is_named(self):
        from gunicorn.errors import HaltServer
        from pipeline_django.boot import child_exit

        server = mock.Mock(loaded=b'\0', lost=0, num_workers=1, timeout=60, WORKER_BOOT_ERROR=3)
        with self.assertRaises(HaltServer) as raised:
            child_exit(server, mock.Mock(aborted=True))
        self.assertEqual(
            raised.exception.reason,
            'the worker has ended before the application was loaded: that takes longer than the timeout of 60 s',
        )
        self.assertEqual(raised.exception.exit_status, 3)

    def test_of_an_exception_gunicorn_tells_as_before(self):
        # One worker: a second that ends with 3 while gunicorn stops makes that 1, with a traceback of its own.
        code, log = self.ended(self.start("raise ValueError('no room')\n", '--workers 1'))
        self.assertEqual(code, 3, log)
        self.assertIn('ValueError: no room', log)
        self.assertNotIn('The worker ended while', log)

    def test_one_worker_that_ends_is_replaced_where_another_can_load_it(self):
        others = "if turn == 1:\n    raise SystemExit(5)\nwhile not os.path.exists('3'): pass\n"
        server = self.start(TURN + others + SERVING)
        self.until(self.worker)
        self.assertIn('SystemExit: 5', (self.app / 'log').read_text())
        self.assertIsNone(server.poll())

    def test_a_replacement_that_is_still_loading_it_is_not_waited_for(self):
        third = "if turn < 3:\n    while turn == 2 and not os.path.exists('3'): pass\n    raise SystemExit(5)\n"
        server = self.start(TURN + third + SLOW.format(seconds=600), '--graceful-timeout 600')
        code, log = self.ended(server)
        self.assertEqual(code, 3, log)

    def test_workers_that_are_killed_later_are_replaced(self):
        server = self.start(SERVING, '--workers 1')
        # For want of memory, and by gunicorn because it hangs; the last of them after a reload.
        for how in (signal.SIGKILL, signal.SIGABRT, signal.SIGHUP, signal.SIGKILL):
            before = self.until(self.worker)
            os.kill(server.pid if how == signal.SIGHUP else before, how)
            self.until(lambda: self.worker() not in (None, before))
        self.assertIsNone(server.poll())
        server.terminate()
        code, log = self.ended(server)
        self.assertEqual(code, 0, log)
        self.assertNotIn('Reason', log)
        self.assertNotIn('The worker ended while', log)

    def test_workers_that_have_answered_enough_requests_are_replaced(self):
        server = self.start(SERVING, '--workers 1 --max-requests 1')
        seen = set()
        self.until(lambda: seen.add(self.worker()) or len(seen - {None}) > 3)
        self.assertIsNone(server.poll())

    def test_what_is_stopped_while_it_loads_ends_well(self):
        for stop, arguments in (
            (signal.SIGTERM, ''),
            # Killed when the time is up.
            (signal.SIGTERM, '--graceful-timeout 1'),
            (signal.SIGINT, ''),
        ):
            with self.subTest(f'{stop.name} {arguments}'):
                (self.app / 'loading').unlink(missing_ok=True)
                server = self.start(SLOW.format(seconds=3) + SERVING, arguments)
                self.until((self.app / 'loading').exists)
                server.send_signal(stop)
                code, log = self.ended(server)
                self.assertEqual(code, 0, log)
                self.assertNotIn('Reason', log)
                self.assertNotIn('The worker ended while', log)
