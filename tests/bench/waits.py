"""The rows that are not a ratio over nginx' null: parked polls, a crowd, and
a Redis that has lost its memory."""

import json
import os
import statistics
import subprocess
import threading
import time

import kit
from floors import CLIENTS, Pg
from machine import TICK, Watch
from place import CONNECTIONS, JOB, LEASE, NUMBER, PROBLEM, Site

SUBMITTERS = 8  # as parked.c


def wait_for(done, timeout):
    end = time.monotonic() + timeout
    while not done():
        if time.monotonic() > end:
            raise RuntimeError("it took too long")
        time.sleep(0.02)


class Special:
    name = what = bar = None

    def __init__(self, site, seconds):
        self.site = site
        self.seconds = seconds

    def result(self, value, is_met, raw, watch):
        return {"name": self.name, "what": self.what, "bar": self.bar,
                "value": value, "is_met": is_met, "raw": raw, **watch.done()}

    def skip(self, why):
        return {"name": self.name, "what": self.what, "bar": self.bar,
                "skipped": why}

    def does_park(self):
        """A poll that waits a second is not answered at once."""
        runner = kit.Runner(self.site.stack)
        start = time.monotonic()
        answer = runner.next("?wait=1")
        took = time.monotonic() - start
        assert answer.status == 204, answer.show()
        assert runner.leave().status == 204
        return took > 0.5

    def poll(self, i, runner):
        return self.site.write(f"poll{i}", self.site.request(
            "GET", f"/api/runners/{runner.id}/next-job?wait=30"
            f"&nonce={NUMBER}", runner.client.token))


class Hand(Special):
    name = "hand"
    what = "runner holds the job after the 201; after the request was sent"
    bar = "p50 <= 1 ms, p99 <= 5 ms; p50 <= 2 ms, p99 <= 10 ms"
    runners, rate = 50, 100
    limits = {"after_201": (1000, 5000), "after_sent": (2000, 10000)}

    def measure(self, rounds):
        site = self.site
        if not self.does_park():
            return self.skip("the server does not park polls")
        site.make_problems()
        files = [site.write(f"hand_submit{i}", site.request(
            "POST", "/api/submissions", site.stack.token(site.users[i]),
            {"course": kit.COURSE, "problem": PROBLEM, "language": "c",
             "code": f"int main(void){{return 0;}}/* {NUMBER} */"}))
            for i in range(SUBMITTERS)]
        for i, runner in enumerate(site.make_runners(self.runners)):
            files += [self.poll(i, runner), site.write(
                f"hand_complete{i}", site.request(
                    "PUT", f"/api/runners/{runner.id}/jobs/{JOB}/complete",
                    runner.client.token, kit.result(),
                    (f"X-Assize-Lease: {LEASE}",)))]
        watch, raw = Watch(), []
        for _ in range(rounds):
            raw.append(site.run_json([
                site.program("parked"), "hand", site.stack.nginx.cert,
                str(site.stack.nginx.port), str(int(2000 * self.seconds)),
                str(self.rate), *files]))
            assert raw[-1]["others"] == 0, raw[-1]
        return self.judge(raw, watch)

    def judge(self, raw, watch):
        value, is_met = {}, True
        for name, limits in self.limits.items():
            for key, limit in zip(("p50_us", "p99_us"), limits):
                us = statistics.median(r[name][key] for r in raw)
                value[f"{name}_{key[:3]}_ms"] = round(us / 1000, 2)
                is_met = is_met and us <= limit
        return self.result(value, is_met, raw, watch)


class Hold(Special):
    name, what = "hold", "5,000 parked polls: memory and CPU of assized"
    bar = "<= 100 MiB, no measurable CPU (<= 1 % of a processor)"
    polls, runners = 5000, 50

    def look(self):
        """Resident bytes and ticks of the worker."""
        pid = list(self.site.stack.worker_pids().values())[0]
        with open(f"/proc/{pid}/stat", "rb") as f:
            rest = f.read().rpartition(b")")[2].split()
        ticks = int(rest[11]) + int(rest[12])
        return int(rest[21]) * os.sysconf("SC_PAGE_SIZE"), ticks

    def watch_over(self, process, raw):
        assert process.stdout.readline() == "open\n"
        time.sleep(1)
        before = self.look()
        time.sleep(5)
        after = self.look()
        raw["resident_mib"] = round(after[0] / 2**20, 1)
        raw["cpu"] = round((after[1] - before[1]) / TICK / 5, 4)
        raw.update(json.loads(process.stdout.readline()))

    def measure(self, rounds):
        if not self.does_park():
            return self.skip("the server does not park polls")
        made = self.site.make_runners(self.runners, capacity=1000)
        files = [self.poll(i, r) for i, r in enumerate(made)]
        time.sleep(2)
        start = self.look()
        time.sleep(5)
        idle = self.look()
        raw = {"idle_mib": round(idle[0] / 2**20, 1),
               "idle_cpu": round((idle[1] - start[1]) / TICK / 5, 4)}
        watch = Watch()
        with subprocess.Popen(
                [self.site.program("parked"), "hold",
                 self.site.stack.nginx.cert, str(self.site.stack.nginx.port),
                 "8000", str(self.polls), *files],
                stdout=subprocess.PIPE, text=True) as process:
            self.watch_over(process, raw)
        more = max(0, raw["cpu"] - raw["idle_cpu"])
        raw["early"] = raw.pop("empty")
        return self.result(
            f"{raw['resident_mib']} MiB, {more:.2%} of a processor",
            raw["resident_mib"] <= 100 and more <= 0.01 and
            raw["early"] < self.polls, [raw], watch)


class Crowd(Special):
    """Two sites: one has the crowd, the other only what is claimed."""

    ready, leases, runners = 1000000, 10000, 10000
    per_client = 4000
    what_is_polled = None
    bar = ">= 0.9"

    def fill(self, site, *sizes):
        site.make_problems()
        pg = Pg(site)
        with site.assized_stopped():
            pg.base += 100000000
            pg.run("submission_insert", self.per_client)
            ids = "".join(
                f"jb_{n:026} sb_{n:026}\n"
                for i in range(1, self.per_client + 1)
                for n in (pg.base + c * 1000000 + i for c in range(CLIENTS)))
            subprocess.run(
                [site.program("fill"), site.stack.redis.socket,
                 *map(str, sizes)], input=ids, text=True, check=True,
                stdout=subprocess.DEVNULL)

    def claims(self, site):
        """Every connection speaks for sixteen runners in turn, lest one of
        them hold hundreds of jobs."""
        made = site.make_runners(CONNECTIONS * 16)
        return 16, self.polls(site, made)

    def idles(self, site):
        return 1, self.polls(
            site, site.make_runners(CONNECTIONS, languages=["python3"]))

    @staticmethod
    def polls(site, made):
        return [site.write(f"crowd_{r.id}", site.request(
            "GET", f"/api/runners/{r.id}/next-job?nonce={NUMBER}",
            r.client.token)) for r in made]

    def measure(self, rounds):
        full, empty = self.site, Site(self.site.build)
        try:
            empty.start()
            self.fill(empty, 0, 0, 1)
            self.fill(full, self.ready, self.leases, self.runners)
            rows = [self.pairs(rounds, make, full, empty, seconds, part)
                    for part, make, seconds in (
                        ("idle poll", self.idles, self.seconds),
                        ("claim", self.claims, self.seconds / 2))]
        finally:
            empty.end()
        return rows

    def pairs(self, rounds, make, full, empty, seconds, part):
        files = {site: make(site) for site in (full, empty)}
        watch, raw = Watch(), []
        for i in range(rounds):
            sites = (empty, full) if i % 2 == 0 else (full, empty)
            said = {s: s.load(seconds, *files[s]) for s in sites}
            self.check(part, said.values())
            calls = {s: sum(x["statuses"].values()) / x["seconds"]
                     for s, x in said.items()}
            raw.append({"empty": round(calls[empty]),
                        "full": round(calls[full]),
                        "ratio": round(calls[full] / calls[empty], 3)})
        value = statistics.median(r["ratio"] for r in raw)
        return {"name": self.name, "what": f"{part} with 1,000,000 ready "
                "jobs, 10,000 leases, 10,000 runners / empty",
                "bar": self.bar, "value": value, "is_met": value >= 0.9,
                "raw": raw, **watch.done()}

    @staticmethod
    def check(part, said):
        wanted = {"claim": {"200"}, "idle poll": {"204"}}[part]
        for x in said:
            if set(x["statuses"]) != wanted:
                raise RuntimeError(f"{part}: {x['statuses']}")

    name = "crowd"


class Rebuild(Special):
    name, what = "rebuild", "sweep after FLUSHALL with 100,000 ready jobs"
    bar = "<= 10 s, live claims go on meanwhile"
    jobs = 100000

    def known(self):
        redis = self.site.stack.redis
        return sum(redis.command("ZCARD", f"{{assize}}:q:default/{x}/live")
                   for x in ("c", "cpp", "python3")) + \
            redis.command("ZCARD", "{assize}:leased")

    def claim_on(self, said, end):
        """One runner takes and ends jobs all the time; when it got them."""
        runner = kit.Runner(self.site.stack)
        while not end.is_set():
            job = runner.next()
            if job.status == 200:
                assert runner.finish(job.json).status == 204
                said.append(time.monotonic())

    def measure(self, rounds):
        site = self.site
        site.make_problems()
        pg = Pg(site)
        with site.assized_stopped():
            pg.base += 100000000
            pg.run("submission_insert", self.jobs // CLIENTS)
        redis = site.stack.redis
        watch, raw = Watch(), []
        for _ in range(min(rounds, 3)):
            raw.append(self.once(redis))
        value = statistics.median(r["seconds"] for r in raw)
        return self.result(value, value <= 10 and
                           all(r["claims"] > 0 for r in raw), raw, watch)

    def once(self, redis):
        said, end = [], threading.Event()
        thread = threading.Thread(target=self.claim_on, args=(said, end))
        redis.command("FLUSHALL")
        start = time.monotonic()
        thread.start()
        ready = int(self.site.stack.psql(
            "SELECT count(*) FROM job WHERE live"))
        try:
            wait_for(lambda: self.known() + len(said) >= ready - 1, 600)
        finally:
            took = time.monotonic() - start
            end.set()
            thread.join()
        return {"seconds": round(took, 2), "ready": ready,
                "claims": len(said),
                "first_claim_s": round(said[0] - start, 2) if said else None}


WAITS = [Hand, Hold, Crowd, Rebuild]
