"""The rows of ./dev bench sets: a rejudging set of 10,000 submissions is made
and applied, each as one call in a session of Postgres that is durable."""

import os
import statistics
import subprocess
import time

from machine import TICK, Watch
from place import HERE, kit

MEMBERS = 10000
CREATE = ("SELECT outcome FROM rejudging_create('rj_%d', 'bench', NULL,"
          f" '{{\"course\": \"{kit.COURSE}\"}}');")
APPLY = "SELECT outcome FROM rejudging_apply('rj_%d', 'bench', false);"
BARS = {"create": 2.0, "apply": 1.0}
WHAT = {"create": "a set of 10,000 is made, in seconds",
        "apply": "it is applied, standings and all, in seconds"}


class Session:
    """psql, and the CPU time of the process that works for it."""

    def __init__(self, stack):
        self.psql = subprocess.Popen(
            ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1",
             "-d", stack.postgres.conninfo("postgres")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, **stack.env()})
        self.pid = self.ask("SELECT pg_backend_pid();")

    def ask(self, text):
        self.psql.stdin.write(text + "\n")
        self.psql.stdin.flush()
        line = self.psql.stdout.readline()
        assert line, text
        return line.strip()

    def cpu(self):
        with open(f"/proc/{self.pid}/stat", "rb") as f:
            rest = f.read().rpartition(b")")[2].split()
        return (int(rest[11]) + int(rest[12])) / TICK

    def time(self, text, wanted):
        """Seconds by the clock, and of the processor."""
        cpu, start = self.cpu(), time.monotonic()
        said = self.ask(text)
        took = time.monotonic() - start
        assert said == wanted, said
        return {"seconds": round(took, 3), "cpu": round(self.cpu() - cpu, 2)}

    def end(self):
        self.psql.stdin.close()
        self.psql.wait()


class Sets:
    name = "sets"

    def __init__(self, site, _seconds):
        self.stack = site.stack
        self.site = site

    def run_file(self, name, **variables):
        flags = [x for k, v in variables.items() for x in ("-v", f"{k}={v}")]
        self.stack.call(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", *flags,
                         "-d", self.stack.postgres.conninfo("postgres"),
                         "-f", f"{HERE}/{name}"], user=None)

    def measure(self, rounds):
        raw = {"create": [], "apply": []}
        with self.site.assized_stopped():
            self.run_file("sets_fill.sql", n=MEMBERS)
            watch, session = Watch(), Session(self.stack)
            for i in range(rounds):
                raw["create"].append(session.time(CREATE % i, "made"))
                self.run_file("sets_judge.sql")
                raw["apply"].append(session.time(APPLY % i, "applied"))
            session.end()
        seen = watch.done()
        return [self.row(name, raw[name], seen) for name in raw]

    def row(self, name, raw, seen):
        value = statistics.median(r["seconds"] for r in raw)
        return {"name": name, "what": WHAT[name], "bar": f"< {BARS[name]}",
                "value": value, "is_met": value < BARS[name], "raw": raw,
                **seen}


ROWS = [Sets]
