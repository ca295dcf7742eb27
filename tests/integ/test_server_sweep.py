"""What the sweep puts right: lost leases, a Redis that forgot everything."""

import time

import pytest

from kit import Runner, fetch, make_course, submit


def wait_until(check, what, seconds=20):
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, what
        time.sleep(0.1)


def wait_for_all(server):
    """Every worker answers; a pool that failed waits a moment by itself."""
    client = server.client()
    wait_until(lambda: all(client.get("/ready").status == 200
                           for _ in range(10)), "not ready again")


@pytest.fixture(scope="module")
def server(bare):
    bare.assized_settings.update(lease_max_sec=3)
    bare.start(workers=2)
    make_course(bare, settings={"allow_pending": True})
    return bare


@pytest.fixture
def alice(server):
    return server.client("alice")


def status(alice, made):
    got = alice.get(f"/submissions/{made.data['id']}").data
    return got["status"], got.get("verdict")


def test_a_runner_that_dies_loses_its_job(server, alice):
    made = submit(alice)
    dead, other = Runner(server), Runner(server)
    first = dead.take()
    wait_until(lambda: status(alice, made)[0] == "waiting",
               "the lease did not end")
    job = other.take()
    assert (job["job_id"], job["attempt"]) == (first["job_id"], 2)
    assert dead.finish(first).status == 409
    assert other.finish(job).status == 204
    assert dead.finish(first).status == 404
    assert status(alice, made) == ("done", "AC")


def test_heartbeats_keep_it(server, alice):
    made = submit(alice)
    runner = Runner(server)
    job = runner.take()
    for _ in range(12):
        assert runner.beat(jobs=[job["job_id"]]).status == 204
        time.sleep(0.5)
    assert status(alice, made)[0] == "running"
    assert runner.finish(job).status == 204


def test_bodyless_heartbeats_keep_what_was_acknowledged(server, alice):
    """A job whose reply was lost must not be kept alive by them."""
    lost, held = submit(alice), submit(alice)
    runner = Runner(server)
    runner.take()
    job = runner.take()
    assert fetch(server, job["code_url"]).status == 200
    for _ in range(12):
        assert runner.call("POST", "/heartbeat").status == 204
        time.sleep(0.5)
    assert status(alice, lost)[0] == "waiting"
    assert status(alice, held)[0] == "running"
    assert runner.finish(job).status == 204
    other = Runner(server)
    assert other.finish(other.take()).status == 204
    assert status(alice, lost) == ("done", "AC")


def test_a_late_result_lands_while_nobody_took_the_job(server, alice):
    made = submit(alice)
    runner = Runner(server)
    job = runner.take()
    wait_until(lambda: status(alice, made)[0] == "waiting",
               "the lease did not end")
    assert runner.finish(job).status == 204
    assert status(alice, made) == ("done", "AC")
    assert Runner(server).next().status == 204


def test_three_deaths_are_a_judge_error(server, alice):
    made = submit(alice)
    for _ in range(3):
        Runner(server).take()
        wait_until(lambda: status(alice, made)[0] != "running",
                   "the lease did not end")
    assert status(alice, made) == ("error", "JE")


def test_flushall_loses_nothing(server, alice):
    made = [submit(alice) for _ in range(6)]
    runners = [Runner(server) for _ in range(2)]
    jobs = [r.take() for r in runners]
    assert server.redis.command("FLUSHALL") == b"OK"
    # Running work goes on, its leases are back as leases.
    for runner, job in zip(runners, jobs):
        assert runner.beat(jobs=[job["job_id"]]).status == 204
    wait_until(lambda: runners[0].finish(jobs[0]).status == 204, "no landing")
    assert runners[1].finish(jobs[1]).status == 204
    left = []

    def take():
        answer = runners[0].next()
        if answer.status == 200:
            left.append(answer.json)
            assert runners[0].finish(answer.json).status == 204
        return len(left) == 4
    wait_until(take, "ready jobs were not offered again")
    taken = {j["submission_id"] for j in jobs + left}
    assert taken == {m.data["id"] for m in made}
    assert {j["attempt"] for j in left} == {1}
    for one in made:
        assert status(alice, one) == ("done", "AC")


def test_submitting_without_redis(server, alice):
    assert server.redis.stop()
    made = submit(alice)
    assert made.status == 201, made.show()
    assert made.data["status"] == "waiting"
    assert alice.get("/ready").status == 503
    assert alice.get("/health").status == 200
    assert alice.get(f"/submissions/{made.data['id']}").status == 200
    server.redis.start()
    wait_for_all(server)
    runner = Runner(server)
    found = []

    def take():
        answer = runner.next()
        if answer.status == 200:
            found.append(answer.json)
        return found
    wait_until(take, "the job was not offered")
    assert found[0]["submission_id"] == made.data["id"]
    assert runner.finish(found[0]).status == 204


def test_landing_without_redis(server, alice):
    made = submit(alice)
    runner = Runner(server)
    job = runner.take()
    assert server.redis.stop()
    assert runner.finish(job).status == 204
    assert runner.finish(job).status == 204
    assert status(alice, made) == ("done", "AC")
    server.redis.start()
    wait_for_all(server)
    assert Runner(server).next().status == 204


def test_without_postgres_there_is_a_503(server, alice):
    made = submit(alice)
    runner = Runner(server)
    job = runner.take()
    assert server.postgres.stop()
    for answer in (submit(alice), alice.get("/submissions"),
                   runner.finish(job)):
        assert answer.status == 503, answer.show()
        assert answer.headers["Retry-After"]
        assert "detail" not in answer.json
    server.postgres.start()
    wait_for_all(server)
    wait_until(lambda: runner.finish(job).status == 204, "no landing")
    assert status(alice, made) == ("done", "AC")


def test_the_views_find_nothing_broken(server):
    views = server.psql("SELECT viewname FROM pg_views WHERE viewname LIKE "
                        "'inv\\_%'").split()
    assert views
    for view in views:
        assert server.psql(f"SELECT * FROM {view}") == "", view
