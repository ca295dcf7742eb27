"""The submission document: who sees what, waiting for changes, history, what
gradings leave behind, people's grades."""

import threading
import time

import pytest

from kit import (COURSE, Runner, check_problem, make_course, make_problem,
                 result, submit, take_of)


@pytest.fixture(scope="module")
def server(stack):
    admin = make_course(stack, members=("alice", "bob"),
                        settings={"allow_pending": True})
    admin.put(f"/courses/{COURSE}/members/tim", {"role": "tutor"})
    admin.put(f"/courses/{COURSE}/members/sue", {"role": "staff"})
    for slug in ("state", "hand", "files", "wait", "rank"):
        make_problem(admin, COURSE, slug, {"allow_pending": True})
    return stack


@pytest.fixture(scope="module")
def runner(server):
    return Runner(server)


def judge(runner, made, body=None):
    job = take_of(runner, made)
    done = runner.finish(job, body or result())
    assert done.status == 204, done.show()
    return job


def look(client, made, query=""):
    answer = client.get(f"/submissions/{made.data['id']}{query}")
    assert answer.status == 200, answer.show()
    return answer.data


FULL = {
    "text": "well done", "custom": {"score": 3}, "state": "next",
    "problems": {"q1": ["success", "good"]}, "tags": {"fast": True},
    "tree": {"name": "all", "score": 100},
    "feedback": {"type": "rst", "text": "more", "focus": {"base": []}},
    "compile": {"status": "ok", "output": "a warning"},
    "pipeline": {"status": "success", "steps": [
        {"name": "GRADE", "status": "success", "message": "fine",
         "error_details": "/srv/secret"},
        {"name": "PRE_FLIGHT", "status": "fail", "message": "m",
         "error_details": {"missing_file": "main.c"}}]},
    "stdout": "of the grader", "stderr": "its errors",
    "provenance": {"runner_version": "9"},
}


def test_all_members_by_role(server, runner):
    alice = server.client("alice")
    made = submit(alice, input={"q1": "an answer"})
    judge(runner, made, result(**FULL))
    mine = look(alice, made)
    for key in ("text", "custom", "state", "problems", "tags", "tree",
                "compile"):
        assert mine[key] == FULL[key], key
    assert mine["response_type"] == "rst"
    assert mine["focus"] == {"base": []}
    assert mine["input"] == {"files": ["main.c"], "input": {"q1": "an answer"}}
    assert (mine["late"], mine["evaluated"]) == (False, True)
    step = mine["pipeline"]["steps"][0]
    assert step["message"] == "fine" and "error_details" not in step
    # What they forgot themselves is theirs to see.
    assert mine["pipeline"]["steps"][1]["error_details"] == {
        "missing_file": "main.c"}
    assert not {"stdout", "stderr", "provenance"} & set(mine)
    hidden = [t for t in mine["tests"] if t["hidden"]]
    assert hidden and not any({"stdout", "report", "time_ms"} & set(t)
                              for t in hidden)
    shown = [t for t in mine["tests"] if not t["hidden"]]
    assert shown[0]["stdout"] == "out of sample/1\n"
    tutors = look(server.client("tim"), made)
    assert tutors["stdout"] == "of the grader"
    assert tutors["stderr"] == "its errors"
    assert tutors["provenance"] == {"runner_version": "9"}
    assert tutors["pipeline"]["steps"][0]["error_details"] == "/srv/secret"
    assert all("stdout" in t for t in tutors["tests"])
    check_problem(server.client("bob").get(f"/submissions/{made.data['id']}"),
                  404, "not-found")


def waiting(client, made, found):
    began = time.monotonic()
    found.append(look(client, made, "?wait=20"))
    found.append(time.monotonic() - began)


def test_wait_returns_on_every_change(server, runner):
    alice = server.client("alice")
    made = submit(alice, problem="wait")

    def during(act):
        found = []
        thread = threading.Thread(target=waiting, args=(alice, made, found))
        thread.start()
        time.sleep(0.3)
        act()
        thread.join()
        assert found[1] < 10, "it did not hear of it"
        return found[0]

    jobs = []
    assert during(lambda: (jobs.append(take_of(runner, made)),
                           runner.beat(jobs=[jobs[0]["job_id"]])))[
        "status"] == "running"
    job = jobs[0]

    def progress(n):
        answer = runner.call(
            "PUT", f"/jobs/{job['job_id']}/progress", json={
                "from": n, "tests": [result()["tests"][n]]},
            headers={"X-Assize-Lease": job["lease_id"]})
        assert answer.status == 204, answer.show()

    assert len(during(lambda: progress(0))["tests"]) == 1
    assert len(during(lambda: progress(1))["tests"]) == 2
    assert during(lambda: runner.finish(job))["verdict"] == "AC"


def test_history(server, runner):
    alice, sue = server.client("alice"), server.client("sue")
    made = submit(alice)
    path = f"/submissions/{made.data['id']}"
    judge(runner, made, result("WA", provenance={"v": 1}))
    assert sue.post(f"{path}/rejudge").status == 200
    pending = look(alice, made)
    assert pending["status"] == "waiting"
    assert pending["previous"]["tests"][1]["status"] == "WA"
    assert "verdict" not in pending
    judge(runner, made, result(provenance={"v": 2}))
    assert "previous" not in look(alice, made)
    staff = sue.get(f"{path}/history").data
    assert [(g["verdict"], g["counted"], g["provenance"])
            for g in staff["gradings"]] == \
        [("AC", True, {"v": 2}), ("WA", False, {"v": 1})]
    assert [e["event"] for e in staff["gradings"][1]["events"]] == \
        ["created", "claimed", "landed"]
    assert staff["gradings"][0]["judged_by"] == runner.name
    mine = alice.get(f"{path}/history").data["gradings"]
    assert [g["verdict"] for g in mine] == ["AC", "WA"]
    assert not any({"events", "provenance", "judged_by"} & set(g)
                   for g in mine)
    check_problem(server.client("bob").get(f"{path}/history"), 404,
                  "not-found")


def test_outputs(server, runner):
    alice, tim = server.client("alice"), server.client("tim")
    made = submit(alice)
    path = f"/submissions/{made.data['id']}/outputs"
    check_problem(alice.get(f"{path}/sample/1"), 404, "not-found")
    judge(runner, made)
    assert alice.get(f"{path}/sample/1").data["stdout"] == "out of sample/1\n"
    assert alice.get(f"{path}/sample%2F1").status == 200
    check_problem(alice.get(f"{path}/secret/a/1"), 403, "forbidden")
    check_problem(alice.get(f"{path}/sample/9"), 404, "not-found")
    check_problem(alice.get(f"{path}/sample/../1"), 404, "not-found")
    check_problem(alice.get(f"{path}/sample/1?stream=stdin"), 400,
                  "bad-request")
    raw = tim.get(f"{path}/secret/a/1?stream=stdout")
    assert raw.body == b"out of secret/a/1\n"
    assert raw.headers["Content-Disposition"] == "attachment"


def put_file(runner, job, name, data, lease=None):
    return runner.call("PUT", f"/jobs/{job['job_id']}/files/{name}", body=data,
                       headers={"X-Assize-Lease": lease or job["lease_id"],
                                "Content-Type": "application/gzip"})


def test_files_of_a_job(server, runner):
    alice, other = server.client("alice"), Runner(server)
    made = submit(alice, problem="files")
    path = f"/submissions/{made.data['id']}"
    job = take_of(runner, made)
    big = b"x" * 3_000_000
    assert put_file(runner, job, "out.tgz", b"old").status == 204
    assert put_file(runner, job, "out.tgz", big).status == 204
    assert put_file(runner, job, "sample:1.stdout", b"all of it").status == 204
    check_problem(put_file(other, job, "x", b"y"), 409, "lease-not-held")
    check_problem(put_file(runner, job, "..", b"y"), 404, "not-found")
    unknown = job["job_id"][:-1] + "01"[job["job_id"][-1] == "0"]
    check_problem(put_file(runner, {**job, "job_id": unknown},
                           "x", b"y"), 404, "not-found")
    check_problem(alice.get(f"{path}/archive"), 404, "not-found")
    assert runner.finish(job, result(archive="out.tgz")).status == 204
    assert look(alice, made)["archive"] == "out.tgz"
    got = alice.get(f"{path}/archive")
    assert got.body == big and got.headers["X-Archive-Name"] == "out.tgz"
    assert alice.get(f"{path}/outputs/sample/1?stream=stdout").body == \
        b"all of it"
    # Again after the result: it is there; another one comes too late.
    assert put_file(runner, job, "out.tgz", big).status == 204
    check_problem(put_file(runner, job, "late", b"z"), 409, "lease-not-held")
    check_problem(server.client("bob").get(f"{path}/archive"), 404,
                  "not-found")


def test_files_of_a_lost_lease_go(server, runner):
    made = submit(server.client("alice"), problem="files")
    job = take_of(runner, made)
    assert put_file(runner, job, "mine", b"never seen again").status == 204
    assert runner.abort(job, "drain").status == 202
    second = Runner(server)
    again = take_of(second, made)
    assert second.finish(again).status == 204
    assert server.psql("SELECT count(*) FROM job_file WHERE job_id = "
                       f"'{job['job_id']}'") == "0"
    deadline = time.monotonic() + 20
    while server.psql("SELECT count(*) FROM blob WHERE bytes = "
                      "'never seen again'") != "0":
        assert time.monotonic() < deadline, "it was not collected"
        time.sleep(0.5)


def test_state_goes_with_the_evaluated_one(server, runner):
    """50, 10, 55 in "best": they begin with "", S1, S1; S3 stays."""
    bob = server.client("bob")
    seen = []
    for grade, state in ((50, "S1"), (10, "S2"), (55, "S3")):
        made = submit(bob, problem="state")
        job = judge(runner, made, result("WA", grade=grade, state=state))
        seen.append(job["state"])
        assert look(bob, made)["state"] == state
    assert seen == ["", "S1", "S1"]
    made = submit(bob, problem="state")
    assert look(bob, made)["state"] == "S3"
    assert take_of(runner, made)["state"] == "S3"


def test_manual_grade(server, runner):
    alice, sue = server.client("alice"), server.client("sue")
    made = submit(alice, problem="hand")
    path = f"/submissions/{made.data['id']}"
    judge(runner, made, result("WA", grade=40))
    for client, status, slug in ((alice, 403, "forbidden"),
                                 (server.client("tim"), 403, "forbidden"),
                                 (server.client("bob"), 404, "not-found")):
        check_problem(client.put(f"{path}/grade", {"grade": 90}), status, slug)
    for body in ({}, {"grade": None}, {"grade": "9"}, {"grade": 101},
                 {"grade": 9, "more": 1}, {"grade": 9, "comment": 1}):
        check_problem(sue.put(f"{path}/grade", body), 400, "fields")
    found = []
    graded = sue.put(f"{path}/grade", {"grade": 90.5, "comment": "nice try"})
    assert graded.status == 200, graded.show()
    mine = look(alice, made)
    found = [mine[k] for k in ("grade", "machine_grade", "manual_grade",
                               "comment", "graded_by", "verdict")]
    assert found == [90.5, 40, 90.5, "nice try", "sue", "WA"]
    assert sue.delete(f"{path}/grade").status == 200
    mine = look(alice, made)
    assert mine["grade"] == 40 and "manual_grade" not in mine
    people = alice.get(f"{path}/history").data["manual"]
    assert [(p["user"], p.get("old_grade"), p.get("grade")) for p in people] \
        == [("sue", 90.5, None), ("sue", None, 90.5)]


def test_position_and_expected_wait(server, runner):
    """Behind two others of one's own; known once something was measured."""
    admin, alice = server.client("root", admin=True), server.client("alice")
    judge(runner, submit(alice, problem="rank"))
    made = [submit(alice, problem="rank") for _ in range(3)]
    deadline = time.monotonic() + 20
    while "expected_wait" not in look(alice, made[2]):
        assert time.monotonic() < deadline, "nothing was measured"
        time.sleep(0.3)
    found = [look(alice, m) for m in made]
    assert [f["position"] for f in found] == [1, 2, 3]
    assert found[0]["expected_wait"] <= found[2]["expected_wait"]
    assert "waiting_reason" not in found[0]
    queue = alice.get("/queue").data["submissions"]
    assert [(q["id"], q["position"]) for q in queue[:3]] == \
        [(m.data["id"], 3 - i) for i, m in enumerate(reversed(made))]
    assert server.client("bob").get("/queue").data["submissions"] != queue
    job = runner.take()
    assert job["submission_id"] == made[0].data["id"]
    assert [look(alice, m).get("position") for m in made] == [None, 1, 2]
    assert runner.finish(job).status == 204
    for m in made[1:]:
        judge(runner, m)
    admin.put(f"/courses/{COURSE}/problems/rank", {"pool": "gpu"})
    last = submit(alice, problem="rank")
    alone = look(alice, last)
    assert alone["waiting_reason"] == \
        "no runner for this language is there now"
    assert alone["position"] == 1 and "expected_wait" not in alone
    server.psql("UPDATE problem SET held_at = now(), held_by = 'op' "
                "WHERE slug = 'rank'")
    assert "corrected" in look(alice, last)["waiting_reason"]


def test_ssh_is_for_the_submitter(server, runner):
    made = submit(server.client("alice"), problem="files")
    job = take_of(runner, made)
    door = {"host": "r1.example.org", "port": 2222, "user": "worker",
            "password": "correct horse", "host_key": "ssh-ed25519 AAAA",
            "fingerprint": "SHA256:x", "until": "2099-01-01T00:00:00Z"}

    def put(body, who=runner):
        return who.call("PUT", f"/jobs/{job['job_id']}/ssh", json=body,
                        headers={"X-Assize-Lease": job["lease_id"]})

    check_problem(put({**door, "port": 0}), 400, "fields", "/port")
    check_problem(put({**door, "host_key": "a\nb", "fingerprint": "\x1b"}),
                  400, "fields", "/host_key", "/fingerprint")
    check_problem(put({**door, "key": "x"}), 422, "impossible")
    check_problem(put(door, Runner(server)), 409, "lease-not-held")
    assert put(door).status == 204
    assert put(door).status == 204
    check_problem(put({**door, "port": 23}), 409, "conflict")
    later = {**door, "until": "2099-01-02T00:00:00Z"}
    check_problem(put(later), 409, "conflict")
    assert look(server.client("alice"), made)["ssh"] == door
    assert "ssh" not in look(server.client("sue"), made)
    sooner = {**door, "until": "2098-01-01T00:00:00Z"}
    assert put(sooner).status == 204
    assert look(server.client("alice"), made)["ssh"] == sooner
    assert put({**door, "until": "2001-01-01T00:00:00Z"}).status == 204
    assert "ssh" not in look(server.client("alice"), made)
    assert runner.finish(job).status == 204
    assert "ssh" not in look(server.client("alice"), made)
    assert server.psql("SELECT count(*) FROM job_ssh") == "0"
