"""The rows of the table.  Each has a name, what it is, its bar, and measures
pairs of a floor and a subject, seconds apart."""

import json
import statistics

import kit
from floors import Pg, RedisFloor
from machine import Watch
from place import CONNECTIONS, JOB, LEASE, NUMBER, PROBLEM


class Row:
    """A ratio of what assized does to its floor."""

    name = what = None
    bar = 0.0
    unit = "/s"

    def __init__(self, site, seconds):
        self.site = site
        self.seconds = seconds

    def prepare(self):
        pass

    def floor(self):
        """(rate, what it is made of)"""
        raise NotImplementedError

    def subject(self):
        raise NotImplementedError

    def measure(self, rounds):
        self.prepare()
        watch = Watch()
        raw = []
        for i in range(rounds):
            # Whoever comes second does so every other time.
            first, second = (self.floor, self.subject) if i % 2 == 0 else \
                (self.subject, self.floor)
            one, other = first(), second()
            floor, subject = (one, other) if i % 2 == 0 else (other, one)
            raw.append({"floor": round(floor[0], 1),
                        "subject": round(subject[0], 1),
                        "ratio": round(subject[0] / floor[0], 3),
                        **floor[1], **subject[1]})
        return {"name": self.name, "what": self.what, "bar": f">= {self.bar}",
                "value": statistics.median(r["ratio"] for r in raw),
                "is_met": statistics.median(
                    r["ratio"] for r in raw) >= self.bar,
                "raw": raw, **watch.done()}


class OverNull(Row):
    """Against the null handler with the same request."""

    def requests(self, i):
        raise NotImplementedError

    def prepare(self):
        self.null, self.real = self.site.both(self.name, self.requests)
        self.site.load(0.5, 1, self.null)
        self.site.load(0.5, 1, self.real)

    def floor(self):
        said = self.site.load(self.seconds, 1, self.null)
        return said["rate"], {"floor_client_cpu": said["client_cpu"]}

    def subject(self):
        said = self.site.load(self.seconds, 1, self.real)
        return said["rate"], {"p99_ms": said["p99_us"] / 1000}


class Idle(OverNull):
    name, what, bar = "idle", "idle next-job / null", 0.70

    def prepare(self):
        self.runners = self.site.make_runners()
        super().prepare()

    def requests(self, i):
        r = self.runners[i]
        return ("GET", f"/runners/{r.id}/next-job?nonce={NUMBER}",
                r.client.token)


class Heartbeat(OverNull):
    name, what, bar = "heartbeat", "heartbeat with 8 jobs / null", 0.50
    jobs = 8

    def prepare(self):
        self.runners = self.site.make_runners()
        student = self.site.stack.client(self.site.users[0])
        for _ in range(CONNECTIONS * self.jobs):
            assert kit.submit(student).status == 201
        self.held = [[r.take()["job_id"] for _ in range(self.jobs)]
                     for r in self.runners]
        super().prepare()

    def requests(self, i):
        r = self.runners[i]
        return ("POST", f"/runners/{r.id}/heartbeat", r.client.token,
                {"active_job_ids": self.held[i], "commands": True})

    def measure(self, rounds):
        try:
            return super().measure(rounds)
        finally:
            for r in self.runners:
                assert r.leave().status == 204
            self.site.empty()


class Cycle(Row):
    name, bar = "cycle", 0.60
    what = "durable cycle submit + claim + complete / its floor"

    def prepare(self):
        site = self.site
        site.make_problems()
        runners = site.make_runners()
        null, real = [], []
        for i, (name, make) in enumerate((
                ("submit", lambda i: (
                    "POST", "/submissions", site.stack.token(site.users[i]),
                    {"course": kit.COURSE, "problem": PROBLEM,
                     "language": "c", "code":
                     f"int main(void){{return 0;}}/* {NUMBER} */"})),
                ("claim", lambda i: (
                    "GET", f"/runners/{runners[i].id}/next-job"
                    f"?nonce={NUMBER}", runners[i].client.token)),
                ("complete", lambda i: (
                    "PUT", f"/runners/{runners[i].id}/jobs/{JOB}/complete",
                    runners[i].client.token, kit.result(),
                    (f"X-Assize-Lease: {LEASE}",))))):
            a, b = site.both(f"cycle_{name}", make)
            null.append(a)
            real.append(b)
        self.null = [f for files in zip(*null) for f in files]
        self.real = [f for files in zip(*real) for f in files]
        self.pg, self.redis = Pg(site), RedisFloor(site)
        site.load(1, 3, self.real)
        site.empty()

    def floor(self):
        null = self.site.load(self.seconds, 3, self.null)["rate"]
        with self.site.assized_stopped():
            pg = self.pg.round()
            redis = self.redis.run(self.seconds / 2)
        seconds = 1 / null + 1 / redis["rate"] + sum(
            1 / rate for rate in pg.values())
        return 1 / seconds, {
            "null": round(3 * null), "redis_rounds": round(redis["rate"]),
            "redis_calls": redis["commands"],
            **{k: round(v) for k, v in pg.items()}}

    def subject(self):
        said = self.site.load(2 * self.seconds, 3, self.real)
        self.site.empty()
        return said["rate"], {"claims_empty": said["empty"],
                              "client_cpu": said["client_cpu"]}


ROWS = [Idle, Heartbeat, Cycle]
