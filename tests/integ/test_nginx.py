"""What nginx answers by itself, with no assized behind it."""

import glob
import http.client
import json
import os
import re
import socket
import ssl
import subprocess
import time
import warnings

import pytest

from harness.client import Client, Response, tls_context


@pytest.fixture(scope="module")
def nginx(bare):
    bare.nginx.settings = {"read_timeout": "1s"}
    bare.nginx.start()
    return bare


def client(nginx, prefix="/api"):
    return Client(nginx.nginx.port, nginx.nginx.cert, prefix=prefix)


def check_problem(answer, status, slug):
    assert answer.status == status, answer.show()
    assert answer.type == "application/problem+json", answer.show()
    problem = answer.json
    assert problem["status"] == status
    assert problem["title"]
    want = f"urn:assize:problem:{slug}" if slug else "about:blank"
    assert problem["type"] == want
    assert problem["instance"] == answer.headers["X-Request-Id"]
    assert re.fullmatch(r"[0-9a-f]{32}", problem["instance"])
    assert "max-age=" in answer.headers["Strict-Transport-Security"]


def raw(nginx, data, tls=True):
    """The answer to these very bytes."""
    with socket.create_connection(("127.0.0.1", nginx.nginx.port)) as s:
        s.settimeout(20)
        if tls:
            s = tls_context(nginx.nginx.cert).wrap_socket(
                s, server_hostname="localhost")
        s.sendall(data)
        answer = http.client.HTTPResponse(s)
        answer.begin()
        found = Response(answer.status, answer.headers, answer.read())
        answer.close()
        s.close()
    return found


def test_configuration_is_accepted_without_a_word(nginx):
    done = nginx.call(nginx.nginx.argv("-t", "-q"))
    assert done.stderr == b"" and done.stdout == b""


@pytest.mark.parametrize("path", [
    "/", "/index.html", "/api", "/apix", "/problem.json", "/nginx.conf",
    "/snippets/assize-tls.conf", "/_problem"])
def test_outside_of_api_is_404(nginx, path):
    check_problem(client(nginx, "").get(path), 404, "not-found")


def test_head_has_no_body(nginx):
    answer = client(nginx, "").request("HEAD", "/x")
    assert answer.status == 404 and answer.body == b""


def test_trace_is_405(nginx):
    check_problem(client(nginx).request("TRACE", "/health"), 405,
                  "method-not-allowed")


LIMITS = [
    ("POST", "/runners/register", 64 << 10),
    ("POST", "/runners/rn_1/heartbeat", 64 << 10),
    ("PUT", "/runners/rn_1/jobs/jb_1/abort", 64 << 10),
    ("PUT", "/runners/rn_1/jobs/jb_1/progress", 1 << 20),
    ("PUT", "/runners/rn_1/jobs/jb_1/complete", 256 << 20),
    ("PUT", "/runners/rn_1/jobs/jb_1/files/a.bin", 64 << 20),
    ("POST", "/courses", 1 << 20),
    ("PUT", "/courses/c/problems/p", 1 << 20),
    ("PUT", "/courses/c/problems/p/package", 64 << 20),
    ("POST", "/submissions", 8 << 20),
]


def declared(nginx, method, path, length):
    """The answer to a body of which only the length is sent: a refusal
    comes at once, else nginx waits for the body."""
    head = (f"{method} /api{path} HTTP/1.1\r\nHost: localhost\r\n"
            f"Content-Length: {length}\r\nConnection: close\r\n\r\n")
    return raw(nginx, head.encode())


@pytest.mark.parametrize("method,path,limit", LIMITS)
def test_one_byte_too_many_is_413(nginx, method, path, limit):
    check_problem(declared(nginx, method, path, limit + 1), 413, "too-large")


@pytest.mark.parametrize("method,path,limit",
                         [x for x in LIMITS if x[2] <= 1 << 20])
def test_the_limit_itself_passes(nginx, method, path, limit):
    """To the application, which is down."""
    answer = client(nginx).request(method, path, body=b"x" * limit)
    check_problem(answer, 502, None)


def test_no_application_is_502_with_retry_after(nginx):
    answer = client(nginx).get("/health")
    check_problem(answer, 502, None)
    assert answer.headers["Retry-After"] == "2"


def test_no_answer_in_time_is_504(nginx):
    """A listener that accepts and says nothing."""
    silent = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    silent.bind(nginx.socket)
    os.chmod(nginx.socket, 0o666)
    silent.listen(8)
    try:
        answer = client(nginx).get("/health")
    finally:
        silent.close()
        os.unlink(nginx.socket)
    check_problem(answer, 504, None)
    assert answer.headers["Retry-After"] == "5"


START = b"GET / HTTP/1.1\r\nHost: localhost\r\n"

MALFORMED = {
    "no host": (b"GET /api/health HTTP/1.1\r\n\r\n", 400, "bad-request"),
    "two hosts": (START + b"Host: b\r\n\r\n", 400, "bad-request"),
    "control character": (
        b"GET /api/\x01 HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad-request"),
    "encoded NUL": (
        b"GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad-request"),
    "above the root": (
        b"GET /../x HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad-request"),
    "encoded dots above the root": (
        b"GET /%2e%2e/x HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad-request"),
    "length is no number": (
        START + b"Content-Length: x\r\n\r\n", 400, "bad-request"),
    "two lengths": (
        START + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400,
        "bad-request"),
    "unknown coding": (
        START + b"Transfer-Encoding: gzip\r\n\r\n", 501, None),
    "long address": (
        b"GET /" + b"a" * 20000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414,
        None),
    "long header": (START + b"X: " + b"a" * 20000 + b"\r\n\r\n", 431, None),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_requests(nginx, name):
    data, status, slug = MALFORMED[name]
    check_problem(raw(nginx, data), status, slug)


def test_plain_http_on_the_tls_port_is_400(nginx):
    data = b"GET /api/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
    check_problem(raw(nginx, data, tls=False), 400, "bad-request")


@pytest.mark.parametrize("version,wanted", [
    ("--http1.1", "1.1"), ("--http2", "2")])
@pytest.mark.parametrize("words,status,slug", [
    (["/nothing"], 404, "not-found"),
    (["-X", "TRACE", "/api/health"], 405, "method-not-allowed"),
    (["-H", "Expect:", "--data-binary", "x" * 70000,
      "/api/runners/register"], 413, "too-large"),
    (["/api/health"], 502, None),
])
def test_problems_over_both_versions(nginx, version, wanted, words, status,
                                     slug):
    url = f"https://localhost:{nginx.nginx.port}{words[-1]}"
    done = subprocess.run(
        ["curl", "-sS", version, "--cacert", nginx.nginx.cert, "-w",
         "\n%{http_version} %{http_code} %{content_type}", *words[:-1], url],
        capture_output=True, check=True, timeout=20)
    body, _, last = done.stdout.decode().rpartition("\n")
    assert last == f"{wanted} {status} application/problem+json"
    problem = json.loads(body)
    assert problem["status"] == status
    want = f"urn:assize:problem:{slug}" if slug else "about:blank"
    assert problem["type"] == want


@pytest.mark.parametrize("version,ok", [
    (ssl.TLSVersion.TLSv1_1, False), (ssl.TLSVersion.TLSv1_2, True),
    (ssl.TLSVersion.TLSv1_3, True)])
def test_versions_of_tls(nginx, version, ok):
    context = tls_context(nginx.nginx.cert)
    # The library's own policy must not be what refuses.
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = version
    with socket.create_connection(("127.0.0.1", nginx.nginx.port)) as s:
        if ok:
            context.wrap_socket(s, server_hostname="localhost").close()
        else:
            with pytest.raises((ssl.SSLError, ConnectionError)):
                context.wrap_socket(s, server_hostname="localhost")


def log_lines(nginx, mark):
    """The lines of the access log whose agent is mark."""
    end = time.monotonic() + 5
    while time.monotonic() < end:
        with open(f"{nginx.logs}/access.log", encoding="utf-8") as f:
            found = [x for x in map(json.loads, f) if x["agent"] == mark]
        if found:
            return found
        time.sleep(0.05)
    return []


def test_log_is_json_and_holds_no_credential(nginx):
    c = client(nginx)
    secret = "s3cr3t-" * 4
    head = {"User-Agent": 'log "test"', "Authorization": f"Bearer {secret}"}
    c.get(f"/jobs/jb_1/source?token={secret}", headers=head)
    c.get(f"/problem/1/testdata?token={secret}", headers=head)
    c.get(f"/submissions?x={secret}", headers=head)
    paths = [x["path"] for x in log_lines(nginx, 'log "test"')]
    assert "/api/jobs/jb_1/source" in paths
    with open(f"{nginx.logs}/access.log", encoding="utf-8") as f:
        assert secret not in f.read()


def test_error_log_holds_no_link_credential(nginx):
    secret = "l1nk-" * 6
    for path in ("/jobs/jb_1/source", "/problem/1/testdata"):
        answer = client(nginx).get(f"{path}?token={secret}")
        check_problem(answer, 502, None)
    for name in ("error.log", "nginx.log"):
        with open(f"{nginx.logs}/{name}", encoding="utf-8") as f:
            assert secret not in f.read()


def test_too_many_requests_are_429(nginx):
    """A second nginx with small rates; each token has its own."""
    from harness import Stack
    with Stack.temporary() as other:
        other.nginx.settings = {"rate_token": "1r/s", "burst_token": "2"}
        other.nginx.start()
        c = Client(other.nginx.port, other.nginx.cert)
        alice = {"Authorization": "Bearer x." + "a" * 43}
        bob = {"Authorization": "Bearer x." + "b" * 43}
        seen = [c.get("/health", headers=alice) for _ in range(5)]
        assert [x.status for x in seen][:3] == [502, 502, 502]
        check_problem(seen[4], 429, "rate-limited")
        assert seen[4].headers["Retry-After"] == "1"
        assert c.get("/health", headers=bob).status == 502


def test_make_fills_in_every_name(nginx):
    """What make puts in: no name is left."""
    found = glob.glob(f"{nginx.build}/nginx/**/*.conf", recursive=True)
    assert f"{nginx.build}/nginx/assize.conf" in found
    for path in found:
        with open(path, encoding="utf-8") as f:
            assert not re.search(r"@\w+@", f.read()), path
