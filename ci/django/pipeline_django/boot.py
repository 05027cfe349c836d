"""
Hooks of gunicorn by which an application that cannot be loaded ends the container. By itself gunicorn does so only where loading it
raises an exception. A worker that exits meanwhile (`SystemExit`, `os._exit`), crashes or is killed, it replaces for ever.

Once a worker has loaded the application nothing here applies: whatever ends a worker later, gunicorn starts another.
"""

from __future__ import annotations

import mmap
import signal
import sys
import traceback

from gunicorn.errors import HaltServer


def on_starting(server) -> None:
    # Memory that the workers, which are forked later, have in common with the server. It outlives a reload of the configuration.
    server.loaded = mmap.mmap(-1, 1)
    server.lost = 0


def pre_fork(server, worker) -> None:
    worker.loaded = server.loaded


def post_worker_init(worker) -> None:
    """In the worker, when it has loaded the application."""
    worker.loaded[0] = 1


def worker_exit(server, worker) -> None:
    """In the worker. Says where SystemExit was raised, which gunicorn takes for an end that was meant."""
    ended = sys.exc_info()[1]
    if worker.booted or not isinstance(ended, SystemExit):
        return
    # Of an exception gunicorn has told; behind it, SystemExit is its own.
    told = ended.__traceback__ is None or ended.__traceback__.tb_next is None
    # SIGINT and SIGQUIT. At a timeout `alive` is false, too, and the code is 1.
    asked = not worker.alive and ended.code == 0
    if not told and not asked:
        print('The worker ended while it loaded the application:', file=sys.stderr)
        traceback.print_exception(type(ended), ended, ended.__traceback__)


def child_exit(server, worker) -> None:
    """In the server. Raises HaltServer when as many workers were lost as there should be, and none has loaded the application."""
    # Without listeners it is stopping, or each worker has its own (reuse_port).
    if server.loaded[0] or not server.LISTENERS:
        return
    server.lost += 1
    # One alone may have had bad luck: the others may still load it.
    if server.lost < server.num_workers:
        return
    # Those that replace them are loading it, too: SIGTERM they would hear when they have, SIGQUIT as an exception in the midst of it.
    server.kill_workers(signal.SIGKILL)
    # How they end is no matter.
    server.WORKERS.clear()
    many = 'the worker has' if server.lost == 1 else f'{server.lost} workers have'
    slow = f': that takes longer than the timeout of {server.timeout} s' if worker.aborted else ''
    raise HaltServer(f'{many} ended before the application was loaded{slow}', server.WORKER_BOOT_ERROR)
