"""A thousand malformed requests: each is answered, none by a 5xx, and the
workers are the same ones afterwards."""

import collections
import json
import random
import re
import socket
import ssl
import subprocess

import pytest

from harness.client import multipart, tls_context
from harness.stack import default_build
from kit import Runner, make_course, make_zip, package, result, submit

N = 1000
SEED = 20261121
ID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


@pytest.fixture(scope="module")
def server(stack):
    make_course(stack, settings={"allow_pending": True})
    return stack


def routes():
    out = subprocess.run([f"{default_build()}/src/assized/assized",
                          "--routes"], check=True, capture_output=True,
                         text=True).stdout
    return [line.split() for line in out.splitlines()]


JUNK = [b"\0", b"\xff\xfe", b"\xed\xa0\x80", b"\xc0\xaf", b"'", b"\"", b"{",
        b"}", b"[" * 50, b"%00", b"../", b"\r\n\r\n", b"1e999", b"NaN",
        b"-", b"\\u0000", b"\\ud800", b"null", b"999999999999999999999999",
        b"A" * 3000, b"$1; DROP TABLE job", b"%s%n", b":,", b"\x1b[0m"]


class Fuzzer:
    def __init__(self, server, rng):
        self.rng = rng
        self.server = server
        self.runner = Runner(server)
        self.user = server.token("alice")
        self.admin = server.token("root", admin=True)
        self.routes = routes()
        self.job = "jb_" + ID
        self.bodies = [
            json.dumps(x).encode() for x in (
                {"course": "c1", "problem": "sum", "language": "c",
                 "code": "int main(){}"},
                {"course": "c1", "problem": "sum", "files": [
                    {"name": "a.c", "content": "x"}]},
                result(), {"tasks": [[{"stdout": "", "stderr": "",
                                       "exitCode": 0, "execTime": 1,
                                       "memoryUsage": 1, "status": "AC"}]]},
                {"active_job_ids": ["jb_" + ID], "commands": True},
                {"reason": "drain"}, {"from": 0, "tests": []},
                {"role": "student"}, {"title": "t", "visible": True},
                {"course": "zz"}, {"registration_token": "x"}, {}, [])]
        self.bodies += [package(), b"--b\r\nContent-Disposition: form-data; "
                        b"name=course\r\n\r\nc1\r\n--b--\r\n", b""]

    def value(self, name):
        good = {"rn": self.runner.id, "jb": self.job, "sb": "sb_" + ID,
                "rj": "rj_" + ID, "c": "c1", "p": "sum", "user": "alice",
                "team": "red", "digest": "0" * 64, "id": "1",
                "name": "out.tgz", "test": "sample/1"}
        if self.rng.random() < 0.7:
            return good[name].encode()
        return self.rng.choice([b"", b"..", b"%", b"%zz", b"%2e%2e", b"a%2fb",
                                b"%00", b"%ff", b"~", b"x" * 2000, b"*"])

    def spoil(self, data):
        data = bytearray(data)
        for _ in range(self.rng.randrange(4)):
            at = self.rng.randrange(len(data) + 1)
            kind = self.rng.randrange(4)
            if kind == 0:
                data[at:at] = self.rng.choice(JUNK)
            elif kind == 1:
                del data[at:at + self.rng.randrange(1, 20)]
            elif kind == 2 and data:
                data[at % len(data)] = self.rng.randrange(256)
            else:
                data = data[:at] + data[at // 2:]
        return bytes(data)

    def query(self):
        keys = [b"limit", b"cursor", b"wait", b"nonce", b"token", b"after",
                b"x", b"course", b""]
        values = [b"", b"1", b"-1", b"%ff", b"%00", b"2026-01-01T00:00:00Z",
                  b"9" * 40, b"a" * 600, b"%", b"+", b"1&1"]
        return b"&".join(self.rng.choice(keys) + b"=" +
                         self.rng.choice(values)
                         for _ in range(self.rng.randrange(4)))

    def headers(self, size):
        rng = self.rng
        out = [b"Host: localhost", b"Connection: close"]
        token = rng.choice([self.user, self.admin, self.runner.client.token,
                            "", "x.y.z", "rk_" + "A" * 43, self.user[:-3],
                            "\u00e4"])
        if rng.random() < 0.9:
            out.append(b"Authorization: Bearer " + token.encode())
        kind = rng.choice([b"application/json", b"application/zip", b"",
                           b"multipart/form-data; boundary=b", b"text/plain",
                           b"multipart/form-data", b"\x01"])
        if rng.random() < 0.9:
            out.append(b"Content-Type: " + kind)
        if rng.random() < 0.2:
            out.append(b"Idempotency-Key: " + rng.choice(
                [b"k", b"a b", b"\xc3\xa4", b"k" * 400]))
        if rng.random() < 0.2:
            out.append(b"X-Assize-Lease: " + rng.choice(
                [b"ls_x", b"\xff", b"ls_" + b"0" * 32]))
        out.append(b"Content-Length: %d" % size)
        return out

    def request(self):
        method, path, _, size = self.rng.choice(self.routes)
        if self.rng.random() < 0.1:
            method = self.rng.choice(["PATCH", "HEAD", "OPTIONS", "DELETE"])
        path = re.sub(rb"\{(\w+)\}", lambda m: self.value(m[1].decode()),
                      path.encode())
        body = self.spoil(self.rng.choice(self.bodies))
        if size == "0" and self.rng.random() < 0.9:
            body = b""
        query = self.query()
        line = method.encode() + b" /api" + path + \
            (b"?" + query if query else b"") + b" HTTP/1.1"
        return b"\r\n".join([line, *self.headers(len(body)), b"", body])


def send(server, context, data):
    """The status of the answer; None if the connection just ends."""
    with socket.create_connection(("127.0.0.1", server.nginx.port)) as plain:
        plain.settimeout(30)
        with context.wrap_socket(plain, server_hostname="localhost") as s:
            try:
                s.sendall(data)
            except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
                pass
            got = b""
            while True:
                try:
                    more = s.recv(65536)
                except (ConnectionResetError, ssl.SSLError):
                    break
                if not more:
                    break
                got += more
    found = re.match(rb"HTTP/1\.1 (\d+) ", got)
    return (int(found[1]) if found else None), got


def mutate(rng, data):
    data = bytearray(data)
    for _ in range(rng.randrange(1, 6)):
        at = rng.randrange(len(data))
        kind = rng.randrange(3)
        if kind == 0:
            data[at] = rng.randrange(256)
        elif kind == 1:
            del data[at:at + rng.randrange(1, 30)]
        else:
            data[at:at + 4] = rng.choice(
                [b"\xff" * 4, b"\0" * 4, b"PK\3\4", b"PK\5\6"])
    return bytes(data)


def test_spoiled_archives(server):
    """Packages and submissions whose zip has been damaged."""
    rng = random.Random(SEED)
    before = server.worker_pids()
    admin, alice = server.client("root", admin=True), server.client("alice")
    whole = package()
    source = make_zip({"main.c": "int main(void){}\n" * 20, "a/b.h": "x"})
    seen = collections.Counter()
    for _ in range(150):
        answer = admin.put("/courses/c1/problems/sum/package",
                           body=mutate(rng, whole),
                           headers={"Content-Type": "application/zip"})
        assert answer.status in (200, 201, 413, 422), answer.show()
        seen[answer.status] += 1
        kind, body = multipart([
            ("course", "c1"), ("problem", "sum"), ("language", "c"),
            ("f", "all.zip", mutate(rng, source))])
        answer = alice.post("/submissions", body=body,
                            headers={"Content-Type": kind})
        assert answer.status in (201, 413, 422, 429), answer.show()
        seen[answer.status] += 1
    assert seen[422] > 100, seen
    assert server.worker_pids() == before


def test_a_thousand_malformed_requests(server):
    rng = random.Random(SEED)
    context = tls_context(server.nginx.cert)
    fuzzer = Fuzzer(server, rng)
    before = server.worker_pids()
    seen = collections.Counter()
    for i in range(N):
        data = fuzzer.request()
        status, got = send(server, context, data)
        assert status is not None and status < 500, \
            f"request {i}: {data[:600]!r}\n{got[:600]!r}"
        seen[status] += 1
    assert server.worker_pids() == before
    # It met the preconditions one by one, and not only the first of them.
    assert {400, 401, 403, 404, 405, 413, 415} <= set(seen), seen
    assert server.client().get("/ready").status == 200
    # Some of them were well-formed enough to end her membership.
    server.client("root", admin=True).put("/courses/c1/members/alice",
                                          {"role": "student"})
    assert submit(server.client("alice")).status == 201
