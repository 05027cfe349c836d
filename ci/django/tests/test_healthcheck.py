import contextlib
import io
import socket
import threading
import unittest
from http.server import BaseHTTPRequestHandler, HTTPServer

from pipeline_django.healthcheck import host, main


class Healthcheck(unittest.TestCase):
    def asked(self, status: int, **environ: str):
        """What main() returns and prints, and the request that it sent to a server that answers with this status."""
        requests = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                requests.append((self.path, dict(self.headers)))
                self.send_response(status)
                self.send_header('Content-Length', '0')
                self.end_headers()

            def log_message(self, *args):
                pass

        with HTTPServer(('127.0.0.1', 0), Handler) as server:
            threading.Thread(target=server.handle_request, daemon=True).start()
            code, said = self.quietly({'PORT': str(server.server_address[1]), **environ})
        return code, said, requests[0]

    def quietly(self, environ):
        with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(out):
            return main(environ), out.getvalue()

    def test_is_healthy_whatever_is_answered_but_an_error_of_the_server(self):
        for status, healthy in ((200, True), (302, True), (403, True), (404, True), (500, False), (503, False)):
            code, said, _ = self.asked(status)
            self.assertEqual((code, said), (0 if healthy else 1, f'answered with {status}\n'))

    def test_asks_as_a_visitor_behind_the_proxy(self):
        _, _, (path, headers) = self.asked(200, DJANGO_ALLOWED_HOSTS='.shop.example.org,other', HEALTH_PATH='/healthz')
        self.assertEqual(path, '/healthz')
        self.assertEqual(headers['Host'], 'shop.example.org')
        self.assertEqual(headers['X-Forwarded-Proto'], 'https')
        self.assertEqual(self.asked(200)[2][0], '/')

    def test_is_unhealthy_when_nobody_listens(self):
        with socket.create_server(('127.0.0.1', 0)) as free:
            port = free.getsockname()[1]
        code, said = self.quietly({'PORT': str(port)})
        self.assertEqual(code, 1)
        self.assertIn('no answer', said)

    def test_names_a_host_that_the_application_allows(self):
        for hosts, name in (('', 'localhost'), ('*', 'localhost'), (' a.example , b', 'a.example'), (None, 'localhost')):
            self.assertEqual(host({} if hosts is None else {'DJANGO_ALLOWED_HOSTS': hosts}), name)
