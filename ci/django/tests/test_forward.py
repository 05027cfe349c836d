import socket
import socketserver
import threading
import unittest

from pipeline_django.forward import server


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

    def test_both_ways_and_the_end_of_each_arrive(self):
        target = self.serve(socketserver.ThreadingTCPServer(('127.0.0.1', 0), Upper))
        address = self.serve(server(0, target))
        for text in (b'first', b'second' * 100_000):
            with socket.create_connection(address, timeout=10) as connection:
                connection.sendall(text)
                connection.shutdown(socket.SHUT_WR)
                with connection.makefile('rb') as answer:
                    self.assertEqual(answer.read(), text.upper())


if __name__ == '__main__':
    unittest.main()
