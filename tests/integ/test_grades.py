"""What users have: standings, grades as JSON and CSV, all submissions as a
zip, problems that people grade, what is no longer stored."""

import base64
import csv
import http.client
import io
import os
import time
import zipfile

import pytest

from kit import (COURSE, PROBLEM, Runner, check_problem, make_course,
                 make_problem, package, result, submit, take_of)

MANUAL = {"assize.yaml": "template: manual\n",
          **{f"data/{p}.{e}": None for p in
             ("sample/1", "secret/a/1", "secret/a/2", "secret/b/1")
             for e in ("in", "ans")}}

LARGE = {"problem.yaml": "problem_format_version: legacy\nname: Large\n"
                         "license: cc0\nrights_owner: nobody\n"
                         "limits:\n  code: 2000\n"}


@pytest.fixture(scope="module")
def server(stack):
    admin = make_course(stack, members=("alice", "bob", "carol"),
                        settings={"allow_pending": True, "weight": 3})
    admin.put(f"/courses/{COURSE}/members/sue", {"role": "staff"})
    make_problem(admin, COURSE, "two", {"allow_pending": True, "weight": 1})
    make_problem(admin, COURSE, "last", {"allow_pending": True, "weight": 0,
                                         "evaluate": "last"})
    return stack


@pytest.fixture(scope="module")
def runner(server):
    return Runner(server)


@pytest.fixture(scope="module")
def graded(server, runner):
    """alice: 100 and 40; bob: 0 and nothing; carol: nothing."""
    made = {}
    for user, problem, grade in (("alice", PROBLEM, 10), ("alice", PROBLEM, 100),
                                 ("alice", "two", 40), ("bob", PROBLEM, 0)):
        made[user, problem] = submit(server.client(user), problem=problem)
        body = result() if grade == 100 else result("WA", grade=grade)
        job = runner.take()
        assert runner.finish(job, body).status == 204
    return {k: v.data["id"] for k, v in made.items()}


def test_standing(server, graded):
    path = f"/courses/{COURSE}/problems/{PROBLEM}/standing"
    mine = server.client("alice").get(path).data
    assert (mine["user"], mine["tried"], mine["grade"], mine["succeeded"]) == \
        ("alice", 2, 100, True)
    assert mine["evaluated"] == graded["alice", PROBLEM]
    none = server.client("carol").get(path).data
    assert (none["tried"], none["succeeded"]) == (0, False)
    assert "grade" not in none
    check_problem(server.client("bob").get(f"{path}?user=alice"), 403,
                  "forbidden")
    sue = server.client("sue")
    all_ = sue.get(path).data["standings"]
    assert [(s["user"], s["grade"]) for s in all_] == \
        [("alice", 100), ("bob", 0)]
    page = sue.get(f"{path}?limit=1").data
    assert [s["user"] for s in page["standings"]] == ["alice"]
    page = sue.get(f"{path}?limit=1&cursor={page['next_cursor']}").data
    assert [s["user"] for s in page["standings"]] == ["bob"]
    assert sue.get(f"{path}?user=bob").data["grade"] == 0


def test_grades(server, graded):
    path = f"/courses/{COURSE}/grades"
    sue = server.client("sue")
    found = sue.get(path).data
    assert [(g["user"], g["grade"]) for g in found["grades"]] == \
        [("alice", 85), ("bob", 0), ("carol", 0)]
    cell = found["grades"][0]["problems"]["two"]
    assert cell == {"grade": 40, "tried": 1, "succeeded": False,
                    "evaluated": graded["alice", "two"]}
    own = server.client("bob").get(path).data
    assert [g["user"] for g in own["grades"]] == ["bob"]
    check_problem(server.client("nobody").get(path), 404, "not-found")
    pages, cursor = [], ""
    while True:
        data = sue.get(f"{path}?limit=2{cursor}").data
        pages += [g["user"] for g in data["grades"]]
        if "next_cursor" not in data:
            break
        cursor = f"&cursor={data['next_cursor']}"
    assert pages == ["alice", "bob", "carol"]


def test_grades_as_csv(server, graded):
    path = f"/courses/{COURSE}/grades"
    sue = server.client("sue")
    text = sue.get(f"{path}?format=csv")
    assert text.type == "text/csv"
    assert list(csv.reader(io.StringIO(text.body.decode()))) == [
        ["user", "grade", "last", "sum", "two"], ["alice", "85", "", "100", "40"],
        ["bob", "0", "", "0", ""], ["carol", "0", "", "", ""]]
    again = sue.get(path, headers={"Accept": "text/csv"})
    assert again.body == text.body
    own = server.client("bob").get(f"{path}?format=csv").body.decode()
    assert own.splitlines()[1:] == ["bob,0,,0,"]
    check_problem(sue.get(f"{path}?format=xls"), 400, "bad-request")


def test_zip_of_submissions(server, graded):
    path = f"/courses/{COURSE}/submissions.zip"
    sue = server.client("sue")
    check_problem(server.client("alice").get(path), 403, "forbidden")
    check_problem(sue.get(f"{path}?problem=none"), 404, "not-found")
    got = sue.get(f"{path}?problem={PROBLEM}")
    assert got.type == "application/zip", got.show()
    with zipfile.ZipFile(io.BytesIO(got.body)) as z:
        assert z.testzip() is None
        names = z.namelist()
        rows = list(csv.DictReader(io.StringIO(
            z.read("submissions.csv").decode())))
    assert f"alice/{graded['alice', PROBLEM]}/main.c" in names
    assert len(names) == 4
    assert [(r["users"], r["verdict"], r["grade"], r["evaluated"])
            for r in rows] == [("alice", "WA", "10", "no"),
                               ("alice", "AC", "100", "yes"),
                               ("bob", "WA", "0", "yes")]
    got = sue.get(f"{path}?evaluated=1")
    with zipfile.ZipFile(io.BytesIO(got.body)) as z:
        assert sorted(n.split("/")[0] for n in z.namelist()) == \
            ["submissions.csv", "sum", "sum", "two"]
    assert sue.request("HEAD", path).status == 200


def rss_kb(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        return int(next(x for x in f if x.startswith("VmHWM")).split()[1])


def test_a_large_zip_needs_little_memory(server):
    """90 submissions of a megabyte; a slow reader; one who leaves."""
    admin = server.client("root", admin=True)
    make_problem(admin, COURSE, "large", {"allow_pending": True, "weight": 0},
                 package(**LARGE))
    made = server.client("carol").post("/submissions", {
        "course": COURSE, "problem": "large", "language": "c",
        "files": [{"name": "main.c", "content_base64":
                   base64.b64encode(os.urandom(1_000_000)).decode()}]})
    assert made.status == 201, made.show()
    server.psql(f"""
        WITH s AS (INSERT INTO submission (id, course_id, problem_id, user_id,
            submitted_at, language, source, status, outcome)
          SELECT 'sb_' || lpad(i::text, 26, '0'), course_id, problem_id,
            user_id, submitted_at, language, source, 'cancelled', 'killed'
            FROM submission, generate_series(1, 89) i
           WHERE id = '{made.data["id"]}' RETURNING *)
        INSERT INTO submission_author (submission_id, user_id, place,
            problem_id, submitted_at, seq)
        SELECT id, user_id, 1, problem_id, submitted_at, seq FROM s;
        INSERT INTO job (id, submission_id, package_id, pool, budget_s, state,
            live, ended_at)
        SELECT replace(s.id, 'sb_', 'jb_'), s.id, j.package_id, j.pool, 60,
            'cancelled', false, now()
          FROM submission s, job j
         WHERE s.id LIKE 'sb_000%' AND j.submission_id =
            '{made.data["id"]}'""")
    before = {p: rss_kb(p) for p in server.worker_pids().values()}
    sue = server.client("sue")
    path = f"/courses/{COURSE}/submissions.zip?problem=large"

    conn = http.client.HTTPSConnection("localhost", server.nginx.port,
                                       context=sue.context, timeout=60)
    conn.request("GET", "/api" + path,
                 headers={"Authorization": f"Bearer {sue.token}"})
    answer = conn.getresponse()
    first = answer.read(1000)
    time.sleep(1)
    body = first + answer.read()
    conn.close()
    with zipfile.ZipFile(io.BytesIO(body)) as z:
        assert len(z.namelist()) == 91
    for pid, was in before.items():
        with open(f"/proc/{pid}/maps", encoding="utf-8") as f:
            if "libasan" in f.read():
                continue  # it keeps what was freed
        assert rss_kb(pid) - was < 40_000, "memory grew with the zip"

    for _ in range(4):
        conn = http.client.HTTPSConnection("localhost", server.nginx.port,
                                           context=sue.context, timeout=60)
        conn.request("GET", "/api" + path,
                     headers={"Authorization": f"Bearer {sue.token}"})
        conn.getresponse().read(1000)
        conn.close()
    deadline = time.monotonic() + 30
    while sue.get(f"/courses/{COURSE}/submissions.zip?problem=two"
                  ).status != 200:
        assert time.monotonic() < deadline, "those who left hold a thread"
        time.sleep(0.2)
    assert sorted(server.worker_pids().values()) == sorted(before)


def test_problems_that_people_grade(server):
    admin, sue = server.client("root", admin=True), server.client("sue")
    make_problem(admin, COURSE, "report", None, package(**MANUAL))
    alice = server.client("alice")
    made = alice.post("/submissions", {
        "course": COURSE, "problem": "report", "files": [
            {"name": "report.pdf", "content": "%PDF-1.7"}]})
    assert made.status == 201, made.show()
    path = f"/submissions/{made.data['id']}"
    assert made.data["status"] == "waiting"
    # Nobody has to wait for people to hand in a better one.
    other = alice.post("/submissions", {
        "course": COURSE, "problem": "report", "files": [
            {"name": "report.pdf", "content": "%PDF-1.7 better"}]})
    assert other.status == 201, other.show()
    assert "person" in made.data["waiting_reason"]
    check_problem(sue.post(f"{path}/rejudge"), 409, "conflict")
    done = sue.put(f"{path}/grade", {"grade": 70, "comment": "good"}).data
    assert (done["status"], done["verdict"], done["grade"], done["result"],
            done["judged_by"]) == ("done", "WA", 70, "failed", "sue")
    assert sue.put(f"{path}/grade", {"grade": 100}).data["verdict"] == "AC"
    standing = alice.get(f"/courses/{COURSE}/problems/report/standing").data
    assert (standing["grade"], standing["succeeded"], standing["tried"]) == \
        (100, True, 1)
    back = sue.delete(f"{path}/grade").data
    assert back["status"] == "waiting" and "grade" not in back
    assert alice.post(f"{path}/cancel").data["status"] == "cancelled"


def test_stored_submissions(server, runner):
    admin = server.client("root", admin=True)
    make_problem(admin, COURSE, "few", {"allow_pending": True})
    server.psql("UPDATE problem SET stored_n = 2 WHERE slug = 'few'")
    bob = server.client("bob")
    ids = []
    for grade in (90, 10, 20, 30):
        made = submit(bob, f"int x = {grade};", problem="few")
        assert made.status == 201, made.show()
        ids.append(made.data["id"])
        gone = made.data.get("removed", [])
        job = take_of(runner, made)
        assert runner.finish(job, result("WA", grade=grade)).status == 204
    # 90 counts and stays; 10 had to go for 30, and 20 before it did not.
    assert gone == [ids[2]]
    listed = bob.get(f"/submissions?course={COURSE}&problem=few").data
    assert [s["id"] for s in listed["submissions"]] == [ids[3], ids[0]]
    check_problem(bob.get(f"/submissions/{ids[1]}"), 404, "not-found")
    check_problem(bob.get(f"/submissions/{ids[1]}/source"), 404, "not-found")
    standing = bob.get(f"/courses/{COURSE}/problems/few/standing").data
    assert (standing["tried"], standing["grade"]) == (4, 90)
