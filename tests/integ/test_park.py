"""Polls that wait: who gets what, when, and what happens to those that leave.

How long something takes is compared with a plain request of the same client,
or with the second after which a poll would be looked after without any news.
"""

import collections
import os
import re
import socket
import statistics
import threading
import time

import pytest

import fcgi_client
from kit import COURSE, PROBLEM, Runner, fetch, make_course, submit

# assized looks for what nobody told it of once in so many seconds.
SCAN_S = 1.0


def wait_until(check, what, seconds=20):
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, what
        time.sleep(0.01)


def watched(pid):
    """Polls in the worker's epoll sets; each has two descriptors of its own."""
    n = 0
    for fd in os.listdir(f"/proc/{pid}/fdinfo"):
        try:
            if os.readlink(f"/proc/{pid}/fd/{fd}") != "anon_inode:[eventpoll]":
                continue
            with open(f"/proc/{pid}/fdinfo/{fd}", encoding="ascii") as f:
                n += sum(line.startswith("tfd:") for line in f) - 2
        except FileNotFoundError:
            pass
    return n


def parked(server):
    return sum(max(0, watched(pid))
               for pid in server.worker_pids().values())


def wait_parked(server, n):
    wait_until(lambda: parked(server) == n, f"never {n} polls parked")


class Poll(threading.Thread):
    """One request in the background; when it was answered, and how."""

    def __init__(self, ask, *args):
        super().__init__()
        self.ask, self.args = ask, args
        self.answer = self.error = None
        self.start_s = time.monotonic()
        self.start()

    def run(self):
        try:
            self.answer = self.ask(*self.args)
        except OSError as e:
            self.error = e
        self.end_s = time.monotonic()

    def end(self):
        self.join()
        assert self.error is None, self.error
        return self.answer

    def seconds(self):
        return self.end_s - self.start_s


def poll(runner, wait=25, nonce=None):
    query = f"?wait={wait}" + (f"&nonce={nonce}" if nonce else "")
    return Poll(runner.next, query)


def look(client, made, wait=25):
    return Poll(client.get, f"/submissions/{made.data['id']}?wait={wait}")


def poll_without_nginx(server, runner, query):
    """Its socket: the test closes it when and how it wants."""
    s = fcgi_client.connect(server.socket, timeout=60)
    s.sendall(fcgi_client.head(
        "GET", f"/runners/{runner.id}/next-job", QUERY_STRING=query,
        HTTP_AUTHORIZATION=f"Bearer {runner.client.token}") +
        fcgi_client.stdin(b"") + fcgi_client.record(fcgi_client.STDIN))
    return s


@pytest.fixture(scope="module")
def server(stack):
    make_course(stack, settings={"allow_pending": True},
                members=("alice", "bob"))
    return stack


@pytest.fixture
def alice(server):
    wait_parked(server, 0)
    return server.client("alice")


def charges(server, job):
    """How often it was claimed, and how many of that count."""
    row = server.psql("SELECT claims, charged FROM job WHERE id = "
                      f"'{job['job_id']}'")
    return tuple(int(n) for n in row.split("\t"))


def test_a_job_comes_at_once(server, alice):
    """About as late as one that is fetched: by the wake, not by the scan,
    which alone would take half its second on average."""
    runner = Runner(server)
    plain, late = [], []
    for _ in range(9):
        submit(alice)
        began = time.monotonic()
        assert runner.finish(runner.take()).status == 204
        plain.append(time.monotonic() - began)
        waiting = poll(runner)
        wait_parked(server, 1)
        assert submit(alice).status == 201
        made_s = time.monotonic()
        assert waiting.end().status == 200
        late.append(waiting.end_s - made_s)
        assert runner.finish(waiting.answer.json).status == 204
    assert statistics.median(late) < 5 * statistics.median(plain), \
        (late, plain)
    assert statistics.median(late) < SCAN_S / 3


def test_nothing_comes(server, alice):
    waiting = poll(Runner(server), wait=1)
    assert waiting.end().status == 204
    assert 1 <= waiting.seconds() < 5
    assert "Retry-After" not in waiting.answer.headers


def test_what_is_there_is_not_waited_for(server, alice):
    submit(alice)
    runner = Runner(server)
    waiting = poll(runner)
    assert waiting.end().status == 200
    assert waiting.seconds() < 5
    runner.finish(waiting.answer.json)


def test_one_that_leaves_gets_nothing(server, alice):
    gone, other = Runner(server), Runner(server)
    request = poll_without_nginx(server, gone, "wait=25&nonce=n")
    wait_parked(server, 1)
    request.close()
    wait_parked(server, 0)
    submit(alice)
    job = other.take()
    assert charges(server, job) == (1, 1)
    other.finish(job)


def test_one_that_left_unseen_is_not_charged(server, alice):
    """Its going is noticed only when the job is written to it."""
    gone, other = Runner(server), Runner(server)
    request = poll_without_nginx(server, gone, "wait=25")
    wait_parked(server, 1)
    request.shutdown(socket.SHUT_RD)
    assert submit(alice).status == 201
    wait_parked(server, 0)
    waiting = poll(other)
    assert waiting.end().status == 200
    assert waiting.seconds() < 5
    assert waiting.answer.json["attempt"] == 2
    assert charges(server, waiting.answer.json) == (2, 1)
    other.finish(waiting.answer.json)
    request.close()


def test_one_job_between_many(server, alice):
    """The others wait on, in both processes."""
    runners = [Runner(server) for _ in range(6)]
    waiting = [poll(r, wait=5) for r in runners]
    wait_parked(server, 6)
    submit(alice)
    got = collections.Counter(p.end().status for p in waiting)
    assert got == {200: 1, 204: 5}
    for runner, p in zip(runners, waiting):
        if p.answer.status == 200:
            runner.finish(p.answer.json)
        else:
            assert p.seconds() >= 5


def test_two_slots_of_one_runner(server, alice):
    runner = Runner(server)
    waiting = [poll(runner, nonce=f"slot{i}") for i in range(2)]
    wait_parked(server, 2)
    for _ in waiting:
        assert submit(alice).status == 201
    jobs = [p.end().json for p in waiting]
    assert len({j["job_id"] for j in jobs}) == 2
    for job in jobs:
        assert runner.finish(job).status == 204


def test_a_slot_that_asks_again(server, alice):
    """Its old question is answered, and takes no job from the new one."""
    runner = Runner(server)
    old = poll_without_nginx(server, runner, "wait=25&nonce=same")
    wait_parked(server, 1)
    new = poll(runner, nonce="same")
    wait_until(lambda: parked(server) >= 1 and new.is_alive(), "not parked")
    submit(alice)
    assert new.end().status == 200
    assert runner.finish(new.answer.json).status == 204
    old.close()


def test_it_looks_once_more(server, alice):
    """A slot whose lease was lost on the way finds it again by its nonce."""
    runner = Runner(server)
    submit(alice)
    job = runner.take("?nonce=first")
    waiting = poll(runner, wait=3, nonce="second")
    wait_parked(server, 1)
    held = f"{{assize}}:held:{runner.id}"
    entry = server.redis.command("HGET", held, job["job_id"])
    assert entry.endswith(b" first"), entry
    server.redis.command("HSET", held, job["job_id"],
                         entry.replace(b" first", b" second"))
    assert waiting.end().status == 200
    assert waiting.answer.json["lease_id"] == job["lease_id"]
    assert charges(server, job) == (1, 1)
    runner.finish(job)


def test_a_pool_of_its_own(server, alice):
    """Whoever serves something else neither gets the job nor delays it."""
    others = [Runner(server, pools=["gpu"]) for _ in range(3)]
    python = Runner(server, languages=["python3"])
    right = Runner(server, languages=["c"])
    in_vain = [poll(r, wait=3) for r in others + [python]]
    wait_parked(server, 4)
    waiting = poll(right)
    wait_parked(server, 5)
    submit(alice)
    made_s = time.monotonic()
    assert waiting.end().status == 200
    assert waiting.end_s - made_s < SCAN_S / 2
    assert [p.end().status for p in in_vain] == [204] * 4
    right.finish(waiting.answer.json)


def test_a_job_given_back_goes_to_the_next(server, alice):
    first, second = Runner(server), Runner(server)
    submit(alice)
    job = first.take()
    waiting = poll(second)
    wait_parked(server, 1)
    assert first.abort(job, "drain").status == 202
    assert waiting.end().json["job_id"] == job["job_id"]
    second.finish(waiting.answer.json)


def test_a_runner_that_is_removed(server, alice):
    runner = Runner(server)
    waiting = poll(runner)
    wait_parked(server, 1)
    assert runner.leave().status == 204
    assert waiting.end().status == 204
    assert waiting.seconds() < 5
    assert runner.next("?wait=5").status == 401


def test_a_runner_that_is_revoked_by_hand(server, alice):
    """The row decides: it gets no job although its poll was let in."""
    runner, other = Runner(server), Runner(server)
    waiting = poll(runner)
    wait_parked(server, 1)
    server.psql(f"UPDATE runner SET state = 'revoked' WHERE id = '{runner.id}'")
    submit(alice)
    assert waiting.end().status == 204
    job = other.take("?wait=5")
    assert charges(server, job) == (1, 1)
    other.finish(job)
    wait_until(lambda: runner.next().status == 401, "still let in", 3)


def test_a_drained_runner_is_told_to_wait(server, alice):
    runner = Runner(server)
    server.psql(f"UPDATE runner SET state = 'draining' "
                f"WHERE id = '{runner.id}'")
    time.sleep(1.1)
    waiting = poll(runner)
    assert waiting.end().status == 204
    assert int(waiting.answer.headers["Retry-After"]) >= 1
    assert waiting.seconds() < 5


# Submissions

def test_a_submission_is_waited_for(server, alice):
    runner = Runner(server)
    made = submit(alice)
    waiting = look(alice, made)
    wait_parked(server, 1)
    job = runner.take()
    assert fetch(server, job["code_url"]).status == 200
    running = waiting.end().data
    assert (running["status"], running.get("verdict")) == ("running", None)
    waiting = [look(alice, made) for _ in range(3)]
    wait_parked(server, 3)
    assert runner.finish(job).status == 204
    done_s = time.monotonic()
    for p in waiting:
        done = p.end().data
        assert (done["status"], done["verdict"]) == ("done", "AC")
        assert p.end_s - done_s < SCAN_S


def test_what_has_ended_is_not_waited_for(server, alice):
    runner = Runner(server)
    made = submit(alice)
    runner.finish(runner.take())
    waiting = look(alice, made)
    assert waiting.end().data["verdict"] == "AC"
    assert waiting.seconds() < 5


def test_a_submission_that_stays(server, alice):
    made = submit(alice)
    waiting = look(alice, made, wait=1)
    assert waiting.end().data["status"] == "waiting"
    assert 1 <= waiting.seconds() < 5
    runner = Runner(server)
    runner.finish(runner.take())


def test_nobody_tells_of_a_change(server, alice):
    """The rows are read again, since messages get lost."""
    made = submit(alice)
    waiting = look(alice, made)
    wait_parked(server, 1)
    server.psql("UPDATE submission SET status = 'cancelled' "
                f"WHERE id = '{made.data['id']}'")
    server.psql("UPDATE job SET state = 'cancelled', live = false, "
                "ended_at = now() "
                f"WHERE submission_id = '{made.data['id']}'")
    assert waiting.end().data["status"] == "cancelled"
    assert waiting.seconds() < 10


def test_a_cancel_is_told(server, alice):
    made = submit(alice)
    waiting = look(alice, made)
    wait_parked(server, 1)
    path = f"/submissions/{made.data['id']}/cancel"
    assert alice.post(path).status < 300
    told_s = time.monotonic()
    assert waiting.end().data["status"] == "cancelled"
    assert waiting.end_s - told_s < SCAN_S


def test_another_may_not_wait_for_it(server, alice):
    made = submit(alice)
    waiting = look(server.client("bob"), made)
    assert waiting.end().status == 404
    runner = Runner(server)
    runner.finish(runner.take())


def test_head_is_answered_at_once(server, alice):
    made = submit(alice)
    waiting = Poll(alice.request, "HEAD",
                   f"/submissions/{made.data['id']}?wait=25")
    assert waiting.end().status == 200
    assert waiting.seconds() < 5
    runner = Runner(server)
    runner.finish(runner.take())


def test_those_who_wait_hold_nobody_up(server, alice):
    """More of them than threads, and everything else goes on."""
    made = submit(alice)
    waiting = [look(alice, made) for _ in range(60)]
    wait_parked(server, 60)
    assert alice.get("/courses/c1").status == 200
    runner = Runner(server)
    job = poll(runner).end().json
    assert runner.finish(job).status == 204
    statuses = {p.end().data["status"] for p in waiting}
    assert statuses in ({"done"}, {"running"}, {"running", "done"})


def asked(server, route):
    """How often the workers answered a GET of that route."""
    n = 0
    for i in server.worker_pids():
        with open(server.log(f"assized-{i}"), encoding="utf-8") as f:
            n += sum('"method":"GET"' in line and f'"{route}"' in line
                     for line in f)
    return n


def test_our_runner_and_our_command_wait(server, alice):
    """Neither asks again and again."""
    server.start_runner("ours", jobs=2)
    wait_parked(server, 2)
    source = f"{server.dir}/sum.c"
    server.write(source, "#include <stdio.h>\nint main(void){int a,b;"
                 "scanf(\"%d%d\",&a,&b);printf(\"%d\\n\",a+b);"
                 "return 0;}\n")
    before = asked(server, "/submissions/{sb}")
    done = server.assize("alice", "submit", "--course", COURSE, "--problem",
                         PROBLEM, "--wait", source, check=False)
    assert done.returncode == 0, done
    assert b"AC" in done.stdout
    # Waiting, running, done; one more where a wait ends between.
    assert asked(server, "/submissions/{sb}") - before <= 4
    wait_parked(server, 2)
    before = asked(server, "/runners/{rn}/next-job")
    time.sleep(3)
    assert asked(server, "/runners/{rn}/next-job") == before
    assert server.stop_runner("ours")
    wait_parked(server, 0)


# Many, and the end

def test_many(server, alice):
    """Three hundred polls, three hundred jobs: each exactly once."""
    server.client("root", admin=True).put("/courses/c1/members/alice",
                                          {"role": "staff"})
    runners = [Runner(server, capacity=10) for _ in range(30)]
    waiting = [(r, poll(r, wait=30, nonce=f"s{i}"))
               for r in runners for i in range(10)]
    wait_parked(server, 300)
    made = [submit(alice).data["id"] for _ in range(300)]
    jobs = [(r, p.end().json) for r, p in waiting]
    assert sorted(j["submission_id"] for _, j in jobs) == sorted(made)
    assert len({j["lease_id"] for _, j in jobs}) == 300
    assert {j["attempt"] for _, j in jobs} == {1}
    for runner, job in jobs:
        assert runner.finish(job).status == 204


def test_redis_restarts_meanwhile(server, alice):
    runner = Runner(server)
    made = submit(alice)
    runner.finish(runner.take())
    waiting = poll(runner, wait=30)
    wait_parked(server, 1)
    server.redis.stop()
    server.redis.start()
    time.sleep(0.5)
    assert waiting.is_alive()
    wait_until(lambda: server.client().get("/ready").status == 200, "redis")
    made = submit(alice)
    assert made.status == 201
    assert waiting.end().status == 200
    assert waiting.answer.json["submission_id"] == made.data["id"]
    runner.finish(waiting.answer.json)


def clean_ends(server):
    """Workers that ended by themselves, all answers written."""
    n = 0
    for i in server.worker_pids():
        with open(server.log(f"assized-{i}"), encoding="utf-8") as f:
            n += len(re.findall('"event":"stopped"', f.read()))
    return n


def test_a_worker_ends(server, alice):
    """Everybody is answered at once, and the end is a good one."""
    runners = [Runner(server) for _ in range(8)]
    made = submit(alice)
    running = runners[0].take()
    waiting = [poll(r) for r in runners] + [look(alice, made)]
    wait_parked(server, 9)
    before = clean_ends(server)
    began = time.monotonic()
    for i in sorted(server.worker_pids()):
        server.restart_worker(i)
    statuses = [p.end().status for p in waiting]
    assert statuses[:8] == [204] * 8
    # The document as it is, or the next worker's if it got there.
    assert statuses[8] == 200
    assert max(p.end_s for p in waiting) - began < 10
    assert clean_ends(server) == before + 2
    runners[0].finish(running)


def test_as_many_as_may_wait(server, alice):
    runner = Runner(server)
    server.assized_settings["parked_max"] = 2
    server.write_assized_conf()
    for i in sorted(server.worker_pids()):
        server.restart_worker(i)
    server.wait_ready()
    made = submit(alice)
    running = runner.take()
    waiting = [poll(runner, wait=4) for _ in range(12)]
    answers = [p.end() for p in waiting]
    at_once = [p for p in waiting if "Retry-After" in p.answer.headers]
    assert {a.status for a in answers} == {204}
    assert len(at_once) >= 12 - 2 * 2
    assert all(int(p.answer.headers["Retry-After"]) >= 1 for p in at_once)
    assert all(p.seconds() < 4 for p in at_once)
    assert all(p.seconds() >= 4 for p in waiting if p not in at_once)
    # A place is free again.
    waiting = poll(runner, wait=1)
    assert waiting.end().status == 204
    assert waiting.seconds() >= 1
    assert look(alice, made, wait=1).end().status == 200
    runner.finish(running)
