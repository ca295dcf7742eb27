"""What a course lets its people do, through the whole service: the gates in
their order, each with its own problem; windows, limits, teams, rosters."""

import concurrent.futures
import datetime
import json
import os
import signal
import time

import pytest

from kit import (Runner, check_problem, fetch, make_course, make_problem,
                 make_zip, package, result, submit, take_of)

P = "/courses/c1/problems/sum"
DEFAULTS = {"windows": True, "late_penalty": 0, "grace_sec": 5,
            "submission_limit": 0, "submissions_per_day": 0,
            "sliding_limit": {"amount": 0, "period_sec": 1},
            "submission_interval_sec": 0, "allow_pending": True,
            "groups": False, "visible": True}


@pytest.fixture(scope="module")
def server(bare):
    bare.assized_settings.update(submit_rate=0)
    stack = bare.start(workers=2)
    admin = make_course(stack, members=("alice", "bob"))
    admin.put("/courses/c1/members/sam", {"role": "staff"})
    admin.put("/courses/c1/members/tim", {"role": "tutor"})
    return stack


@pytest.fixture
def admin(server):
    """With the problem as it was, and nothing turned."""
    root = server.client("root", admin=True)
    done = root.put(P, DEFAULTS)
    assert done.status == 200, done.show()
    yield root
    keys = root.get("/config").data["keys"]
    assert root.put("/config", {k["key"]: None for k in keys}).status == 200


def at(**ago):
    """A time as staff would write it, that long from now."""
    now = datetime.datetime.now(datetime.timezone.utc)
    return (now + datetime.timedelta(**ago)).strftime("%Y-%m-%dT%H:%M:%SZ")


def new_student(admin, name):
    assert admin.put(f"/courses/c1/members/{name}",
                     {"role": "student"}).status == 200


def check_wait(answer, status, slug, least, most):
    check_problem(answer, status, slug)
    wait = answer.json["wait_for"]
    assert least <= wait <= most, answer.show()
    assert int(answer.headers["Retry-After"]) == wait


def test_windows(server, admin):
    new_student(admin, "w1")
    alice, staff = server.client("w1"), server.client("sam")
    assert admin.put(P, {"windows": {"start": at(hours=1)}}).status == 200
    check_problem(submit(alice), 403, "window-closed")
    seen = alice.get(P).data
    assert seen["phase"] == "before" and "limits" not in seen
    assert "limits" in staff.get(P).data
    for teacher in ("sam", "tim"):
        assert submit(server.client(teacher)).status == 201
    admin.put(P, {"windows": f"{at(hours=-9)}/{at(hours=-2)}/{at(hours=2)}",
                  "late_penalty": 5, "late_unit": "hour"})
    seen = alice.get(P).data
    assert seen["phase"] == "late"
    assert seen["soft_at"] < at() < seen["closes_at"]
    made = submit(alice)
    assert made.status == 201, made.show()
    assert made.data["late"] is True and made.data["penalty"] == 15
    assert submit(staff).data["late"] is False
    admin.put(P, {"windows": {"end": at(seconds=-20)}})
    check_problem(submit(alice), 403, "window-closed")
    assert admin.put(P, {"grace_sec": 60}).status == 200
    assert submit(alice).status == 201
    admin.put(P, {"windows": False})
    check_problem(submit(alice), 403, "window-closed")
    assert submit(staff).status == 201


def test_a_busy_server_makes_nobody_late(server, admin):
    """What counts is when nginx had the request, not when it was read."""
    new_student(admin, "w2")
    student = server.client("w2")
    end = datetime.datetime.now(datetime.timezone.utc) + \
        datetime.timedelta(seconds=3)
    closes = end.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert admin.put(P, {"windows": {"end": closes},
                         "grace_sec": 0}).status == 200
    pids = list(server.worker_pids().values())
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            made = pool.submit(submit, student)
            while datetime.datetime.now(datetime.timezone.utc) <= end:
                time.sleep(0.05)
            time.sleep(0.2)
            assert not made.done()
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)
        made = made.result()
    assert made.status == 201, made.show()
    assert made.data["late"] is False
    assert made.data["submitted_at"] <= closes
    check_problem(submit(student), 403, "window-closed")


def test_extensions(server, admin):
    new_student(admin, "x1")
    x1, sam = server.client("x1"), server.client("sam")
    admin.put(P, {"windows": {"end": at(hours=-1)}, "submission_limit": 1})
    path = f"{P}/extensions/x1"
    check_problem(x1.put(path, {"end": at(hours=1)}), 403, "forbidden")
    check_problem(server.client("tim").put(path, {}), 403, "forbidden")
    check_problem(sam.put(f"{P}/extensions/nobody", {"attempts": 1}), 404,
                  "not-found")
    check_problem(sam.put(path, {"end": "soon"}), 400, "fields", "/end")
    check_problem(sam.put(path, {"end": at(hours=1), "soft": at(hours=2)}),
                  422, "impossible")
    done = sam.put(path, {"end": at(hours=1), "attempts": 1, "reason": "ill"})
    assert (done.data["attempts"], done.data["changed_by"]) == (1, "sam")
    assert x1.get(P).data["attempts_left"] == 2
    assert [submit(x1).status for _ in range(3)] == [201, 201, 403]
    check_problem(submit(server.client("bob")), 403, "window-closed")
    listed = server.client("tim").get(f"{P}/extensions").data["extensions"]
    assert [(e["user"], e["reason"]) for e in listed] == [("x1", "ill")]
    check_problem(x1.get(f"{P}/extensions"), 403, "forbidden")
    assert sam.delete(path).status == 204
    check_problem(sam.delete(path), 404, "not-found")
    check_problem(submit(x1), 403, "window-closed")


def test_limits_say_how_long(server, admin):
    for name in ("l1", "l2", "l3", "l4"):
        new_student(admin, name)
    admin.put(P, {"sliding_limit": {"amount": 1, "period_sec": 300}})
    assert submit(server.client("l1")).status == 201
    check_wait(submit(server.client("l1")), 403, "quota", 250, 300)
    assert 250 <= server.client("l1").get(P).data["wait_for"] <= 300
    admin.put(P, {**DEFAULTS, "submissions_per_day": 1})
    assert submit(server.client("l2")).status == 201
    check_wait(submit(server.client("l2")), 403, "quota", 1, 86400)
    admin.put(P, {**DEFAULTS, "submission_interval_sec": 2})
    assert submit(server.client("l3")).status == 201
    check_wait(submit(server.client("l3")), 429, "rate-limited", 1, 2)
    time.sleep(2.05)
    assert submit(server.client("l3")).status == 201
    admin.put(P, {**DEFAULTS, "submission_limit":
                  {"amount": 1, "period": -1}})
    assert submit(server.client("l4")).status == 201
    answer = submit(server.client("l4"))
    check_problem(answer, 403, "quota")
    assert "wait_for" not in answer.json
    assert submit(server.client("sam")).status == 201


def test_the_order(server, admin):
    """Of several that would refuse, the first one speaks."""
    new_student(admin, "o1")
    o1 = server.client("o1")
    key = {"Idempotency-Key": "o1-1"}
    assert submit(o1, headers=key).status == 201
    admin.put("/config", {"rate_limit": 600})
    admin.put(P, {"windows": {"end": at(hours=-1)}, "submission_limit": 1,
                  "allow_pending": False, "groups": True})
    assert submit(o1, headers=key).status == 200
    check_problem(submit(o1, code="other", headers=key), 422,
                  "idempotency-key-reused")
    for want in ("no-team", "window-closed", "language", "files",
                 "pending-submission", "quota", "rate-limited"):
        answer = submit(o1, language="cobol" if want == "language" else "c",
                        code=None if want == "files" else "x",
                        files=[{"name": "a.txt", "content": ""}]
                        if want == "files" else None)
        assert answer.slug == want, (want, answer.show())
        admin.put(P, {"no-team": {"groups": False},
                      "window-closed": {"windows": True},
                      "pending-submission": {"allow_pending": True},
                      "quota": {"submission_limit": 0}}.get(want, {}))
    check_problem(submit(server.client("stranger")), 403, "not-a-member")
    check_problem(submit(o1, problem="none"), 404, "not-found")
    check_problem(submit(o1, course="none"), 404, "not-found")


def test_configuration(server, admin):
    """S9: a rate, once set, holds at once and in every worker."""
    new_student(admin, "r1")
    new_student(admin, "r2")
    r1 = server.client("r1")
    assert submit(r1).status == 201
    put = admin.put("/config", {"rate_limit": 300})
    assert (put.status, put.data["rate_limit"]) == (200, 300)
    for _ in range(10):
        check_wait(submit(r1), 429, "rate-limited", 250, 300)
    assert submit(server.client("sam")).status == 201
    assert admin.get("/config").data["rate_limit"] == 300
    # An operator turns it as well.
    server.psql("SELECT op_set('rate_limit', 'default')")
    assert submit(r1).status == 201
    server.psql("SELECT op_set('submissions_open', 'false')")
    check_problem(submit(r1), 403, "window-closed")
    assert r1.get(P).data["phase"] == "shut"
    admin.put("/config", {"submissions_open": None, "submit_rate": 2,
                          "submit_period_sec": 3600})
    r2 = server.client("r2")
    assert [submit(r2).status for _ in range(2)] == [201, 201]
    check_wait(submit(r2), 429, "rate-limited", 1, 1800)
    check_problem(admin.put("/config", {"rate_limit": -1, "colour": 2,
                                        "daily_quota": "x",
                                        "submissions_open": 1}),
                  400, "fields", "/rate_limit", "/colour", "/daily_quota",
                  "/submissions_open")
    check_problem(r1.get("/config"), 403, "forbidden")
    check_problem(r1.put("/config", {}), 403, "forbidden")
    rows = server.psql("SELECT actor, detail FROM audit WHERE action = 'set'"
                       " AND target = 'rate_limit' ORDER BY seq")
    assert "root\t300" in rows.split("\n")


def test_one_pending_at_a_time(server, admin):
    """Nobody passes beside another one, over both workers."""
    new_student(admin, "p1")
    admin.put(P, {"allow_pending": False})
    p1 = server.client("p1")
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: submit(p1), range(16)))
    assert sorted(a.status for a in answers) == [201] + [409] * 15
    for answer in answers:
        if answer.status == 409:
            check_problem(answer, 409, "pending-submission")


def test_teams(server, admin):
    roster = admin.post("/courses/c1/members", {"members": [
        {"user": u, "team": t} for u, t in (
            ("t1", "red"), ("t2", "red"), ("t3", "blue"), ("t4", None))]})
    assert [m.get("team") for m in roster.data["members"]] == \
        ["red", "red", "blue", None]
    admin.put(P, {"groups": True})
    t1, t2, t4 = (server.client(x) for x in ("t1", "t2", "t4"))
    check_problem(submit(t4), 403, "no-team")
    check_problem(submit(t1, group="blue"), 403, "no-team")
    # One member's extension is the team's.
    admin.put(P, {"windows": {"end": at(hours=-1)}})
    admin.put(f"{P}/extensions/t1", {"end": at(hours=1)})
    assert t2.get(P).data["phase"] == "open"
    assert server.client("t3").get(P).data["phase"] == "closed"
    check_problem(submit(server.client("t3")), 403, "window-closed")
    admin.put(P, {"windows": True})
    check_problem(submit(server.client("sam"), group="red"), 422,
                  "impossible")
    # A runner of the test's own judges the newest of them.
    server.psql("SELECT op_cancel(submission_id) FROM job"
                " WHERE live AND current")
    made = submit(t1, group="red")
    assert made.data["users"] == ["t1", "t2"]
    one = made.data["id"]
    assert t2.get(f"/submissions/{one}").status == 200
    check_problem(server.client("t3").get(f"/submissions/{one}"), 404,
                  "not-found")
    # Who joins later did not write it.
    assert admin.put("/courses/c1/teams/red", {"users": ["t1", "t4"]}
                     ).status == 200
    runner = Runner(server)
    for _ in range(40):
        answer = runner.next("?wait=1")
        if answer.status == 200:
            break
    assert answer.json["submission_id"] == one
    assert runner.finish(answer.json, result("AC")).status == 204
    assert t2.get(f"{P}/standing").data["grade"] == 100
    assert "grade" not in t4.get(f"{P}/standing").data
    check_problem(t4.get(f"/submissions/{one}"), 404, "not-found")
    assert [t["team"] for t in t1.get("/courses/c1/teams").data["teams"]] \
        == ["red"]
    assert len(server.client("tim").get("/courses/c1/teams").data["teams"]
               ) == 2
    check_problem(admin.put("/courses/c1/teams/red",
                            {"users": ["t1", "nobody"]}), 422, "impossible")
    assert admin.delete("/courses/c1/teams/red").status == 204
    runner.leave()


def roster_csv(client, text, query=""):
    return client.post(f"/courses/c1/members{query}", body=text.encode(),
                       headers={"Content-Type": "text/csv"})


def test_roster(server, admin):
    sam = server.client("sam")
    server.client("known").get("/courses")
    done = roster_csv(sam, "\ufeffName;Group;User;Role\r\n"
                           "\"A \"\"B\"\"; C\";green;ro1;\r\n"
                           ";;ro2;tutor\r\n\r\nx;;known;student\r\n",
                      "?tokens=true")
    members = done.data["members"]
    assert [(m["user"], m["role"], m.get("team"), m["added"])
            for m in members] == [("ro1", "student", "green", True),
                                  ("ro2", "tutor", None, True),
                                  ("known", "student", None, True)]
    new = server.client()
    new.token = members[0]["token"]
    assert new.get("/courses/c1").data["role"] == "student"
    # Who teaches here speaks for no account of somebody else's.
    assert "token" not in members[2] and members[2]["no_token"]
    again = roster_csv(sam, "root\nro1\n", "?tokens=1").data["members"]
    assert "token" not in again[0] and again[1]["token"]
    assert again[1]["role"] == "student" and not again[1]["added"]
    check_problem(roster_csv(sam, "ok\n-bad,king\nok,student,a/b\n"), 400,
                  "fields", "/2/user", "/2/role", "/3/team")
    check_problem(roster_csv(sam, "twice\ntwice\n"), 400, "fields",
                  "/2/user")
    check_problem(roster_csv(sam, ""), 400, "fields", "/1")
    check_problem(roster_csv(sam, "x\n", "?tokens=maybe"), 400,
                  "bad-request")
    check_problem(sam.post("/courses/c1/members", {"members": [
        {"user": "a"}, {"user": "a"}]}), 400, "fields", "/members/1/user")
    for who in ("alice", "tim"):
        check_problem(roster_csv(server.client(who), "x\n"), 403,
                      "forbidden")
    # The greatest that there is; one line more is none.
    many = [f'"m{i:05}{"x" * 94}"' for i in range(10000)]
    done = roster_csv(sam, "\n".join(many), "?tokens=true").data["members"]
    assert len({m["token"] for m in done}) == 10000
    slashes = "\n".join(f"n{i},,{chr(92) * 90}" for i in range(10000))
    assert roster_csv(sam, slashes).status == 200
    check_problem(roster_csv(sam, "\n".join(many + ["x"])), 400, "fields",
                  "/10001")
    check_problem(roster_csv(sam, "x,,\"" + "\"\"" * 70 + "\n"), 400,
                  "fields", "/1/team")


def test_self_enrolment(server, admin):
    admin.post("/courses", {"course": "free", "title": "F"})
    ed, path = server.client("ed"), "/courses/free/enrol"
    check_problem(ed.post(path), 404, "not-found")
    admin.put("/courses/free", {"visible": True})
    check_problem(ed.post(path), 403, "enrolment-closed")
    admin.put("/courses/free", {"self_enrol": True,
                                "enrolment_key": "open sesame"})
    check_problem(ed.post(path), 403, "enrolment-closed")
    check_problem(ed.post(path, {"key": "open"}), 403, "enrolment-closed")
    shown = json.dumps(admin.get("/courses/free").json)
    assert "sesame" not in shown
    made = ed.post(path, {"key": "open sesame"})
    assert (made.status, made.data["role"]) == (201, "student")
    assert ed.post(path).status == 200
    fox = server.client("fox")
    answers = [fox.post(path, {"key": f"guess {i}"}) for i in range(12)]
    check_wait(answers[-1], 429, "rate-limited", 1, 600)
    admin.put("/courses/free", {"enrolment_key": ""})
    assert server.client("gus").post(path).status == 201


def test_common_files(server, admin):
    sam, path = server.client("sam"), "/courses/c1/common"
    check_problem(sam.get(path), 404, "not-found")
    zips = [make_zip({"run": f"#!/bin/sh\necho {i}\n"}) for i in (1, 2)]
    kind = {"Content-Type": "application/zip"}
    first = sam.put(path, body=zips[0], headers=kind)
    assert first.status == 201, first.show()
    server.psql("SELECT op_cancel(submission_id) FROM job"
                " WHERE live AND current")
    assert submit(server.client("alice")).status == 201
    assert sam.put(path, body=zips[1], headers=kind).status == 201
    assert sam.put(path, body=zips[0], headers=kind).status == 200
    assert sam.get(path).body == zips[0]
    runner, other = Runner(server), Runner(server)
    job = runner.take("?wait=2")
    assert job["common"]["digest"] == first.data["digest"]
    got = fetch(server, job["common"]["url"], runner.client.token)
    assert (got.status, got.body) == (200, zips[0])
    assert fetch(server, job["common"]["url"],
                 other.client.token).status == 404
    for who in ("alice", "tim"):
        check_problem(server.client(who).get(path), 403, "forbidden")
        check_problem(server.client(who).put(path, body=zips[0],
                                             headers=kind), 403, "forbidden")
    for bad in (b"no zip", make_zip({}), make_zip({"../x": "y"}),
                zips[0][:-9]):
        check_problem(sam.put(path, body=bad, headers=kind), 422, "files")
    runner.leave()
    other.leave()


def test_what_a_package_says(server, admin):
    """Its settings hold where staff made none."""
    says = ("windows: 2020-01-01/2020-02-01\nsubmission_limit: {amount: 3, "
            "period: 2}\ngroups: true\nevaluate: last\n")
    make_problem(admin, "c1", "said", {"evaluate": "best"},
                 package(**{"assize.yaml": says}))
    path = "/courses/c1/problems/said"
    seen = server.client("alice").get(path).data
    assert (seen["phase"], seen["groups"], seen["evaluate"]) == \
        ("closed", True, "best")
    assert seen["sliding_limit"] == {"amount": 3, "period_sec": 7200}
    assert admin.put(path, {"windows": True}).data["phase"] == "open"
    kind = {"Content-Type": "application/zip"}
    assert admin.put(f"{path}/package", body=package(**{
        "assize.yaml": "windows: 2020-01-01/2020-03-01\n"}),
        headers=kind).status == 201
    seen = admin.get(path).data
    assert (seen["phase"], seen["groups"]) == ("open", False)
    assert "sliding_limit" not in seen
    check_problem(admin.put(f"{path}/package", body=package(**{
        "assize.yaml": "windows: tomorrow\n"}), headers=kind), 422,
        "package")


def test_limits_of_a_problem(server, admin):
    put = admin.put("/courses/c1/problems/tight", {
        "limits": {"time_ms": 2000}, "network_grading": True})
    assert put.data["limit_settings"] == {"time_ms": 2000, "wall_ms": 11000}
    sam = server.client("sam")
    check_problem(sam.put("/courses/c1/problems/tight",
                          {"network_grading": True}), 403, "forbidden")
    admin.put("/config", {"network_grading": True})
    assert sam.put("/courses/c1/problems/tight", {
        "network_grading": True, "limits": {}}).status == 200
    assert "limit_settings" not in sam.get(
        "/courses/c1/problems/tight").data


def test_what_a_job_says_of_the_network(server, admin):
    """A grader has one if the problem's settings say so, and these may be
    made by staff only where an operator lets them."""
    path, tess, zoe = "/courses/c1/problems/net", "tess", "zoe"
    make_problem(admin, "c1", "net", {"allow_pending": True})
    admin.put(f"/courses/c1/members/{tess}", {"role": "staff"})
    admin.put(f"/courses/c1/members/{zoe}", {"role": "student"})
    runner = Runner(server)

    def says():
        made = submit(server.client(zoe), problem="net")
        assert made.status == 201, made.show()
        job = take_of(runner, made)
        assert runner.finish(job).status == 204
        return job["network"]

    def put(who, wanted):
        return who.put(path, {"network_grading": wanted})
    tess = server.client(tess)
    assert says() is False
    server.psql("SELECT op_set('network_grading', 'false')")
    check_problem(put(tess, True), 403, "forbidden")
    assert says() is False
    assert put(admin, True).status == 200
    assert says() is True
    # What staff may not give they may take away.
    assert put(tess, False).status == 200
    assert says() is False
    server.psql("SELECT op_set('network_grading', 'true')")
    assert put(tess, True).status == 200
    assert says() is True
    # The operator takes it back: from what staff let, not from others.
    server.psql("SELECT op_set('network_grading', 'false')")
    assert says() is False
    assert tess.put(path, {"title": "x"}).status == 200
    assert put(admin, True).status == 200
    assert says() is True
    # A job that waits says what holds when it is handed out.
    made = submit(server.client(zoe), problem="net")
    assert put(admin, False).status == 200
    job = take_of(runner, made)
    assert job["network"] is False
    assert runner.finish(job).status == 204
    server.psql("SELECT op_set('network_grading', 'default')")


def test_students_form_teams(server, admin):
    """Each himself, as many as may be, until the team has submitted."""
    path = "/courses/t1"
    admin.post("/courses", {"course": "t1"})
    names = [f"m{i}" for i in range(12)]
    for name in names:
        admin.put(f"{path}/members/{name}", {"role": "student"})
    make_problem(admin, "t1", "sum", {"groups": True, "allow_pending": True})
    m = [server.client(name) for name in names]

    def member(team, i):
        return f"{path}/teams/{team}/members/m{i}"

    def teams():
        return {t["team"]: t["users"] for t in
                admin.get(f"{path}/teams").data["teams"]}
    # Staff make them, as long as the course says nothing else.
    assert admin.get(path).data["team_size"] == 0
    check_problem(m[0].put(member("red", 0)), 403, "forbidden")
    assert admin.put(member("red", 0)).status == 204
    check_problem(m[0].delete(member("red", 0)), 403, "forbidden")
    assert admin.delete(member("red", 0)).status == 204
    assert teams() == {}
    check_problem(admin.put(path, {"team_size": 1001}), 400, "fields",
                  "/team_size")
    assert admin.put(path, {"team_size": 2}).data["team_size"] == 2

    check_problem(m[0].put(member("red", 1)), 403, "forbidden")
    check_problem(server.client("nobody").put(
        f"{path}/teams/red/members/nobody"), 404, "not-found")
    check_problem(admin.put(f"{path}/teams/red/members/nobody"), 404,
                  "not-found")
    for i in (0, 1, 1):
        assert m[i].put(member("red", i)).status == 204
    check_problem(m[2].put(member("red", 2)), 409, "team-full")
    check_problem(m[2].delete(member("red", 2)), 404, "not-found")
    # Into another is out of the first, which goes with its last member.
    assert m[2].put(member("blue", 2)).status == 204
    assert m[2].put(member("green", 2)).status == 204
    assert teams() == {"red": ["m0", "m1"], "green": ["m2"]}
    # Refused, he is where he was.
    check_problem(m[2].put(member("red", 2)), 409, "team-full")
    assert m[1].delete(member("red", 1)).status == 204
    assert m[2].put(member("red", 2)).status == 204
    assert teams() == {"red": ["m0", "m2"]}

    # A submission fixes it, one that was taken back does not.
    made = submit(m[0], course="t1")
    assert made.status == 201 and made.data["users"] == ["m0", "m2"]
    check_problem(m[2].delete(member("red", 2)), 409, "team-fixed")
    check_problem(m[2].put(member("blue", 2)), 409, "team-fixed")
    assert admin.delete(member("red", 2)).status == 204
    check_problem(m[3].put(member("red", 3)), 409, "team-fixed")
    assert admin.put(member("red", 2)).status == 204
    m[0].post(f"/submissions/{made.data['id']}/cancel")
    assert m[2].delete(member("red", 2)).status == 204

    # Ten at once into one: two are in.
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        got = list(pool.map(lambda i: m[i].put(member("new", i)).status,
                            range(2, 12)))
    assert sorted(got) == [204] * 2 + [409] * 8, got
    assert len(teams()["new"]) == 2
    server.psql("SELECT op_archive('t1')")
    check_problem(m[0].delete(member("red", 0)), 409, "conflict")
