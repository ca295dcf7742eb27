"""The last minute before a deadline: 300 students, 600 submissions, two
runners, and a worker that is restarted in the middle."""

import random
import threading
import time

import pytest

import kit
from load import Runner
from place import Place
from wire import Caller
import checks

STUDENTS = 300
KEEN = 60               # of them, with six submissions; the others have one
EACH = 6
RUNNERS = 2
SERVICE_S = 0.03
CALLERS = 16
IDLE = 40
PATIENCE_S = 60


@pytest.fixture(scope="module")
def place():
    place = Place()
    place.start()
    admin = place.stack.client("root", admin=True)
    for i in range(STUDENTS):
        done = admin.put(f"/courses/{kit.COURSE}/members/d{i}",
                         {"role": "student"})
        assert done.status == 200, done.show()
    yield place
    place.stop()


def submit(place, caller, key):
    """Until it is accepted; the seconds that the answer took."""
    while True:
        began = time.monotonic()
        try:
            answer = caller.request(
                "POST", "/submissions",
                {"course": kit.COURSE, "problem": "sum", "language": "c",
                 "code": f"/* key {key} */ int main(void){{return 0;}}"},
                Idempotency_Key=key)
        except OSError:
            answer = None
        if answer is not None and answer.status in (200, 201):
            place.ledger.accept(key, answer.json["data"]["id"])
            return time.monotonic() - began
        assert answer is None or answer.status == 503, answer.show()
        time.sleep(0.1)


def p(seconds, share):
    return sorted(seconds)[int(share * (len(seconds) - 1))]


class Stampede:
    """All that is to be handed in, in one order, by some threads."""

    def __init__(self, place):
        self.place = place
        self.left = [f"d{i}-{j}" for i in range(STUDENTS)
                     for j in range(EACH if i < KEEN else 1)]
        random.Random("deadline").shuffle(self.left)
        self.total = len(self.left)
        self.took = []
        self.threads = [threading.Thread(target=self.run, daemon=True)
                        for _ in range(CALLERS)]

    def run(self):
        while self.left:
            key = self.left.pop()
            name = key.partition("-")[0]
            caller = Caller(self.place.plain, self.place.stack.token(name))
            self.took.append(submit(self.place, caller, key))

    def wait(self, share):
        end = time.monotonic() + 120
        while len(self.took) < share * self.total:
            assert time.monotonic() < end, "submissions stand still"
            time.sleep(0.02)


def idle(place):
    """How long a 201 takes when nothing else happens."""
    caller = Caller(place.plain, place.stack.token("s0"))
    return [submit(place, caller, f"idle-{i}") for i in range(IDLE)]


def start_runners(place):
    secret = place.stack.secret("runner_registration_token")
    for i in range(RUNNERS):
        runner = Runner(place.ledger, place.plain, secret, f"steady{i}",
                        f"deadline/{i}", SERVICE_S)
        runner.is_steady = True
        place.runners.append(runner)
        runner.start()


def test_last_minute(place, capsys):
    quiet = idle(place)
    stampede = Stampede(place)
    began = time.monotonic()
    for thread in stampede.threads:
        thread.start()
    stampede.wait(0.5)
    start_runners(place)
    place.stack.restart_worker(1)
    stampede.wait(1.0)
    lasted = time.monotonic() - began
    assert place.wait_judged(PATIENCE_S, grace=1000) == 0
    place.end_runners()
    with capsys.disabled():
        print(f"\n{stampede.total} submissions in {lasted:.1f} s; "
              f"201: p99 {1000 * p(stampede.took, 0.99):.0f} ms, idle p50 "
              f"{1000 * p(quiet, 0.5):.1f} ms, p99 "
              f"{1000 * p(quiet, 0.99):.1f} ms, ratio of p99s "
              f"{p(stampede.took, 0.99) / p(quiet, 0.99):.1f}")
    assert lasted < 60
    assert checks.all_faults(place) == []
    assert checks.summary(place)["done"] == stampede.total + IDLE


ORDER = """
WITH c AS (
	SELECT s.id, s.user_id, s.created_at, min(h.at) AS claimed,
	    row_number() OVER (PARTITION BY s.user_id ORDER BY s.seq) AS n
	  FROM submission s
	  JOIN app_user u ON u.id = s.user_id AND u.name LIKE 'd%'
	  JOIN job j ON j.submission_id = s.id
	  JOIN job_history h ON h.job_id = j.id AND h.event = 'claimed'
	 GROUP BY s.id, s.user_id, s.created_at, s.seq
), fifth AS (SELECT min(claimed) AS at FROM c WHERE n = 5)
SELECT count(*), count(*) FILTER (WHERE c.claimed > fifth.at)
  FROM c, fifth
 WHERE c.n = 1 AND c.created_at < fifth.at - interval '1 second'
"""


def test_every_first_before_any_fifth(place):
    """Of all that were handed in when the first fifth was taken."""
    firsts, late = map(int, place.stack.psql(ORDER).split("\t"))
    assert firsts >= STUDENTS // 2
    assert late == 0
