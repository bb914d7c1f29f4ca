#!/usr/bin/env python3
"""A web server on loopback that serves a folder, and misbehaves where it is asked to.

    server.py FOLDER        prints its port

/missing, /refused, /redirect/PATH, /truncated/PATH, /slow/PATH (a byte a second), /large (65 MiB). While FOLDER/hold is there,
packs of git repositories come a byte a second too.
"""

import os
import sys
import time
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer


class Handler(SimpleHTTPRequestHandler):
    def do_GET(self):
        first, _, rest = self.path.lstrip("/").partition("/")
        if first == "refused":
            self.send_error(403)
        elif first == "redirect":
            self.send_response(302)
            self.send_header("Location", "/" + rest)
            self.end_headers()
        elif first == "truncated":
            self.send_file(rest, missing=5)
        elif first == "slow":
            self.send_file(rest, pause=1)
        elif first == "large":
            self.send_response(200)
            self.end_headers()
            for _ in range(65):
                self.wfile.write(bytes(1 << 20))
        elif "/objects/" in self.path and os.path.exists("hold"):
            self.send_file(self.path.lstrip("/"), pause=1, until=lambda: not os.path.exists("hold"))
        else:
            super().do_GET()

    def send_file(self, path, missing=0, pause=0, until=lambda: False):
        if not os.path.exists(path):
            return self.send_error(404)
        with open(path, "rb") as file:
            content = file.read()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        content = content[: len(content) - missing]
        while content and pause and not until():
            self.wfile.write(content[:1])
            self.wfile.flush()
            content = content[1:]
            time.sleep(pause)
        self.wfile.write(content)

    def log_message(self, *_):
        pass

    def handle(self):
        # Clients are killed in the middle.
        try:
            super().handle()
        except (BrokenPipeError, ConnectionResetError):
            pass


os.chdir(sys.argv[1])
server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
