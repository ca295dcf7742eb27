"""Workers are restarted under load and nobody notices."""

import collections
import threading
import time

import pytest

from kit import Runner, make_course, submit

CLIENTS = 8
ROUNDS = 3


@pytest.fixture(scope="module")
def server(stack):
    make_course(stack, settings={"allow_pending": True})
    return stack


class Load(threading.Thread):
    """Asks and submits until it is told to stop; keeps what it was told."""

    def __init__(self, server, work, ending):
        super().__init__()
        self.client = server.client("alice")
        self.work = work
        self.ending = ending
        self.seen = collections.Counter()
        self.errors = []

    def run(self):
        while not self.ending.is_set():
            try:
                self.seen[self.work(self.client)] += 1
            except OSError as e:
                self.errors.append(repr(e))


def ask(client):
    return client.get("/courses/c1").status


def hand_in(client):
    return submit(client).status


def test_restarts_under_load(server):
    # More submissions than a student may send: this one is staff.
    server.client("root", admin=True).put("/courses/c1/members/alice",
                                          {"role": "staff"})
    ending = threading.Event()
    load = [Load(server, hand_in if i % 4 == 0 else ask, ending)
            for i in range(CLIENTS)]
    for client in load:
        client.start()
    before = server.worker_pids()
    try:
        time.sleep(0.5)
        for _ in range(ROUNDS):
            for i in sorted(before):
                server.restart_worker(i)
        time.sleep(0.5)
    finally:
        ending.set()
        for client in load:
            client.join()
    seen = sum((c.seen for c in load), collections.Counter())
    assert not any(c.errors for c in load), [c.errors for c in load]
    assert set(seen) <= {200, 201}, seen
    assert seen[200] > 100 and seen[201] > 10, seen
    after = server.worker_pids()
    assert all(after[i] != before[i] for i in before)
    made = server.psql("SELECT count(*) FROM submission")
    assert int(made) == seen[201]


def test_all_workers_gone_for_a_moment(server):
    """The socket outlives them: requests wait in its queue."""
    answers = []
    alice = server.client("alice")
    pids = server.worker_pids()
    threads = [threading.Thread(
        target=lambda: answers.append(ask(alice))) for _ in range(10)]
    for i in sorted(pids):
        server.restart_worker(i)
        for t in threads[i % 2::2]:
            if not t.ident:
                t.start()
    for t in threads:
        if t.ident:
            t.join()
    assert set(answers) == {200}


def test_what_was_handed_out_is_still_known(server):
    alice = server.client("alice")
    runner = Runner(server)
    assert submit(alice).status == 201
    job = runner.take()
    for i in server.worker_pids():
        server.restart_worker(i)
    done = runner.finish(job)
    assert done.status == 204, done.show()
