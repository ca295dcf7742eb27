"""The two published runner clients for NOJ's pull protocol, call by call, with
the status codes and the places of members on which each of them insists."""

import io
import zipfile

import pytest

from kit import fetch, make_course, submit


@pytest.fixture(scope="module")
def server(stack):
    make_course(stack, settings={"allow_pending": True})
    return stack


def case(status):
    return {"stdout": "", "stderr": "", "exitCode": 0, "execTime": 12,
            "memoryUsage": 2048, "status": status}


def results(job, status="AC"):
    return {"tasks": [[case(status)] * t["caseCount"] for t in job["tasks"]]}


def call(client, method, path, status, json=None, **headers):
    answer = client.request(method, path, json=json, headers=headers)
    assert answer.status == status, answer.show()
    return answer


def test_the_first_client(server):
    """Reads members of data, sends no bodies with heartbeats."""
    alice, client = server.client("alice"), server.client()
    reply = call(client, "POST", "/runners/register", 201, {
        "name": "first", "registration_token":
        server.secret("runner_registration_token")}).json
    assert reply["status"] == "ok"
    runner, client.token = reply["data"]["runner_id"], reply["data"]["token"]
    assert reply["data"]["config"]["poll_interval_sec"] > 0
    made = submit(alice).data["id"]
    beat = f"/runners/{runner}/heartbeat"
    assert call(client, "POST", beat, 204).body == b""
    job = call(client, "GET", f"/runners/{runner}/next-job", 200).json["data"]
    assert isinstance(job["problem_id"], int)
    assert job["language"] == 0
    source = fetch(server, job["code_url"])
    with zipfile.ZipFile(io.BytesIO(source.body)) as z:
        assert z.namelist() == ["main.c"]
    call(client, "POST", beat, 204)
    path = f"/runners/{runner}/jobs/{job['job_id']}/complete"
    call(client, "PUT", path, 204, results(job))
    assert call(client, "GET", f"/runners/{runner}/next-job",
                204).body == b""
    got = alice.get(f"/submissions/{made}").data
    assert (got["verdict_code"], got["grade"]) == (0, 100)


def test_the_second_client(server):
    """Reads members at top level, lists its jobs, wants exact statuses."""
    alice, client = server.client("alice"), server.client()
    reply = call(client, "POST", "/runners/register", 201, {
        "name": "second", "registration_token":
        server.secret("runner_registration_token")}).json
    runner, client.token = reply["runner_id"], reply["token"]
    base = f"/runners/{runner}"
    call(client, "POST", f"{base}/heartbeat", 204, {"active_job_ids": []})
    for _ in range(2):
        submit(alice)
    jobs = [call(client, "GET", f"{base}/next-job", 200).json
            for _ in range(2)]
    for job in jobs:
        assert sum(t["taskScore"] for t in job["tasks"]) == 100
        for task in job["tasks"]:
            assert {"taskScore", "memoryLimit", "timeLimit",
                    "caseCount"} <= set(task)
    call(client, "POST", f"{base}/heartbeat", 204,
         {"active_job_ids": [j["job_id"] for j in jobs]})
    first, second = (f"{base}/jobs/{j['job_id']}" for j in jobs)
    call(client, "PUT", f"{first}/complete", 204, results(jobs[0], "WA"))
    call(client, "PUT", f"{first}/complete", 204, results(jobs[0], "WA"))
    # A result that does not fit: the client gives the job up as rejected.
    call(client, "PUT", f"{second}/complete", 400, {"tasks": [[]]})
    call(client, "PUT", f"{second}/abort", 202, {"reason": "rejected"})
    call(client, "PUT", f"{first}/abort", 409, {"reason": "drain"})
    call(client, "PUT", f"{base}/jobs/jb_01ARZ3NDEKTSV4RRFFQ69G5FAV/abort",
         404, {"reason": "drain"})
    call(client, "DELETE", base, 204)
    call(client, "POST", f"{base}/heartbeat", 401)
