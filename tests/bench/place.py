"""What is measured: an Assize with a null handler behind the same nginx, and
the programs of this directory that load it."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, f"{os.path.dirname(HERE)}/integ")

import kit  # noqa: E402
from harness import Stack  # noqa: E402
from harness.parts import Nginx, wait_for  # noqa: E402
from harness import parts  # noqa: E402

CONNECTIONS = 16
JOB = "@JOB@".ljust(29, "@")
LEASE = "@LEASE@".ljust(35, "@")
NUMBER = "@N@".ljust(32, "@")
# A standing is of a user and a problem, and derived from all their results:
# with few of them one standing would see thousands.
PROBLEM = "p@P@"
PROBLEMS = 64
# What stands there instead when it is sent to the null handler.
PLAIN = ((JOB, "jb_" + "0" * 26), (LEASE, "ls_" + "0" * 32),
         (NUMBER, "0" * 32), ("@P@", "000"))


class BenchNginx(Nginx):
    """With room for many, and /null/ handed to the null handler with the very
    parameters that assized gets."""

    def fill(self, name, target):
        super().fill(name, target)
        if name != "snippets/assize-fastcgi.conf.in":
            return
        path = f"{self.conf}/snippets/assize-fastcgi.conf"
        with open(path, encoding="utf-8") as f:
            text = f.read()
        changed = text.replace("fastcgi_pass assized;",
                               f"fastcgi_pass unix:{self.stack.run}/null.sock;")
        assert changed != text
        with open(f"{self.conf}/snippets/null.conf", "w",
                  encoding="utf-8") as f:
            f.write(changed)

    def values(self):
        many = "1000000r/s"
        self.settings = {
            "listen_more": "location /null/ { client_max_body_size 16m; "
                           f"include {self.conf}/snippets/null.conf; }}",
            "rate_token": many, "rate_address": many,
            "burst_token": "100000", "burst_address": "100000"}
        return super().values()


class Site:
    """One stack with one worker, durable, and its callers."""

    def __init__(self, build):
        parts.NGINX_MAIN = parts.NGINX_MAIN.replace(
            "worker_connections 2048", "worker_connections 15000").replace(
            "rlimit_nofile 4096", "rlimit_nofile 16000")
        self.build = build
        self.stack = Stack.temporary(build)
        self.stack.nginx = BenchNginx(self.stack)
        self.stack.postgres_settings = {"shared_buffers": "256MB",
                                        "max_wal_size": "4GB"}
        self.stack.initdb_options = []
        self.stack.assized_settings = {"submit_rate": "100000",
                                       "threads": "8"}
        self.files = f"{self.stack.dir}/requests"
        os.mkdir(self.files)
        self.runners = []

    def start(self):
        self.stack.start(workers=1)
        socket = f"{self.stack.run}/null.sock"
        self.stack.spawn("null", [self.program("null_fcgi"), socket],
                         user=None)
        wait_for("null", lambda: os.path.exists(socket),
                 self.stack.record("null"), self.stack.log("null"))
        os.chmod(socket, 0o666)
        self.users = [f"student{i:02}" for i in range(CONNECTIONS)]
        kit.make_course(self.stack, members=self.users,
                        settings={"allow_pending": True})
        return self

    def make_problems(self):
        admin = self.stack.client("root", admin=True)
        for i in range(PROBLEMS):
            kit.make_problem(admin, kit.COURSE, f"p{i:03}",
                             {"allow_pending": True})

    def end(self):
        self.stack.stop()
        self.stack.remove()

    def program(self, name):
        return f"{self.build}/tests/bench/{name}"

    def make_runners(self, n=CONNECTIONS, **more):
        more.setdefault("heartbeat_interval_sec", 60)
        made = [kit.Runner(self.stack, **more) for _ in range(n)]
        self.runners += made
        return made

    # Requests

    def request(self, method, path, token, body=None, more=()):
        """The bytes of one request of HTTP/1.1."""
        lines = [f"{method} {path} HTTP/1.1", "Host: localhost",
                 f"Authorization: Bearer {token}", *more]
        text = "" if body is None else json.dumps(body)
        if body is not None:
            lines += ["Content-Type: application/json",
                      f"Content-Length: {len(text)}"]
        return "\r\n".join(lines) + "\r\n\r\n" + text

    def write(self, name, text):
        path = f"{self.files}/{name}"
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path

    def both(self, name, make):
        """The files of a request for each connection: for the null handler
        and for assized.  make(i) returns the request's parts."""
        found = []
        for prefix in ("/null", "/api"):
            paths = []
            for i in range(CONNECTIONS):
                method, path, *rest = make(i)
                text = self.request(method, prefix + path, *rest)
                if prefix == "/null":
                    for mark, plain in PLAIN:
                        text = text.replace(mark, plain)
                paths.append(self.write(f"{name}{prefix[1:]}{i}", text))
            found.append(paths)
        return found

    def empty(self):
        """Takes and ends all that is ready."""
        if not hasattr(self, "drain"):
            runners = self.make_runners()
            _, claim = self.both("drain_claim", lambda i: (
                "GET", f"/runners/{runners[i].id}/next-job",
                runners[i].client.token))
            _, finish = self.both("drain_finish", lambda i: (
                "PUT", f"/runners/{runners[i].id}/jobs/{JOB}/complete",
                runners[i].client.token, kit.result()))
            self.drain = [f for files in zip(claim, finish) for f in files]
            self.last = runners[0]
        while True:
            said = self.load(0.2, 2, self.drain)
            if said["rounds"] == 0:
                return

    # Programs

    def run_json(self, argv):
        done = subprocess.run(argv, stdout=subprocess.PIPE, check=True,
                              timeout=300)
        return json.loads(done.stdout)

    def load_argv(self, seconds, steps, files):
        return [self.program("load"), self.stack.nginx.cert,
                str(self.stack.nginx.port), str(int(seconds * 1000)),
                str(steps), *files]

    def load(self, seconds, steps, files):
        """What load says, with rounds a second as rate."""
        said = self.run_json(self.load_argv(seconds, steps, files))
        bad = {s: n for s, n in said["statuses"].items()
               if not s.startswith("2")}
        if bad:
            raise RuntimeError(f"load got answers {bad}")
        return {**said, "rate": said["rounds"] / said["seconds"]}

    @contextmanager
    def assized_stopped(self):
        """What is measured then has the machine for itself, and our sweep
        does not care for what it does to the stores."""
        pids = list(self.stack.worker_pids().values())
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)
            time.sleep(0.05)
