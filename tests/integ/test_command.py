"""The assize command against the whole service."""

import csv
import json
import os
import time
import zipfile

import pytest

RIGHT = """\
#include <stdio.h>
#include "sum.h"
int main(void)
{
	long a, b;
	while (scanf("%ld %ld", &a, &b) == 2)
		printf("%ld\\n", SUM(a, b));
	return 0;
}
"""
PACKAGE = {
    "problem.yaml": "name: Sum\n",
    "problem_statement/problem.en.md": "# Sum\n\nAdd.\n",
    "data/sample/1.in": "1 2\n", "data/sample/1.ans": "3\n",
    "data/secret/1.in": "40 2\n", "data/secret/1.ans": "42\n",
    "submissions/accepted/sum.py": "print(sum(map(int, input().split())))\n",
}
SOURCES = {
    "right/sum.c": RIGHT,
    "right/sum.h": "#define SUM(a, b) ((a) + (b))\n",
    "wrong.py": "print(7)\n",
    "broken.cpp": "int main( {\n",
    "package/.gitignore": "x\n",
    **{f"package/{name}": text for name, text in PACKAGE.items()},
    "faulty/problem.yaml": "name: [Sum]\n",
}


def put_tree(stack, files):
    for name, text in files.items():
        path = f"{stack.dir}/files/{name}"
        parts = name.split("/")[:-1]
        for i in range(len(parts) + 1):
            stack.own_dir("/".join([f"{stack.dir}/files", *parts[:i]]))
        stack.write(path, text)


@pytest.fixture(scope="module")
def ready(runner):
    """Files, and a course made by the command alone."""
    put_tree(runner, SOURCES)
    runner.assize("root", "course", "create", "c1", "--title", "One",
                  admin=True)
    runner.assize("root", "member", "put", "alice", "--course=c1",
                  admin=True)
    runner.assize("root", "member", "put", "--course", "c1", "sue",
                  "--role", "staff", admin=True)
    runner.assize("sue", "problem", "create", "--course", "c1",
                  "--problem", "sum", "--title", "The sum")
    done = runner.assize("sue", "problem", "push", "files/package",
                         "--course", "c1", "--problem", "sum", "--json")
    assert json.loads(done.stdout)["tests"] == 2
    return runner


def submit(stack, *words, check=False):
    return stack.assize("alice", "submit", "--course", "c1", "--problem",
                        "sum", *words, check=check)


@pytest.mark.parametrize("files,status,verdict", [
    (["files/right/sum.c", "files/right/sum.h"], 0, "AC"),
    (["files/wrong.py"], 1, "WA"),
    (["files/broken.cpp"], 1, "CE")])
def test_submit_and_wait(ready, files, status, verdict):
    done = submit(ready, "--wait", "--timeout", "60", *files)
    out, err = done.stdout.decode(), done.stderr.decode()
    assert done.returncode == status, (out, err)
    assert f"verdict     {verdict}\n" in out
    assert err.startswith("sb_")
    assert f"done: {verdict}" in err
    sb = err.split()[0]
    shown = ready.assize("alice", "show", sb).stdout.decode()
    assert f"verdict     {verdict}\n" in shown
    if verdict == "CE":
        assert "The compiler says:" in shown
    if verdict == "AC":
        assert "secret/1" in shown


def test_staff_may_see_all_tests(ready):
    """What judging skipped is run for staff, and changes nothing."""
    def tests(done):
        found = json.loads(done.stdout)
        assert (found["verdict"], found["grade"]) == ("WA", 0)
        return [t["status"] for t in found["tests"]]

    done = submit(ready, "--json", "--wait", "files/wrong.py")
    sb = json.loads(done.stdout)["id"]
    assert tests(done) == ["WA", "skipped"]
    assert tests(ready.assize("sue", "rejudge", sb, "--wait", "--json",
                              "--all", check=False)) == ["WA", "WA"]
    assert tests(ready.assize("sue", "rejudge", sb, "--wait", "--json",
                              check=False)) == ["WA", "skipped"]
    assert ready.assize("alice", "rejudge", sb, "--all",
                        check=False).returncode == 1
    assert tests(ready.assize("sue", "submit", "--course", "c1", "--problem",
                              "sum", "--wait", "--json", "--all",
                              "files/wrong.py", check=False)) == ["WA", "WA"]
    refused = submit(ready, "--all", "files/wrong.py")
    assert refused.returncode == 1 and b"only staff" in refused.stderr


def test_submit_json_and_same_key(ready):
    first = submit(ready, "--json", "--key", "k1", "files/wrong.py")
    again = submit(ready, "--json", "--key", "k1", "files/wrong.py")
    other = submit(ready, "--key", "k1", "files/broken.cpp")
    assert json.loads(first.stdout)["id"] == json.loads(again.stdout)["id"]
    assert other.returncode == 1
    assert other.stderr.decode().startswith("assize: ")
    done = ready.assize("alice", "show", "--wait", "--json",
                        json.loads(first.stdout)["id"], check=False)
    assert done.returncode == 1
    assert json.loads(done.stdout)["verdict"] == "WA"


def test_list(ready):
    sb = json.loads(submit(ready, "--json", "--wait",
                           "files/wrong.py").stdout)["id"]
    page = ready.assize("alice", "list", "--course", "c1", "--limit", "1")
    assert page.stdout.decode().splitlines()[1].startswith(sb)
    assert page.stderr.decode().startswith("more: --cursor ")
    cursor = page.stderr.decode().split()[-1]
    rest = ready.assize("alice", "list", "--cursor", cursor, "--json")
    rows = json.loads(rest.stdout)["submissions"]
    assert sb not in [row["id"] for row in rows] and rows
    wrong = ready.assize("sue", "list", "--course", "c1", "--verdict", "WA",
                         "--json")
    assert {r["verdict"] for r in json.loads(wrong.stdout)["submissions"]} \
        == {"WA"}


def test_refusals(ready):
    def refused(user, *words):
        done = ready.assize(user, *words, check=False)
        assert done.returncode == 1, done
        assert done.stdout == b""
        return done.stderr.decode()

    assert "faults found" in refused(
        "sue", "submit", "--course", "c 1", "--problem", "/", "files/wrong.py")
    refused("mallory", "submit", "--course", "c1", "--problem", "sum",
            "files/wrong.py")
    refused("alice", "show", "sb_00000000000000000000000000")
    refused("alice", "course", "create", "c2")
    refused("root", "submit", "--course", "c1", "--problem", "sum",
            "files/absent.c")
    done = ready.assize("mallory", "show", "--json", "nonsense", check=False)
    assert done.returncode == 1
    assert json.loads(done.stdout)["status"] == 404


def test_check(ready):
    good = ready.assize("alice", "problem", "check", "files/package")
    assert b"Sum: 2 tests" in good.stdout
    bad = ready.assize("alice", "problem", "check", "files/faulty",
                       check=False)
    assert bad.returncode == 1
    assert b"problem.yaml" in bad.stderr
    as_json = ready.assize("alice", "problem", "check", "files/faulty",
                           "--json", check=False)
    found = json.loads(as_json.stdout)
    assert found["ok"] is False and found["errors"]


def test_token(ready):
    made = ready.assize(
        "alice", "token", "--key", f"{ready.keys}/users.key", "--kid",
        "users", "--sub", "alice", "--issuer", "assize-dev", "--audience",
        "assize", "--ttl", "60")
    path = f"{ready.dir}/made.token"
    ready.write(path, made.stdout)
    done = ready.assize("mallory", "list", "--token-file", path, "--course",
                        "c1")
    assert b"c1/sum" in done.stdout
    # The key may not vouch for administrators, whatever the token claims.
    made = ready.assize(
        "alice", "token", "--key", f"{ready.keys}/users.key", "--kid",
        "users", "--sub", "alice", "--issuer", "assize-dev", "--audience",
        "assize", "--admin")
    ready.write(path, made.stdout)
    done = ready.assize("x", "course", "create", "c3", "--token-file", path,
                        check=False)
    assert done.returncode == 1


@pytest.mark.parametrize("words", [
    [], ["frob"], ["submit"], ["submit", "--course", "c", "x.c"],
    ["submit", "--what", "x.c"], ["list", "x"], ["list", "--limit", "0"],
    ["list", "--limit"], ["show", "-x"], ["list", "--json=yes"],
    ["member", "put", "bob", "--course", "c1", "--role", "king"]])
def test_usage(ready, words):
    done = ready.assize("alice", *words, check=False)
    assert done.returncode == 2
    assert done.stdout == b"" and done.stderr != b""


def test_help(ready):
    every = ready.assize("alice", "--help").stdout.decode()
    names = [line.split("  ")[1] for line in every.splitlines()
             if line.startswith("  ")]
    assert {"submit", "show", "list", "token", "problem check",
            "problem push"} <= set(names)
    with open(os.path.join(ready.source, "docs/man/assize.1")) as f:
        page = f.read()
    for name in names:
        text = ready.assize("alice", *name.split(), "--help").stdout.decode()
        assert text.startswith(f"usage: assize {name} ")
        assert f".Cm {name}\n" in page
        for line in text.splitlines():
            if line.startswith("  --"):
                assert f"Fl -{line.split()[0][2:]}" in page, line


def test_no_server(ready):
    done = ready.call([f"{ready.bin}/assize", "list", "--url",
                       "https://127.0.0.1:1/api"], check=False)
    assert done.returncode == 3
    # Nobody's certificate: nothing is sent.
    done = ready.call([f"{ready.bin}/assize", "list", "--url",
                       f"https://localhost:{ready.nginx.port}/api"],
                      check=False)
    assert done.returncode == 3
    assert b"certificate" in done.stderr


def test_rejudging_sets(ready):
    """A new package, a set of what it makes out of date, applied."""
    def sue(*words, check=True):
        return ready.assize("sue", *words, check=check).stdout.decode()

    made = ready.assize("alice", "submit", "--course", "c1", "--problem",
                        "sum", "files/wrong.py", "--wait", "--json",
                        check=False)
    sub = json.loads(made.stdout)["id"]
    ready.write(f"{ready.dir}/files/package/data/secret/1.ans", "7\n")
    ready.write(f"{ready.dir}/files/package/data/sample/1.ans", "7\n")
    pushed = sue("problem", "push", "files/package", "--course", "c1",
                 "--problem", "sum")
    assert "assize rejudge --course c1 --problem sum --package" in pushed
    refused = ready.assize("alice", "rejudge", "--course", "c1", check=False)
    assert refused.returncode == 1
    made = json.loads(sue("rejudge", "--course", "c1", "--problem", "sum",
                          "--package", "--reason", "7 is right", "--json"))
    ident = made["id"]
    assert ident in sue("rejudging", "list", "--state", "open")
    assert ready.assize("sue", "rejudging", "repeat", ident,
                        check=False).returncode == 1
    end = time.monotonic() + 60
    while True:
        now = json.loads(sue("rejudging", "show", ident, "--json"))
        if now["progress"]["judged"] == now["members"]:
            break
        assert time.monotonic() < end, now
        time.sleep(0.3)
    text = sue("rejudging", "show", ident)
    assert "7 is right" in text and "WA" in text and "higher" in text
    assert "applied" in sue("rejudging", "apply", ident)
    assert json.loads(sue("show", sub, "--json"))["verdict"] == "AC"
    other = json.loads(sue("rejudge", "--course", "c1", "--user", "alice",
                           "--json"))["id"]
    assert "discarded" in sue("rejudging", "discard", other)


def test_runners(ready):
    def root(*words):
        return ready.assize("root", *words, admin=True).stdout.decode()

    found = json.loads(root("runners", "list", "--json"))["runners"]
    assert found[0]["name"] in root("runners", "list")
    ident = found[0]["runner_id"]
    assert "no more jobs" in root("runners", "drain", ident)
    assert "draining" in root("runners", "list")
    ready.psql(f"SELECT op_release('{ident}')")
    assert ready.assize("sue", "runners", "list",
                        check=False).returncode == 1
    assert "assize rejudge --runner" in root("runners", "revoke", ident)


def test_a_course_by_the_command(ready):
    """Rosters, teams, extensions, the configuration: as people use them."""
    def root(*words, **kw):
        return ready.assize("root", *words, admin=True, **kw)

    put_tree(ready, {"roster.csv": "name,user,team\n\"A, B\",ann,red\n"
                                   "C,ben,red\n", "key": "sesame\n",
                     "wrong-key": "open\n", "shared/lib.py": "X = 1\n"})
    root("course", "create", "c7", "--time-zone", "Europe/Berlin",
         "--self-enrol", "--enrolment-key-file", "files/key")
    done = json.loads(root("roster", "--course", "c7", "--tokens", "--json",
                           "files/roster.csv").stdout)
    assert [m["user"] for m in done["members"]] == ["ann", "ben"]
    assert all(m["team"] == "red" and m["token"] for m in done["members"])
    ann = ready.client()
    ann.token = done["members"][0]["token"]
    assert ann.get("/courses/c7").data["role"] == "student"

    refused = ready.assize("alice", "enrol", "c7", "--key-file",
                           "files/wrong-key", check=False)
    assert refused.returncode == 1 and b"enrolment key" in refused.stderr
    ready.assize("alice", "enrol", "c7", "--key-file", "files/key")
    root("course", "set", "--team-size", "3", "c7")
    root("team", "join", "--course", "c7", "pink", "ann")
    assert b"ann is not in team pink" in root(
        "team", "leave", "--course", "c7", "pink", "ann").stdout
    root("course", "set", "--no-team-size", "c7")
    root("team", "put", "--course", "c7", "blue", "alice", "ann")
    assert b"blue" in ready.assize("alice", "team", "list", "--course",
                                   "c7").stdout
    root("problem", "create", "--course", "c7", "--problem", "p", "--closes",
         "2026-01-01 12:00", "--soft", "2025-12-24", "--per-day", "5",
         "--interval", "3", "--late-penalty", "10", "--groups")
    root("extend", "--course", "c7", "--problem", "p", "ann", "--end",
         "2099-01-01", "--attempts", "2", "--reason", "ill")
    seen = ann.get("/courses/c7/problems/p").data
    assert seen["phase"] == "open" and seen["extended"], seen
    assert seen["closes_at"] == "2098-12-31T23:00:00.000Z"
    root("extend", "--course", "c7", "--problem", "p", "ann", "--remove")
    assert ann.get("/courses/c7/problems/p").data["phase"] == "closed"
    assert len(root("common", "push", "--course", "c7",
                    "files/shared").stdout.split()[-1]) == 64

    assert b"rate_limit" in root("config").stdout
    root("config", "rate_limit=9")
    shown = json.loads(root("config", "--json").stdout)
    assert shown["rate_limit"] == 9
    root("config", "rate_limit=default")
    assert root("config", "rate_limit=-1", check=False).returncode == 1
    assert ready.assize("alice", "config", check=False).returncode == 1
    root("course", "set", "c7", "--no-self-enrol")
    assert ready.assize("bob", "enrol", "c7", check=False).returncode == 1


def test_grades(ready):
    """What came of it: standing, history, grades, a grade by hand, a zip."""
    words = ("--course", "c1", "--problem", "marks")

    def said(user, *args):
        return ready.assize(user, *args).stdout.decode()

    # Others change them.
    for name in ("sample/1", "secret/1"):
        ready.write(f"{ready.dir}/files/package/data/{name}.ans",
                    PACKAGE[f"data/{name}.ans"])
    ready.assize("sue", "problem", "create", *words)
    ready.assize("sue", "problem", "push", "files/package", *words)
    ready.assize("alice", "submit", *words, "--wait", "files/right/sum.c",
                 "files/right/sum.h")
    standing = json.loads(said("alice", "status", *words, "--json"))
    assert standing["grade"] == 100 and standing["user"] == "alice"
    assert "alice" in said("sue", "status", *words)
    one = standing["evaluated"]
    shown = said("alice", "history", one)
    assert "JOB_ID" in shown and "AC" in shown
    done = said("sue", "grade", one, "70", "--comment", "untidy")
    assert "70" in done and "untidy" in done
    assert "untidy" in said("alice", "history", one)
    assert "alice" in said("alice", "grades", "c1")
    path = f"{ready.dir}/files/grades.csv"
    ready.assize("sue", "grades", "c1", "--output", path)
    with open(path, encoding="ascii") as f:
        rows = list(csv.DictReader(f))
    assert [r["marks"] for r in rows if r["user"] == "alice"] == ["70"]
    assert ready.assize("sue", "grade", one, "x", check=False).returncode == 2
    assert ready.assize("sue", "grade", one, "101",
                        check=False).returncode == 1
    assert ready.assize("alice", "grade", one, "99",
                        check=False).returncode == 1
    ready.assize("sue", "grade", one, "--withdraw")
    assert said("alice", "queue").startswith("ID")
    path = f"{ready.dir}/files/all.zip"
    ready.assize("sue", "export", "c1", "--problem", "marks", "--output",
                 path)
    with zipfile.ZipFile(path) as z:
        assert f"alice/{one}/sum.c" in z.namelist()
    refused = ready.assize("alice", "export", "c1", "--output",
                           f"{path}.no", check=False)
    assert refused.returncode == 1 and not os.path.exists(f"{path}.no")
