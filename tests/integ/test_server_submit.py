"""Submitting: the gates in their order, bodies good and bad, who sees what."""

import base64
import concurrent.futures
import hashlib
import datetime
import io
import zipfile

import pytest

from harness.client import multipart
from kit import (COURSE, PROBLEM, Runner, check_problem, make_course,
                 make_problem, make_zip, package, result, submit)

LATER = datetime.timedelta(days=1)
NOW = datetime.datetime.now(datetime.timezone.utc)


def text(t):
    return t.strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture(scope="module")
def server(stack):
    admin = make_course(stack, members=("alice", "bob"),
                        settings={"allow_pending": True})
    admin.put(f"/courses/{COURSE}/members/tim", {"role": "tutor"})
    for slug, settings in {
            "early": {"opens_at": text(NOW + LATER)},
            "late": {"closes_at": text(NOW - LATER)},
            "open": {"opens_at": text(NOW - LATER),
                     "closes_at": text(NOW + LATER)},
            "conly": {"languages": ["c"]},
            "one": {"submission_limit": 1, "allow_pending": True},
            "wait": {"allow_pending": False},
            "secret": {"visible": False}}.items():
        make_problem(admin, COURSE, slug,
                     {"allow_pending": True, **settings})
    done = admin.put(f"/courses/{COURSE}/problems/empty", {"title": "E"})
    assert done.status == 200, done.show()
    return stack


@pytest.fixture
def alice(server):
    return server.client("alice")


def stored(client, made):
    """Names and contents of what was submitted."""
    answer = client.get(f"/submissions/{made.data['id']}/source")
    assert answer.status == 200, answer.show()
    with zipfile.ZipFile(io.BytesIO(answer.body)) as z:
        return {n: z.read(n) for n in z.namelist()}


# The gates


@pytest.mark.parametrize("user, change, status, slug", [
    ("carol", {}, 403, "not-a-member"),
    ("carol", {"problem": "nothing"}, 403, "not-a-member"),
    ("alice", {"course": "nothing"}, 404, "not-found"),
    ("alice", {"problem": "nothing"}, 404, "not-found"),
    ("alice", {"problem": "secret"}, 404, "not-found"),
    ("alice", {"problem": "early"}, 403, "window-closed"),
    ("alice", {"problem": "late"}, 403, "window-closed"),
    ("alice", {"problem": "empty"}, 409, "conflict"),
    ("alice", {"language": "cobol"}, 422, "language"),
    ("alice", {"language": None}, 422, "language"),
    ("alice", {"problem": "conly", "language": "python3"}, 422, "language"),
    ("alice", {"code": "x" * 2000000}, 413, "too-large"),
    ("alice", {"code": ""}, 422, "files"),
    ("alice", {"code": None, "input": {"q": 1}}, 422, "files"),
])
def test_gates(server, user, change, status, slug):
    body = {"code": "int x;", **change}
    check_problem(submit(server.client(user), body.pop("code"), **body),
                  status, slug)


def test_those_who_teach_pass_the_windows(server):
    tim = server.client("tim")
    for problem in ("early", "late", "secret"):
        assert submit(tim, problem=problem).status == 201


def test_quota(server, alice):
    assert submit(alice, problem="one").status == 201
    check_problem(submit(alice, problem="one"), 403, "quota")
    left = alice.get(f"/courses/{COURSE}/problems/one").data
    assert (left["attempts_used"], left["attempts_left"]) == (1, 0)
    assert submit(server.client("bob"), problem="one").status == 201


def test_quota_holds_for_many_at_once(server):
    admin = server.client("root", admin=True)
    make_problem(admin, COURSE, "race",
                 {"submission_limit": 3, "allow_pending": True})
    bob = server.client("bob")
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        found = list(pool.map(lambda _: submit(bob, problem="race").status,
                              range(12)))
    assert sorted(found) == [201] * 3 + [403] * 9


def test_pending(server, alice):
    first = submit(alice, problem="wait")
    assert first.status == 201
    check_problem(submit(alice, problem="wait"), 409, "pending-submission")
    runner = Runner(server)
    while True:
        job = runner.take()
        assert runner.finish(job).status == 204
        if job["submission_id"] == first.data["id"]:
            break
    assert submit(alice, problem="wait").status == 201


# Idempotency


def test_the_same_key_is_the_same_submission(server, alice):
    head = {"Idempotency-Key": "k-1"}
    one = submit(alice, headers=head)
    two = submit(alice, headers=head)
    assert (one.status, two.status) == (201, 200)
    assert one.data["id"] == two.data["id"]
    check_problem(submit(alice, "int other;", headers=head), 422,
                  "idempotency-key-reused")
    other = submit(server.client("bob"), headers=head)
    assert other.status == 201 and other.data["id"] != one.data["id"]


def test_a_key_outlives_an_upgrade(server, alice):
    """What is recorded of a plain request is what the first release did."""
    code = "int main(void){return 4;}"
    made = submit(alice, code, headers={"Idempotency-Key": "k-upgrade"})
    said = "".join(x + "\0" for x in (COURSE, PROBLEM, "c", "", code))
    assert server.psql("SELECT request_digest FROM submission WHERE id = "
                       f"'{made.data['id']}'") == \
        hashlib.sha256(said.encode()).hexdigest()


def test_a_key_passes_the_gates_it_passed_before(server, alice):
    admin = server.client("root", admin=True)
    make_problem(admin, COURSE, "shut", {"submission_limit": 1})
    head = {"Idempotency-Key": "k-2"}
    one = submit(alice, problem="shut", headers=head)
    admin.put(f"/courses/{COURSE}/problems/shut",
              {"closes_at": text(NOW - LATER)})
    two = submit(alice, problem="shut", headers=head)
    assert (one.status, two.status) == (201, 200)


def test_a_key_at_once(server, alice):
    head = {"Idempotency-Key": "k-3"}
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        found = list(pool.map(lambda _: submit(alice, headers=head),
                              range(10)))
    assert sorted(a.status for a in found) == [200] * 9 + [201]
    assert len({a.data["id"] for a in found}) == 1


@pytest.mark.parametrize("key", ["a b", "x" * 129, "\u00e4"])
def test_bad_keys(alice, key):
    answer = submit(alice, headers={"Idempotency-Key": key.encode()})
    check_problem(answer, 400, "bad-request")


# Bodies


def test_files_as_json(alice):
    made = submit(alice, None, files=[
        {"name": "main.c", "content": "int main;"},
        {"name": "lib/a.h",
         "content_base64": base64.b64encode(b"a\0b").decode()}])
    assert made.status == 201, made.show()
    assert stored(alice, made) == {"main.c": b"int main;",
                                   "lib/a.h": b"a\0b"}
    assert made.data["input"]["files"] == ["main.c", "lib/a.h"]


def test_the_language_of_a_file_name(alice):
    made = submit(alice, None, language=None,
                  files=[{"name": "x.py", "content": "print(1)"}])
    assert made.data["language"] == "python3"


def test_the_language_is_one_that_the_problem_takes(alice):
    """Other files do not matter then."""
    files = [{"name": "main.c", "content": "int main;"},
             {"name": "run.sh", "content": "make"}]
    made = submit(alice, None, language=None, files=files, problem="conly")
    assert made.status == 201, made.show()
    assert made.data["language"] == "c"
    check_problem(submit(alice, None, language=None, files=files),
                  422, "language")


def form(client, *parts, head=None):
    kind, body = multipart([("course", COURSE), ("problem", PROBLEM), *parts])
    return client.post("/submissions", body=body,
                       headers={"Content-Type": kind, **(head or {})})


def test_files_as_a_form(alice):
    made = form(alice, ("language", "cpp"),
                ("f", "a.cpp", b"int main(){}"), ("f", "d/b.h", b"\xff\0"))
    assert made.status == 201, made.show()
    assert stored(alice, made) == {"a.cpp": b"int main(){}",
                                   "d/b.h": b"\xff\0"}


def test_one_zip_as_a_form(alice):
    data = make_zip({"main.c": "int main;", "x/y.h": "1"})
    made = form(alice, ("language", "c"), ("f", "all.zip", data))
    assert made.status == 201, made.show()
    assert stored(alice, made) == {"main.c": b"int main;", "x/y.h": b"1"}


def test_the_same_form_with_another_boundary(alice):
    head = {"Idempotency-Key": "k-form"}
    parts = (("language", "c"), ("f", "a.c", b"int x;"))
    assert form(alice, *parts, head=head).status == 201
    assert form(alice, *parts, head=head).status == 200


@pytest.mark.parametrize("name", [
    "../a.c", "/etc/passwd.c", "a//b.c", "a/./b.c", "a\\..\\b\n.c", "",
    "x" * 300 + ".c", "/".join("d" * 20) + "/a.c"])
def test_paths_that_lead_elsewhere(alice, name):
    check = form(alice, ("language", "c"),
                 ("f", name.replace("\n", "%0A"), b"int x;"))
    if "%0A" in check.json.get("detail", "") or name.endswith("\n.c"):
        return
    check_problem(check, 422, "files")
    answer = submit(alice, None, files=[{"name": name, "content": "x"}])
    assert answer.status in (400, 422), answer.show()


def test_zips_with_tricks(alice):
    def zipped(entries):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
            for name, data in entries:
                z.writestr(name, data)
        return out.getvalue()

    link = zipfile.ZipInfo("main.c")
    link.external_attr = 0o120777 << 16
    bombs = {
        "outside": ([("../main.c", "x")], 422),
        "absolute": ([("/main.c", "x")], 422),
        "symlink": ([(link, "/etc/passwd")], 422),
        "nothing": ([], 422),
        "two of one name": ([("main.c", "x"), ("main.c", "y")], 422),
        "a file as directory": ([("main.c", "x"), ("main.c/a", "y")], 422),
        "bomb": ([("main.c", b"\0" * (50 << 20))], 413),
        "crowd": ([(f"f{i}.c", "x") for i in range(500)], 413),
    }
    for what, (entries, status) in bombs.items():
        answer = form(alice, ("language", "c"),
                      ("f", "all.zip", zipped(entries)))
        assert answer.status == status, f"{what}: {answer.show()}"
    check_problem(form(alice, ("language", "c"), ("f", "main.c", b"x"),
                       ("f", "main.c/a.c", b"y")), 422, "files")
    for data in (b"", b"PK", b"not a zip", zipped([("a.c", "x")])[:-30]):
        answer = form(alice, ("language", "c"), ("f", "all.zip", data))
        check_problem(answer, 422, "files")


@pytest.mark.parametrize("parts, status, slug", [
    ([("language", "c")], 422, "files"),
    ([("f", "a.c", b"x"), ("colour", "red")], 400, "fields"),
    ([("f", "a.c", b"x"), ("language", "c"), ("language", "c")], 400,
     "fields"),
    ([("f", "a.c", b"x"), ("language", "C!")], 400, "fields"),
    ([("f", "a.c", b"x"), ("input", "[]")], 400, "fields"),
    ([("f", "a.txt", b"x"), ("language", "c")], 422, "files"),
    ([("f", "a.c", b"x"), ("f", "b.py", b"x")], 422, "language"),
    ([("f", "a.c", b"")], 422, "files"),
])
def test_forms_that_do_not_fit(alice, parts, status, slug):
    check_problem(form(alice, *parts), status, slug)


@pytest.mark.parametrize("body", [
    b"", b"x", b"--x", b"--x\r\n", b"--x\r\n\r\n--x--",
    b"--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--"])
def test_malformed_forms(alice, body):
    answer = alice.post("/submissions", body=body, headers={
        "Content-Type": "multipart/form-data; boundary=x"})
    check_problem(answer, 400, "bad-request")


@pytest.mark.parametrize("body, slug", [
    (b"", "fields"), (b"{", "not-json"), (b"nonsense", "not-json"),
    (b'{"course":"c1","course":"c1"}', "not-json"),
    (b'{"course":NaN}', "not-json"), (b'{"course":"\\u0000"}', "not-json"),
    (b'{"course":"\xff"}', "not-json"), (b"{'course':1}", "not-json"),
    (b"{} {}", "not-json"), (b"[" * 100000, "not-json"),
    (b'{"a":' * 30 + b"1" + b"}" * 30, "not-json"),
    (b"[]", "fields"), (b"1", "fields"), (b"{}", "fields"),
    (b'{"course":"c1","problem":"sum","code":7}', "fields"),
    (b'{"course":"c1","problem":"sum","code":"x","z":1}', "fields"),
    (b'{"course":"c1","problem":"sum","code":"x","files":[]}', "fields"),
    (b'{"course":"","problem":"sum","code":"x"}', "fields")])
def test_bodies_that_are_no_submission(alice, body, slug):
    answer = alice.post("/submissions", body=body, headers={
        "Content-Type": "application/json"})
    check_problem(answer, 400, slug)


def test_ten_megabytes_of_brackets(server, alice):
    answer = alice.post("/submissions", body=b"[" * (10 << 20), headers={
        "Content-Type": "application/json"})
    check_problem(answer, 413, "too-large")
    runner = Runner(server)
    answer = runner.call(
        "PUT", "/jobs/jb_01ARZ3NDEKTSV4RRFFQ69G5FAV/complete",
        body=b"[" * (10 << 20), headers={"Content-Type": "application/json"})
    check_problem(answer, 400, "not-json")


# Who sees what


def test_others_do_not_see_it(server, alice):
    made = submit(alice).data["id"]
    for path in (f"/submissions/{made}", f"/submissions/{made}/source"):
        assert alice.get(path).status == 200
        assert server.client("tim").get(path).status == 200
        assert server.client("root", admin=True).get(path).status == 200
        check_problem(server.client("bob").get(path), 404, "not-found")
        check_problem(server.client("carol").get(path), 404, "not-found")


def test_students_do_not_see_hidden_tests(server, alice):
    made = submit(alice).data["id"]
    runner = Runner(server)
    while True:
        job = runner.take()
        body = result("WA", ["AC", "AC", "WA", "skipped"],
                      provenance={"a": 1})
        for test in body["tests"]:
            test.update(team_message="yours", judge_message="staff's")
        assert runner.finish(job, body).status == 204
        if job["submission_id"] == made:
            break
    mine = alice.get(f"/submissions/{made}").data
    full = server.client("tim").get(f"/submissions/{made}").data
    assert [t["hidden"] for t in mine["tests"]] == [False, True, True, True]
    assert mine["tests"][0]["stdout"] == "out of sample/1\n"
    for test in mine["tests"][1:]:
        assert set(test) <= {"path", "name", "status", "score", "weight",
                             "hidden", "team_message"}
    assert all(t["team_message"] == "yours" for t in mine["tests"])
    assert all("judge_message" not in t for t in mine["tests"])
    assert all(t["judge_message"] == "staff's" for t in full["tests"])
    assert all("stdout" in t for t in full["tests"])
    assert "provenance" in full and "provenance" not in mine


def test_lists(server, alice):
    bob = server.client("bob")
    ids = [submit(bob, problem="open").data["id"] for _ in range(5)]
    found, query = [], "?problem=open&limit=2"
    while True:
        page = bob.get("/submissions" + query).data
        assert len(page["submissions"]) <= 2
        found += [s["id"] for s in page["submissions"]]
        if "next_cursor" not in page:
            break
        query = f"?problem=open&limit=2&cursor={page['next_cursor']}"
    assert found == ids[::-1]
    names = {tuple(s["users"]) for s in
             alice.get("/submissions?limit=200").data["submissions"]}
    assert names == {("alice",)}
    tim = server.client("tim")
    assert len(tim.get("/submissions?course=c1&user=bob&problem=open"
                       ).data["submissions"]) == 5
    for query, n in (("status=done&problem=open", 0),
                     ("status=waiting&problem=open", 5),
                     ("course=nothing", 0), ("language=cpp&problem=open", 0),
                     (f"after={text(NOW + LATER)}", 0),
                     (f"before={text(NOW - LATER)}", 0)):
        got = bob.get(f"/submissions?{query}")
        assert got.status == 200, got.show()
        assert len(got.data["submissions"]) == n, query


@pytest.mark.parametrize("query", [
    "limit=0", "limit=201", "limit=-1", "limit=x", "after=yesterday",
    "colour=red", "course=%00", "user=%ff", "course=a%20b", "limit=1&limit=1"])
def test_lists_refuse(alice, query):
    check_problem(alice.get(f"/submissions?{query}"), 400, "fields")


@pytest.mark.parametrize("cursor", ["x", "!", "sb_1", "9" * 200])
def test_cursors_that_are_none(alice, cursor):
    answer = alice.get(f"/submissions?cursor={cursor}")
    assert answer.status == 400, answer.show()


def test_rate(server):
    """Without a limit of its own the class is not slowed down."""
    server.assized_settings.update(submit_rate=3, submit_period_sec=3600)
    server.write_assized_conf()
    for i in server.worker_pids():
        server.restart_worker(i)
    server.wait_ready()
    dora = server.client("dora")
    server.client("root", admin=True).put(
        f"/courses/{COURSE}/members/dora", {"role": "student"})
    found = [submit(dora) for _ in range(5)]
    assert [a.status for a in found] == [201] * 3 + [429] * 2
    check_problem(found[-1], 429, "rate-limited")
    assert int(found[-1].headers["Retry-After"]) == found[-1].json["wait_for"]
    assert 1000 < found[-1].json["wait_for"] <= 1200
    assert submit(server.client("alice")).status == 201


def test_a_package_that_changes_judges_only_what_comes_after(server, alice):
    admin = server.client("root", admin=True)
    make_problem(admin, COURSE, "moving", {"allow_pending": True})
    submit(server.client("tim"), problem="moving")
    new = package(**{"data/secret/c/1.in": "1 1\n",
                     "data/secret/c/1.ans": "2\n"})
    make_problem(admin, COURSE, "moving", zip_bytes=new)
    submit(server.client("tim"), problem="moving")
    runner = Runner(server)
    counts = []
    while (answer := runner.next()).status == 200:
        job = answer.json
        if job["problem"] == "moving":
            counts.append(len(job["grading"]["tests"]))
        runner.abort(job, "drain")
        if len(counts) == 2:
            break
        runner.leave()
        runner = Runner(server)
    assert counts and counts[0] == 4
