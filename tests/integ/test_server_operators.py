"""What operators do in psql, as students and runners see it."""

import time

import pytest

from kit import (COURSE, PROBLEM, Runner, check_problem, make_course, package,
                 submit)


@pytest.fixture(scope="module")
def server(stack):
    make_course(stack, settings={"allow_pending": True})
    return stack


@pytest.fixture
def alice(server):
    return server.client("alice")


def status(alice, made):
    got = alice.get(f"/submissions/{made.data['id']}").data
    return got["status"], got.get("verdict"), got["verdict_code"]


def wait_until(check, what, seconds=10):
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, what
        time.sleep(0.1)


def test_cancel_a_waiting_one(server, alice):
    made = submit(alice)
    server.psql(f"SELECT op_cancel('{made.data['id']}')")
    assert status(alice, made) == ("cancelled", None, -2)
    assert Runner(server).next().status == 204


def test_cancel_a_running_one(server, alice):
    made = submit(alice)
    runner = Runner(server)
    job = runner.take()
    server.psql(f"SELECT op_cancel('{made.data['id']}')")
    answers = []

    def is_told():
        answers.append(runner.beat(jobs=[job["job_id"]], commands=True))
        return answers[-1].status == 200
    wait_until(is_told, "it was not told")
    assert answers[-1].json["cancel"] == [job["job_id"]]
    check_problem(runner.finish(job), 409, "lease-not-held")
    assert status(alice, made) == ("cancelled", None, -2)
    assert runner.next().status == 204


def test_requeue(server, alice):
    made = submit(alice)
    old, new = Runner(server), Runner(server)
    first = old.take()
    server.psql(f"SELECT op_requeue('{made.data['id']}')")
    found = []

    def take():
        answer = new.next()
        if answer.status == 200:
            found.append(answer.json)
        return found
    wait_until(take, "it did not come again")
    assert found[0]["lease_id"] > first["lease_id"]
    check_problem(old.finish(first), 409, "lease-not-held")
    assert new.finish(found[0]).status == 204
    assert status(alice, made) == ("done", "AC", 0)


def test_drain(server, alice):
    runner = Runner(server)
    server.psql(f"SELECT op_drain('{runner.id}')")
    submit(alice)
    wait_until(lambda: runner.beat(jobs=[], commands=True).status == 200,
               "it was not told")
    assert runner.next().status == 204
    other = Runner(server)
    assert other.finish(other.take()).status == 204


def test_revoke(server, alice):
    made = submit(alice)
    runner = Runner(server)
    first = runner.take()
    server.psql(f"SELECT op_revoke('{runner.id}')")
    wait_until(lambda: runner.beat().status == 401, "it may still come in")
    assert runner.finish(first).status == 401
    other, found = Runner(server), []

    def take():
        answer = other.next()
        if answer.status == 200:
            found.append(answer.json)
        return found
    wait_until(take, "its job was not given back", 40)
    assert found[0]["job_id"] == first["job_id"]
    assert other.finish(found[0]).status == 204
    assert status(alice, made) == ("done", "AC", 0)


def waiting(alice, made):
    return alice.get(f"/submissions/{made.data['id']}").data


def test_hold_and_release(server, alice):
    """Accepted and not judged, and then judged with what came instead."""
    before = submit(alice)
    path = f"/courses/{COURSE}/problems/{PROBLEM}"
    server.psql(f"SELECT op_hold('{COURSE}/{PROBLEM}', 'a wrong answer')")
    held = submit(alice)
    assert held.status == 201, held.show()
    for made in (before, held):
        doc = waiting(alice, made)
        assert doc["status"] == "waiting"
        assert "corrected" in doc["waiting_reason"]
    runner = Runner(server)
    # Longer than a sweep: what was offered before is not handed out either.
    assert runner.next("?wait=2").status == 204
    put = server.client("root", admin=True).put(
        f"{path}/package", body=package(README="right"),
        headers={"Content-Type": "application/zip"})
    assert put.status == 201, put.show()
    assert runner.next("?wait=1").status == 204
    server.psql(f"SELECT op_release('{COURSE}/{PROBLEM}')")
    subs = set()
    for _ in range(2):
        job = runner.take("?wait=20")
        assert job["package"]["digest"] == put.data["digest"]
        subs.add(job["submission_id"])
        assert runner.finish(job).status == 204
    assert subs == {before.data["id"], held.data["id"]}
    assert "waiting_reason" not in waiting(alice, held)


def test_effect_of_a_requeue_within_seconds(server, alice):
    """Three runners failed on it; the operator's word offers it again."""
    made = submit(alice)
    for _ in range(3):
        runner = Runner(server)
        job = runner.take("?wait=20")
        assert runner.abort(job, "prep_failed").status == 202
    wait_until(lambda: status(alice, made)[0] == "error", "no judge error")
    story = server.psql(f"SELECT says FROM op_explain('{made.data['id']}')")
    command = story.split("\n")[-1]
    assert command == f"SELECT op_requeue('{made.data['id']}');"
    server.psql(command)
    runner = Runner(server)
    assert runner.finish(runner.take("?wait=20")).status == 204
    assert status(alice, made) == ("done", "AC", 0)


def test_archive(server, alice):
    admin = server.client("root", admin=True)
    made = submit(alice)
    server.psql(f"SELECT op_cancel('{made.data['id']}')")
    server.psql(f"SELECT op_archive('{COURSE}')")
    try:
        path = f"/courses/{COURSE}"
        check_problem(submit(alice), 403, "window-closed")
        check_problem(admin.put(path, {"title": "x"}), 409, "conflict")
        check_problem(admin.put(f"{path}/problems/{PROBLEM}",
                                {"title": "x"}), 409, "conflict")
        check_problem(admin.put(f"{path}/members/zoe", {"role": "student"}),
                      409, "conflict")
        check_problem(admin.delete(f"{path}/members/alice"), 409, "conflict")
        check_problem(admin.put(f"{path}/problems/{PROBLEM}/package",
                                body=package(README="late"),
                                headers={"Content-Type": "application/zip"}),
                      409, "conflict")
        check_problem(admin.post("/rejudgings", {"course": COURSE}), 409,
                      "conflict")
        assert alice.get("/submissions").status == 200
        assert alice.get(path).status == 200
    finally:
        server.psql(f"SELECT op_unarchive('{COURSE}')")
    again = submit(alice)
    assert again.status == 201, again.show()
    server.psql(f"SELECT op_cancel('{again.data['id']}')")
