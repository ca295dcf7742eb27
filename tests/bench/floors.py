"""The floors that are not nginx': the very statements by pgbench, the very
scripts by a loop of hiredis."""

import json
import os
import re
import socket
import subprocess
import threading

import kit
from harness.statements import statements
from place import CONNECTIONS, PROBLEMS

CLIENTS = 8  # as many as assized has connections


def literal(value):
    if value is None:
        return "NULL"
    return "'" + str(value).replace("'", "''") + "'"


class Pg:
    """Submits, claims and lands in rounds: each lands what it submitted."""

    PER_CLIENT = 250

    def __init__(self, site):
        self.site = site
        self.base = 0
        self.learn()
        self.scripts = {name: self.write(name, args) for name, args in (
            ("submission_insert", self.insert_args()),
            ("job_claim", self.claim_args()),
            ("job_land", self.land_args()))}

    def ids(self, prefix):
        return f"('{prefix}_' || lpad((:id::bigint)::text, 26, '0'))"

    def lease(self):
        return "('ls_' || lpad((:id::bigint)::text, 32, '0'))"

    def learn(self):
        """A real submission says what the arguments look like."""
        site = self.site
        runner = kit.Runner(site.stack)
        student = site.stack.client(site.users[0])
        made = kit.submit(student)
        assert made.status == 201, made.show()
        job = runner.take()
        assert runner.finish(job).status == 204
        row = site.stack.psql(
            "SELECT j.limits, j.pool, j.budget_s,"
            " encode(b.bytes, 'hex'), s.input FROM job j"
            " JOIN submission s ON s.id = j.submission_id"
            " JOIN blob b ON b.sha256 = s.source"
            f" WHERE j.id = '{job['job_id']}'").split("\t")
        limits, self.pool, self.budget, self.source, input_ = row
        self.limits, self.input = limits or None, input_ or None
        self.document, self.provenance = (
            None if x == "" else json.dumps(json.loads(x))
            for x in site.stack.psql(
                "SELECT document, provenance FROM result"
                f" WHERE job_id = '{job['job_id']}'").split("\t"))
        assert runner.leave().status == 204
        self.user_ids = site.stack.psql(
            "SELECT string_agg(id::text, ',' ORDER BY name) FROM app_user"
            " WHERE name LIKE 'student%'")
        self.problems, self.packages = site.stack.psql(
            "SELECT string_agg(id::text, ',' ORDER BY slug),"
            " string_agg(quote_literal(package_id), ',' ORDER BY slug)"
            " FROM problem WHERE slug LIKE 'p0%'").split("\t")
        runners = site.make_runners(CLIENTS)
        self.runner_ids = ",".join(literal(r.id) for r in runners)

    @staticmethod
    def pick(values, variable):
        return f"((ARRAY[{values}])[:{variable}::int])"

    def insert_args(self):
        spaced = None if self.input is None else \
            json.dumps(json.loads(self.input))
        return [
            self.ids("sb"), self.ids("jb"), self.pick(self.problems, "p"),
            self.pick(self.packages, "p"), literal(self.limits),
            f"ARRAY[{self.pick(self.user_ids, 'u')}]", "'c'", literal(self.pool),
            self.budget,
            f"(decode('{self.source}', 'hex') || int8send(:id::bigint))",
            literal(spaced), "NULL",
            "(extract(epoch FROM now()) * 1000)::bigint", "NULL", "NULL",
            "false", "NULL", "false", "NULL"]

    def claim_args(self):
        return [f"ARRAY[{self.pick(self.runner_ids, 'c')}]",
                f"ARRAY[{self.ids('jb')}]", f"ARRAY[{self.lease()}]"]

    def land_args(self):
        return [
            self.ids("jb"), self.pick(self.runner_ids, 'c'), self.lease(), "false",
            "'AC'", "'success'", "100", "7", "900", "NULL",
            literal(self.document), literal(self.provenance)]

    def write(self, name, args):
        text = re.sub(r"\$(\d+)", lambda m: args[int(m[1]) - 1],
                      statements(self.site.stack.source)[name])
        return self.site.write(
            f"{name}.sql", "\\set i :i + 1\n"
            "\\set id :base + :client_id * 1000000 + :i\n"
            "\\set c :client_id + 1\n"
            f"\\set p random(1, {PROBLEMS})\n"
            f"\\set u random(1, {CONNECTIONS})\n" + text + ";\n")

    def run(self, name, per_client=None):
        """Transactions a second."""
        stack = self.site.stack
        done = subprocess.run(
            ["pgbench", "-h", stack.run, "-U", "assized", "-n", "-M",
             "prepared", "-c", str(CLIENTS), "-j", "1", "-t",
             str(per_client or self.PER_CLIENT), "-D", "i=0", "-D",
             f"base={self.base}", "-f", self.scripts[name], "assize"],
            capture_output=True, text=True, check=False)
        if done.returncode != 0 or \
                "failed transactions: 0 " not in done.stdout:
            raise RuntimeError(done.stdout + done.stderr)
        return float(re.search(r"tps = ([0-9.]+) \(without", done.stdout)[1])

    def round(self):
        self.base += 100000000
        rates = {short: self.run(name) for short, name in (
            ("pg_submit", "submission_insert"), ("pg_claim", "job_claim"),
            ("pg_landing", "job_land"))}
        landed = self.site.stack.psql(
            "SELECT count(*) FROM job WHERE state = 'done' AND id >= 'jb_' ||"
            f" lpad('{self.base}', 26, '0') AND id < 'jb_' ||"
            f" lpad('{self.base + 100000000}', 26, '0')")
        assert int(landed) == CLIENTS * self.PER_CLIENT, landed
        return rates


class Monitor(threading.Thread):
    """All that Redis is asked from outside, until a PING says end."""

    def __init__(self, path):
        super().__init__()
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(30)
        self.sock.connect(path)
        self.sock.sendall(b"*1\r\n$7\r\nMONITOR\r\n")
        self.file = self.sock.makefile("rb")
        self.file.readline()
        self.commands = []
        self.start()

    def run(self):
        for line in self.file:
            head, _, rest = line.decode().partition("] ")
            words = [re.sub(r"\\(.)", r"\1", w) for w in
                     re.findall(r'"((?:[^"\\]|\\.)*)"', rest)]
            if words == ["PING", "end"]:
                return
            if "[0 lua" not in head:
                self.commands.append(words)

    def end(self, redis):
        redis.command("PING", "end")
        self.join()
        self.sock.close()
        return self.commands


class RedisFloor:
    """What one cycle asks of Redis, as it was seen when one was made."""

    def __init__(self, site):
        self.site = site
        runner, student = kit.Runner(site.stack), \
            site.stack.client(site.users[0])
        self.cycle(runner, student, "warm")
        monitor = Monitor(site.stack.redis.socket)
        made, job, nonce = self.cycle(runner, student, "0123456789abcdef")
        seen = monitor.end(site.stack.redis)
        user = site.stack.psql("SELECT id FROM app_user WHERE name ="
                               f" '{site.users[0]}'")
        self.file = site.write("redis", self.template(
            seen, made, job, runner.id, user, nonce))
        assert runner.leave().status == 204

    def cycle(self, runner, student, nonce):
        made = kit.submit(student)
        assert made.status == 201, made.show()
        job = runner.take(f"?nonce={nonce}")
        assert job["submission_id"] == made.data["id"]
        assert runner.finish(job).status == 204
        return made.data["id"], job, nonce

    def template(self, seen, submission, job, runner, user, nonce):
        out, claimed = [], False
        self.names = []
        for words in seen:
            line = " ".join(words)
            if not re.search(r"runner:|:ready:|rate:submit|" + job["job_id"]
                             + "|" + runner, line):
                continue
            self.names.append(words[0])
            # The user's number, but not the number of keys.
            plain = ["9@T@" if w == user and i > 2 else w
                     for i, w in enumerate(words)]
            out.append([self.word(w, submission, job, runner, nonce, claimed)
                        for w in plain])
            claimed = claimed or nonce in words
        return "".join("".join(f"{w}\n" for w in words) + "\n"
                       for words in out)

    @staticmethod
    def word(w, submission, job, runner, nonce, claimed):
        if w == "":
            return '""'
        if w == nonce or re.fullmatch("[0-9a-f]{20}", w):
            return "@R@"
        return w.replace(job["lease_id"], "@LEASE@").replace(
            job["job_id"], "@JOB@" if claimed else "@J@").replace(
            submission, "@S@").replace(runner, "rn_floor@T@")

    def run(self, seconds):
        said = self.site.run_json([
            self.site.program("redis_floor"), self.site.stack.redis.socket,
            str(int(seconds * 1000)), self.file])
        said["rate"] = said["rounds"] / said["seconds"]
        return said
