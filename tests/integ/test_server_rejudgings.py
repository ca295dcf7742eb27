"""Rejudging sets, as staff, runners and students see them."""

import time

import pytest

from kit import (COURSE, PROBLEM, Runner, check_problem, make_course, package,
                 result, submit)


@pytest.fixture(scope="module")
def server(stack):
    admin = make_course(stack, members=("alice", "bob"),
                        settings={"allow_pending": True})
    done = admin.put(f"/courses/{COURSE}/members/tina", {"role": "staff"})
    assert done.status == 200, done.show()
    return stack


@pytest.fixture
def staff(server):
    return server.client("tina")


def judged(server, runner, user="alice", verdict="WA"):
    made = submit(server.client(user))
    assert made.status == 201, made.show()
    job = take(runner)
    assert job["submission_id"] == made.data["id"]
    assert runner.finish(job, result(verdict)).status == 204
    return made.data["id"]


def take(runner, seconds=20):
    """The next job; a set's are offered by the sweep."""
    end = time.monotonic() + seconds
    while True:
        answer = runner.next("?wait=1")
        if answer.status == 200:
            return answer.json
        assert time.monotonic() < end, answer.show()


def show(client, sub):
    got = client.get(f"/submissions/{sub}")
    assert got.status == 200, got.show()
    return got.data["status"], got.data["verdict"], got.data["grade"]


def end_all(staff):
    for old in staff.get("/rejudgings?state=open").data["rejudgings"]:
        staff.post(f"/rejudgings/{old['id']}/discard")


def test_a_set_from_filter_to_standing(server, staff):
    runner, alice = Runner(server), server.client("alice")
    wrong, right = judged(server, runner), judged(server, runner, "bob", "AC")
    made = staff.post("/rejudgings", {"course": COURSE, "reason": "a typo"})
    assert made.status == 201, made.show()
    assert made.headers["Location"].endswith(f"/rejudgings/{made.data['id']}")
    assert made.data["state"] == "open"
    assert made.data["members"] == 2
    assert made.data["progress"]["waiting"] == 2
    assert made.data["filter"] == {"course": COURSE}
    assert made.data["created_by"] == "tina"
    # Live work goes first, and nothing that counts has changed.
    live = submit(alice).data["id"]
    path = f"/rejudgings/{made.data['id']}"
    jobs = [take(runner) for _ in range(3)]
    assert live in [j["submission_id"] for j in jobs]
    check_problem(staff.post(f"{path}/apply"), 409, "conflict")
    for job in jobs:
        verdict = "AC" if job["submission_id"] == wrong else "WA"
        assert runner.finish(job, result(verdict)).status == 204
    assert show(alice, wrong) == ("done", "WA", 0)
    seen = staff.get(path).data
    assert seen["progress"]["judged"] == 2
    assert {(m["from"], m["to"], m["count"]) for m in seen["matrix"]} == {
        ("WA", "AC", 1), ("AC", "WA", 1)}
    assert seen["grades"] == {"higher": 1, "lower": 1, "same": 0}
    page = staff.get(f"{path}/submissions?limit=1").data
    assert len(page["submissions"]) == 1
    rest = staff.get(f"{path}/submissions?cursor={page['next_cursor']}").data
    both = page["submissions"] + rest["submissions"]
    assert {m["submission"] for m in both} == {wrong, right}
    assert {tuple(m["users"]) for m in both} == {("alice",), ("bob",)}
    assert len(staff.get(f"{path}/submissions?changed=1")
               .data["submissions"]) == 2

    done = staff.post(f"{path}/apply")
    assert done.status == 200, done.show()
    assert done.data["state"] == "applied"
    assert done.data["outcomes"] == {"applied": 2}
    assert show(alice, wrong) == ("done", "AC", 100)
    assert show(server.client("bob"), right) == ("done", "WA", 0)
    assert staff.post(f"{path}/apply").status == 200
    check_problem(staff.post(f"{path}/discard"), 409, "conflict")
    assert server.psql(
        "SELECT count(*) FROM audit WHERE actor = 'tina' AND action IN"
        " ('rejudging_create', 'rejudging_apply')") == "2"


def test_discard_stops_what_runs(server, staff):
    end_all(staff)
    runner = Runner(server)
    sub = judged(server, runner, "bob")
    made = staff.post("/rejudgings", {"course": COURSE, "problem": PROBLEM,
                                      "submission": sub})
    assert made.status == 201, made.show()
    job = take(runner)
    assert job["submission_id"] == sub
    path = f"/rejudgings/{made.data['id']}"
    gone = staff.post(f"{path}/discard")
    assert gone.data["state"] == "discarded"
    assert gone.data["outcomes"] == {"discarded": 1}
    check_problem(runner.finish(job), 409, "lease-not-held")
    assert show(server.client("bob"), sub) == ("done", "WA", 0)


def test_who_is_left_out_is_said(server, staff):
    end_all(staff)
    runner = Runner(server)
    sub = judged(server, runner)
    first = staff.post("/rejudgings", {"course": COURSE, "submission": sub})
    assert first.status == 201, first.show()
    waits = submit(server.client("bob")).data["id"]
    second = staff.post("/rejudgings", {"course": COURSE})
    assert second.status == 201, second.show()
    out = {x["submission"]: x for x in second.data["left_out"]}
    assert out[sub]["why"] == "in_other_set"
    assert out[sub]["rejudging"] == first.data["id"]
    assert out[waits]["why"] == "pending"
    again = staff.post("/rejudgings", {"course": COURSE, "submission": sub})
    check_problem(again, 409, "conflict")
    assert "another open set" in again.json["detail"]
    assert staff.post(f"/submissions/{waits}/cancel").status == 200
    end_all(staff)


def test_what_a_filter_may_say(server, staff):
    for body, status, slug in (
            ({}, 403, "forbidden"),
            ({"course": "nowhere"}, 404, "not-found"),
            ({"course": COURSE, "verdict": "XX"}, 422, "impossible"),
            ({"course": COURSE, "user": "nobody-here"}, 422, "impossible"),
            ({"course": COURSE, "runner": "rn_none"}, 422, "impossible"),
            ({"course": COURSE, "language": "cpp"}, 409, "conflict"),
            ({"course": 7}, 400, "fields"),
            ({"course": COURSE, "color": "red"}, 400, "fields"),
            ({"course": COURSE, "after": "noon"}, 400, "fields")):
        check_problem(staff.post("/rejudgings", body), status, slug)
    check_problem(server.client("root", admin=True).post("/rejudgings", {}),
                  422, "impossible")


def test_whose_it_is(server, staff):
    end_all(staff)
    sub = judged(server, Runner(server))
    made = staff.post("/rejudgings", {"course": COURSE, "submission": sub})
    path = f"/rejudgings/{made.data['id']}"
    alice = server.client("alice")
    check_problem(alice.post("/rejudgings", {"course": COURSE}), 403,
                  "forbidden")
    check_problem(alice.get(path), 404, "not-found")
    check_problem(alice.get(f"{path}/submissions"), 404, "not-found")
    for what in ("apply", "discard", "repeat"):
        check_problem(alice.post(f"{path}/{what}"), 404, "not-found")
    assert alice.get("/rejudgings").data["rejudgings"] == []
    check_problem(staff.post(f"{path}/repeat"), 409, "conflict")
    admin = server.client("root", admin=True)
    assert admin.get(path).status == 200
    open_ones = admin.get(f"/rejudgings?course={COURSE}&state=open&limit=1")
    assert [x["id"] for x in open_ones.data["rejudgings"]] == [
        made.data["id"]]
    end_all(staff)


def test_a_new_package_offers_a_set(server, staff):
    end_all(staff)
    judged(server, Runner(server))
    put = staff.put(f"/courses/{COURSE}/problems/{PROBLEM}/package",
                    body=package(README="new"),
                    headers={"Content-Type": "application/zip"})
    assert put.status == 201, put.show()
    offer = put.data["rejudging"]
    assert offer["filter"] == {"course": COURSE, "problem": PROBLEM,
                               "outdated": True}
    made = staff.post("/rejudgings", offer["filter"])
    assert made.status == 201, made.show()
    assert made.data["members"] == offer["submissions"] > 0
    end_all(staff)


def test_a_runner_that_cheated(server, staff):
    """It says AC to everything; revoked, its work is judged again."""
    end_all(staff)
    cheat = Runner(server, name="cheat")
    subs = [judged(server, cheat, user, "AC") for user in ("alice", "bob")]
    server.psql("SELECT op_revoke('cheat')")
    end = time.monotonic() + 10
    while cheat.next().status != 401:
        assert time.monotonic() < end
        time.sleep(0.1)
    made = staff.post("/rejudgings", {"course": COURSE, "runner": "cheat"})
    assert made.data["members"] == 2, made.show()
    honest = Runner(server)
    for _ in subs:
        assert honest.finish(take(honest), result("WA")).status == 204
    path = f"/rejudgings/{made.data['id']}"
    assert staff.post(f"{path}/apply").status == 200
    for sub in subs:
        assert show(staff, sub) == ("done", "WA", 0)
    check_problem(staff.post("/rejudgings", {"course": COURSE,
                                             "runner": "cheat"}),
                  409, "conflict")
