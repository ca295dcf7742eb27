"""HTTP over a unix socket, and the proxy between the load and nginx.

The load speaks HTTP/1.0, a connection for each request: what a reply that
never arrives means is then plain.  The proxy reads the whole reply before it
decides, so a dropped reply was sent: the server has committed.
"""

import json
import os
import re
import socket
import threading
import time


class Lost(OSError):
    """No answer: nobody knows whether the request was served."""


class Answer:
    def __init__(self, raw):
        head, _, self.body = raw.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        found = re.match(r"HTTP/1\.\d (\d{3})", lines[0])
        if found is None:
            raise Lost(f"not a reply: {raw[:80]!r}")
        self.status = int(found[1])
        self.headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            self.headers[name.lower()] = value.strip()
        size = self.headers.get("content-length")
        if size is not None and len(self.body) < int(size):
            raise Lost("the reply was cut")

    @property
    def json(self):
        return json.loads(self.body)

    def show(self):
        return f"{self.status} {self.body[:500]!r}"

    __repr__ = show


def read_all(sock):
    parts = []
    while True:
        part = sock.recv(65536)
        if not part:
            return b"".join(parts)
        parts.append(part)


class Caller:
    """One caller with its token."""

    def __init__(self, path, token=None, timeout=20):
        self.path = path
        self.token = token
        self.timeout = timeout

    def request(self, method, path, document=None, timeout=None, **headers):
        body = b"" if document is None else json.dumps(document).encode()
        head = {"Host": "localhost", "Content-Length": str(len(body)),
                "Connection": "close"}
        if document is not None:
            head["Content-Type"] = "application/json"
        if self.token:
            head["Authorization"] = f"Bearer {self.token}"
        for name, value in headers.items():
            if value is not None:
                head[name.replace("_", "-")] = value
        text = f"{method} /api{path} HTTP/1.0\r\n" + "".join(
            f"{k}: {v}\r\n" for k, v in head.items()) + "\r\n"
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as s:
            s.settimeout(timeout or self.timeout)
            s.connect(self.path)
            s.sendall(text.encode() + body)
            raw = read_all(s)
        if not raw:
            raise Lost("no reply")
        return Answer(raw)


ROUTE_IDS = re.compile(r"/(rn|jb|sb|pk)_[0-9A-Za-z]+|/[0-9a-f]{64}")


def route_of(line):
    """GET /runners/{rn}/next-job, of a request line."""
    method, path, *_ = line.split(" ")
    path = path.partition("?")[0].removeprefix("/api")
    return f"{method} " + ROUTE_IDS.sub(
        lambda m: f"/{{{m[1]}}}" if m[1] else "/{digest}", path)


class Proxy:
    """Between the load and nginx; decide(route) says what befalls a reply:
    None, "drop" or the seconds by which it comes late."""

    def __init__(self, path, target):
        self.path = path
        self.target = target
        self.decide = lambda route: None
        self.dropped = {}
        self.delayed = {}
        self.lock = threading.Lock()
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.bind(path)
        self.sock.listen(512)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.sock.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,),
                             daemon=True).start()

    def serve(self, client):
        with client:
            try:
                client.settimeout(60)
                self.pass_on(client)
            except OSError:
                pass

    def pass_on(self, client):
        request = b""
        while b"\r\n\r\n" not in request:
            part = client.recv(65536)
            if not part:
                return
            request += part
        head = request.partition(b"\r\n\r\n")[0]
        size = int(re.search(rb"Content-Length: (\d+)", head)[1])
        while len(request) < len(head) + 4 + size:
            part = client.recv(65536)
            if not part:
                return
            request += part
        route = route_of(head.partition(b"\r\n")[0].decode("latin-1"))
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as s:
            s.settimeout(60)
            s.connect(self.target)
            s.sendall(request)
            reply = read_all(s)
        self.answer(client, route, reply)

    def answer(self, client, route, reply):
        what = self.decide(route) if reply else None
        if what is None:
            client.sendall(reply)
            return
        counts = self.dropped if what == "drop" else self.delayed
        with self.lock:
            counts[route] = counts.get(route, 0) + 1
        if what != "drop":
            time.sleep(what)
            client.sendall(reply)

    def close(self):
        self.sock.close()
        os.unlink(self.path)
