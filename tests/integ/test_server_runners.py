"""Runners: register, heartbeat, next-job, complete, abort, leave."""

import concurrent.futures
import time

import pytest

from kit import (TESTS, Runner, check_problem, fetch, make_course, result,
                 submit, take_of)


@pytest.fixture(scope="module")
def server(stack):
    make_course(stack, settings={"allow_pending": True})
    return stack


@pytest.fixture(autouse=True)
def empty(server):
    """No test leaves a job to the next one."""
    yield
    runner = Runner(server)
    for _ in range(50):
        answer = runner.next()
        if answer.status == 204:
            break
        assert runner.finish(answer.json).status == 204
    runner.leave()


@pytest.fixture
def alice(server):
    return server.client("alice")


def verdict(alice, made):
    got = alice.get(f"/submissions/{made.data['id']}").data
    return got["status"], got.get("verdict")


def test_register(server):
    secret = server.secret("runner_registration_token")
    one = server.client().post("/runners/register",
                               {"registration_token": secret})
    two = server.client().post("/runners/register", {
        "registrationToken": secret, "name": "two", "pools": ["default"],
        "languages": ["c"], "capacity": 2, "heartbeatIntervalSec": 1,
        "somethingNew": {"a": 1}})
    assert (one.status, two.status) == (201, 201), two.show()
    for answer in (one, two):
        assert answer.json["data"]["runner_id"] == answer.json["runner_id"]
        assert answer.json["runner_id"].startswith("rn_")
        assert answer.json["token"].startswith("rk_")
        assert len(answer.json["token"]) > 30
    assert one.json["token"] != two.json["token"]
    assert one.json["config"] == {
        "heartbeat_interval_sec": 15, "poll_interval_sec": 3,
        "max_concurrent_jobs": 8, "lease_ttl_sec": 30, "wait_max_sec": 30}
    assert two.json["config"]["lease_ttl_sec"] == 4
    assert two.json["config"]["max_concurrent_jobs"] == 2
    assert server.psql(
        f"SELECT count(*) FROM runner WHERE runner::text LIKE "
        f"'%{one.json['token'][5:20]}%'") == "0"


@pytest.mark.parametrize("body, status", [
    ({}, 400), ({"registration_token": 7}, 400),
    ({"registration_token": None}, 400), ({"registration_token": []}, 400),
    ({"registration_token": ""}, 400), ({"registration_token": "wrong"}, 401),
    ({"registration_token": "\u00e4" * 20}, 401),
    ({"registration_token": "x", "capacity": 0}, 400),
    ({"registration_token": "x", "pools": "default"}, 400),
    ({"registration_token": "x" * 100000}, 413)])
def test_register_refuses(server, body, status):
    answer = server.client().post("/runners/register", body)
    assert answer.status == status, answer.show()


def test_register_lone_surrogate(server):
    answer = server.client().request(
        "POST", "/runners/register",
        body=b'{"registration_token":"\\ud800"}',
        headers={"Content-Type": "application/json"})
    check_problem(answer, 400, "not-json")


def test_heartbeat(server):
    runner = Runner(server)
    assert runner.call("POST", "/heartbeat").status == 204
    assert runner.beat(jobs=[]).status == 204
    assert runner.beat(commands=True).status == 204
    assert runner.call("POST", "/heartbeat", body=b"{}").status == 204
    token = runner.client.token
    runner.client.token = token[:-1] + ("E" if token[-1] == "A" else "A")
    assert runner.beat().status == 401


def test_a_fault_is_shown_until_it_is_gone(server):
    runner = Runner(server, name="sick")
    shown = ("SELECT detail FROM op_attention WHERE kind = 'runner unhealthy' "
             f"AND what = '{runner.id}'")
    assert runner.beat(jobs=[], fault="language c: is not here").status == 204
    assert server.psql(shown) == "sick: language c: is not here"
    assert runner.beat(jobs=[]).status == 204
    assert server.psql(shown) != ""
    assert runner.beat(jobs=[], fault="").status == 204
    assert server.psql(shown) == ""
    check_problem(runner.beat(jobs=[], fault="x" * 1025), 400, "fields",
                  "/fault")


def test_two_compilers_behind_one_course_are_told_to_staff(server, alice):
    """Neither students nor a course that has one are bothered with it."""
    admin = server.client("root", admin=True)
    runner = Runner(server)
    for tool in ("gcc 1", "gcc 1", "gcc 2"):
        assert "tool_versions" not in admin.get("/courses/c1").data
        job = take_of(runner, submit(alice))
        done = runner.finish(job, result(
            provenance={"tool": tool, "runner": runner.name}))
        assert done.status == 204, done.show()
    for path in ("/courses/c1", "/courses/c1/problems/sum"):
        seen = admin.get(path).data["tool_versions"]
        assert [(v["language"], v["version"], v["verdicts"], v["runners"])
                for v in seen] == [("c", "gcc 2", 1, runner.name),
                                   ("c", "gcc 1", 2, runner.name)]
        assert "tool_versions" not in alice.get(path).data


def test_runners_that_differ_are_shown(server):
    shown = "SELECT what, detail FROM op_attention WHERE kind = " \
            "'runners differ'"
    first = Runner(server, name="old", labels={"tools": {"ada": "gnat 1"}})
    other = Runner(server, name="new", labels={"tools": {
        "ada": "gnat 2", "c": "gcc 1"}})
    elsewhere = Runner(server, name="far", pools=["far"], labels={
        "tools": {"c": "gcc 9"}})
    assert server.psql(shown) == \
        "default ada\tgnat 1 on old, gnat 2 on new"
    for runner in (first, other, elsewhere):
        runner.leave()
    assert server.psql(shown) == ""


def test_heartbeat_cancels_what_is_not_its(server, alice):
    made = submit(alice)
    runner, other = Runner(server), Runner(server)
    job = runner.take()
    gone = "jb_01ARZ3NDEKTSV4RRFFQ69G5FAV"
    answer = other.beat(jobs=[job["job_id"], gone, "nonsense"],
                        commands=True)
    assert answer.status == 200, answer.show()
    assert sorted(answer.json["cancel"]) == sorted([job["job_id"], gone])
    assert answer.json["drain"] is False
    assert runner.beat(jobs=[job["job_id"]], commands=True).status == 204
    assert runner.finish(job).status == 204
    assert verdict(alice, made) == ("done", "AC")


def test_first_come_first_served(server, alice):
    made = [submit(alice).data["id"] for _ in range(2)]
    one, two = Runner(server), Runner(server)
    assert [one.take()["submission_id"],
            two.take()["submission_id"]] == made


def test_a_repeated_nonce_is_the_same_job(server, alice):
    submit(alice)
    runner = Runner(server)
    first = runner.take("?nonce=slot-1")
    again = runner.take("?wait=0&nonce=slot-1")
    assert (first["job_id"], first["lease_id"], first["attempt"]) == \
        (again["job_id"], again["lease_id"], again["attempt"])
    assert runner.next("?nonce=slot-2").status == 204
    assert runner.finish(first).status == 204
    assert runner.next("?nonce=slot-1").status == 204


@pytest.mark.parametrize("query", ["wait=31", "wait=-1", "wait=x", "nonce=",
                                   "nonce=" + "a" * 65, "nonce=a%20b"])
def test_next_job_refuses(server, query):
    check_problem(Runner(server).next("?" + query), 400, "fields",
                  "?" + query.split("=")[0])


def test_a_head_takes_no_job(server, alice):
    submit(alice)
    runner = Runner(server)
    assert runner.call("HEAD", "/next-job").status == 405
    assert runner.take()["attempt"] == 1


def test_languages_are_respected(server, alice):
    submit(alice)
    assert Runner(server, languages=["python3"]).next().status == 204
    assert Runner(server, languages=["c"]).next().status == 200


def test_complete_in_every_order(server, alice):
    made = submit(alice)
    one, two = Runner(server), Runner(server)
    job = one.take()
    jb = job["job_id"]
    # 401 before 400 before 404 before 409 before the snapshot
    assert server.client().put(f"/runners/{one.id}/jobs/{jb}/complete",
                               body=b"x", headers={
        "Content-Type": "application/json"}).status == 401
    assert one.call("PUT", f"/jobs/{jb}/complete", body=b"[",
                    headers={"Content-Type": "application/json"}
                    ).status == 400
    unknown = dict(job, job_id="jb_01ARZ3NDEKTSV4RRFFQ69G5FAV")
    check_problem(one.finish(unknown), 404, "not-found")
    check_problem(one.finish(dict(job, job_id="nonsense")), 404, "not-found")
    check_problem(two.finish(job), 409, "lease-not-held")
    check_problem(two.finish(job, lease=False), 409, "lease-not-held")
    check_problem(two.finish(job, result(statuses=["AC"])), 409,
                  "lease-not-held")
    check_problem(one.finish(job, result(statuses=["AC"])), 400,
                  "result-mismatch", "/tests")
    # the job is still leased
    assert verdict(alice, made) == ("running", None)
    assert one.finish(job, lease=False).status == 204
    assert verdict(alice, made) == ("done", "AC")
    # again, with and without the lease, and another answer than the first
    assert one.finish(job).status == 204
    assert one.finish(job, lease=False).status == 204
    assert one.finish(job, result("WA")).status == 204
    assert verdict(alice, made) == ("done", "AC")
    check_problem(two.finish(job, lease=False), 404, "not-found")


def test_a_lease_must_look_like_one(server, alice):
    submit(alice)
    runner = Runner(server)
    job = runner.take()
    check_problem(runner.finish(dict(job, lease_id="ls_x")), 400,
                  "bad-request")
    other = job["lease_id"][:-1] + ("0" if job["lease_id"][-1] != "0"
                                    else "1")
    check_problem(runner.finish(dict(job, lease_id=other)), 409,
                  "lease-not-held")
    assert runner.finish(job).status == 204


@pytest.mark.parametrize("change, pointers", [
    ({"verdict": "WA"}, ["/verdict", "/grade"]),
    ({"verdict": "CE"}, ["/grade"]),
    ({"statuses": ["AC", "TLE", "skipped", "skipped"]},
     ["/verdict"]),
    ({"statuses": ["AC", "AC", "AC", "skipped"]}, ["/verdict"]),
    ({"statuses": ["AC", "AC", "JE", "AC"]},
     ["/tests/2/status", "/verdict"]),
    ({"grade": 100, "verdict": "WA",
      "statuses": ["WA", "skipped", "skipped", "skipped"]}, ["/grade"]),
])
def test_results_that_contradict_themselves(server, alice, change, pointers):
    submit(alice)
    runner = Runner(server)
    job = runner.take()
    statuses = change.pop("statuses", ["AC"] * 4)
    body = {**result("AC", statuses), **change}
    check_problem(runner.finish(job, body), 400, "result-mismatch",
                  *pointers)
    assert runner.finish(job).status == 204


def test_tests_of_another_name(server, alice):
    submit(alice)
    runner = Runner(server)
    job = runner.take()
    body = result()
    body["tests"][0], body["tests"][1] = body["tests"][1], body["tests"][0]
    check_problem(runner.finish(job, body), 400, "result-mismatch",
                  "/tests/0/path", "/tests/1/path")
    assert runner.finish(job).status == 204


@pytest.mark.parametrize("code, status", [
    ("AC", "done"), ("WA", "done"), ("CE", "done"), ("TLE", "done"),
    ("MLE", "done"), ("RE", "done"), ("OLE", "done"), ("JE", "error")])
def test_every_verdict_lands(server, alice, code, status):
    made = submit(alice)
    runner = Runner(server)
    body = result(code)
    if code == "CE":
        body["compile"] = {"status": "error", "output": "main.c:1: no\n"}
    if code == "JE":
        body["tests"] = []
    done = runner.finish(runner.take(), body)
    assert done.status == 204, done.show()
    got = alice.get(f"/submissions/{made.data['id']}").data
    assert (got["status"], got["verdict"]) == (status, code)
    if code == "CE":
        assert got["compile"]["output"] == "main.c:1: no\n"
    assert got["evaluated"] is (code not in ("JE", ) and got["evaluated"])


def noj(statuses):
    """NOJ's shape: one list for each group of tests."""
    cases = [{"stdout": "o", "stderr": "e", "exitCode": 0, "execTime": 5,
              "memoryUsage": 100, "status": s} for s in statuses]
    groups = [t.rpartition("/")[0] for t in TESTS]
    tasks = {}
    for group, case in zip(groups, cases):
        tasks.setdefault(group, []).append(case)
    return {"tasks": list(tasks.values())}


def test_noj_shape(server, alice):
    made = submit(alice)
    runner = Runner(server)
    job = runner.take()
    assert [t["caseCount"] for t in job["tasks"]] == [1, 2, 1]
    bad = noj(["AC"] * 4)
    bad["tasks"][1].pop()
    check_problem(runner.finish(job, bad, lease=False), 400,
                  "result-mismatch", "/tasks/1")
    check_problem(runner.finish(job, {"tasks": []}, lease=False), 400,
                  "fields")
    odd = noj(["AC", "AC", "XX", "AC"])
    check_problem(runner.finish(job, odd, lease=False), 400, "fields")
    done = runner.finish(job, noj(["AC", "WA", "AC", "AC"]), lease=False)
    assert done.status == 204, done.show()
    assert verdict(alice, made) == ("done", "WA")
    assert alice.get(f"/submissions/{made.data['id']}").data["grade"] < 100


def test_noj_compile_error(server, alice):
    made = submit(alice)
    runner = Runner(server)
    body = noj(["CE"] * 4)
    for task in body["tasks"]:
        for case in task:
            case.update(stdout="", exitCode=-1, execTime=-1, memoryUsage=-1)
    assert runner.finish(runner.take(), body, lease=False).status == 204
    got = alice.get(f"/submissions/{made.data['id']}").data
    assert (got["verdict"], got["compile"]["output"]) == ("CE", "e")
    assert "time_ms" not in got


def test_big_outputs_are_cut(server, alice):
    made = submit(alice)
    runner = Runner(server)
    body = result()
    body["tests"][0]["stdout"] = "\u00e4" * 2000000
    assert runner.finish(runner.take(), body).status == 204
    test = alice.get(f"/submissions/{made.data['id']}").data["tests"][0]
    assert len(test["stdout"].encode()) <= 65536
    assert set(test["stdout"]) == {"\u00e4"}
    assert test["cut"] is True


def test_drain_costs_no_attempt(server, alice):
    made = submit(alice)
    for _ in range(5):
        runner = Runner(server)
        job = runner.take()
        done = runner.abort(job, "drain")
        assert done.status == 202, done.show()
        assert runner.abort(job, "drain").status == 202
        assert verdict(alice, made) == ("waiting", None)
    runner = Runner(server)
    assert runner.finish(runner.take()).status == 204
    assert verdict(alice, made) == ("done", "AC")


def test_three_failures_are_a_judge_error(server, alice):
    made = submit(alice)
    for i in range(3):
        runner = Runner(server)
        assert verdict(alice, made)[0] == "waiting"
        assert runner.abort(runner.take(), "prep_failed",
                            lease=i % 2 == 0).status == 202
    assert verdict(alice, made) == ("error", "JE")
    assert Runner(server).next().status == 204


def test_abort_refuses(server, alice):
    submit(alice)
    one, two = Runner(server), Runner(server)
    job = one.take()
    check_problem(two.abort(job, "drain"), 409, "lease-not-held")
    check_problem(one.abort(dict(
        job, job_id="jb_01ARZ3NDEKTSV4RRFFQ69G5FAV"), "drain"), 404,
        "not-found")
    assert one.finish(job).status == 204
    check_problem(one.abort(job, "drain"), 409, "lease-not-held")


def test_progress_shows_while_it_runs(server, alice):
    made = submit(alice)
    runner = Runner(server)
    job = runner.take()
    path = f"/jobs/{job['job_id']}/progress"
    head = {"X-Assize-Lease": job["lease_id"]}
    for i, test in enumerate(result()["tests"][:2]):
        done = runner.call("PUT", path, json={"from": i, "tests": [test]},
                           headers=head)
        assert done.status == 204, done.show()
    got = alice.get(f"/submissions/{made.data['id']}").data
    assert got["status"] == "running"
    assert [(t["path"], t["status"]) for t in got["tests"]] == \
        [(p, "AC") for p in TESTS[:2]]
    other = Runner(server)
    check_problem(other.call("PUT", path, json={"from": 0, "tests": []},
                             headers=head), 409, "lease-not-held")
    assert runner.finish(job).status == 204


def test_leaving_gives_jobs_back(server, alice):
    made = submit(alice)
    runner = Runner(server)
    first = runner.take()
    assert runner.leave().status == 204
    assert runner.next().status == 401
    assert runner.leave().status == 401
    assert runner.finish(first).status == 401
    other = Runner(server)
    job = other.take()
    assert job["job_id"] == first["job_id"]
    assert job["lease_id"] > first["lease_id"]
    assert other.finish(job).status == 204
    assert verdict(alice, made) == ("done", "AC")


def test_the_same_name_again_takes_its_place(server, alice):
    submit(alice)
    old = Runner(server, name="twin")
    old.take()
    new = Runner(server, name="twin")
    assert server.psql("SELECT state FROM runner WHERE id = "
                       f"'{old.id}'") == "revoked"
    assert new.take()["attempt"] == 2


def test_draining_runners_get_nothing(server, alice):
    runner = Runner(server)
    server.psql(f"UPDATE runner SET state = 'draining' WHERE id = "
                f"'{runner.id}'")
    # Every process knows it within a second.
    time.sleep(1.1)
    submit(alice)
    assert runner.next().status == 204
    answer = runner.beat(jobs=[], commands=True)
    assert (answer.status, answer.json["drain"]) == (200, True)


def test_source_links(server, alice):
    submit(alice)
    runner = Runner(server)
    job = runner.take()
    url = job["code_url"]
    assert fetch(server, url).status == 200
    check_problem(fetch(server, url[:-1] + "!"), 403, "bad-link")
    check_problem(fetch(server, url.partition("?")[0]), 403, "bad-link")
    other = url.replace(job["job_id"], "jb_01ARZ3NDEKTSV4RRFFQ69G5FAV")
    check_problem(fetch(server, other), 403, "bad-link")
    late = url.replace("token=", "token=1")
    check_problem(fetch(server, late), 403, "bad-link")
    assert runner.finish(job).status == 204
    check_problem(fetch(server, url), 404, "not-found")


def test_packages_are_for_those_who_need_them(server, alice):
    submit(alice)
    one, two = Runner(server), Runner(server)
    job = one.take()
    url = job["package"]["url"]
    got = fetch(server, url, one.client.token)
    assert (got.status, got.headers["ETag"]) == \
        (200, f'"{job["package"]["digest"]}"')
    assert "immutable" in got.headers["Cache-Control"]
    again = one.client.get(f"/packages/{job['package']['digest']}",
                           headers={"If-None-Match": got.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")
    check_problem(fetch(server, url, two.client.token), 404, "not-found")
    assert one.finish(job).status == 204
    check_problem(fetch(server, url, one.client.token), 404, "not-found")


def test_twenty_at_once_land_once(server, alice):
    made = submit(alice)
    runner = Runner(server)
    job = runner.take()
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        found = list(pool.map(lambda _: runner.finish(job).status,
                              range(20)))
    assert set(found) == {204}
    assert verdict(alice, made) == ("done", "AC")
    assert server.psql("SELECT count(*) FROM result WHERE job_id = "
                       f"'{job['job_id']}'") == "1"
