"""A proxy before an API server that misbehaves when told to.

    proxy.py ADDRESS PORT UPSTREAM FOLDER

Listens at https://ADDRESS:PORT with FOLDER/pki/server.{crt,key} and hands requests on to UPSTREAM (HOST:PORT) as the user of
FOLDER/pki/admin.{crt,key}, whoever asks. Before each request it takes the first line of FOLDER/faults whose pattern is found
in the request's "METHOD PATH": four columns, separated by tabs.

    COUNT   how often it is taken before the line goes; 0: for good
    PATTERN a regular expression
    ACTION  status, delay, drop or cut
    VALUE   status: "CODE" or "CODE RETRY-AFTER"; delay: seconds before the request is handed on

`drop` closes the connection without an answer; `cut` closes it in the middle of the real answer. FOLDER/requests gets a line
for every request: what was done to it, method and path.
"""

import contextlib
import fcntl
import http.client
import http.server
import json
import re
import ssl
import sys
import time

address, port, upstream, folder = sys.argv[1:]

HOP_BY_HOP = {"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "content-length"}

REASONS = {429: "TooManyRequests", 500: "InternalError", 503: "ServiceUnavailable", 504: "Timeout"}

client = ssl.create_default_context(cafile=f"{folder}/pki/ca.crt")
client.load_cert_chain(f"{folder}/pki/admin.crt", f"{folder}/pki/admin.key")


def take_fault(request):
    with open(f"{folder}/faults", "r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        lines = file.read().splitlines()
        for index, line in enumerate(lines):
            count, pattern, action, value = line.split("\t")
            if not re.search(pattern, request):
                continue
            if int(count) == 1:
                del lines[index]
            elif int(count) > 1:
                lines[index] = "\t".join([str(int(count) - 1), pattern, action, value])
            file.seek(0)
            file.truncate()
            file.writelines(line + "\n" for line in lines)
            return action, value
    return None, ""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format, *arguments):
        pass

    def handle_request(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        action, value = take_fault(f"{self.command} {self.path}")
        with open(f"{folder}/requests", "a", encoding="utf-8") as file:
            file.write(f"{action or 'pass'} {value}".rstrip() + f"\t{self.command} {self.path}\n")
        if action == "drop":
            self.close_connection = True
        elif action == "status":
            self.refuse(*value.split())
        else:
            if action == "delay":
                time.sleep(float(value))
            self.forward(body, cut=action == "cut")

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_request

    def refuse(self, code, retry_after=None):
        """As the API server answers: a Status object."""
        code = int(code)
        status = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": f"the proxy was told to answer {code}",
            "reason": REASONS.get(code, ""),
            "code": code,
        }
        body = json.dumps(status).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if retry_after:
            self.send_header("Retry-After", retry_after)
        self.end_headers()
        self.wfile.write(body)

    def forward(self, body, cut):
        connection = http.client.HTTPSConnection(upstream, context=client)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
        try:
            connection.request(self.command, self.path, body or None, headers)
            answer = connection.getresponse()
        except OSError as error:
            print(f"{self.command} {self.path}: {error}", flush=True)
            self.close_connection = True
            return
        with contextlib.closing(connection), answer:
            self.send_response(answer.status, answer.reason)
            for name, value in answer.getheaders():
                if name.lower() not in HOP_BY_HOP:
                    self.send_header(name, value)
            if answer.status in (204, 304):  # which have no body
                self.end_headers()
                return
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            while piece := answer.read1(65536):  # at once, since a watch never ends
                if cut:
                    piece = piece[: len(piece) // 2]
                self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
                self.wfile.flush()
                if cut:
                    self.close_connection = True
                    return
            self.wfile.write(b"0\r\n\r\n")


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        """A client that has gone away is no news."""
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            super().handle_error(request, client_address)


server = Server((address, int(port)), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(f"{folder}/pki/server.crt", f"{folder}/pki/server.key")
# The handshake is left to the connection's own thread: a client that never says a word must not hold up the others.
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
server.serve_forever()
