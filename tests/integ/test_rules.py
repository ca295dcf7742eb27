"""The rules of the dispatch (docs/dispatch.md), one by one, against the real
thing.  What the other suites show is in the table of that page."""

import concurrent.futures
import time

import pytest

from kit import (COURSE, PROBLEM, Runner, check_problem, fetch, make_course,
                 make_problem, result, submit)
from harness.parts import StackError
from test_server_sweep import status, wait_for_all, wait_until


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
    server.psql("SELECT job_mark_dirty(id), submission_cancel(submission_id, "
                "true, 'test') FROM job WHERE live")

    def nothing_ready():
        if server.redis.command("EXISTS", "{assize}:ready:default") == 0:
            return True
        # An offer that came after the end is dropped by whoever claims it.
        last = Runner(server)
        last.next()
        last.leave()
        return False
    wait_until(nothing_ready, "entries are left")
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


def is_rebuilt(server):
    epoch = server.redis.command("GET", "{assize}:epoch")
    return epoch and not epoch.startswith(b"building")


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


@pytest.mark.parametrize("statement", [
    "SELECT submission_cancel('{}', true, 'test')",
    "SELECT submission_rejudge('{}', 'jb_' || repeat('0', 26), 'test',"
    " false)"])
def test_who_dies_before_redis_knows_has_cancelled_all_the_same(
        server, alice, statement):
    made = submit(alice)
    runner = Runner(server)
    job = runner.take()["job_id"]
    assert runner.beat(jobs=[job], commands=True).status == 204
    server.psql(statement.format(made.data["id"]))
    wait_until(lambda: runner.beat(jobs=[job], commands=True).status == 200,
               "nobody told it", 5)
    assert runner.beat(jobs=[job], commands=True).json["cancel"] == [job]
    assert runner.leave().status == 204
    act(server.client("root", admin=True), made, "cancel")


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


# -- hung jobs, giving back (rules 8, 15, 16, 19)

def test_a_hung_job_ends_although_its_runner_lives(server, alice):
    made = submit(alice)
    runner, other = Runner(server), Runner(server)
    job = runner.take()
    server.psql("UPDATE job SET hard_at = now() - interval '1 second' "
                f"WHERE id = '{job['job_id']}'")

    def is_free():
        runner.beat(jobs=[job["job_id"]])
        return status(alice, made)[0] == "waiting"
    wait_until(is_free, "the job still hangs")
    again = other.take()
    assert (again["job_id"], again["attempt"]) == (job["job_id"], 2)
    assert runner.beat(jobs=[job["job_id"]], commands=True).json["cancel"] \
        == [job["job_id"]]
    assert other.finish(again).status == 204
    assert server.psql("SELECT reason, detail->>'refunded' FROM job_history "
                       f"WHERE job_id = '{job['job_id']}' AND "
                       "event = 'released'") == "hung\tfalse"


def test_revoke_gives_jobs_back_at_once(server, alice, root):
    made = submit(alice)
    runner, other = Runner(server), Runner(server)
    job = runner.take()
    assert alice.post(f"/runners/{runner.id}/revoke", None).status == 403
    assert root.post(f"/runners/{runner.id}/revoke", None).status == 204
    again = other.take()
    assert (again["job_id"], again["attempt"]) == (job["job_id"], 2)
    wait_until(lambda: runner.beat().status == 401, "still let in", 5)
    check_problem(root.post(f"/runners/{runner.id}/revoke", None), 404,
                  "not-found")
    assert other.finish(again).status == 204
    assert server.psql("SELECT charged FROM job WHERE id = "
                       f"'{job['job_id']}'") == "1", "nobody's charge"
    assert status(alice, made) == ("done", "AC")


def test_drain_by_an_administrator(server, alice, root):
    runner = Runner(server)
    assert alice.get("/runners").status == 403
    listed = {r["runner_id"]: r for r in root.get("/runners").data["runners"]}
    assert listed[runner.id]["state"] == "active"
    drained = root.post(f"/runners/{runner.id}/drain", None)
    assert drained.data["state"] == "draining"
    submit(alice)
    wait_until(lambda: runner.beat(jobs=[], commands=True).status == 200,
               "it was not told", 5)
    assert runner.beat(jobs=[], commands=True).json["drain"] is True
    assert runner.next().status == 204


def test_two_hosts_one_name(server):
    one = Runner(server, "twin")
    Runner(server, "twin")
    wait_until(lambda: one.beat().status == 401, "still let in", 5)
    assert "two hosts, one name" in server.psql(
        "SELECT kind FROM op_attention")


# -- whose fault it is (rules 14, 16, 17 and blame)

def test_one_broken_runner_makes_no_judge_errors(server, alice):
    made = [submit(alice) for _ in range(5)]
    # Those of other tests count as live a little longer.
    server.redis.command("DEL", "{assize}:serves:default/c")
    broken = Runner(server, "broken")
    tried = 0
    while (answer := broken.next()).status == 200:
        tried += 1
        assert broken.abort(answer.json, "prep_failed").status == 202
        assert tried <= 10, "no delay"
    assert tried == 10
    assert {status(alice, m)[0] for m in made} == {"waiting"}
    assert server.psql("SELECT count(*) FROM op_attention WHERE kind = "
                       "'failing again'") == "5"
    code, said = audit(server)
    assert code == 0, said
    # After five seconds it is tried again, now by whoever is well.
    well = Runner(server)
    done = []

    def take():
        answer = well.next()
        if answer.status == 200:
            done.append(answer.json)
            assert well.finish(answer.json).status == 204
        return len(done) == 5
    wait_until(take, "not offered again")
    assert {status(alice, m) for m in made} == {("done", "AC")}


def fail_on(server, bad, good, user, problems):
    """A submission to each problem fails on one and succeeds on another."""
    made = [submit(user, problem=p) for p in problems]
    jobs = [bad.take() for _ in made]
    for job in jobs:
        assert bad.abort(job, "prep_failed").status == 202
    for _ in jobs:
        assert good.finish(good.take()).status == 204
    return made


def state_of(server, runner):
    return server.psql(f"SELECT state FROM runner WHERE id = '{runner.id}'")


def test_a_runner_on_which_much_fails_is_set_aside(server, alice):
    bad, good = Runner(server), Runner(server)
    fail_on(server, bad, good, alice, [PROBLEM, PROBLEM, "other"])
    wait_until(lambda: state_of(server, bad) == "set_aside", "not set aside")
    assert server.psql("SELECT what FROM op_attention WHERE kind = "
                       "'runner set aside'") == bad.id
    submit(alice)
    assert bad.next().status == 204
    assert bad.beat(jobs=[]).status == 204, "it keeps its token"
    server.psql(f"SELECT op_release('{bad.id}')")
    wait_until(lambda: bad.next().status == 200, "not released", 5)
    time.sleep(4)
    assert state_of(server, bad) == "active"


def test_a_self_test_that_passes_ends_it(server, alice):
    bad, good = Runner(server), Runner(server)
    fail_on(server, bad, good, alice, [PROBLEM, PROBLEM, "other"])
    wait_until(lambda: state_of(server, bad) == "set_aside", "not set aside")
    submit(alice)
    wait_until(lambda: bad.beat(jobs=[], commands=True).status == 200,
               "not asked to test itself")
    told = bad.beat(jobs=[], commands=True).json
    assert (told["selftest"], told["cancel"]) == (True, [])
    assert bad.beat(jobs=[], fault="no space left").status == 204
    assert state_of(server, bad) == "set_aside"
    assert bad.next().status == 204
    assert bad.beat(jobs=[], commands=True, fault="").status == 204
    assert state_of(server, bad) == "active"
    wait_until(lambda: bad.next().status == 200, "not released", 5)
    time.sleep(4)
    assert state_of(server, bad) == "active", "for the same failures again"


def test_one_problem_sets_nobody_aside(server, alice):
    bad, good = Runner(server), Runner(server)
    fail_on(server, bad, good, alice, [PROBLEM] * 6)
    time.sleep(5)
    assert state_of(server, bad) == "active"


def test_a_broken_validator_sets_nobody_aside(server, alice, bob):
    """What fails everywhere is not the runner's fault, and both work on."""
    one, two = Runner(server), Runner(server)
    made = [submit(u, problem=p) for u in (alice, bob)
            for p in (PROBLEM, "other")]
    left = 12
    while left:
        for runner in (one, two):
            answer = runner.next()
            if answer.status == 200:
                left -= 1
                runner.abort(answer.json, "prep_failed")
        if server.psql("SELECT count(*) FROM job WHERE live AND "
                       "not_before IS NULL") == "0":
            server.psql("UPDATE job SET not_before = NULL WHERE live")
            server.psql("SELECT job_mark_dirty(id) FROM job WHERE live")
    time.sleep(4)
    assert (state_of(server, one), state_of(server, two)) == \
        ("active", "active")
    assert server.psql("SELECT count(*) FROM op_attention WHERE kind = "
                       "'suspect submission'") >= "1"
    # The queue goes on.
    fine = submit(alice)
    assert two.finish(two.take()).status == 204
    assert status(alice, fine) == ("done", "AC")


def test_the_last_live_runner_is_never_set_aside(server, alice):
    bad, good = Runner(server), Runner(server)
    made = [submit(alice, problem=p) for p in (PROBLEM, PROBLEM, "other")]
    for job in [bad.take() for _ in made]:
        assert bad.abort(job, "prep_failed").status == 202
    jobs = [good.take() for _ in made]
    assert good.call("POST", "/heartbeat").status == 204
    for job in jobs[:2]:
        assert good.finish(job).status == 204
    # The last verdict lands when its runner counts as gone; what a worker
    # still notes of it must be written before.
    time.sleep(1.5)
    server.psql("UPDATE runner_seen SET seen_at = now() - interval '1 hour' "
                f"WHERE runner_id = '{good.id}'")
    assert good.finish(jobs[2]).status == 204
    time.sleep(4)
    assert state_of(server, bad) == "active"


# -- the sweep (rules 7 to 10)

def test_a_job_whose_offer_was_lost_is_offered(server, alice):
    """Whoever made the row died before the offer, and marked nothing."""
    wait_until(lambda: is_rebuilt(server), "the audit of the start goes on")
    made = submit(alice)
    runner = Runner(server)
    assert runner.finish(runner.take()).status == 204
    server.psql(
        f"SELECT submission_rejudge('{made.data['id']}', "
        "'jb_01ARZ3NDEKTSV4RRFFQ69G5FAV', 'test', false)")
    start = time.monotonic()
    wait_until(lambda: entry(server, "jb_01ARZ3NDEKTSV4RRFFQ69G5FAV") == 1,
               "not offered", 8)
    assert time.monotonic() - start < 8
    assert runner.finish(runner.take()).status == 204


def test_the_audit_finds_what_differs(server, alice):
    made = submit(alice)
    job = job_of(server, made)
    code, said = audit(server)
    assert code == 0, said
    time.sleep(4)
    redis = server.redis.command
    assert redis("DEL", f"{{assize}}:job:{job}") == 1
    redis("HSET", "{assize}:job:jb_nobody", "sub", "sb_x", "user", "1",
          "pool", "default", "lang", "c", "class", "live", "score", "0")
    code, said = audit(server)
    assert code == 1
    assert f"{job}: row ready - , entry absent -".replace(" ,", ",") \
        in said.decode()
    assert "jb_nobody: row none -, entry ready -" in said.decode()
    redis("DEL", "{assize}:job:jb_nobody")
    server.psql(f"SELECT job_mark_dirty('{job}')")
    wait_until(lambda: entry(server, job) == 1, "not offered")
    code, said = audit(server)
    assert code == 0, said


MANY = """
WITH made AS (
	INSERT INTO submission (id, course_id, problem_id, user_id,
	    submitted_at, language, source)
	SELECT 'sb_01M' || %(tag)s || lpad(n::text, 22, '0'), course_id, problem_id, user_id, now(),
	    language, source
	  FROM submission s, generate_series(1, %(n)s) n
	 WHERE s.id = '%(like)s' RETURNING id, user_id, problem_id,
	    submitted_at, seq
), authors AS (
	INSERT INTO submission_author (submission_id, user_id, place,
	    problem_id, submitted_at, seq)
	SELECT id, user_id, 1, problem_id, submitted_at, seq FROM made
), jobs AS (
	INSERT INTO job (id, submission_id, package_id, pool, language, class,
	    budget_s)
	SELECT 'jb' || substr(m.id, 3), m.id, j.package_id, j.pool,
	    j.language, '%(cls)s', j.budget_s
	  FROM made m, job j WHERE j.submission_id = '%(like)s' AND j.current
	RETURNING id
)
INSERT INTO job_history (job_id, event) SELECT id, 'created' FROM jobs
"""


def end_many(server):
    """At once: one by one each would recompute the standing over all."""
    server.psql(
        "WITH ended AS (UPDATE job SET state = 'cancelled', live = false, "
        "ended_at = now() WHERE live AND id LIKE 'jb\\_01M_0000000000%' "
        "RETURNING submission_id) UPDATE submission s SET status = "
        "'cancelled', outcome = 'killed' FROM ended e "
        "WHERE s.id = e.submission_id")
    assert server.redis.command("FLUSHALL") == b"OK"


def make_many(server, like, tag, n, cls="live"):
    server.psql(MANY % {"like": like.data["id"], "tag": tag, "n": n,
                        "cls": cls})


def test_flushall_with_many_jobs(server, alice):
    """All of them are offered again, and work goes on meanwhile."""
    like = submit(alice)
    runner = Runner(server)
    make_many(server, like, 1, 3000)
    wait_until(lambda: server.redis.command(
        "ZCARD", "{assize}:q:default/c/live") == 3001, "not offered")
    running = runner.take()
    assert server.redis.command("FLUSHALL") == b"OK"
    assert runner.beat(jobs=[running["job_id"]]).status == 204
    taken = []

    def claims():
        answer = runner.next()
        if answer.status == 200:
            taken.append(answer.json["job_id"])
            assert runner.finish(answer.json).status == 204
        return len(taken) == 5
    wait_until(claims, "no claims")
    wait_until(lambda: server.redis.command(
        "ZCARD", "{assize}:q:default/c/live") == 2995, "not rebuilt")
    code, said = audit(server)
    assert code == 0, said
    assert b"2996 live rows, 2996 entries" in said
    assert runner.finish(running).status == 204
    end_many(server)


# -- order (item 7 of the issue; "Who gets what")

def test_one_user_with_many_delays_nobody(server, alice, bob):
    like = submit(alice)
    make_many(server, like, 2, 499)
    wait_until(lambda: server.redis.command(
        "ZCARD", "{assize}:q:default/c/live") == 500, "not offered")
    one, two = Runner(server), Runner(server)
    running = [r.take() for r in (one, two)]
    first = submit(bob).data["id"]
    got = [r.take()["submission_id"] for r in (one, two)]
    assert first in got
    assert len(running) == 2
    end_many(server)


def test_many_rejudges_delay_no_live_submission(server, alice, bob, root):
    like = submit(alice)
    make_many(server, like, 3, 10000, "rejudge")
    wait_until(lambda: server.redis.command(
        "ZCARD", "{assize}:q:default/c/rejudge") == 10000, "not offered", 30)
    runner = Runner(server)
    taken = [runner.take() for _ in range(3)]
    first = submit(bob).data["id"]
    got = [runner.take()["submission_id"] for _ in range(2)]
    assert first in got
    assert len(taken) == 3
    end_many(server)


# -- sets of rejudgings beside the present result (rule 18)

def test_a_set_lands_beside_the_result(server, alice):
    """Its jobs change neither verdict nor standing, whatever they say."""
    made = submit(alice)
    runner = Runner(server)
    assert runner.finish(runner.take()).status == 204
    server.psql("INSERT INTO rejudging (id, filter, made_by) VALUES "
                "('rj_1', '{}', 'test')")
    insert = ("INSERT INTO job (id, submission_id, rejudging_id, package_id, "
              "pool, language, class, budget_s) SELECT "
              "'jb_%s', submission_id, 'rj_1', package_id, pool, "
              "language, 'rejudge', budget_s FROM job WHERE submission_id = "
              f"'{made.data['id']}' AND rejudging_id IS NULL")
    server.psql(insert % "01ARZ3NDEKTSV4RRFFQ69G5FAA")
    with pytest.raises(StackError, match="job_current_uq"):
        server.psql(insert % "01ARZ3NDEKTSV4RRFFQ69G5FAB")
    job = []

    def offered():
        answer = runner.next()
        if answer.status == 200:
            job.append(answer.json)
        return job
    wait_until(offered, "not offered")
    assert job[-1]["submission_id"] == made.data["id"]
    assert runner.finish(job[-1], result("WA")).status == 204
    assert status(alice, made) == ("done", "AC")
    assert server.psql("SELECT verdict FROM result WHERE job_id = "
                       f"'{job[-1]['job_id']}'") == "WA"


# -- identity (rules 19, 20)

@pytest.mark.parametrize("asked, given, lease", [
    (1, 1, 4), (20, 20, 4), (10 ** 6, 60, 4)])
def test_heartbeats_are_clamped(server, asked, given, lease):
    config = Runner(server, heartbeat_interval_sec=asked).registered["config"]
    assert (config["heartbeat_interval_sec"], config["lease_ttl_sec"]) == \
        (given, lease)


def test_no_more_than_it_may_hold(server, alice):
    runner = Runner(server, capacity=2)
    for _ in range(3):
        submit(alice)
    jobs = [runner.take()["job_id"] for _ in range(2)]
    runner.beat(jobs=jobs)
    assert runner.next().status == 204


# -- clocks and stores (rules 5, 23, 24)

def test_a_claim_in_doubt_is_no_job(server, alice):
    made = submit(alice)
    runner = Runner(server)
    assert runner.next("?nonce=a").status == 200
    assert runner.abort({"job_id": job_of(server, made), "lease_id": None},
                        "drain", lease=False).status == 202
    assert server.postgres.stop()
    answer = runner.next("?nonce=b")
    assert answer.status == 503, answer.show()
    assert answer.headers["Retry-After"]
    server.postgres.start()
    wait_for_all(server)
    taken = []

    def take():
        answer = runner.next("?nonce=c")
        taken.append(answer.json if answer.status == 200 else None)
        return taken[-1]
    wait_until(take, "not given back")
    assert runner.finish(taken[-1]).status == 204
    assert server.psql("SELECT claims, charged FROM job WHERE id = "
                       f"'{taken[-1]['job_id']}'") == "2\t1"


def test_a_claim_that_fails_is_given_back(server, alice):
    job = job_of(server, submit(alice))
    runner = Runner(server)
    claim = "EXECUTE ON FUNCTION job_claim(text[], text[], text[])"
    server.psql(f"REVOKE {claim} FROM assized, PUBLIC")
    try:
        assert runner.next().status >= 500
        # Leases of others may be there until they end.
        assert server.redis.command("ZSCORE", "{assize}:leased", job) is None
        assert server.redis.command("ZSCORE", "{assize}:q:default/c/live",
                                    job) is not None
    finally:
        server.psql(f"GRANT {claim} TO assized")
    assert runner.next().status == 200


def test_a_standby_that_is_needed(server):
    """/ready says no where commits wait for nobody, if they have to."""
    conf = f"{server.conf}/assized.conf"
    with open(conf, encoding="utf-8") as f:
        text = f.read()
    server.write(conf, text + "standby_required = true\n")
    client = server.client()
    server.restart_worker(1)
    server.restart_worker(2)
    try:
        wait_until(lambda: client.get("/ready").status == 503, "still ready")
        server.psql("ALTER SYSTEM SET synchronous_standby_names = 'other'")
        server.psql("SELECT pg_reload_conf()")
        wait_until(lambda: client.get("/ready").status == 200, "not ready")
    finally:
        server.psql("ALTER SYSTEM RESET synchronous_standby_names")
        server.psql("SELECT pg_reload_conf()")
        server.write(conf, text)
        for i in (1, 2):
            server.restart_worker(i)
        wait_for_all(server)
