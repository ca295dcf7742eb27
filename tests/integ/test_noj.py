"""NOJ's runner protocol, case by case: R1 to R30 of its acceptance list, each
a test named by its number.  Nothing of ours is used that NOJ's runners do not
know: no lease header, no nonce, no waiting, its result shape."""

import concurrent.futures
import os
import re
import signal
import threading
import time

import pytest

from kit import check_problem, fetch, make_course, make_problem, make_zip
from kit import submit as kit_submit
from noj_clients import NojTwo, connect
from test_server_sweep import wait_for_all, wait_until

UNKNOWN = "jb_01ARZ3NDEKTSV4RRFFQ69G5FAV"
TEAPOT = "I AM A TEAPOT\n"
PACKAGE = make_zip({
    "problem.yaml": "problem_format_version: legacy\nname: T\n"
                    "type: pass-fail\nlicense: cc0\nrights_owner: nobody\n",
    "problem_statement/problem.en.tex": "Do.\n",
    "assize.yaml": "limits:\n  time_ms: 1000\n  memory_kb: 32768\n",
    "data/secret/1.in": TEAPOT, "data/secret/1.ans": TEAPOT})
LEASE = 4                       # of a runner that announces one second
ENTRY = "{assize}:"


def case(status="AC", **more):
    return {"stdout": TEAPOT, "stderr": "", "exitCode": 0, "execTime": 1,
            "memoryUsage": 800, "status": status, **more}


class Noj:
    """A runner that says no more than NOJ's do; quick: it announces a
    heartbeat of a second, so that its leases end soon."""

    def __init__(self, server, quick=False, name=None):
        self.client = server.client()
        body = {"registration_token":
                server.secret("runner_registration_token")}
        if name is not None:
            body["name"] = name
        if quick:
            body["heartbeat_interval_sec"] = 1
        answer = self.client.post("/runners/register", body)
        assert answer.status == 201, answer.show()
        self.answer = answer.json
        self.id, self.token = answer.json["runner_id"], answer.json["token"]
        self.client.token = self.token

    def call(self, method, path, json=None, **kw):
        return self.client.request(method, f"/runners/{self.id}{path}",
                                   json=json, **kw)

    def beat(self, *jobs, body=True):
        return self.call("POST", "/heartbeat",
                         {"active_job_ids": [j["job_id"] for j in jobs]}
                         if body else None)

    def next(self):
        return self.call("GET", "/next-job")

    def take(self, seconds=0):
        """A job, waited for; what kept it away is not this test's."""
        end = time.monotonic() + seconds
        answer = self.next()
        while answer.status == 204 and time.monotonic() < end:
            time.sleep(0.2)
            answer = self.next()
        assert answer.status == 200, answer.show()
        return answer.json

    def complete(self, job, *cases, body=None):
        if body is None:
            body = {"tasks": [list(cases or (case(),))]}
        return self.call("PUT", f"/jobs/{job['job_id']}/complete", body)

    def abort(self, job, reason="drain", body=True):
        return self.call("PUT", f"/jobs/{job['job_id']}/abort",
                         {"reason": reason} if body else None)


@pytest.fixture(scope="module")
def server(bare):
    bare.assized_settings.update(submit_rate=0,
                                 runner_languages="c, cpp,python3")
    bare.start(workers=2)
    make_course(bare)
    admin = bare.client("root", admin=True)
    make_problem(admin, "c1", "teapot", {"allow_pending": True}, PACKAGE)
    return bare


@pytest.fixture(autouse=True)
def empty(server):
    """No test leaves a job to the next one."""
    yield
    server.psql("UPDATE job SET state = 'cancelled', live = false, "
                "ended_at = now() WHERE live; "
                "UPDATE submission SET status = 'cancelled' "
                "WHERE status = 'pending'; "
                "UPDATE runner SET state = 'removed', ended_at = now() "
                "WHERE state NOT IN ('removed', 'revoked')")
    # not all of it: a Redis that lost everything makes leases longer
    for key in server.redis.command("KEYS", f"{ENTRY}*"):
        if re.match(rb"(job|q|ready|fair|held|leased|runner|serves)\b",
                    key[len(ENTRY):]):
            server.redis.command("DEL", key)


@pytest.fixture
def alice(server):
    return server.client("alice")


@pytest.fixture
def root(server):
    return server.client("root", admin=True)


def submit(alice, **more):
    answer = kit_submit(alice, problem="teapot", **more)
    assert answer.status == 201, answer.show()
    return answer.data["id"]


def verdict(alice, sb):
    got = alice.get(f"/submissions/{sb}").data
    return got["status"], got.get("verdict_code", -1)


def rejudge(root, sb):
    answer = root.post(f"/submissions/{sb}/rejudge")
    assert answer.status in (200, 202), answer.show()


def landings(server, sb):
    return int(server.psql(
        "SELECT count(*) FROM job_history h JOIN job j ON j.id = h.job_id "
        f"WHERE h.event = 'landed' AND j.submission_id = '{sb}'"))


def charged(server, job):
    return int(server.psql(
        f"SELECT charged FROM job WHERE id = '{job['job_id']}'"))


def lease_left(server, job):
    """Seconds until Redis ends the lease."""
    score = server.redis.command("ZSCORE", f"{ENTRY}leased", job["job_id"])
    now = server.redis.command("TIME")
    assert score is not None, "no lease"
    return float(score) / 1000 - int(now[0])


# -- registration, heartbeat


def test_r1_register(server):
    one, two = Noj(server), Noj(server)
    for noj in (one, two):
        assert re.fullmatch("rn_[0-9A-HJKMNP-TV-Z]{26}", noj.id)
        assert noj.token.startswith("rk_") and len(noj.token) > 30
        config = noj.answer["config"]
        assert (config["heartbeat_interval_sec"],
                config["poll_interval_sec"],
                config["max_concurrent_jobs"]) == (15, 3, 8)
        # the same in the envelope
        assert noj.answer["status"] == "ok"
        assert noj.answer["data"] == {
            key: noj.answer[key] for key in ("runner_id", "token", "config")}
    assert one.id != two.id and one.token != two.token
    # neither store holds a token
    for noj in (one, two):
        assert noj.beat().status == 204
        for key in server.redis.command("KEYS", "*"):
            assert noj.token.encode() not in key
            dump = {b"string": "GET", b"hash": "HGETALL"}.get(
                server.redis.command("TYPE", key))
            if dump:
                assert noj.token not in str(server.redis.command(dump, key))
        assert server.psql("SELECT count(*) FROM runner WHERE runner::text "
                           f"LIKE '%{noj.token[3:20]}%'") == "0"


def test_r1_camel_case(server):
    answer = server.client().post("/runners/register", {
        "registrationToken": server.secret("runner_registration_token"),
        "name": "camel", "anythingElse": [1]})
    assert answer.status == 201, answer.show()


@pytest.mark.parametrize("body, statuses", [
    (b'{"registration_token":"wrong"}', {401}),
    (b'{"registrationToken":"wrong"}', {401}),
    (b'{}', {400}), (b'{"name":"x"}', {400}), (b'', {400}), (b'[]', {400}),
    (b'null', {400}), (b'nonsense', {400}), (b'"x"', {400}),
    (b'{"registration_token":7}', {400}),
    (b'{"registration_token":["x"]}', {400}),
    (b'{"registration_token":{}}', {400}),
    (b'{"registration_token":null}', {400}),
    (b'{"registration_token":true}', {400}),
    ('{"registration_token":"\u5bc6\u78bc"}'.encode(), {400, 401}),
    (b'{"registration_token":"\\ud800"}', {400, 401}),
    (b'{"registration_token":"\\u0000"}', {400, 401}),
    (b'{"registration_token":"\xff"}', {400, 401}),
], ids=range(18))
def test_r2_register_refuses(server, body, statuses):
    answer = server.client().post("/runners/register", body=body, headers={
        "Content-Type": "application/json"})
    assert answer.status in statuses, answer.show()


def test_r2_no_secret_no_registration(server):
    """Tried last of its kind: the workers start anew without a secret."""
    path = f"{server.credentials}/runner_registration_token"
    secret = server.secret("runner_registration_token")
    os.rename(path, f"{path}.away")
    try:
        for i in (1, 2):
            server.restart_worker(i)
        for token in (secret, "", "x", "None"):
            answer = server.client().post("/runners/register",
                                          {"registration_token": token})
            assert answer.status == (401 if token else 400), answer.show()
    finally:
        os.rename(f"{path}.away", path)
        for i in (1, 2):
            server.restart_worker(i)
    assert Noj(server).id


def test_r3_heartbeat(server, alice):
    submit(alice)
    noj, other = Noj(server), Noj(server)
    job = noj.take()
    server.redis.command("ZADD", f"{ENTRY}leased",
                         str(int(time.time() * 1000) + 10000), job["job_id"])
    assert noj.beat(job).status == 204
    assert 25 <= lease_left(server, job) <= 31
    # also without a body, since listing it said that the job had arrived
    server.redis.command("ZADD", f"{ENTRY}leased",
                         str(int(time.time() * 1000) + 10000), job["job_id"])
    answer = noj.beat(body=False)
    assert (answer.status, answer.body) == (204, b"")
    assert 25 <= lease_left(server, job) <= 31
    path = f"/runners/{noj.id}/heartbeat"
    wrong = noj.token[:-2] + ("AA" if noj.token[-2:] != "AA" else "BA")
    for head in ({"Authorization": f"Bearer {wrong}"}, {},
                 {"Authorization": noj.token},
                 {"Authorization": f"Basic {noj.token}"},
                 {"Authorization": "Bearer "},
                 {"Authorization": f"Bearer {other.token}"}):
        answer = server.client().post(path, headers=head)
        check_problem(answer, 401, "unauthenticated")
    check_problem(noj.client.post(
        "/runners/rn_01ARZ3NDEKTSV4RRFFQ69G5FAV/heartbeat"), 401,
        "unauthenticated")


@pytest.mark.parametrize("body", [
    b"", b"{}", b'{"active_job_ids":[]}', b'{"activeJobIds":[]}',
    b'{"active_job_ids":null}', b'{"active_job_ids":["nonsense"],"x":1}'])
def test_r3_bodies_of_a_heartbeat(server, body):
    noj = Noj(server)
    for kind in ("application/json", None):
        answer = noj.call("POST", "/heartbeat", body=body,
                          headers={"Content-Type": kind})
        assert (answer.status, answer.body) == (204, b""), answer.show()


# -- jobs


def test_r4_an_empty_queue(server):
    answer = Noj(server).next()
    assert (answer.status, answer.body) == (204, b"")


def test_r5_a_job(server, alice):
    sb = submit(alice, code="int main(void){return 0;}")
    noj = Noj(server)
    job = noj.take()
    assert re.fullmatch("jb_[0-9A-HJKMNP-TV-Z]{26}", job["job_id"])
    assert job["submission_id"] == sb
    assert type(job["problem_id"]) is int and job["language"] == 0
    assert isinstance(job["checker"], str)
    assert job["tasks"] == [{
        "task_id": 0, "case_count": 1, "memory_limit": 32768,
        "time_limit": 1000, "taskScore": 100, "caseCount": 1,
        "memoryLimit": 32768, "timeLimit": 1000}]
    assert job["status"] == "ok"
    for key in ("job_id", "submission_id", "problem_id", "language",
                "checker", "tasks", "code_url"):
        assert job["data"][key] == job[key]
    answer = fetch(server, job["code_url"])
    assert (answer.status, answer.type) == (200, "application/zip")
    path = f"{server.dir}/source.zip"
    server.write(path, answer.body)
    done = server.call(["/usr/bin/python3", "-m", "zipfile", "-l", path])
    assert b"main.c" in done.stdout


@pytest.mark.parametrize("language, code", [("c", 0), ("cpp", 1),
                                            ("python3", 2)])
def test_r5_languages_are_numbers(server, alice, language, code):
    submit(alice, language=language)
    assert Noj(server).take()["language"] == code


def test_r5_no_other_languages(server, alice, root):
    """What announces none gets those of the configuration; see `server`."""
    make_problem(root, "c1", "tongues", {
        "allow_pending": True, "languages": ["c", "java"]}, PACKAGE)
    made = kit_submit(alice, problem="tongues", language="java",
                      code="class Main { }")
    assert made.status == 201, made.show()
    noj = Noj(server)
    assert noj.next().status == 204
    sb = submit(alice)
    assert noj.take()["submission_id"] == sb
    assert server.psql("SELECT languages FROM runner WHERE id = "
                       f"'{noj.id}'") == "{c,cpp,python3}"


def test_r6_first_in_first_out(server, alice):
    made = [submit(alice) for _ in range(4)]
    one, two = Noj(server), Noj(server)
    assert [noj.take()["submission_id"]
            for noj in (one, two, two, one)] == made


def test_r7_complete(server, alice):
    sb = submit(alice)
    noj = Noj(server)
    job = noj.take()
    answer = noj.complete(job)
    assert (answer.status, answer.body) == (204, b"")
    got = alice.get(f"/submissions/{sb}").data
    assert (got["verdict_code"], got["grade"]) == (0, 100)
    # the first answer again: both clients take it for the end
    assert noj.complete(job).status == 204
    assert noj.complete(job, case("WA")).status == 204
    assert verdict(alice, sb) == ("done", 0)
    assert landings(server, sb) == 1


@pytest.mark.parametrize("status, code", [
    ("AC", 0), ("WA", 1), ("CE", 2), ("TLE", 3), ("MLE", 4), ("RE", 5),
    ("JE", 6), ("OLE", 7)])
def test_r7_every_status(server, alice, status, code):
    sb = submit(alice)
    noj = Noj(server)
    none = {"exitCode": -1, "execTime": -1, "memoryUsage": -1, "stdout": ""}
    answer = noj.complete(noj.take(), case(
        status, **(none if status in ("CE", "JE") else {})))
    assert answer.status == 204, answer.show()
    got = alice.get(f"/submissions/{sb}").data
    assert (got["verdict_code"], got["verdict"]) == (code, status)
    assert got["status"] == ("error" if status == "JE" else "done")
    if status != "JE":
        assert got["grade"] == (100 if status == "AC" else 0)


def test_r7_snake_case_in_a_case(server, alice):
    sb = submit(alice)
    noj = Noj(server)
    body = {"tasks": [[{"stdout": TEAPOT, "stderr": "", "exit_code": 0,
                        "exec_time": 1.5, "memory_usage": 800,
                        "status": "AC"}]], "token": "unused"}
    assert noj.complete(noj.take(), body=body).status == 204
    assert verdict(alice, sb) == ("done", 0)


def test_a_nul_in_an_output(server, alice, root):
    """json.dumps writes it as an escape, and Postgres holds none."""
    sb = submit(alice)
    noj = Noj(server)
    answer = noj.complete(noj.take(), case(
        "WA", stdout="a\0b\\u0000\\\0\0", stderr="\0\U0001f600"))
    assert answer.status == 204, answer.show()
    assert verdict(alice, sb) == ("done", 1)
    test = root.get(f"/submissions/{sb}").data["tests"][0]
    assert test["stdout"] == "a\ufffdb\\u0000\\\ufffd\ufffd"
    assert test["stderr"] == "\ufffd\U0001f600"


def test_r8_not_the_owner(server, alice):
    sb = submit(alice)
    one, two = Noj(server), Noj(server)
    job = one.take()
    check_problem(two.complete(job), 409, "lease-not-held")
    assert verdict(alice, sb) == ("running", -1)
    assert one.complete(job, case("WA")).status == 204
    assert verdict(alice, sb) == ("done", 1)


def test_r9_an_unknown_job(server):
    noj = Noj(server)
    for job_id in (UNKNOWN, "jb_nonsense", "7"):
        check_problem(noj.complete({"job_id": job_id}), 404, "not-found")


def without(key):
    return {k: v for k, v in case().items() if k != key}


BROKEN = [
    {"tasks": [[without(key)]]} for key in case()] + [
    {"tasks": [[case("XX")]]}, {"tasks": [[case(7)]]},
    {"tasks": [[case("ac")]]}, {"tasks": [[case(stdout=None)]]},
    {"tasks": [[case(exitCode="0")]]}, {"tasks": [[case(execTime=-2)]]},
    {"tasks": [[case(memoryUsage="1")]]}, {"tasks": []}, {"tasks": [[]]},
    {"tasks": {}}, {"tasks": None}, {"tasks": [7]}, {"tasks": [[7]]}, {}, [],
    {"tasks": [[case()]] * 101}]


@pytest.mark.parametrize("body", BROKEN, ids=range(len(BROKEN)))
def test_r10_malformed(server, alice, body):
    sb = submit(alice)
    noj = Noj(server)
    job = noj.take()
    for job_id in (UNKNOWN, job["job_id"]):
        answer = noj.complete({"job_id": job_id}, body=body)
        assert answer.status == 400, answer.show()
    assert verdict(alice, sb) == ("running", -1)
    assert lease_left(server, job) > 0
    assert noj.complete(job).status == 204


@pytest.mark.parametrize("tasks", [
    [[case()], [case()]], [[case(), case()]], [[case()]] * 3])
def test_r10_not_the_tasks_of_the_job(server, alice, tasks):
    sb = submit(alice)
    noj = Noj(server)
    job = noj.take()
    check_problem(noj.complete(job, body={"tasks": tasks}), 400,
                  "result-mismatch")
    assert verdict(alice, sb) == ("running", -1)
    assert noj.complete(job).status == 204


def test_r11_401_first(server, alice):
    submit(alice)
    noj = Noj(server)
    job = noj.take()
    bad = server.client()
    bad.token = noj.token[:-2] + ("AA" if noj.token[-2:] != "AA" else "BA")
    jobs = f"/runners/{noj.id}/jobs"
    for method, path in (("PUT", f"{jobs}/{UNKNOWN}/complete"),
                         ("PUT", f"{jobs}/nonsense/complete"),
                         ("PUT", f"{jobs}/{job['job_id']}/complete"),
                         ("PUT", f"{jobs}/{UNKNOWN}/abort"),
                         ("PUT", f"{jobs}/{job['job_id']}/abort"),
                         ("POST", f"/runners/{noj.id}/heartbeat"),
                         ("POST", "/runners/nonsense/heartbeat"),
                         ("GET", f"/runners/{noj.id}/next-job?wait=x")):
        body = None if method == "GET" else b"no json"
        for client in (bad, server.client()):
            answer = client.request(method, path, body=body, headers={
                "Content-Type": "application/json" if body else None})
            check_problem(answer, 401, "unauthenticated")


# -- runners that die


def test_r12_the_same_job_for_the_next(server, alice):
    sb = submit(alice)
    one, two = Noj(server, quick=True), Noj(server, quick=True)
    first = one.take()
    job = two.take(seconds=3 * LEASE)
    assert job["job_id"] == first["job_id"]
    check_problem(one.complete(first), 409, "lease-not-held")
    assert two.complete(job, case("WA")).status == 204
    assert one.complete(first).status in (404, 409)
    assert verdict(alice, sb) == ("done", 1)
    assert landings(server, sb) == 1


def test_r13_a_living_owner_keeps_it(server, alice):
    submit(alice)
    one, two = Noj(server, quick=True), Noj(server, quick=True)
    job = one.take()
    end = time.monotonic() + 2 * LEASE
    while time.monotonic() < end:
        assert one.beat(job).status == 204
        assert two.next().status == 204
        time.sleep(0.5)
    assert one.complete(job).status == 204


@pytest.fixture(scope="module")
def judge_error(server):
    """R14: three owners that die; the submission and the last of them."""
    alice = server.client("alice")
    sb = submit(alice)
    job = None
    for _ in range(3):
        dead = Noj(server, quick=True)
        job = dead.take(seconds=5 * LEASE)
    return sb, dead, job


def test_r14_three_owners_die(server, alice, judge_error):
    sb, _, job = judge_error
    fourth = Noj(server, quick=True)
    # nobody has to poll for it
    wait_until(lambda: verdict(alice, sb)[0] == "error", "no judge error",
               3 * LEASE)
    assert verdict(alice, sb) == ("error", 6)
    assert fourth.next().status == 204
    assert charged(server, job) == 3
    assert server.psql("SELECT claims FROM job WHERE id = "
                       f"'{job['job_id']}'") == "3"


def test_r15_a_judge_error_is_rescued(server, alice, root, judge_error):
    sb, _, old = judge_error
    assert verdict(alice, sb) == ("error", 6)
    rejudge(root, sb)
    noj = Noj(server)
    job = noj.take(seconds=5)
    assert job["submission_id"] == sb and job["job_id"] != old["job_id"]
    assert noj.complete(job).status == 204
    assert verdict(alice, sb) == ("done", 0)


def test_r16_a_rejudge_in_flight(server, alice, root):
    sb = submit(alice)
    one, two = Noj(server), Noj(server)
    old = one.take()
    rejudge(root, sb)
    new = two.take(seconds=5)
    assert new["job_id"] != old["job_id"]
    assert new["submission_id"] == sb
    assert one.complete(old).status in (204, 404, 409)
    assert verdict(alice, sb)[0] == "running"
    assert two.complete(new, case("WA")).status == 204
    assert one.complete(old).status in (204, 404, 409)
    assert verdict(alice, sb) == ("done", 1)
    assert landings(server, sb) == 1


def test_r17_a_superseded_job_is_not_delivered(server, alice, root):
    sb = submit(alice)
    old = server.psql("SELECT id FROM job WHERE submission_id = "
                      f"'{sb}' AND current")
    rejudge(root, sb)
    noj = Noj(server)
    job = noj.take(seconds=5)
    assert job["submission_id"] == sb and job["job_id"] != old
    assert noj.next().status == 204
    assert noj.complete(job).status == 204


@pytest.mark.parametrize("reason", ["drain", "runner shutting down"])
def test_r18_drain_costs_nothing(server, alice, reason):
    sb = submit(alice)
    first = None
    for _ in range(5):
        noj = Noj(server)
        job = noj.take(seconds=5)
        first = first or job
        assert job["job_id"] == first["job_id"]
        answer = noj.abort(job, reason)
        assert (answer.status, answer.body) == (202, b"")
        assert charged(server, job) == 0
    noj = Noj(server)
    assert noj.complete(noj.take(seconds=5)).status == 204
    assert verdict(alice, sb) == ("done", 0)


@pytest.mark.parametrize("reason", ["prep_failed", "rejected", "disk full"])
def test_r18_other_reasons_count(server, alice, reason):
    sb = submit(alice)
    for _ in range(3):
        noj = Noj(server)
        assert verdict(alice, sb)[0] == "waiting"
        assert noj.abort(noj.take(seconds=30), reason).status == 202
    assert verdict(alice, sb) == ("error", 6)


def test_r18_who_may_abort(server, alice):
    submit(alice)
    one, two = Noj(server), Noj(server)
    job = one.take()
    check_problem(two.abort(job), 409, "lease-not-held")
    check_problem(one.abort({"job_id": UNKNOWN}), 404, "not-found")
    assert one.abort(job, body=False).status == 202
    assert charged(server, job) == 1


def test_r19_a_reply_that_was_lost(server, alice):
    """The runner lives and does not know that it has a job."""
    sb = submit(alice)
    noj, other = Noj(server, quick=True), Noj(server, quick=True)
    lost = noj.take()
    end = time.monotonic() + 3 * LEASE
    answer = None
    while time.monotonic() < end:
        assert noj.beat().status == 204
        answer = other.next()
        if answer.status == 200:
            break
        time.sleep(0.3)
    assert answer.status == 200, "the job was kept from others"
    assert answer.json["job_id"] == lost["job_id"]
    assert other.complete(answer.json).status == 204
    assert verdict(alice, sb) == ("done", 0)


def test_r19_a_reply_that_was_lost_without_lists(server, alice):
    submit(alice)
    noj, other = Noj(server, quick=True), Noj(server, quick=True)
    lost = noj.take()
    end = time.monotonic() + 3 * LEASE
    answer = None
    while time.monotonic() < end:
        assert noj.beat(body=False).status == 204
        answer = other.next()
        if answer.status == 200:
            break
        time.sleep(0.3)
    assert answer.status == 200, "the job was kept from others"
    assert answer.json["job_id"] == lost["job_id"]


@pytest.mark.parametrize("what", ["testdata", "checksum", "meta"])
def test_r19_asking_for_the_data_is_having_the_job(server, alice, what):
    """The data come before the source and may take longer than a lease."""
    submit(alice)
    noj, other = Noj(server), Noj(server)
    job = noj.take()
    soon = int(time.time() * 1000) + 10000
    server.redis.command("ZADD", f"{ENTRY}leased", str(soon), job["job_id"])
    path = f"/problem/{job['problem_id']}/{what}"
    for one in (other, noj):
        assert noj.beat(body=False).status == 204
        assert lease_left(server, job) < 11
        assert one.client.get(path).status == 200
    assert noj.beat(body=False).status == 204
    assert lease_left(server, job) > 20


def test_r20_another_s_job_is_not_renewed(server, alice):
    submit(alice)
    one, two = Noj(server), Noj(server)
    job = one.take()
    soon = int(time.time() * 1000) + 10000
    server.redis.command("ZADD", f"{ENTRY}leased", str(soon), job["job_id"])
    assert two.beat(job).status == 204
    assert lease_left(server, job) < 11
    assert one.beat(job).status == 204
    assert lease_left(server, job) > 20


class Holding:
    """A transaction of psql that holds the row of a job."""

    def __init__(self, server, job_id):
        self.server = server
        self.job_id = job_id
        self.thread = threading.Thread(target=self.run)

    def run(self):
        self.server.psql(
            f"BEGIN; SELECT 1 FROM job WHERE id = '{self.job_id}' "
            "FOR UPDATE; SELECT pg_sleep(600); COMMIT")

    def waits(self, what):
        return self.server.psql(
            "SELECT count(*) FROM pg_stat_activity WHERE " + what) != "0"

    def __enter__(self):
        self.thread.start()
        wait_until(lambda: self.waits("query LIKE '%pg_sleep(600)%' AND "
                                      "wait_event = 'PgSleep'"), "no lock")
        return self

    def __exit__(self, *_):
        self.server.psql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE wait_event = 'PgSleep'")
        self.thread.join()


def test_r21_a_worker_killed_between_claim_and_reply(server, alice):
    """The lease is in Redis, Postgres is asked, nobody answers the runner."""
    sb = submit(alice)
    noj, other = Noj(server, quick=True), Noj(server, quick=True)
    job_id = server.psql("SELECT id FROM job WHERE submission_id = "
                         f"'{sb}' AND current")
    found = []

    def poll():
        try:
            found.append(noj.next().status)
        except OSError:
            found.append("cut")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threading, "excepthook", lambda *_: None)
        with Holding(server, job_id) as holding:
            poller = threading.Thread(target=poll)
            poller.start()
            wait_until(lambda: holding.waits(
                "usename = 'assized' AND wait_event_type = 'Lock'"),
                "the claim did not come")
            assert lease_left(server, {"job_id": job_id}) > 0
            for pid in server.worker_pids().values():
                os.kill(pid, signal.SIGKILL)
            poller.join()
    assert found and found[0] not in (200, 204), found
    wait_for_all(server)
    job = other.take(seconds=5 * LEASE)
    assert job["job_id"] == job_id
    assert other.complete(job).status == 204
    assert verdict(alice, sb) == ("done", 0)


def test_r22_two_at_once_one_wins(server, alice):
    sb = submit(alice)
    dead = Noj(server, quick=True)
    job = dead.take()
    found, end = [], time.monotonic() + 3 * LEASE
    runners = [Noj(server) for _ in range(6)]
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        while not found and time.monotonic() < end:
            answers = list(pool.map(Noj.next, runners))
            found = [a.json for a in answers if a.status == 200]
            time.sleep(0.1)
        late = [a for a in pool.map(Noj.next, runners) if a.status == 200]
    assert [j["job_id"] for j in found] == [job["job_id"]]
    assert late == []
    assert server.psql("SELECT claims || ' ' || charged FROM job WHERE id = "
                       f"'{job['job_id']}'") == "2 2"
    assert verdict(alice, sb)[0] == "running"


def test_r23_twenty_duplicates(server, alice):
    sb = submit(alice)
    noj = Noj(server)
    job = noj.take()
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        found = [a.status for a in
                 pool.map(lambda _: noj.complete(job), range(20))]
    assert set(found) <= {204, 404, 409, 503} and 204 in found
    assert landings(server, sb) == 1
    assert verdict(alice, sb) == ("done", 0)


def test_r24_postgres_is_down(server, alice):
    """At a complete, and at the abort that would be a judge error."""
    failed = submit(alice)
    for _ in range(2):
        other = Noj(server)
        assert other.abort(other.take(seconds=30),
                           "prep_failed").status == 202
    noj = Noj(server)
    other, done = noj.take(seconds=30), submit(alice)
    job = noj.take()
    assert noj.beat(job, other).status == 204
    server.postgres.stop()
    try:
        answers = [noj.complete(job), noj.abort(other, "prep_failed")]
    finally:
        server.postgres.start()
    for answer in answers:
        assert answer.status == 503, answer.show()
        assert int(answer.headers["Retry-After"]) > 0
    wait_for_all(server)
    assert verdict(alice, done) == ("running", -1)
    assert verdict(alice, failed) == ("running", -1)
    landed = []

    def again(call):
        landed.append(call().status)
        return landed[-1] != 503
    wait_until(lambda: again(lambda: noj.complete(job)), "never landed")
    assert landed[-1] == 204
    wait_until(lambda: again(lambda: noj.abort(other, "prep_failed")),
               "never aborted")
    assert landed[-1] == 202
    assert verdict(alice, done) == ("done", 0)
    assert verdict(alice, failed) == ("error", 6)


def test_r25_twenty_four_orphans(server, alice):
    for _ in range(24):
        submit(alice)
    dead = [Noj(server, quick=True) for _ in range(3)]
    orphans = {noj.take()["job_id"] for noj in dead for _ in range(8)}
    assert len(orphans) == 24
    living = [Noj(server) for _ in range(4)]
    start, found = time.monotonic(), set()
    while len(found) < 24 and time.monotonic() < start + 10 * LEASE:
        for noj in living:
            while True:
                answer = noj.next()
                if answer.status != 200:
                    break
                found.add(answer.json["job_id"])
                assert noj.complete(answer.json).status == 204
        time.sleep(0.5)
    assert found == orphans
    # one lease, the polls' three seconds, and the pause after a failure
    assert time.monotonic() - start < LEASE + 8


def test_r26_redis_forgets_everything(server, alice):
    """NOJ's runners would have to register again; ours need not."""
    waiting, running = submit(alice), None
    noj = Noj(server)
    first = noj.take()
    running, waiting = waiting, submit(alice)
    server.redis.command("FLUSHALL")
    assert noj.beat(first).status == 204
    job = noj.take(seconds=15)
    assert (first["submission_id"], job["submission_id"]) == \
        (running, waiting)
    for j in (first, job):
        assert noj.complete(j).status == 204
    for sb in (running, waiting):
        assert verdict(alice, sb) == ("done", 0)


def test_r27_a_revoked_token(server, alice, root):
    sb = submit(alice)
    noj, other = Noj(server), Noj(server)
    job = noj.take()
    answer = root.post(f"/runners/{noj.id}/revoke")
    assert answer.status in (200, 204), answer.show()
    for answer in (noj.beat(job), noj.next(), noj.complete(job),
                   noj.abort(job)):
        check_problem(answer, 401, "unauthenticated")
    # what it held is another's at once
    again = other.take(seconds=5)
    assert again["job_id"] == job["job_id"]
    assert other.complete(again).status == 204
    assert verdict(alice, sb) == ("done", 0)


def test_r28_the_list_of_runners(server, alice, root):
    submit(alice)
    noj, idle = Noj(server, name="listed"), Noj(server, name="idle")
    noj.take()
    for one in (noj, idle):
        assert one.beat(body=False).status == 204
    check_problem(alice.get("/runners"), 403, "forbidden")
    check_problem(server.client().get("/runners"), 401, "unauthenticated")
    answer = root.get("/runners")
    assert answer.status == 200, answer.show()
    found = {r["runner_id"]: r for r in answer.data["runners"]}
    assert found[noj.id]["name"] == "listed"
    assert found[noj.id]["active_jobs"] == 1
    assert found[idle.id]["active_jobs"] == 0
    for one in (noj, idle):
        assert found[one.id]["alive"] is True
        assert re.match(r"\d{4}-\d\d-\d\dT.*Z$", found[one.id]["last_seen"])
        assert one.token not in answer.body.decode()
    server.psql("UPDATE runner_seen SET seen_at = now() - interval '1 day' "
                f"WHERE runner_id = '{idle.id}'")
    found = {r["runner_id"]: r for r in root.get("/runners").data["runners"]}
    assert found[idle.id]["alive"] is False


@pytest.mark.parametrize("mib", [1, 4, 15, 17, 40])
def test_r30_large_outputs(server, alice, root, mib):
    """As JSON; a program printed without an end, and was stopped."""
    sb = submit(alice)
    noj = Noj(server)
    job = noj.take()
    # thirteen bytes each as json.dumps writes them
    answer = noj.complete(job, case("WA", stdout="x\u00e9\x01" *
                                    ((mib << 20) // 13)))
    assert answer.status == 204, answer.show()
    test = root.get(f"/submissions/{sb}").data["tests"][0]
    assert test["stdout"] == ("x\u00e9\x01" * 16384)[:49152]
    assert test["cut"] is True
    assert verdict(alice, sb) == ("done", 1)


def test_r30_too_large_without_outputs(server, alice):
    """What is not an output is kept, if at all."""
    sb = submit(alice)
    noj = Noj(server)
    job = noj.take()
    answer = noj.complete(job, case("WA", other="x" * (17 << 20)))
    check_problem(answer, 413, "too-large")
    assert verdict(alice, sb) == ("running", -1)
    assert noj.complete(job, case("WA")).status == 204


def test_r30_a_case_of_a_client(server, alice):
    """As the second client sees it: a refusal that it can end."""
    sb = submit(alice)
    client = connect(NojTwo, server, "refused")
    job = client.poll()
    with pytest.raises(Exception, match="complete"):
        client.complete(job, [[case("XX")]])
    assert client.tracker == {}
    assert verdict(alice, sb)[0] == "waiting"


def redis_usec(server):
    """Microseconds that Redis spent in commands so far."""
    text = server.redis.command("INFO", "commandstats")
    return sum(int(x) for x in re.findall(
        rb"cmdstat_(?!info)\S*?usec=(\d+)", text))


def test_r29_a_thousand_leases(server, alice):
    """What an idle poll costs Redis does not grow with what is leased."""
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: submit(alice), range(1000)))
        runners = list(pool.map(lambda _: Noj(server), range(125)))
        taken = list(pool.map(lambda noj: [noj.take() for _ in range(8)],
                              runners))
    assert sum(map(len, taken)) == 1000
    assert server.redis.command("ZCARD", f"{ENTRY}leased") == 1000
    idle = Noj(server)
    idle.beat()
    before = redis_usec(server)
    for _ in range(20):
        assert idle.next().status == 204
    assert (redis_usec(server) - before) / 20 < 5000
    assert server.redis.command("ZCARD", f"{ENTRY}leased") == 1000
