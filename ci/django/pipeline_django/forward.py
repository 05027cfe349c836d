"""
`python -m pipeline_django.forward 5432 postgres` makes port 5432 of this machine lead to the one of that host, for as long as the
container lives: for settings that look for their database on localhost. With a third argument a Unix socket at that path leads there,
too. It returns when both are open.
"""

from __future__ import annotations

import os
import shutil
import socket
import socketserver
import sys
import threading


class Port(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


class Socket(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


def leading_to(target: tuple[str, int]) -> type[socketserver.BaseRequestHandler]:
    """What a server does with its connections."""

    class Connection(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection(target) as other:
                back = threading.Thread(target=_copy, args=(other, self.request), daemon=True)
                back.start()
                _copy(self.request, other)
                back.join()

    return Connection


def _copy(source: socket.socket, target: socket.socket) -> None:
    with source.makefile('rb', buffering=0) as reader, target.makefile('wb', buffering=0) as writer:
        shutil.copyfileobj(reader, writer)
    try:
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # the other side was faster


def main(port: str, host: str, *sockets: str) -> int:
    connection = leading_to((host, int(port)))
    servers = [Port(('127.0.0.1', int(port)), connection), *(Socket(path, connection) for path in sockets)]
    if os.fork() == 0:
        # Whoever reads what this process prints must not wait for the other.
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        for server in servers:
            threading.Thread(target=server.serve_forever).start()
    return 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
