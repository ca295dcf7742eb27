"""What must hold for every line of the route table."""

import re
import subprocess

import pytest

from harness.stack import default_build
from kit import Runner, check_problem, make_course

ID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
PARAMS = {"rn": f"rn_{ID}", "jb": f"jb_{ID}", "sb": f"sb_{ID}",
          "rj": f"rj_{ID}", "c": "c1", "p": "sum", "user": "bob",
          "team": "red",
          "digest": "0" * 64, "id": "1", "name": "out.tgz",
          "test": "sample/1"}
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH")


def table():
    """(method, path, who, largest body) of each route, of the program."""
    out = subprocess.run([f"{default_build()}/src/assized/assized",
                          "--routes"], check=True, capture_output=True,
                         text=True).stdout
    rows = [line.split() for line in out.splitlines()]
    assert len(rows) > 20
    return [(m, p, who, int(n)) for m, p, who, n in rows]


ROUTES = table()
BODIES = [r for r in ROUTES if r[3] > 0]
PATHS = sorted({p for _, p, _, _ in ROUTES})


def name(route):
    return f"{route[0]} {route[1]}"


def fill(path):
    return re.sub(r"\{(\w+)\}", lambda m: PARAMS[m[1]], path)


@pytest.fixture(scope="module")
def server(stack):
    make_course(stack, members=("alice",))
    return stack


def content_type(path):
    return "application/zip" if path.endswith(("/package", "/common")) else \
        "application/json"


def call(client, route, **kw):
    method, path, _, size = route
    headers = {"Content-Type": content_type(path)} if size else None
    if size:
        kw.setdefault("body", b"{}")
    return client.request(method, fill(path), headers=headers, **kw)


@pytest.mark.parametrize("route", [r for r in ROUTES if r[2] in
                                   ("user", "admin", "runner")], ids=name)
def test_refuses_without_a_good_token(server, route):
    alice = server.token("alice")
    users = route[2] != "runner"
    for token in (None, "x", "rk_" + "A" * 43, alice + "x",
                  "" if users else alice,
                  server.token("alice", aud="elsewhere") if users else "y",
                  server.token("alice", exp=1) if users else "z"):
        answer = call(server.client(), route, token=token)
        check_problem(answer, 401, "unauthenticated")
        assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("path", PATHS)
def test_names_the_methods_it_has(server, path):
    allowed = {m for m, p, _, _ in ROUTES if p == path}
    for method in METHODS:
        if method in allowed:
            continue
        answer = server.client("alice").request(method, fill(path))
        check_problem(answer, 405, "method-not-allowed")
        want = [m for m, p, _, _ in ROUTES if p == path]
        want = ", ".join(want)
        if not path.endswith("/next-job"):
            want = want.replace("GET", "GET, HEAD")
        assert answer.headers["Allow"] == want


# test_nginx declares more than that without sending it.
@pytest.mark.parametrize("route", [r for r in BODIES if r[3] <= 64 << 20],
                         ids=name)
def test_refuses_a_byte_too_many(server, route):
    answer = call(server.client("alice"), route,
                  body=b"[" * (route[3] + 1))
    check_problem(answer, 413, "too-large")


@pytest.mark.parametrize("route", [r for r in BODIES if "/files/" not in r[1]],
                         ids=name)
def test_refuses_another_type(server, route):
    method, path, _, _ = route
    answer = server.client("alice").request(
        method, fill(path), body=b"<a/>",
        headers={"Content-Type": "application/xml"})
    check_problem(answer, 415, "media-type")


@pytest.mark.parametrize("route", [r for r in ROUTES if not r[3]], ids=name)
def test_takes_no_body(server, route):
    answer = server.client("alice").request(
        route[0], fill(route[1]), body=b"{}",
        headers={"Content-Type": "application/json"})
    check_problem(answer, 413, "too-large")


@pytest.mark.parametrize("route", [r for r in ROUTES if "{" in r[1] and
                                   r[2] in ("user", "link")], ids=name)
def test_no_thing_of_another_form(server, route):
    method, path, _, size = route
    admin = server.client("root", admin=True)
    ids = ("rn_1", "sb_" + ID.lower(), "sb_" + ID + "A")
    for bad in ("x!", "%F0%9F%98%80", "a" * 300, "..%20",
                *(ids if "{sb}" in path or "{jb}" in path else ())):
        answer = admin.request(
            method, re.sub(r"\{\w+\}", bad, path),
            body=b"{}" if size else None,
            headers={"Content-Type": content_type(path)} if size else None)
        check_problem(answer, 404, "not-found")


@pytest.mark.parametrize("route", [r for r in ROUTES if r[0] == "GET" and
                                   r[2] == "user"], ids=name)
def test_unknown_query_keys_are_refused(server, route):
    answer = server.client("alice").get(fill(route[1]) + "?colour=red")
    if answer.status != 404:
        check_problem(answer, 400, "fields", "?colour")


@pytest.mark.parametrize("route", [r for r in ROUTES if r[2] == "admin"],
                         ids=name)
def test_admins_only(server, route):
    check_problem(call(server.client("alice"), route), 403, "forbidden")


def test_head_is_get_without_a_body(server):
    for path in ("/health", "/ready", "/courses", "/courses/c1"):
        got = server.client("alice").get(path)
        head = server.client("alice").request("HEAD", path)
        assert (got.status, head.status) == (200, 200)
        assert head.body == b""
        assert head.headers["Content-Length"] == str(len(got.body))


def test_every_runner_is_itself(server):
    """Another's path with one's own token is a wrong credential."""
    one, two = Runner(server), Runner(server)
    for route in ROUTES:
        if not route[1].startswith("/runners/{rn}"):
            continue
        path = fill(route[1]).replace(PARAMS["rn"], two.id)
        answer = one.client.request(
            route[0], path, body=b"{}" if route[3] else None,
            headers={"Content-Type": "application/json"})
        check_problem(answer, 401, "unauthenticated")


def test_health_needs_nobody(server):
    assert server.client().get("/health").json["status"] == "ok"
    assert server.client().get("/ready").json["status"] == "ok"


def test_unknown_addresses(server):
    for path in ("/", "", "/nothing", "/health/", "/Health", "//health",
                 "/submissions/", "/courses//problems", "/health%2f",
                 "/%68ealthy"):
        answer = server.client("alice").get(path)
        assert answer.status == 404, answer.show()
        assert answer.slug == "not-found"
