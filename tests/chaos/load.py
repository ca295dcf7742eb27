"""The load: students who insist, and runners that answer by digest.

What a runner of ours says of a source follows from its SHA-256, so whoever
knows the source knows the one right result.  Everything that was promised is
written down in a Ledger, to be compared with the database at the end.
"""

import io
import random
import threading
import time
import uuid
import zipfile

import kit
from wire import Caller

VERDICTS = ("AC", "WA", "CE", "TLE", "RE")
RETRY = (429, 500, 502, 503, 504)


def expected(sha256):
    """(verdict, time of each test in ms) of a source."""
    return (VERDICTS[int(sha256[:4], 16) % len(VERDICTS)],
            1 + int(sha256[4:8], 16) % 1000)


def result_of(sha256):
    verdict, ms = expected(sha256)
    made = kit.result(verdict)
    for test in made["tests"]:
        test["time_ms"] = ms
    return made


class Ledger:
    """What clients were told."""

    def __init__(self):
        self.lock = threading.Lock()
        self.accepted = {}      # key -> submission
        self.wanted = {}        # submission -> verdict, of real programs
        self.landed = []        # job, lease, when: the answer was 204
        self.refused = []       # job, lease, status
        self.taken = []         # job, lease, when
        self.faults = []        # what no client should ever see

    def fault(self, text):
        with self.lock:
            if len(self.faults) < 100:
                self.faults.append(text)

    def accept(self, key, sid):
        with self.lock:
            before = self.accepted.setdefault(key, sid)
        if before != sid:
            self.fault(f"key {key} made {before} and {sid}")


class Student(threading.Thread):
    """Hands in until it has made its number, or is told to end; each under
    its key, again and again until it is accepted."""

    def __init__(self, ledger, callers, seed, pick, number, pause):
        super().__init__(daemon=True)
        self.ledger = ledger
        self.callers = callers
        self.random = random.Random(seed)
        self.pick = pick        # () -> problem, code, wanted verdict or None
        self.number = number
        self.pause = pause
        self.ending = threading.Event()

    def run(self):
        for _ in range(self.number):
            if self.ending.is_set():
                return
            caller = self.random.choice(self.callers)
            key = uuid.UUID(int=self.random.getrandbits(128)).hex
            problem, code, wanted = self.pick(self.random, key)
            sid = self.insist(caller, key, problem, code)
            if sid is None:
                return
            if wanted:
                self.ledger.wanted[sid] = wanted
            if self.random.random() < 0.05:
                self.insist(caller, key, problem, code)
            time.sleep(self.random.random() * 2 * self.pause)

    def insist(self, caller, key, problem, code):
        """Once begun it does not give up: who has no answer asks again."""
        while True:
            try:
                answer = caller.request(
                    "POST", "/submissions",
                    {"course": kit.COURSE, "problem": problem,
                     "language": "c", "code": code},
                    Idempotency_Key=key)
            except OSError:
                time.sleep(0.2)
                continue
            if answer.status in (200, 201):
                sid = answer.json["data"]["id"]
                self.ledger.accept(key, sid)
                return sid
            if answer.status not in RETRY:
                self.ledger.fault(f"submit: {answer.show()}")
                return None
            if answer.status == 500:
                self.ledger.fault(f"submit: {answer.show()}")
            time.sleep(0.2)


class Died(Exception):
    """The runner was killed: it forgets what it did."""


class Runner(threading.Thread):
    """Speaks the protocol as our own runner does: a nonce a slot, its jobs
    listed, a result repeated until it is answered."""

    def __init__(self, ledger, path, secret, name, seed, service=0.1):
        super().__init__(daemon=True)
        self.ledger = ledger
        self.caller = Caller(path)
        self.secret = secret
        self.name = name
        self.random = random.Random(seed)
        self.service = service
        self.is_steady = False  # each job takes just as long
        self.ending = threading.Event()
        self.killed = threading.Event()
        self.stopped_until = 0.0
        self.id = None
        self.more = {}
        self.beat_s = 1
        self.last_beat = 0.0
        self.done = 0

    # What befalls it

    def kill(self):
        self.killed.set()

    def stop(self, seconds):
        self.stopped_until = time.monotonic() + seconds

    def look(self):
        """To be called between any two steps."""
        while time.monotonic() < self.stopped_until:
            time.sleep(0.05)
        if self.killed.is_set():
            self.killed.clear()
            raise Died

    def rest(self, seconds):
        end = time.monotonic() + seconds
        while True:
            self.look()
            left = end - time.monotonic()
            if left <= 0 or self.ending.is_set():
                return
            time.sleep(min(left, 0.1))

    # The protocol

    def run(self):
        while not self.ending.is_set():
            try:
                self.live()
            except Died:
                self.id = None
                if self.random.random() < 0.5:
                    self.name = f"{self.name.partition('.')[0]}." \
                                f"{self.random.randrange(10 ** 6)}"

    def call(self, method, path, document=None, **headers):
        """The answer, or None where there is none to rely on."""
        self.look()
        try:
            answer = self.caller.request(
                method, f"/runners/{self.id}{path}", document, **headers)
        except OSError:
            answer = None
        self.look()
        if answer is not None and answer.status in RETRY:
            if answer.status == 500:
                self.ledger.fault(f"{method} {path}: {answer.show()}")
            answer = None
        return answer

    def live(self):
        nonce = uuid.UUID(int=self.random.getrandbits(128)).hex
        while not self.ending.is_set():
            if self.id is None and not self.register():
                self.rest(0.3)
                continue
            self.beat([])
            answer = self.call("GET", f"/next-job?wait=1&nonce={nonce}",
                               timeout=20)
            if answer is None:
                self.rest(0.2)
            elif answer.status == 200:
                self.work(answer.json)
                nonce = uuid.UUID(int=self.random.getrandbits(128)).hex
            elif answer.status == 204:
                self.rest(0.1 + 0.3 * self.random.random())
            else:
                self.check_gone(answer, "next-job")

    def check_gone(self, answer, what):
        if answer.status in (401, 403, 404):
            self.id = None
        else:
            self.ledger.fault(f"{what}: {answer.show()}")

    def register(self):
        self.caller.token = None
        try:
            answer = self.caller.request("POST", "/runners/register", {
                "registration_token": self.secret, "name": self.name,
                "heartbeat_interval_sec": self.beat_s,
                "capacity": 1, **self.more})
        except OSError:
            return False
        if answer.status != 201:
            if answer.status not in RETRY:
                self.ledger.fault(f"register: {answer.show()}")
            return False
        self.caller.token = answer.json["token"]
        self.id = answer.json["runner_id"]
        self.last_beat = 0.0
        return True

    def beat(self, jobs):
        now = time.monotonic()
        if now - self.last_beat < self.beat_s:
            return
        answer = self.call("POST", "/heartbeat", {"active_job_ids": jobs})
        if answer is None:
            return
        self.last_beat = now
        if answer.status not in (200, 204):
            self.check_gone(answer, "heartbeat")

    def work(self, job):
        jid, lease = job["job_id"], job["lease_id"]
        with self.ledger.lock:
            self.ledger.taken.append((jid, lease, time.monotonic()))
        end = time.monotonic() + self.service * (
            1 if self.is_steady else 2 * self.random.random())
        if self.random.random() < 0.1:
            self.check_source(job)
        if self.random.random() < 0.1:
            self.call("PUT", f"/jobs/{jid}/progress", {
                "from": 0, "tests": kit.result("AC")["tests"][:1]},
                X_Assize_Lease=lease)
        while time.monotonic() < end and self.id is not None:
            self.beat([jid])
            self.rest(min(0.2, max(0.0, end - time.monotonic())))
        if self.random.random() < 0.01:
            self.finish(jid, lease, "abort", {"reason": "drain"})
        else:
            self.finish(jid, lease, "complete",
                        result_of(job["source"]["sha256"]))

    def check_source(self, job):
        path = job["code_url"].partition("/api")[2]
        try:
            answer = Caller(self.caller.path).request("GET", path)
        except OSError:
            return
        if answer.status != 200:
            if answer.status not in (*RETRY, 403, 404):
                self.ledger.fault(f"source: {answer.show()}")
            return
        with zipfile.ZipFile(io.BytesIO(answer.body)) as z:
            code = z.read("main.c").decode()
        key = code.partition("key ")[2].partition(" ")[0]
        with self.ledger.lock:
            sid = self.ledger.accepted.get(key)
        if sid not in (None, job["submission_id"]):
            self.ledger.fault(f"{job['submission_id']} has source of {sid}")

    def finish(self, jid, lease, how, document):
        """Until it is answered, as long as the runner lives."""
        while self.id is not None:
            answer = self.call("PUT", f"/jobs/{jid}/{how}", document,
                               X_Assize_Lease=lease)
            if answer is None:
                self.beat([jid])
                self.rest(0.2)
            elif answer.status == 204:
                with self.ledger.lock:
                    self.ledger.landed.append(
                        (jid, lease, time.monotonic()))
                self.done += 1
                return
            elif answer.status in (202, 404, 409):
                with self.ledger.lock:
                    self.ledger.refused.append((jid, lease, answer.status))
                return
            else:
                self.check_gone(answer, how)
                return
