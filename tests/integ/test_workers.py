"""Workers that end, are killed, or lose a store; the harness that keeps them.

Restarts under load are in test_drain.py.
"""

import os
import signal
import time

import pytest

from harness import daemon


def test_a_drained_worker_ends_with_0(stack):
    """The holder starts a worker that ended well at once; one that did not
    only after a second."""
    began = time.monotonic()
    stack.restart_worker(1)
    assert time.monotonic() - began < 0.9


def test_killed_workers_come_back(stack):
    """A killed worker takes its requests with it; the others go on, and
    nothing else is lost."""
    pid = stack.worker_pids()[1]
    os.kill(pid, signal.SIGKILL)
    answer = stack.client("alice").get("/ready")
    assert answer.status == 200
    end = time.monotonic() + 10
    while len(stack.worker_pids()) < 2 and time.monotonic() < end:
        time.sleep(0.05)
    assert len(stack.worker_pids()) == 2


def sweep(stack):
    """Whose turn it is, and when it was last taken."""
    redis = stack.redis.command
    return (redis("GET", "{assize}:sweep:turn"),
            redis("HGET", "{assize}:sweep", "at"))


def sweeper(stack):
    """The worker without which nothing is swept, stopped."""
    for pid in stack.worker_pids().values():
        os.kill(pid, signal.SIGSTOP)
        before = sweep(stack)
        time.sleep(1.2)
        if sweep(stack) == before:
            return pid
        os.kill(pid, signal.SIGCONT)
    raise AssertionError("all of them sweep")


def test_who_sweeps_is_killed(stack):
    """The turn is its for three seconds, and then another's."""
    end = time.monotonic() + 10
    while None in sweep(stack):
        assert time.monotonic() < end
        time.sleep(0.05)
    began = time.monotonic()
    pid = sweeper(stack)
    turn, at = sweep(stack)
    os.kill(pid, signal.SIGKILL)
    # Three seconds, the half one between two sweeps, and who else runs here.
    end = began + 2 * 1.2 + 3 + 0.5 + 1
    while (now := sweep(stack))[0] in (None, turn) or now[1] == at:
        assert time.monotonic() < end, now
        time.sleep(0.05)
    while len(stack.worker_pids()) < 2:
        assert time.monotonic() < end + 5
        time.sleep(0.05)


@pytest.mark.parametrize("which", ["postgres", "redis"])
def test_stores_may_be_away(stack, which):
    """/ready says so, nothing answers with 500, and all is well again when
    the store is back, without a restart."""
    pids = stack.worker_pids()
    part = getattr(stack, which)
    alice = stack.client("alice")
    part.stop()
    assert stack.client().get("/health").status == 200
    answer = stack.client().get("/ready")
    assert answer.status == 503 and answer.headers["Retry-After"]
    assert alice.get("/submissions").status in (200, 503)
    part.start()
    stack.wait_ready()
    # The other worker may have seen the store away a moment ago.
    end = time.monotonic() + 10
    while (status := alice.get("/submissions").status) == 503:
        assert time.monotonic() < end
        time.sleep(0.05)
    assert status == 200
    assert stack.worker_pids() == pids


def test_workers_end_at_once_when_idle(stack):
    began = time.monotonic()
    assert daemon.stop(stack.record("holder"), timeout=20)
    assert time.monotonic() - began < 5
    stack.start_workers(2)
    stack.wait_ready()
