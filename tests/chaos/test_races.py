"""Three races of the system before ours, each forced; every one of them is
also a mutant (./configure --with-mutant) that must fail here."""

import time

import pytest

import kit
from kit import Runner, submit
from place import LEASE_S, Place

PATIENCE_S = 25


@pytest.fixture(scope="module")
def place():
    place = Place()
    if not place.has_points:
        place.stack.remove()
        pytest.skip("not built with --enable-failpoints")
    place.start()
    yield place
    place.stop()


def asked(call):
    """The answer, where a worker may die of the question."""
    try:
        return call()
    except OSError:
        return None


def insist(call):
    end = time.monotonic() + 20
    while True:
        answer = asked(call)
        if answer is not None and answer.status not in (502, 503, 504):
            return answer
        assert time.monotonic() < end, "no answer"
        time.sleep(0.2)


def take(runner, seconds=LEASE_S * 3):
    end = time.monotonic() + seconds
    while True:
        answer = insist(runner.next)
        if answer.status == 200:
            return answer.json
        assert answer.status == 204, answer.show()
        assert time.monotonic() < end, "the job is not handed out"
        time.sleep(0.1)


def test_pop_before_lease(place):
    """A worker dies between the script and the row: the job is leased
    already, so it comes back."""
    made = submit(place.stack.client("s0"))
    runner = Runner(place.stack, heartbeat_interval_sec=1)
    place.arm("claim.before_row=kill\n")
    lost = asked(runner.next)
    assert lost is None or lost.status == 502, lost.show()
    assert not place.is_armed()
    place.restart_workers()
    other = Runner(place.stack)
    job = take(other, PATIENCE_S)
    assert job["submission_id"] == made.data["id"]
    assert insist(lambda: other.finish(job)).status == 204


def test_complete_then_forget(place):
    """A worker dies before the landing: what it said in Redis until then is
    not a result, and a 204 means that there is one."""
    made = submit(place.stack.client("s1"))
    runner = Runner(place.stack)
    job = take(runner)
    assert job["submission_id"] == made.data["id"]
    place.arm("complete.before_row=kill\n")
    lost = asked(lambda: runner.finish(job))
    assert lost is None or lost.status == 502, lost.show()
    assert not place.is_armed()
    done = insist(lambda: runner.finish(job))
    assert done.status == 204, done.show()
    landed = place.stack.psql(
        "SELECT count(*) FROM job_history WHERE event = 'landed' AND "
        f"job_id = '{job['job_id']}' AND lease_id = '{job['lease_id']}'")
    assert landed == "1", "204, and no result"


def test_no_currency_check(place):
    """Who lost a job to another cannot land it, and a job that is not
    current takes nothing."""
    made = submit(place.stack.client("s2"))
    late = Runner(place.stack, heartbeat_interval_sec=1)
    job = take(late)
    assert job["submission_id"] == made.data["id"]
    time.sleep(LEASE_S)
    holder = Runner(place.stack)
    again = take(holder)
    assert again["job_id"] == job["job_id"]
    answer = insist(lambda: late.finish(job, kit.result("WA")))
    assert answer.status == 409, answer.show()
    assert insist(lambda: holder.finish(again)).status == 204
    seen = place.stack.client("s2").get(f"/submissions/{made.data['id']}")
    assert seen.data["verdict"] == "AC"
