import socket
import socketserver
import tempfile
import threading
import unittest

from pipeline_django.forward import Port, Socket, leading_to


class Upper(socketserver.StreamRequestHandler):
    def handle(self):
        # Answers when the other side has said that nothing more will come.
        self.wfile.write(self.rfile.read().upper())


class Forward(unittest.TestCase):
    def serve(self, started):
        threading.Thread(target=started.serve_forever, daemon=True).start()
        self.addCleanup(started.server_close)
        self.addCleanup(started.shutdown)
        return started.server_address

    def check(self, connect):
        for text in (b'first', b'second' * 100_000):
            with connect() as connection:
                connection.sendall(text)
                connection.shutdown(socket.SHUT_WR)
                with connection.makefile('rb') as answer:
                    self.assertEqual(answer.read(), text.upper())

    def test_both_ways_and_the_end_of_each_arrive(self):
        target = self.serve(socketserver.ThreadingTCPServer(('127.0.0.1', 0), Upper))
        address = self.serve(Port(('127.0.0.1', 0), leading_to(target)))
        self.check(lambda: socket.create_connection(address, timeout=10))

    def test_a_socket_leads_there_as_well(self):
        target = self.serve(socketserver.ThreadingTCPServer(('127.0.0.1', 0), Upper))
        with tempfile.TemporaryDirectory() as folder:
            path = self.serve(Socket(f'{folder}/sock', leading_to(target)))

            def connect():
                connection = socket.socket(socket.AF_UNIX)
                connection.settimeout(10)
                connection.connect(path)
                return connection

            self.check(connect)


if __name__ == '__main__':
    unittest.main()
