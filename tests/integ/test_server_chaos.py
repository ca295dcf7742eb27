"""Workers are killed and Redis forgets, under load: every submission that was
accepted gets its verdict, and exactly one."""

import os
import random
import signal
import threading
import time
import uuid

import pytest

from kit import Runner, make_course, submit

SECONDS = 8
STUDENTS = 3
RUNNERS = 4


@pytest.fixture(scope="module")
def server(bare):
    bare.assized_settings.update(lease_max_sec=4, submit_rate=0)
    bare.start(workers=2)
    make_course(bare, members=[f"s{i}" for i in range(STUDENTS)],
                settings={"allow_pending": True})
    return bare


class Student(threading.Thread):
    """Repeats a submission under its key until it is accepted."""

    def __init__(self, server, i, ending):
        super().__init__()
        self.client = server.client(f"s{i}")
        self.ending = ending
        self.made = {}

    def run(self):
        while not self.ending.is_set():
            key = uuid.uuid4().hex
            while key not in self.made:
                self.made.update(self.attempt(key))
            time.sleep(0.02)

    def attempt(self, key):
        try:
            answer = submit(self.client, headers={"Idempotency-Key": key})
        except OSError:
            return {}
        if answer.status in (200, 201):
            return {key: answer.data["id"]}
        assert answer.status in (502, 503), answer.show()
        time.sleep(0.1)
        return {}


class Worker(threading.Thread):
    """A runner that asks until it gets an answer, as runners do."""

    def __init__(self, server, ending):
        super().__init__()
        self.server = server
        self.ending = ending
        self.runner = Runner(server)
        self.odd = []

    def insist(self, call, good):
        while True:
            try:
                answer = call()
            except OSError:
                answer = None
            if answer is not None and answer.status in good:
                return answer
            if answer is not None and answer.status < 500:
                self.odd.append(answer.show())
                return answer
            time.sleep(0.1)

    def run(self):
        n = 0
        while not self.ending.is_set():
            nonce = f"n{n}"
            answer = self.insist(
                lambda: self.runner.next(f"?nonce={nonce}"), (200, 204))
            n += 1
            if answer.status == 204:
                self.insist(lambda: self.runner.beat(jobs=[]), (204,))
                time.sleep(0.05)
                continue
            job = answer.json
            time.sleep(random.random() * 0.05)
            # Another may have got it after an outage.
            self.insist(lambda: self.runner.finish(job), (204, 404, 409))


def test_nothing_is_lost_and_nothing_lands_twice(server):
    random.seed(7)
    submitting, working = threading.Event(), threading.Event()
    students = [Student(server, i, submitting) for i in range(STUDENTS)]
    runners = [Worker(server, working) for _ in range(RUNNERS)]
    for thread in students + runners:
        thread.start()
    try:
        end = time.monotonic() + SECONDS
        flushed = False
        while time.monotonic() < end:
            time.sleep(1.2)
            pids = server.worker_pids()
            if pids:
                os.kill(random.choice(list(pids.values())), signal.SIGKILL)
            if not flushed and time.monotonic() > end - SECONDS / 2:
                flushed = server.redis.command("FLUSHALL") == b"OK"
        submitting.set()
        for student in students:
            student.join()
        made = {sid for s in students for sid in s.made.values()}
        open_rows = "SELECT count(*) FROM submission WHERE status = 'pending'"
        end = time.monotonic() + 40
        while server.psql(open_rows) != "0":
            assert time.monotonic() < end, server.psql(
                "SELECT * FROM op_stuck")
            time.sleep(0.3)
    finally:
        submitting.set()
        working.set()
        for thread in students + runners:
            thread.join()
    assert len(made) > 50
    assert len(made) == sum(len(s.made) for s in students)
    assert int(server.psql("SELECT count(*) FROM submission")) == len(made)
    rows = server.psql("SELECT status, verdict, count(*) FROM submission "
                       "GROUP BY 1, 2")
    assert rows == f"done\tAC\t{len(made)}", rows
    assert server.psql("SELECT max(n) FROM (SELECT count(*) AS n FROM result "
                       "GROUP BY job_id) x") == "1"
    assert not any(r.odd for r in runners), [r.odd for r in runners]
    for view in server.psql("SELECT viewname FROM pg_views WHERE viewname "
                            "LIKE 'inv\\_%'").split():
        assert server.psql(f"SELECT * FROM {view}") == "", view
