"""Two runners as Normal-OJ publishes them, made from what is known of their
protocol: each judges for itself, by its own rules, and believes nothing that
its original would not.

NojOne	reads answers inside "data", beats without a body, asks
	/problem/<id>/meta for the tasks and compares the checksum
NojTwo	reads answers at top level, wants exactly the status it expects,
	takes the tasks from the job, and names its jobs with each heartbeat
"""

import hashlib
import http.client
import io
import json
import resource
import subprocess
import tempfile
import time
import urllib.parse
import zipfile

from harness.client import tls_context

EXTENSIONS = {0: "c", 1: "cpp", 2: "py"}
COMPILERS = {0: ["gcc", "-std=c11", "-O2", "-o", "main", "main.c", "-lm"],
             1: ["g++", "-std=c++17", "-O2", "-o", "main", "main.cpp"]}
TASK = {"taskScore", "caseCount", "memoryLimit", "timeLimit"}
HTTP_SECONDS = 10


class NojError(Exception):
    """The client would give up here."""


def same_output(have, want):
    """Lines without what trails them; empty lines at the end do not count."""
    def lines(text):
        found = [line.rstrip() for line in text.split("\n")]
        while found and not found[-1]:
            found.pop()
        return found
    return lines(have) == lines(want)


def check_tasks(tasks):
    """The model of both: one task or more, all four numbers, 100 points."""
    if not isinstance(tasks, list) or not tasks:
        raise NojError("no tasks")
    for task in tasks:
        if not TASK <= set(task):
            raise NojError(f"a task lacks {TASK - set(task)}")
        if not all(type(task[key]) is int for key in TASK):
            raise NojError("a task's numbers are none")
    if sum(task["taskScore"] for task in tasks) != 100:
        raise NojError("the scores do not sum to 100")
    return [{key: task[key] for key in
             ("taskScore", "caseCount", "memoryLimit", "timeLimit")}
            for task in tasks]


class Sandbox:
    """Compiles and runs one submission in a directory of its own."""

    def __init__(self, language, source_zip, data_zip, tasks):
        self.dir = tempfile.TemporaryDirectory(prefix="noj-")
        self.language = language
        self.tasks = tasks
        with zipfile.ZipFile(io.BytesIO(source_zip)) as z:
            names = z.namelist()
            if names != [f"main.{EXTENSIONS[language]}"]:
                raise NojError(f"the source is {names}")
            z.extractall(self.dir.name)
        with zipfile.ZipFile(io.BytesIO(data_zip)) as z:
            self.data = {name: z.read(name).decode() for name in z.namelist()}
        wanted = {f"{t:02}{c:02}.{end}" for t, task in enumerate(tasks)
                  for c in range(task["caseCount"]) for end in ("in", "out")}
        if set(self.data) != wanted:
            raise NojError(f"the test data are {sorted(self.data)}")

    def compile(self):
        """The case that every case repeats if it fails; else None."""
        if self.language not in COMPILERS:
            return None
        done = subprocess.run(COMPILERS[self.language], cwd=self.dir.name,
                              capture_output=True, timeout=60, check=False)
        if done.returncode == 0:
            return None
        return {"stdout": "", "stderr": done.stderr.decode(), "exitCode": 1,
                "execTime": 10, "memoryUsage": 1000, "status": "CE"}

    def run(self, key, task):
        seconds = task["timeLimit"] / 1000
        argv = ["./main"] if self.language in COMPILERS else \
            ["/usr/bin/python3", "-B", "main.py"]
        case = {"stdout": "", "stderr": "", "exitCode": -1, "execTime": -1,
                "memoryUsage": -1, "status": "JE"}

        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))

        start = time.monotonic()
        try:
            done = subprocess.run(
                argv, cwd=self.dir.name, input=self.data[f"{key}.in"].encode(),
                capture_output=True, timeout=10 * seconds + 10, check=False,
                preexec_fn=limit)
        except subprocess.TimeoutExpired:
            return {**case, "exitCode": 0, "status": "TLE",
                    "execTime": int(1000 * seconds), "memoryUsage": 1000}
        out = done.stdout.decode(errors="ignore")
        status = "RE" if done.returncode != 0 else \
            "AC" if same_output(out, self.data[f"{key}.out"]) else "WA"
        return {"stdout": out, "stderr": done.stderr.decode(errors="ignore"),
                "exitCode": max(0, done.returncode),
                "execTime": int(1000 * (time.monotonic() - start)),
                "memoryUsage": 1000, "status": status}

    def judge(self):
        with self.dir:
            failed = self.compile()
            return [[failed or self.run(f"{t:02}{c:02}", task)
                     for c in range(task["caseCount"])]
                    for t, task in enumerate(self.tasks)]


class NojClient:
    """What both share: the addresses, and a call."""

    def __init__(self, base, ca, secret, name):
        self.base = base
        self.context = tls_context(ca)
        self.secret = secret
        self.name = name
        self.id = self.token = self.config = None

    def call(self, method, url, body=None, auth=True):
        """(status, bytes) of path or of a whole address."""
        url = url if url.startswith("https:") else self.base + url
        at = urllib.parse.urlsplit(url)
        head = {"Accept": "*/*"}
        if auth and self.token:
            head["Authorization"] = f"Bearer {self.token}"
        if body is not None:
            body = json.dumps(body).encode()
            head["Content-Type"] = "application/json"
        conn = http.client.HTTPSConnection(at.hostname, at.port,
                                           context=self.context,
                                           timeout=HTTP_SECONDS)
        try:
            conn.request(method, f"{at.path}?{at.query}" if at.query
                         else at.path, body=body, headers=head)
            answer = conn.getresponse()
            return answer.status, answer.read()
        finally:
            conn.close()

    def want(self, status, method, url, body=None, auth=True):
        found, data = self.call(method, url, body, auth)
        if found != status:
            raise NojError(f"{method} {url}: {found}, not {status}: "
                           f"{data[:500]}")
        return data

    def of_runner(self, rest):
        return f"/runners/{self.id}{rest}"

    def of_job(self, job, rest):
        return self.of_runner(f"/jobs/{job['job_id']}/{rest}")

    def take_registration(self, answer):
        self.id, self.token = answer["runner_id"], answer["token"]
        self.config = answer["config"]
        for key in ("heartbeat_interval_sec", "poll_interval_sec",
                    "max_concurrent_jobs"):
            if type(self.config[key]) is not int:
                raise NojError(f"config: {key}")

    def data_token(self):
        return self.token

    def asked(self, job, what):
        token = urllib.parse.quote(self.data_token())
        return (f"/problem/{job['problem_id']}/{what}?token={token}")

    def source(self, job):
        """Whoever has the link may fetch it."""
        return self.want(200, "GET", job["code_url"], auth=False)

    def check_job(self, job):
        for key in ("job_id", "submission_id", "code_url", "checker"):
            if not isinstance(job[key], str):
                raise NojError(f"job: {key}")
        for key in ("problem_id", "language"):
            if type(job[key]) is not int:
                raise NojError(f"job: {key}")


class NojOne(NojClient):
    def register(self):
        self.take_registration(json.loads(self.want(
            201, "POST", "/runners/register",
            {"registration_token": self.secret, "name": self.name}))["data"])

    def heartbeat(self):
        self.want(204, "POST", self.of_runner("/heartbeat"))

    def poll(self):
        status, data = self.call("GET", self.of_runner("/next-job"))
        if status == 204 and not data:
            return None
        if status != 200:
            raise NojError(f"next-job: {status}")
        job = json.loads(data)["data"]
        self.check_job(job)
        return job

    def prepare(self, job):
        """(source, data, tasks); the runner keeps data by their checksum."""
        token_asked = {"auth": False}
        checksum = json.loads(self.want(
            200, "GET", self.asked(job, "checksum"), **token_asked))["data"]
        meta = json.loads(self.want(
            200, "GET", self.asked(job, "meta"), **token_asked))["data"]
        data = self.want(200, "GET", self.asked(job, "testdata"),
                         **token_asked)
        found = hashlib.md5(data + json.dumps(meta).encode()).hexdigest()
        if found != checksum:
            raise NojError(f"checksum {found}, not {checksum}")
        return self.source(job), data, check_tasks(meta["tasks"])

    def complete(self, job, tasks):
        status, data = self.call("PUT", self.of_job(job, "complete"),
                                 {"tasks": tasks})
        if status not in (204, 400, 404, 409):
            raise NojError(f"complete: {status}")
        if status == 400:
            raise NojError(f"complete: {data[:500]}")

    def abort(self, job, reason):
        status, _ = self.call("PUT", self.of_job(job, "abort"),
                              {"reason": reason})
        if status not in (202, 404, 409):
            raise NojError(f"abort: {status}")

    def work(self):
        """One job from poll to complete, or None; aborted if it fails."""
        job = self.poll()
        if job is None:
            return None
        try:
            source, data, tasks = self.prepare(job)
            self.heartbeat()
            result = Sandbox(job["language"], source, data, tasks).judge()
        except (NojError, KeyError) as e:
            self.abort(job, f"prepare failed: {e}")
            raise
        self.complete(job, result)
        return job


class NojTwo(NojClient):
    def __init__(self, *args):
        super().__init__(*args)
        self.tracker = {}

    def data_token(self):
        """One of its configuration, since it had one there before."""
        return self.secret

    def register(self):
        self.take_registration(json.loads(self.want(
            201, "POST", "/runners/register",
            {"registration_token": self.secret, "name": self.name})))
        self.heartbeat()

    def heartbeat(self):
        self.want(204, "POST", self.of_runner("/heartbeat"),
                  {"active_job_ids": sorted(self.tracker)})

    def poll(self):
        if len(self.tracker) >= self.config["max_concurrent_jobs"]:
            return None
        status, data = self.call("GET", self.of_runner("/next-job"))
        if status == 204 and not data:
            return None
        if status != 200:
            raise NojError(f"next-job: {status}")
        job = json.loads(data)
        self.check_job(job)
        self.tracker[job["job_id"]] = job
        return job

    def prepare(self, job):
        return (self.source(job),
                self.want(200, "GET", self.asked(job, "testdata"),
                          auth=False),
                check_tasks(job["tasks"]))

    def drop(self, job, reason):
        self.want(202, "PUT", self.of_job(job, "abort"), {"reason": reason})
        self.tracker.pop(job["job_id"], None)

    def complete(self, job, tasks):
        """204 ends it, 404 and 409 drop it, 400 is said to be rejected."""
        status, data = self.call("PUT", self.of_job(job, "complete"),
                                 {"tasks": tasks})
        if status == 400:
            self.drop(job, "rejected")
            raise NojError(f"complete: {data[:500]}")
        if status not in (204, 404, 409):
            raise NojError(f"complete: {status}")
        self.tracker.pop(job["job_id"], None)

    def work(self):
        job = self.poll()
        if job is None:
            return None
        self.heartbeat()
        try:
            source, data, tasks = self.prepare(job)
        except (NojError, KeyError):
            self.drop(job, "prep_failed")
            raise
        result = Sandbox(job["language"], source, data, tasks).judge()
        self.heartbeat()
        self.complete(job, result)
        return job

    def leave(self):
        """Ends as on SIGTERM: what was not begun goes back."""
        for job in list(self.tracker.values()):
            self.drop(job, "drain")


def connect(kind, stack, name):
    """A registered client of that kind."""
    client = kind(f"https://localhost:{stack.nginx.port}/api",
                  stack.nginx.cert, stack.secret("runner_registration_token"),
                  name)
    client.register()
    return client


def run_all(client, seconds=60):
    """Works until there is nothing left; the jobs."""
    found, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        job = client.work()
        if job is None:
            return found
        found.append(job)
    raise NojError("there is no end of jobs")
