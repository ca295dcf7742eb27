"""The thin thread: one program, from its submission to its verdict."""

import io
import zipfile

import pytest

from kit import (COURSE, PROBLEM, TESTS, Runner, fetch, make_course, package,
                 result, sha256, submit)


@pytest.fixture(scope="module")
def course(stack):
    make_course(stack)
    return stack


def test_one_program(course):
    alice = course.client("alice")
    runner = Runner(course)
    assert runner.next().status == 204

    made = submit(alice, "int main(void){return 0;}")
    assert made.status == 201, made.show()
    sid = made.data["id"]
    assert made.headers["Location"].endswith(f"/submissions/{sid}")
    assert made.data["status"] == "waiting"
    assert made.data["verdict_code"] == -1

    job = runner.take()
    assert job["data"]["job_id"] == job["job_id"]
    assert job["submission_id"] == sid
    assert (job["course"], job["problem"]) == (COURSE, PROBLEM)
    assert (job["language"], job["language_name"]) == (0, "c")
    assert job["attempt"] == 1
    assert job["source"]["files"] == ["main.c"]
    assert [t["path"] for t in job["grading"]["tests"]] == list(TESTS)
    assert sum(t["taskScore"] for t in job["tasks"]) == 100
    assert alice.get(f"/submissions/{sid}").data["status"] == "running"

    source = fetch(course, job["code_url"])
    assert source.status == 200, source.show()
    assert sha256(source.body) == job["source"]["sha256"]
    with zipfile.ZipFile(io.BytesIO(source.body)) as z:
        assert z.read("main.c") == b"int main(void){return 0;}"
    zipped = fetch(course, job["package"]["url"], runner.client.token)
    assert zipped.status == 200, zipped.show()
    assert zipped.body == package()
    assert sha256(zipped.body) == job["package"]["digest"]

    assert runner.beat(jobs=[job["job_id"]]).status == 204
    done = runner.finish(job, result("AC"))
    assert done.status == 204, done.show()
    seen = alice.get(f"/submissions/{sid}").data
    assert (seen["status"], seen["verdict"], seen["verdict_code"]) == \
        ("done", "AC", 0)
    assert (seen["grade"], seen["result"], seen["evaluated"]) == \
        (100, "success", True)
    assert (seen["time_ms"], seen["memory_kb"]) == (7, 900)
    assert seen["judged_by"] == runner.name
    assert runner.next().status == 204
