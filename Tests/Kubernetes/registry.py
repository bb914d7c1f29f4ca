"""A container registry that can be read from, with the images of one archive.

    registry.py ADDRESS PORT ARCHIVE [LOGINS]

Serves ARCHIVE (docker-archive format, its layers named by their digests) by the registry protocol, version 2, over plain HTTP, to a
client that uses it as a mirror and names the registry that it means in `?ns=`. LOGINS is a file, read at every request, with a
line for each registry that wants to know who asks: REGISTRY USER:PASSWORD.
"""

import base64
import hashlib
import http.server
import json
import re
import socket
import sys
import tarfile
import urllib.parse

address, port, archive = sys.argv[1:4]
logins = sys.argv[4] if len(sys.argv) > 4 else "/dev/null"

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
CONFIGURATION = "application/vnd.docker.container.image.v1+json"
LAYER = "application/vnd.docker.image.rootfs.diff.tar"

blobs = {}  # digest: offset and size in the archive
manifests = {}  # (registry, repository, tag or digest): digest, text


def read_archive():
    with tarfile.open(archive) as tar:
        for member in tar:
            if found := re.match(r"([0-9a-f]{64})(\.json|/layer\.tar)$", member.name):
                blobs["sha256:" + found[1]] = (member.offset_data, member.size)
        images = json.load(tar.extractfile("manifest.json"))
    for image in images:
        configuration = "sha256:" + image["Config"].removesuffix(".json")
        layers = ["sha256:" + layer.removesuffix("/layer.tar") for layer in image["Layers"]]
        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": {"mediaType": CONFIGURATION, "digest": configuration, "size": blobs[configuration][1]},
            "layers": [{"mediaType": LAYER, "digest": layer, "size": blobs[layer][1]} for layer in layers],
        }
        text = json.dumps(manifest).encode()
        digest = "sha256:" + hashlib.sha256(text).hexdigest()
        for name in image["RepoTags"]:
            registry, repository, tag = re.match(r"([^/]+)/(.+):([^:]+)$", name).groups()
            manifests[registry, repository, tag] = manifests[registry, repository, digest] = digest, text


def login_wanted(registry):
    with open(logins, encoding="utf-8") as file:
        return dict(line.split(None, 1) for line in file.read().splitlines()).get(registry)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        location = urllib.parse.urlsplit(self.path)
        registry = urllib.parse.parse_qs(location.query).get("ns", [""])[0]
        login = login_wanted(registry)
        if login and self.headers.get("Authorization") != "Basic " + base64.b64encode(login.encode()).decode():
            self.refuse(401, "UNAUTHORIZED")
        elif location.path == "/v2/":
            self.answer("application/json", 2)
            self.write(b"{}")
        elif found := re.match(r"/v2/(.+)/manifests/([^/]+)$", location.path):
            self.send_manifest(manifests.get((registry, *found.groups())))
        elif found := re.match(r"/v2/.+/blobs/([^/]+)$", location.path):
            self.send_blob(found[1])
        else:
            self.refuse(404, "UNSUPPORTED")

    do_HEAD = do_GET

    def send_manifest(self, manifest):
        if not manifest:
            self.refuse(404, "MANIFEST_UNKNOWN")
            return
        digest, text = manifest
        self.answer(MANIFEST, len(text), digest)
        self.write(text)

    def send_blob(self, digest):
        if digest not in blobs:
            self.refuse(404, "BLOB_UNKNOWN")
            return
        offset, size = blobs[digest]
        self.answer("application/octet-stream", size, digest)
        with open(archive, "rb") as file:
            file.seek(offset)
            while size and (piece := file.read(min(size, 1 << 20))):
                self.write(piece)
                size -= len(piece)

    def answer(self, kind, size, digest=None, status=200):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(size))
        if digest:
            self.send_header("Docker-Content-Digest", digest)
        if status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="registry"')
        self.end_headers()

    def refuse(self, status, code):
        text = json.dumps({"errors": [{"code": code, "message": code.lower().replace("_", " ")}]}).encode()
        self.answer("application/json", len(text), status=status)
        self.write(text)

    def write(self, data):
        if self.command != "HEAD":
            self.wfile.write(data)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def server_bind(self):
        # The address comes and goes with the network of the machine that asks.
        self.socket.setsockopt(socket.IPPROTO_IP, 15, 1)  # IP_FREEBIND, which Python's module does not name
        super().server_bind()


read_archive()
Server((address, int(port)), Handler).serve_forever()
