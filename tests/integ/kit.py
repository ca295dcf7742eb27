"""What the tests of the server share: a course with a small problem, and a
runner that does what it is told."""

import hashlib
import io
import itertools
import zipfile

COURSE = "c1"
PROBLEM = "sum"
TESTS = ("sample/1", "secret/a/1", "secret/a/2", "secret/b/1")
numbers = itertools.count(1)


def make_zip(files):
    """The same bytes for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in sorted(files.items()):
            z.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()


def package(**more):
    """A package whose program prints the sum of two numbers."""
    files = {
        "problem.yaml": "problem_format_version: legacy\nname: Sum\n"
                        "type: pass-fail\nlicense: cc0\n"
                        "rights_owner: nobody\n",
        "problem_statement/problem.en.tex": "Add them.\n",
        **{f"data/{path}.in": f"{i} 1\n" for i, path in enumerate(TESTS)},
        **{f"data/{path}.ans": f"{i + 1}\n" for i, path in enumerate(TESTS)},
        **more}
    return make_zip({k: v for k, v in files.items() if v is not None})


def make_course(stack, course=COURSE, problem=PROBLEM, members=("alice",),
                settings=None):
    """A course, its problem with a package, its students; the admin."""
    admin = stack.client("root", admin=True)
    made = admin.post("/courses", {"course": course, "title": "One"})
    assert made.status == 201, made.show()
    make_problem(admin, course, problem, settings)
    for user in members:
        done = admin.put(f"/courses/{course}/members/{user}",
                         {"role": "student"})
        assert done.status == 200, done.show()
    return admin


def make_problem(admin, course, problem, settings=None, zip_bytes=None):
    path = f"/courses/{course}/problems/{problem}"
    done = admin.put(path, {"title": "Sum", **(settings or {})})
    assert done.status == 200, done.show()
    put = admin.put(f"{path}/package", body=zip_bytes or package(),
                    headers={"Content-Type": "application/zip"})
    assert put.status == 201, put.show()
    return put.data


def submit(client, code="int main(void){return 0;}", **more):
    body = {"course": COURSE, "problem": PROBLEM, "language": "c",
            "code": code}
    headers = more.pop("headers", None)
    body.update(more)
    return client.post("/submissions", {k: v for k, v in body.items()
                                        if v is not None}, headers=headers)


def result(verdict="AC", statuses=None, **more):
    """A result that fits the package above."""
    if statuses is None:
        statuses = {"AC": ["AC"] * 4, "CE": ["skipped"] * 4}.get(
            verdict, ["AC", verdict, "skipped", "skipped"])
    return {"verdict": verdict, "grade": 100 if verdict == "AC" else 0,
            "tests": [{"path": path, "name": path.rpartition("/")[2],
                       "status": status, "score": 100 * (status == "AC"),
                       "time_ms": 7, "memory_kb": 900, "exit_code": 0,
                       "stdout": f"out of {path}\n"}
                      for path, status in zip(TESTS, statuses)], **more}


class Runner:
    """Speaks as a runner does."""

    def __init__(self, stack, name=None, **more):
        self.client = stack.client()
        self.name = name or f"r{next(numbers)}"
        answer = self.client.post("/runners/register", {
            "registration_token":
                stack.secret("runner_registration_token").split()[0],
            "name": self.name, **more})
        assert answer.status == 201, answer.show()
        self.registered = answer.json
        self.id = answer.json["runner_id"]
        self.client.token = answer.json["token"]
        # Its first sign of life: what it serves is known from here on.
        assert self.beat(jobs=[]).status == 204

    def call(self, method, path, **kw):
        return self.client.request(method, f"/runners/{self.id}{path}", **kw)

    def beat(self, jobs=None, **more):
        body = dict(more)
        if jobs is not None:
            body["active_job_ids"] = jobs
        return self.call("POST", "/heartbeat", json=body or None)

    def next(self, query=""):
        return self.call("GET", f"/next-job{query}")

    def take(self, query=""):
        answer = self.next(query)
        assert answer.status == 200, answer.show()
        return answer.json

    def finish(self, job, body=None, lease=True):
        headers = {"X-Assize-Lease": job["lease_id"]} if lease else None
        return self.call("PUT", f"/jobs/{job['job_id']}/complete",
                         json=body or result(), headers=headers)

    def abort(self, job, reason, lease=True):
        headers = {"X-Assize-Lease": job["lease_id"]} if lease else None
        return self.call("PUT", f"/jobs/{job['job_id']}/abort",
                         json={"reason": reason}, headers=headers)

    def leave(self):
        return self.call("DELETE", "")


def take_of(runner, made):
    """The job of this submission; others are finished."""
    while True:
        job = runner.take("?wait=5")
        if job["submission_id"] == made.data["id"]:
            return job
        assert runner.finish(job).status == 204


def fetch(stack, url, token=None):
    """GET of an address that a job names."""
    base = f"https://localhost:{stack.nginx.port}/api"
    assert url.startswith(base + "/"), url
    client = stack.client()
    client.token = token
    return client.get(url[len(base):])


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def check_problem(answer, status, slug, *pointers):
    """It is that problem, with faults at exactly these pointers."""
    assert answer.status == status, answer.show()
    assert answer.type == "application/problem+json", answer.show()
    assert answer.slug == slug, answer.show()
    assert answer.json["status"] == status
    assert answer.json["title"]
    assert answer.json["instance"] == answer.headers["X-Request-Id"]
    if pointers:
        found = [e["pointer"] for e in answer.json["errors"]]
        assert sorted(found) == sorted(pointers), answer.show()
