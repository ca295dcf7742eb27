"""Bodies that are no good, for each route that takes JSON: what is sent is
made from the schemas of docs/api/openapi.yaml."""

import copy
import json
import socket
import subprocess

import pytest
import yaml

from harness.client import tls_context
from harness.stack import SOURCE
from kit import Runner, check_problem, make_course, result, submit

with open(f"{SOURCE}/docs/api/openapi.yaml", encoding="utf-8") as f:
    DOC = yaml.safe_load(f)

# What is wrong for every schema of the type.
OTHERS = {"string": 7, "integer": "7", "number": "7", "boolean": "true",
          "array": {}, "object": [1]}


def resolve(node):
    while "$ref" in node:
        node = DOC["components"]["schemas"][node["$ref"].rpartition("/")[2]]
    return node


def schema_of(operation):
    content = operation.get("requestBody", {}).get("content", {})
    schema = resolve(content.get("application/json", {}).get("schema", {}))
    return resolve(schema.get("oneOf", schema.get("anyOf", [schema]))[0])


ROUTES = [(method.upper(), path, schema_of(operation))
          for path, item in DOC["paths"].items()
          for method, operation in item.items()
          if method in ("post", "put") and "application/json" in
          operation.get("requestBody", {}).get("content", {})]


def name(route):
    return f"{route[0]} {route[1]}"


def types(schema):
    found = resolve(schema).get("type", [])
    return {found} if isinstance(found, str) else set(found)


class Caller:
    """Sends bodies that are good but for one thing."""

    def __init__(self, stack):
        self.admin = make_course(stack)
        self.runner = Runner(stack)
        made = submit(stack.client("alice"))
        assert made.status == 201, made.show()
        # One that is judged, for a rejudging set; then the one that is held.
        assert self.runner.finish(self.runner.take()).status == 204
        made = submit(stack.client("alice"))
        self.job = self.runner.take()
        self.ids = {"rn": self.runner.id, "jb": self.job["job_id"],
                    "sb": made.json["data"]["id"], "c": "c1", "p": "sum",
                    "user": "alice", "team": "red",
                    "rj": "rj_01ARZ3NDEKTSV4RRFFQ69G5FAV"}
        self.good = {
            "/runners/register": {"registration_token": stack.secret(
                "runner_registration_token"), "name": "extra"},
            "/submissions": {"course": "c1", "problem": "sum",
                             "language": "c", "code": "x"},
            "/courses": {"course": "c2"},
            "/courses/{c}/members/{user}": {"role": "student"},
            "/courses/{c}/members": {"members": [{"user": "alice"}]},
            "/courses/{c}/teams/{team}": {"users": ["alice"]},
            "/submissions/{sb}/grade": {"grade": 7},
            "/rejudgings": {"course": "c1"},
            "/runners/{rn}/jobs/{jb}/progress": {"from": 0, "tests": []},
            "/runners/{rn}/jobs/{jb}/ssh": {
                "host": "h", "port": 22, "user": "u", "password": "p",
                "until": "2099-01-01T00:00:00Z"},
            "/runners/{rn}/jobs/{jb}/complete": result(),
        }

    def send(self, route, body):
        method, path, _ = route
        who = self.runner.client if "{rn}" in path else self.admin
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        return who.request(method, path.format(**self.ids), body=body,
                           headers={"Content-Type": "application/json",
                                    "X-Assize-Lease": self.job["lease_id"]
                                    if "{jb}" in path else None})


@pytest.fixture(scope="module")
def caller(stack):
    return Caller(stack)


def is_lenient(route):
    return route[1].startswith("/runners/")


def check_bad(answer, slug, pointer=None):
    check_problem(answer, 400, slug)
    if pointer:
        found = [e["pointer"] for e in answer.json["errors"]]
        assert any(f == pointer or f.startswith(pointer + "/")
                   for f in found), answer.show()


def test_every_route_with_json_is_meant():
    assert len(ROUTES) >= 10
    assert {"/submissions", "/runners/{rn}/jobs/{jb}/complete",
            "/courses/{c}"} <= {path for _, path, _ in ROUTES}


# What programs print is in results, NUL and all.
NUL, PRINTS = b"{\"a\":\"\\u0000\"}", "/runners/{rn}/jobs/{jb}/complete"


@pytest.mark.parametrize("route", ROUTES, ids=name)
@pytest.mark.parametrize("body", [
    b"{", b"[" * 20000, b"{\"a\":1,\"a\":2}", b"{\"a\":NaN}", b"{} {}",
    b"{\"a\":\"\xff\"}", b"{\"a\":\"\xc0\xaf\"}", b"{\"\xed\xa0\x80\":1}",
    b"{\"a\":\"\\ud800\"}", NUL, b"{'a':1}", b"{\"a\":01}",
    b"\0", b"{\"a\":\"x\ny\"}"], ids=repr)
def test_no_json(caller, route, body):
    is_legal = body == NUL and route[1] == PRINTS
    check_bad(caller.send(route, body), "fields" if is_legal else "not-json")


@pytest.mark.parametrize("route", ROUTES, ids=name)
@pytest.mark.parametrize("body", ["[]", "7", "null", "\"x\""])
def test_no_object(caller, route, body):
    answer = caller.send(route, body.encode())
    assert answer.status == 400, answer.show()
    assert answer.type == "application/problem+json"


@pytest.mark.parametrize("route", ROUTES, ids=name)
def test_unknown_members(caller, route):
    """Refused by name; but runners may be newer than the server."""
    body = {**caller.good.get(route[1], {}), "unknown/~": 1}
    if not is_lenient(route):
        check_bad(caller.send(route, body), "fields", "/unknown~1~0")
    elif "{jb}" not in route[1]:
        answer = caller.send(route, body)
        assert answer.status < 300, answer.show()


@pytest.mark.parametrize("route", ROUTES, ids=name)
def test_missing_members(caller, route):
    for member in route[2].get("required", []):
        body = copy.copy(caller.good[route[1]])
        del body[member]
        check_bad(caller.send(route, body), "fields", f"/{member}")


@pytest.mark.parametrize("route", ROUTES, ids=name)
def test_members_of_another_type(caller, route):
    tried = 0
    for member, schema in route[2].get("properties", {}).items():
        kinds = types(schema)
        if not kinds or kinds - {"null"} - set(OTHERS):
            continue
        wrong = [v for kind, v in OTHERS.items() if kind in kinds]
        if kinds - {"null"} > {"string"}:
            wrong = [True] if "boolean" not in kinds else [{}]
        body = {**caller.good.get(route[1], {}), member: wrong[0]}
        check_bad(caller.send(route, body), "fields", f"/{member}")
        tried += 1
    assert tried > 0


@pytest.mark.parametrize("route", ROUTES, ids=name)
def test_members_beyond_their_bounds(caller, route):
    for member, schema in route[2].get("properties", {}).items():
        schema = resolve(schema)
        wrong = []
        if "maxLength" in schema:
            wrong.append("x" * (schema["maxLength"] + 1))
        if schema.get("minLength"):
            wrong.append("")
        if "maximum" in schema:
            wrong.append(schema["maximum"] + 1)
        if "minimum" in schema:
            wrong.append(schema["minimum"] - 1)
        if "enum" in schema:
            wrong.append("no-such-word")
        for value in wrong:
            body = {**caller.good.get(route[1], {}), member: value}
            check_bad(caller.send(route, body), "fields", f"/{member}")


def test_the_good_ones_are_good(caller):
    """Or else the tests above would have shown nothing."""
    # The job ends with complete; after that there is nothing to abort.
    for route in sorted(ROUTES, key=lambda r: r[1].endswith("/complete")):
        body = caller.good.get(route[1], {})
        if route[1].endswith("/abort") or "{rj}" in route[1]:
            continue
        answer = caller.send(route, body)
        assert answer.status < 300, (route[:2], answer.show())


# -- large bodies: whose they are is asked before they are read

LARGE = ("/runners/{rn}/jobs/{jb}/complete",
         "/runners/{rn}/jobs/{jb}/files/a.bin",
         "/courses/{c}/problems/{p}/package", "/courses/{c}/common")


def announce(stack, path, *headers):
    """Sends the head of a request, and gets the first of what comes back."""
    head = "\r\n".join([f"PUT /api{path} HTTP/1.1", "Host: localhost",
                        "Connection: close", *headers, "", ""])
    with socket.create_connection(("127.0.0.1", stack.nginx.port)) as s:
        s.settimeout(20)
        with tls_context(stack.nginx.cert).wrap_socket(
                s, server_hostname="localhost") as s:
            s.sendall(head.encode())
            answer = b""
            while piece := s.recv(65536):
                answer += piece
                # nginx lingers: it waits for a body that does not come.
                if answer.startswith(b"HTTP/1.1 100 Continue\r\n") or \
                        answer.endswith(b"}\n\r\n0\r\n\r\n"):
                    break
            return answer.decode()


@pytest.mark.parametrize("path", LARGE)
@pytest.mark.parametrize("headers", [
    ["Content-Length: 50000000"],
    ["Content-Length: 50000000", "Expect: 100-continue"],
    ["Content-Length: 1000000", "Authorization: Bearer " + "x" * 43],
    ["Transfer-Encoding: chunked"]], ids=["length", "expect", "wrong",
                                          "chunked"])
def test_large_bodies_of_strangers_are_not_read(stack, caller, path, headers):
    answer = announce(stack, path.format(**caller.ids), *headers)
    head, _, body = answer.partition("\r\n\r\n")
    assert head.startswith("HTTP/1.1 401 "), answer
    assert "content-type: application/problem+json" in head.lower()
    assert "www-authenticate: bearer" in head.lower()
    problem = json.loads(body[body.index("{"):body.rindex("}") + 1])
    assert problem["type"] == "urn:assize:problem:unauthenticated"
    assert problem["status"] == 401


def test_a_body_of_http2_need_not_say_its_length(stack, caller):
    """A stranger's is refused, and its own sender's is looked at; methods
    are what they are."""
    url = f"https://localhost:{stack.nginx.port}/api" \
        + LARGE[0].format(**caller.ids)

    def put(*words):
        done = subprocess.run(
            ["curl", "-sS", "--http2", "--cacert", stack.nginx.cert, "-o",
             "/dev/null", "-w", "%{http_version} %{http_code}", *words, url],
            input=b"[", capture_output=True, check=True, timeout=20)
        return done.stdout.decode()
    token = f"Authorization: Bearer {caller.runner.client.token}"
    assert put("-T", "-") == "2 401"
    assert put("-T", "-", "-H", "Content-Type: application/json",
               "-H", token) == "2 400"
    assert put("-X", "POST", "-d", "{}") == "2 405"


@pytest.mark.parametrize("path", LARGE)
def test_large_bodies_of_others_are_read(stack, caller, path):
    who = caller.runner.client if "{rn}" in path else caller.admin
    answer = announce(stack, path.format(**caller.ids),
                      "Content-Length: 50000000", "Expect: 100-continue",
                      f"Authorization: Bearer {who.token}")
    assert answer.startswith("HTTP/1.1 100 Continue"), answer


def test_nobody_knows_whose_it_is(stack, caller):
    """No worker: the request itself is told so."""
    stack.stop_workers()
    try:
        answer = announce(stack, LARGE[0].format(**caller.ids),
                          "Content-Length: 50000000", "Expect: 100-continue")
    finally:
        stack.start_workers(2)
        stack.wait_ready()
    assert answer.startswith("HTTP/1.1 100 Continue"), answer
