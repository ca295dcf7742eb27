"""The process itself: its sockets, its end, peers that misbehave."""

import json
import os
import resource
import signal
import socket
import subprocess
import time

import pytest

import fcgi_client as fcgi
from harness.parts import wait_for
from harness.stack import PYTHON


@pytest.fixture(scope="module")
def stores(bare):
    bare.copy_programs()
    bare.make_keys()
    bare.start_stores()
    bare.nginx.choose()
    bare.migrate()
    return bare


# LISTEN_PID has to be the worker's own.
HAND_OVER = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execv(sys.argv[2], sys.argv[2:])
"""


class Worker:
    """One assized of the test's own."""

    def __init__(self, stack, settings=None, stdin=subprocess.DEVNULL,
                 secrets=True, listen_fds=None):
        self.stack = stack
        self.path = f"{stack.run}/own.sock"
        self.log = f"{stack.logs}/own.log"
        self.settings = {"listen": self.path, **(settings or {})}
        stack.assized_settings = self.settings
        stack.write_assized_conf()
        stack.assized_settings = {}
        env = {"CREDENTIALS_DIRECTORY": stack.credentials} if secrets else {}
        argv = [f"{stack.bin}/assized", "-c", f"{stack.conf}/assized.conf"]
        if listen_fds is not None:
            argv = [PYTHON, "-c", HAND_OVER, str(listen_fds.fileno()), *argv]
        self.out = open(self.log, "wb")
        self.process = subprocess.Popen(
            argv, stdin=stdin, stdout=self.out, stderr=self.out,
            env=stack.env(**env),
            pass_fds=[listen_fds.fileno()] if listen_fds else [])

    def wait(self):
        def up():
            assert self.process.poll() is None, self.text()
            return '"event":"started"' in self.text()
        wait_for("own", up)
        return self

    def text(self):
        with open(self.log, encoding="utf-8") as f:
            return f.read()

    def events(self):
        return [json.loads(line)["event"]
                for line in self.text().splitlines()]

    def ask(self, *words, **more):
        return fcgi.ask(self.path, *words, **more)

    def end(self, sig=signal.SIGTERM):
        self.process.send_signal(sig)
        code = self.process.wait(30)
        self.out.close()
        return code

    def __enter__(self):
        return self.wait()

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.end(signal.SIGKILL)


def test_its_own_socket(stores):
    with Worker(stores) as worker:
        assert os.stat(worker.path).st_mode & 0o777 == 0o660
        assert worker.ask()[0] == 200
        assert worker.ask(target="/ready")[0] == 200
        assert worker.end() == 0
        assert not os.path.exists(worker.path)
        assert worker.events()[-1] == "stopped"


def test_a_new_one_takes_the_path_over(stores):
    with Worker(stores) as old:
        inode = os.stat(old.path).st_ino
        with Worker(stores) as new:
            wait_for("new", lambda: os.stat(new.path).st_ino != inode)
            assert old.end() == 0
            # The old one left the new one's socket alone.
            assert new.ask()[0] == 200
            assert new.end() == 0


@pytest.mark.parametrize("how", ["stdin", "listen_fds"])
def test_a_socket_that_is_handed_over(stores, how):
    path = f"{stores.run}/given.sock"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as s:
        s.bind(path)
        s.listen(16)
        if how == "stdin":
            worker = Worker(stores, {"listen": None}, stdin=s)
        else:
            worker = Worker(stores, {"listen": None}, listen_fds=s)
        with worker:
            assert fcgi.ask(path)[0] == 200
            assert worker.end() == 0
        # The socket is not its own: it stays, and so does who waits in it.
        assert os.path.exists(path)
        with fcgi.connect(path) as waiting:
            waiting.sendall(fcgi.head("GET", "/health") +
                            fcgi.record(fcgi.STDIN))
            with Worker(stores, {"listen": None}, stdin=s) as new:
                assert fcgi.read_answer(waiting)[0] == 200
                assert new.end() == 0
    os.unlink(path)


def test_no_socket_at_all(stores):
    worker = Worker(stores, {"listen": None})
    assert worker.process.wait(20) == 1
    assert "no socket was handed over" in worker.text()


@pytest.mark.parametrize("length, body, status", [
    (10, b"{}", 400), ("", b"{}", 400), ("-1", b"{}", 400),
    ("2x", b"{}", 400), (2, b"{}xxxxxxxx", 400), (1 << 40, b"", 413)])
def test_bodies_of_another_length(stores, length, body, status):
    with Worker(stores) as worker:
        got = worker.ask("POST", "/runners/register", body=body,
                         length=length, CONTENT_TYPE="application/json")
        assert got[0] == status, got
        assert worker.end() == 0


def test_peers_that_leave(stores):
    with Worker(stores, {"threads": 2}) as worker:
        whole = fcgi.head("GET", "/ready")
        for n in (0, 1, 8, 20, len(whole)):
            for _ in range(4):
                with fcgi.connect(worker.path) as s:
                    s.sendall(whole[:n])
        for _ in range(20):
            with fcgi.connect(worker.path) as s:
                s.sendall(whole + fcgi.record(fcgi.STDIN))
        assert worker.ask()[0] == 200
        assert worker.end() == 0


@pytest.mark.parametrize("age, status", [
    (0, 200), (20, 200), (40, 503), (3600, 200), (-3600, 200)])
def test_what_waited_too_long_is_shed(stores, age, status):
    """Times that cannot be are not believed."""
    with Worker(stores) as worker:
        got = worker.ask(REQUEST_MSEC=f"{time.time() - age:.3f}")
        assert got[0] == status, got
        assert worker.end() == 0


def test_noise_is_no_request(stores):
    with Worker(stores) as worker:
        for data in (b"GET / HTTP/1.1\r\n\r\n", b"\0" * 100,
                     b"\1\1\0\1\0\0\0\0" * 3):
            with fcgi.connect(worker.path, 5) as s:
                s.sendall(data)
                s.shutdown(socket.SHUT_WR)
                assert fcgi.read_answer(s) is None
        assert worker.ask()[0] == 200
        assert worker.end() == 0


def test_no_descriptors_left(stores):
    """Threads wait for one instead of ending one by one."""
    with Worker(stores, {"threads": 4, "db_pool": 2,
                         "redis_pool": 2}) as worker:
        pid = worker.process.pid
        assert worker.ask(target="/ready")[0] == 200
        _, most = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        # The standard streams: what the last request left is none below.
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (3, most))
        waiting = [fcgi.connect(worker.path, 20) for _ in range(8)]
        for s in waiting:
            s.sendall(fcgi.head("GET", "/health") + fcgi.record(fcgi.STDIN))
        wait_for("EMFILE", lambda: "accept_failed" in worker.text())
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (most, most))
        assert [fcgi.read_answer(s)[0] for s in waiting] == [200] * 8
        for s in waiting:
            s.close()
        assert worker.end() == 0


def test_what_runs_at_the_end_is_answered(stores):
    """A request that waits for the database outlives SIGTERM."""
    with Worker(stores) as worker:
        stores.psql("SELECT 1")
        os.kill(stores_pid(stores), signal.SIGSTOP)
        try:
            s = fcgi.connect(worker.path, 20)
            s.sendall(fcgi.head("GET", "/ready") + fcgi.record(fcgi.STDIN))
            time.sleep(0.3)
            worker.process.send_signal(signal.SIGTERM)
            time.sleep(0.3)
            assert worker.process.poll() is None
        finally:
            os.kill(stores_pid(stores), signal.SIGCONT)
        assert fcgi.read_answer(s)[0] == 200
        s.close()
        assert worker.process.wait(20) == 0


def stores_pid(stack):
    with open(f"{stack.run}/redis.pid", encoding="ascii") as f:
        return int(f.read().split()[0])


def test_missing_secrets_disable_what_they_are_for(stores):
    with Worker(stores, {"jwt_keys_file": None}, secrets=False) as worker:
        assert {"no_jwt_keys", "no_link_key", "no_registration_token"} <= \
            set(worker.events())
        got = worker.ask("POST", "/runners/register",
                         body=b'{"registration_token":"x"}',
                         CONTENT_TYPE="application/json")
        assert got[0] == 401
        token = stores.token("alice")
        got = worker.ask(target="/courses",
                         HTTP_AUTHORIZATION=f"Bearer {token}")
        assert got[0] == 401
        assert worker.end() == 0


@pytest.mark.parametrize("settings", [
    {"threads": "0"}, {"threads": "x"}, {"colour": "red"},
    {"log_level": "loud"}, {"jwt_keys_file": "/nowhere"},
    {"link_key": "short"}])
def test_configurations_that_are_refused(stores, settings):
    worker = Worker(stores, settings, secrets="link_key" not in settings)
    assert worker.process.wait(20) == 1, worker.text()
    stores.assized_settings = settings
    stores.write_assized_conf()
    stores.assized_settings = {}
    done = stores.call([f"{stores.bin}/assized", "--check-config", "-c",
                        f"{stores.conf}/assized.conf"], check=False)
    assert done.returncode == 1


def test_a_good_configuration_is_shown_without_secrets(stores):
    stores.write_assized_conf()
    done = stores.call([f"{stores.bin}/assized", "--check-config", "-c",
                        f"{stores.conf}/assized.conf"],
                       CREDENTIALS_DIRECTORY=stores.credentials)
    text = done.stdout.decode()
    assert "threads = 8" in text and "link_key = (set)" in text
    assert stores.secret("link_key") not in text


def test_logs_hold_no_credentials(stores):
    token = stores.token("alice")
    with Worker(stores, {"log_level": "debug"}) as worker:
        worker.ask(target="/courses", HTTP_AUTHORIZATION=f"Bearer {token}")
        worker.ask(target="/jobs/jb_01ARZ3NDEKTSV4RRFFQ69G5FAV/source",
                   QUERY_STRING="token=1.hidden")
        worker.ask("POST", "/runners/register",
                   body=b'{"registration_token":"hunter2"}',
                   CONTENT_TYPE="application/json")
        assert worker.end() == 0
        text = worker.text()
    assert '"route":"/jobs/{jb}/source"' in text
    assert '"user":"alice"' in text
    for secret in (token, "1.hidden", "hunter2"):
        assert secret not in text


def test_version_and_help(stores):
    for word in ("--version", "--help"):
        done = stores.call([f"{stores.bin}/assized", word])
        assert done.stdout.startswith((b"assized ", b"usage: assized"))
    assert stores.call([f"{stores.bin}/assized", "--nonsense"],
                       check=False).returncode == 2
