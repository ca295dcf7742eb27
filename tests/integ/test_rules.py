"""The rules of the dispatch (docs/dispatch.md), one by one, against the real
thing.  What the other suites show is in the table of that page."""

import concurrent.futures
import time

import pytest

from kit import (COURSE, PROBLEM, Runner, check_problem, fetch, make_course,
                 make_problem, result, submit)
from test_server_sweep import status, wait_until


@pytest.fixture(scope="module")
def server(bare):
    bare.assized_settings.update(lease_max_sec=4)
    bare.start(workers=2)
    admin = make_course(bare, members=("alice", "bob"),
                        settings={"allow_pending": True})
    make_problem(admin, COURSE, "other", {"allow_pending": True})
    return bare


@pytest.fixture(autouse=True)
def empty(server):
    """No test leaves a job or a runner to the next one."""
    yield
    server.psql("UPDATE job SET not_before = NULL")
    server.psql("SELECT job_mark_dirty(id) FROM job WHERE live")
    runner = Runner(server)

    def drained():
        answer = runner.next()
        if answer.status == 200:
            assert runner.finish(answer.json).status == 204
        return server.psql("SELECT count(*) FROM job WHERE live") == "0"
    wait_until(drained, "jobs are left", 30)
    for runner_id in server.psql("SELECT id FROM runner WHERE state NOT IN "
                                 "('removed', 'revoked')").split():
        server.client("root", admin=True).post(
            f"/runners/{runner_id}/revoke", None)


@pytest.fixture
def alice(server):
    return server.client("alice")


@pytest.fixture
def bob(server):
    return server.client("bob")


@pytest.fixture
def root(server):
    return server.client("root", admin=True)


def act(client, made, what):
    return client.post(f"/submissions/{made.data['id']}/{what}", None)


def job_of(server, made):
    return server.psql(f"SELECT id FROM job WHERE submission_id = "
                       f"'{made.data['id']}' AND current")


def entry(server, job_id):
    return server.redis.command("EXISTS", f"{{assize}}:job:{job_id}")


def audit(server):
    """Its exit status and what it says."""
    done = server.call([f"{server.bin}/assized", "--audit", "-c",
                        f"{server.conf}/assized.conf"], check=False)
    return done.returncode, done.stdout


# -- cancel and rejudge (rules 12, 14, 18, 22)

def test_cancel_of_waiting_work(server, alice, bob):
    made = submit(alice)
    assert act(bob, made, "cancel").status == 404
    done = act(alice, made, "cancel")
    assert done.status == 200, done.show()
    assert (done.data["status"], done.data["verdict_code"]) == \
        ("cancelled", -2)
    assert entry(server, job_of(server, made)) == 0
    assert Runner(server).next().status == 204
    # The lost answer is repeated; what has ended is not taken back.
    assert act(alice, made, "cancel").status == 200
    other = submit(alice)
    runner = Runner(server)
    assert runner.finish(runner.take()).status == 204
    check_problem(act(alice, other, "cancel"), 409, "conflict")


def test_cancel_of_running_work_reaches_its_runner(server, alice):
    made = submit(alice)
    runner = Runner(server)
    job = runner.take()
    assert act(alice, made, "cancel").data["status"] == "cancelled"
    answer = runner.beat(jobs=[job["job_id"]], commands=True)
    assert answer.json["cancel"] == [job["job_id"]]
    assert runner.finish(job).status == 409
    assert fetch(server, job["code_url"]).status == 404
    assert status(alice, made)[0] == "cancelled"
    check_problem(act(server.client("root", admin=True), made, "rejudge"),
                  409, "conflict")


def test_rejudge_of_what_was_judged(server, alice, root):
    made = submit(alice)
    runner = Runner(server)
    first = runner.take()
    assert runner.finish(first).status == 204
    check_problem(act(alice, made, "rejudge"), 403, "forbidden")
    again = act(root, made, "rejudge")
    assert again.status == 200, again.show()
    assert again.data["status"] == "waiting"
    assert again.data["verdict_code"] == -1
    assert len(again.data["previous"]["tests"]) == 4
    standing = ("SELECT t.grade, evaluated FROM standing t JOIN submission s "
                "ON s.id = t.evaluated WHERE s.id = "
                f"'{made.data['id']}'")
    assert server.psql(standing) == f"100.00\t{made.data['id']}"
    # A student does not take a verdict away by cancelling its rejudge.
    check_problem(act(alice, made, "cancel"), 403, "forbidden")
    job = runner.take()
    assert job["job_id"] != first["job_id"]
    assert job["submission_id"] == made.data["id"]
    assert runner.finish(first).status == 204, "its replay is still good"
    assert runner.finish(job, result("WA")).status == 204
    assert status(alice, made) == ("done", "WA")
    assert server.psql(standing) == "", "a better one counts now"


def test_rejudge_of_waiting_work_drops_its_job(server, alice, root):
    made = submit(alice)
    old = job_of(server, made)
    assert act(root, made, "rejudge").status == 200
    assert entry(server, old) == 0
    runner = Runner(server)
    job = runner.take()
    assert job["job_id"] == job_of(server, made) != old
    assert runner.next().status == 204
    assert runner.finish(job).status == 204


def test_a_late_result_of_a_superseded_job_changes_nothing(server, alice,
                                                           root):
    made = submit(alice)
    runner, other = Runner(server), Runner(server)
    old = runner.take()
    assert act(root, made, "rejudge").data["status"] == "waiting"
    # Its runner still works for this submission: another one gets the job.
    assert runner.next().status == 204
    job = other.take()
    assert runner.beat(jobs=[old["job_id"]],
                       commands=True).json["cancel"] == [old["job_id"]]
    assert other.finish(job).status == 204
    assert runner.finish(old, result("WA")).status == 409
    assert entry(server, old["job_id"]) == 0
    assert status(alice, made) == ("done", "AC")


def test_rejudge_rescues_a_judge_error(server, alice, root):
    made = submit(alice)
    for _ in range(3):
        runner = Runner(server)
        assert runner.abort(runner.take(), "prep_failed").status == 202
    assert status(alice, made) == ("error", "JE")
    assert runner.next().status == 204
    assert act(root, made, "rejudge").data["status"] == "waiting"
    job = runner.take()
    assert job["attempt"] == 1
    assert runner.finish(job).status == 204
    assert status(alice, made) == ("done", "AC")


def test_rejudge_beside_a_landing(server, alice, root):
    """Whoever is first: there is one current job, and it has the verdict."""
    runner = Runner(server)
    for _ in range(10):
        made = submit(alice)
        job = runner.take()
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            landed = pool.submit(runner.finish, job)
            again = pool.submit(act, root, made, "rejudge")
            assert again.result().status == 200
            assert landed.result().status in (204, 409)
        assert status(alice, made)[0] == "waiting"
        assert runner.finish(runner.take(), result("WA")).status == 204
        assert status(alice, made) == ("done", "WA")
