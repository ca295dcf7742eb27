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
