"""A door in front of the real Elasticsearch that can be shut, kept waiting, made to refuse or cut in the middle."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class Door:
    """Passes requests on to the server at ``url``, or does what ``trouble`` says.

    - ``hang``: takes the request and never answers
    - ``429``, ``503``: answers so without asking the server
    - ``cut``: passes a request on and ends the connection before the answer
    """

    def __init__(self, url):
        self.target = urlsplit(url)
        self.trouble = ""
        self.requests = []
        self.released = threading.Event()
        self.server = None
        self.connections = set()
        self.port = 0
        self.open()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def open(self):
        """Listen, after shutting at the same port as before."""
        door = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                super().setup()
                door.connections.add(self.connection)

            def finish(self):
                door.connections.discard(self.connection)
                super().finish()

            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                door.requests.append((self.command, self.path))
                trouble = door.trouble
                if trouble == "hang":
                    door.released.wait(60)
                    self.close_connection = True
                    return
                if trouble.isdigit():
                    content = json.dumps({"error": {"type": "troubled", "reason": "test"}, "status": int(trouble)})
                    self.reply(int(trouble), {"Content-Type": "application/json"}, content.encode())
                    return
                connection = http.client.HTTPConnection(door.target.hostname, door.target.port)
                connection.request(self.command, self.path, body, dict(self.headers))
                response = connection.getresponse()
                content = response.read()
                connection.close()
                if trouble == "cut":
                    self.close_connection = True
                    return
                self.reply(response.status, {"Content-Type": response.headers["Content-Type"]}, content)

            def reply(self, status, headers, content):
                self.send_response(status)
                for name, value in headers.items():
                    if value:
                        self.send_header(name, value)
                self.send_header("X-Elastic-Product", "Elasticsearch")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(content)

            def log_message(self, *args):
                pass

            do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = answer

        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def shut(self):
        """Refuse connections, as a server that was stopped."""
        self.server.shutdown()
        self.server.server_close()
        for connection in list(self.connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def close(self):
        self.released.set()
        self.shut()
