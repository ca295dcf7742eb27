"""What operators do in psql, as students and runners see it."""

import time

import pytest

from kit import Runner, check_problem, make_course, submit


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
