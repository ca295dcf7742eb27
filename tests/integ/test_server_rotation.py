"""New secrets and keys while everybody works: nobody is refused."""

import os
import secrets
import signal
import threading
import time

import pytest

from harness import tokens
from harness.stack import AUDIENCE, ISSUER
from kit import Runner, check_problem, fetch, make_course, submit


@pytest.fixture(scope="module")
def server(stack):
    make_course(stack, settings={"allow_pending": True})
    return stack


def reload(server):
    for i in server.worker_pids():
        server.restart_worker(i, signal.SIGHUP)


def put_secret(server, name, *values):
    server.write(f"{server.credentials}/{name}", "\n".join(values) + "\n")


def put_keys(server, *kids):
    for kid in kids:
        server.make_secret(f"{server.keys}/{kid}.key",
                           lambda: secrets.token_hex(32))
    server.write(f"{server.keys}/jwt.keys", "".join(
        f"{kid} HS256 {server.keys}/{kid}.key"
        f"{' admin' if kid == 'admins' else ''}\n" for kid in kids))


def token_of(server, kid):
    with open(f"{server.keys}/{kid}.key", "rb") as f:
        return tokens.hs256(f.read(), tokens.claims(
            "alice", ISSUER, AUDIENCE), {"alg": "HS256", "typ": "JWT",
                                         "kid": kid})


def register(server, secret):
    return server.client().post("/runners/register", {
        "registration_token": secret, "name": f"x{secrets.token_hex(4)}"})


class Load:
    """Asks all the time, with what was good at the start."""

    def __init__(self, *calls):
        self.calls = calls
        self.answers = []
        self.faults = []
        self.ending = False
        self.threads = [threading.Thread(target=self.run, args=(c,))
                        for c in calls]

    def run(self, call):
        while not self.ending:
            try:
                answer = call()
            except OSError as e:
                self.faults.append(repr(e))
                continue
            self.answers.append(answer.status)
            if answer.status not in (200, 201, 204):
                self.faults.append(answer.show())
            time.sleep(0.02)

    def __enter__(self):
        for t in self.threads:
            t.start()
        return self

    def __exit__(self, *_):
        self.ending = True
        for t in self.threads:
            t.join()


def test_rotation_under_load(server):
    old = server.secret("runner_registration_token").strip()
    old_link = server.secret("link_key").strip()
    runner, alice = Runner(server), server.client("alice")
    assert submit(alice).status == 201
    job = runner.take()
    with Load(lambda: alice.get("/courses"),
              lambda: fetch(server, job["code_url"]),
              lambda: register(server, old),
              lambda: runner.beat(jobs=[job["job_id"]]),
              lambda: server.client("alice").get("/submissions")) as load:
        put_secret(server, "runner_registration_token", "new" * 12, old)
        put_secret(server, "link_key", "k" * 40, old_link)
        put_keys(server, "users", "users2", "admins")
        reload(server)
        assert register(server, "new" * 12).status == 201
        young = server.client()
        young.token = token_of(server, "users2")
        assert young.get("/courses").status == 200
        assert submit(alice).status == 201
        fresh = Runner(server).take()
        assert fetch(server, fresh["code_url"]).status == 200
        seen = len(load.answers)
        reload(server)
    assert load.faults == []
    assert len(load.answers) > seen > 5 * len(load.calls)
    # The old ones go when nobody needs them any more.
    put_secret(server, "runner_registration_token", "new" * 12)
    put_secret(server, "link_key", "k" * 40)
    put_keys(server, "users2", "admins")
    reload(server)
    check_problem(register(server, old), 401, "unauthenticated")
    check_problem(alice.get("/courses"), 401, "unauthenticated")
    check_problem(fetch(server, job["code_url"]), 403, "bad-link")
    assert fetch(server, fresh["code_url"]).status == 200
    assert young.get("/courses").status == 200
    assert register(server, "new" * 12).status == 201


def test_what_cannot_be_read_changes_nothing(server):
    put_secret(server, "link_key", "short")
    before = server.worker_pids()
    argv = [f"{server.bin}/assized", "--check-config", "-c",
            f"{server.conf}/assized.conf"]
    env = {"CREDENTIALS_DIRECTORY": server.credentials}
    refused = server.call(argv, check=False, **env)
    assert refused.returncode == 1
    assert b"shorter than" in refused.stderr
    for pid in before.values():
        os.kill(pid, signal.SIGHUP)
    end = time.monotonic() + 10
    log = ""
    while log.count("reload_refused") < len(before):
        assert time.monotonic() < end, log
        time.sleep(0.05)
        log = ""
        for i in before:
            with open(server.log(f"assized-{i}"), encoding="utf-8") as f:
                log += f.read()
    assert server.worker_pids() == before
    assert register(server, "new" * 12).status == 201
    put_secret(server, "link_key", "k" * 40)
    assert server.call(argv, check=False, **env).returncode == 0
    reload(server)
    assert not set(server.worker_pids().values()) & set(before.values())
