"""Where chaos happens: a whole Assize, its load, and what faults need."""

import glob
import os
import random
import signal
import struct
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, f"{os.path.dirname(HERE)}/integ"]

import kit  # noqa: E402
from harness import Stack, daemon  # noqa: E402
from load import Ledger, Runner, Student  # noqa: E402
from wire import Caller, Proxy  # noqa: E402

LEASE_S = 4
STUDENTS = 20
PG_DISK = "192m"
CLOCKS = ("holder", "redis", "postgres")

REAL = {
    "AC": "#include <stdio.h>\nint main(void){int a,b;"
          "scanf(\"%d%d\",&a,&b);printf(\"%d\\n\",a+b);return 0;}",
    "WA": "#include <stdio.h>\nint main(void){puts(\"0\");return 0;}",
    "CE": "int main(void){return none;}",
    "RE": "int main(void){return 3;}",
}


def pick_simulated(rng, key):
    """A source like no other; its verdict follows from its digest."""
    return (rng.choice(("sum", "sum2")),
            f"/* key {key} */ int main(void){{return 0;}}", None)


def pick_real(rng, key):
    verdict = rng.choice(sorted(REAL))
    return "real", f"{REAL[verdict]}\n/* key {key} */\n", verdict


class Place:
    def __init__(self, build=None, workers=2, clock=False, disk=False):
        self.stack = Stack.temporary(build)
        self.workers = workers
        self.ledger = Ledger()
        self.runners = []
        self.students = []
        self.real = []
        self.mounted = False
        self.points = f"{self.stack.run}/failpoints"
        self.has_clock = clock
        self.has_points = self.built_with_points()
        self.plain = f"{self.stack.run}/plain.sock"
        self.proxy = None
        if disk:
            self.mount()

    def built_with_points(self):
        for path in glob.glob(f"{self.stack.build}/src/assized/assized"):
            with open(path, "rb") as f:
                return b"ASSIZE_FAILPOINTS" in f.read()
        return False

    def mount(self):
        """A small disk for Postgres, if we may."""
        path = f"{self.stack.dir}/pg"
        self.stack.own_dir(path)
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={PG_DISK},mode=0700",
             "tmpfs", path], capture_output=True, check=False)
        self.mounted = done.returncode == 0
        self.stack.give(path)

    # Start and end

    def start(self):
        stack = self.stack
        stack.assized_settings.update(
            lease_max_sec=LEASE_S, submit_rate=0)
        stack.postgres_settings.update(
            min_wal_size="32MB", max_wal_size="48MB",
            restart_after_crash="on")
        stack.nginx.settings["listen_more"] = f"listen unix:{self.plain};"
        env = {}
        if self.has_points:
            env["ASSIZE_FAILPOINTS"] = self.points
        stack.more_env["holder"] = env
        if self.has_clock:
            self.make_clocks()
        stack.start(workers=self.workers)
        self.proxy = Proxy(f"{stack.run}/proxy.sock", self.plain)
        self.make_course()
        self.drop_guards()
        return self

    def make_clocks(self):
        """Each kind of daemon reads the time through its own."""
        shim = f"{self.stack.bin}/clock.so"
        self.stack.call(["gcc", "-shared", "-fPIC", "-O2", "-o", shim,
                         f"{HERE}/clock.c"], user=None)
        for name in CLOCKS:
            path = f"{self.stack.run}/clock-{name}"
            self.stack.write(path, bytes(8), 0o644)
            self.stack.more_env.setdefault(name, {}).update(
                LD_PRELOAD=shim, CHAOS_CLOCK=path)

    def set_clock(self, name, seconds):
        with open(f"{self.stack.run}/clock-{name}", "r+b") as f:
            f.write(struct.pack("q", seconds))

    def make_course(self):
        names = [f"s{i}" for i in range(STUDENTS)]
        admin = kit.make_course(self.stack, members=names,
                                settings={"allow_pending": True})
        kit.make_problem(admin, kit.COURSE, "sum2", {"allow_pending": True})
        kit.make_problem(admin, kit.COURSE, "real",
                         {"allow_pending": True, "pool": "real"})

    def drop_guards(self):
        """What would hide a second landing from the count of landings."""
        self.stack.psql("DROP INDEX IF EXISTS job_history_landed_uq; "
                        "ALTER TABLE result DROP CONSTRAINT IF EXISTS "
                        "result_pk CASCADE; "
                        "CREATE INDEX ON result (job_id)")

    def caller(self, name):
        return Caller(self.proxy.path, self.stack.token(name, ttl=86400))

    def add_runners(self, n, seed, service, **more):
        secret = self.stack.secret("runner_registration_token")
        for i in range(n):
            runner = Runner(self.ledger, self.proxy.path, secret,
                            f"sim{i:02}", f"{seed}/r{i}", service)
            runner.more = {"pools": ["default"], **more}
            self.runners.append(runner)
            runner.start()

    def add_real(self, n):
        for i in range(n):
            name = f"real{i}"
            self.start_real(name)
            self.real.append(name)

    def start_real(self, name):
        self.stack.start_runner(name, pools="real", heartbeat_interval_sec=1)

    def add_students(self, n, seed, total, pause, pick=pick_simulated):
        callers = [self.caller(f"s{i}") for i in range(STUDENTS)]
        for i in range(n):
            number = total // n + (i < total % n)
            student = Student(self.ledger, callers, f"{seed}/s{i}", pick,
                              number, pause)
            self.students.append(student)
            student.start()

    def drop_some(self, seed, dropped, delayed):
        """That part of all replies gets lost, or comes late."""
        rng = random.Random(f"{seed}/replies")

        def decide(_):
            x = rng.random()
            if x < dropped:
                return "drop"
            return 0.5 * rng.random() if x < dropped + delayed else None
        self.proxy.decide = decide

    def end_students(self):
        for student in self.students:
            student.ending.set()
        for student in self.students:
            student.join(60)
            assert not student.is_alive(), "a student never got its answer"

    def end_runners(self):
        for runner in self.runners:
            runner.ending.set()
        for runner in self.runners:
            runner.join(30)

    # What is known

    def count(self, condition):
        return int(self.stack.psql(
            f"SELECT count(*) FROM submission WHERE {condition}"))

    def wait_judged(self, patience, grace=8):
        """Until nothing waits; gives up when nothing moved for so long.

        What only the slow audit finds is found at once by workers that have
        just started: after grace seconds without an end they are restarted.
        """
        began = moved = time.monotonic()
        before, restarted = None, False
        while True:
            left = self.count("status = 'pending'")
            now = time.monotonic()
            if left == 0:
                return 0
            if left != before:
                before, moved = left, now
            if now - began > grace and now - moved > 3 and not restarted:
                restarted = True
                self.restart_workers()
            if now - moved > patience:
                return left
            time.sleep(0.3)

    def restart_workers(self):
        self.stack.stop_workers()
        self.stack.start_workers(self.workers)
        self.stack.wait_ready()

    # Blows

    def worker(self, rng):
        """The pid of a worker that lives, or None."""
        found = self.stack.worker_pids()
        return found[rng.choice(sorted(found))] if found else None

    def signal(self, pid, sig):
        try:
            os.kill(pid, sig)
            return True
        except ProcessLookupError:
            return False

    def pid(self, name):
        return daemon.read_record(self.stack.record(name))

    def postgres_pids(self):
        """The server and all that it has forked."""
        top = self.pid("postgres")
        if top is None:
            return []
        found = [top]
        for stat in glob.glob("/proc/[0-9]*/stat"):
            try:
                with open(stat, "rb") as f:
                    fields = f.read().rpartition(b")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(fields[1]) == top:
                found.append(int(stat.split("/")[2]))
        return found

    def wait_down(self, name, timeout=30):
        return daemon.wait_gone(self.stack.record(name), timeout)

    def revive_postgres(self, tries=20):
        """Its children may hold its memory a moment longer than it lives."""
        for left in reversed(range(tries)):
            try:
                self.stack.postgres.start()
                return
            except Exception:
                if left == 0:
                    raise
                time.sleep(0.5)

    def arm(self, text):
        """Failpoints to act on; the file goes when one of them did."""
        self.stack.write(self.points, text, 0o644)

    def disarm(self):
        """Was it still armed?"""
        try:
            os.unlink(self.points)
            return True
        except FileNotFoundError:
            return False

    def is_armed(self):
        return os.path.exists(self.points)

    # The end

    def stop(self, keep=False):
        for pid in [*self.stack.worker_pids().values(),
                    *self.postgres_pids()]:
            self.signal(pid, signal.SIGCONT)
        killed = self.stack.stop()
        if self.proxy is not None:
            self.proxy.close()
        if not keep:
            if self.mounted:
                subprocess.run(["umount", f"{self.stack.dir}/pg"],
                               check=False)
            self.stack.remove()
        else:
            print(f"kept: {self.stack.dir}", flush=True)
        return killed
