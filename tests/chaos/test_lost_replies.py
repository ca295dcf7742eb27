"""Each route: the server has committed, its reply is lost, the client asks
again.  The proxy tells that the reply was there and went nowhere."""

import time

import pytest

import kit
from load import result_of
from place import LEASE_S, Place
from wire import Caller, Lost
import checks


@pytest.fixture(scope="module")
def place():
    place = Place()
    place.start()
    yield place
    place.stop()


@pytest.fixture
def lose(place):
    """lose(call): the reply to call is lost on its way."""
    def run(call):
        before = sum(place.proxy.dropped.values())
        place.proxy.decide = lambda _: "drop"
        with pytest.raises(Lost):
            call()
        place.proxy.decide = lambda _: None
        assert sum(place.proxy.dropped.values()) == before + 1
    yield run
    place.proxy.decide = lambda _: None


class Runner:
    """Through the proxy."""

    def __init__(self, place, name):
        self.name = name
        self.caller = Caller(place.proxy.path)
        self.secret = place.stack.secret("runner_registration_token")
        self.id = None

    def register(self):
        answer = self.caller.request("POST", "/runners/register", {
            "registration_token": self.secret, "name": self.name,
            "heartbeat_interval_sec": 1})
        assert answer.status == 201, answer.show()
        self.id = answer.json["runner_id"]
        self.caller.token = answer.json["token"]
        assert self.beat([]).status == 204
        return self

    def call(self, method, path, document=None, lease=None):
        return self.caller.request(method, f"/runners/{self.id}{path}",
                                   document, X_Assize_Lease=lease)

    def beat(self, jobs):
        return self.call("POST", "/heartbeat", {"active_job_ids": jobs})

    def next(self, nonce):
        return self.call("GET", f"/next-job?nonce={nonce}")

    def take(self, nonce):
        answer = self.next(nonce)
        assert answer.status == 200, answer.show()
        return answer.json

    def complete(self, job):
        return self.call("PUT", f"/jobs/{job['job_id']}/complete",
                         result_of(job["source"]["sha256"]),
                         job["lease_id"])

    def abort(self, job, reason="drain"):
        return self.call("PUT", f"/jobs/{job['job_id']}/abort",
                         {"reason": reason}, job["lease_id"])


def submit(place, key, name="s0"):
    return place.caller(name).request(
        "POST", "/submissions",
        {"course": kit.COURSE, "problem": "sum", "language": "c",
         "code": f"int main(void){{return 0;}} /* {key} */"},
        Idempotency_Key=key)


def made(place, key):
    answer = submit(place, key)
    assert answer.status == 201, answer.show()
    place.ledger.accept(key, answer.json["data"]["id"])
    return answer.json["data"]["id"]


def claims(place, sid):
    return place.stack.psql(f"SELECT state, claims, charged FROM job "
                            f"WHERE submission_id = '{sid}'")


@pytest.fixture
def runner(place, request):
    one = Runner(place, request.node.name).register()
    yield one
    one.call("DELETE", "")


def test_submission(place, lose, runner):
    lose(lambda: submit(place, "twice"))
    answer = submit(place, "twice")
    assert answer.status == 200, answer.show()
    found = place.stack.psql(
        "SELECT id FROM submission WHERE key = 'twice'")
    assert found == answer.json["data"]["id"]
    job = runner.take("n")
    assert job["submission_id"] == found
    assert runner.complete(job).status == 204
    assert runner.next("n2").status == 204


def test_next_job(place, lose, runner):
    """The same nonce, the same job, one claim."""
    sid = made(place, "next")
    lose(lambda: runner.next("slot1"))
    first = claims(place, sid)
    assert first == "leased\t1\t1"
    job = runner.take("slot1")
    assert (job["submission_id"], job["attempt"]) == (sid, 1)
    assert claims(place, sid) == first
    assert runner.next("slot2").status == 204
    assert runner.complete(job).status == 204


def test_next_job_never_asked_again(place, lose, runner):
    """A runner that does not know its job does not list it: it comes back."""
    sid = made(place, "unlisted")
    lose(lambda: runner.next("slot1"))
    other = Runner(place, "other").register()
    end = time.monotonic() + LEASE_S * 6
    while True:
        assert runner.beat([]).status == 204
        assert other.beat([]).status == 204
        answer = other.next("o")
        if answer.status == 200:
            break
        assert time.monotonic() < end, "the job did not come back"
        time.sleep(0.3)
    assert answer.json["submission_id"] == sid
    assert other.complete(answer.json).status == 204
    other.call("DELETE", "")


def test_complete(place, lose, runner):
    made(place, "complete")
    job = runner.take("n")
    lose(lambda: runner.complete(job))
    for _ in range(2):
        assert runner.complete(job).status == 204
    assert place.stack.psql(
        "SELECT count(*) FROM job_history WHERE event = 'landed' "
        f"AND job_id = '{job['job_id']}'") == "1"


def test_abort(place, lose, runner):
    """Given back once: the repetition takes nothing from who has it now."""
    sid = made(place, "abort")
    job = runner.take("n")
    lose(lambda: runner.abort(job))
    assert claims(place, sid) == "ready\t1\t0"
    assert runner.abort(job).status == 202
    assert claims(place, sid) == "ready\t1\t0"
    again = runner.take("n2")
    assert again["job_id"] == job["job_id"]
    assert again["lease_id"] != job["lease_id"]
    assert runner.abort(job).status in (202, 409)
    assert claims(place, sid) == "leased\t2\t1"
    assert runner.complete(again).status == 204


def test_register(place, lose):
    """The second registration takes the name; the first is nobody."""
    one = Runner(place, "named")
    lose(one.register)
    one.register()
    assert place.stack.psql("SELECT count(*) FROM runner WHERE "
                            "name = 'named' AND state = 'active'") == "1"
    sid = made(place, "register")
    job = one.take("n")
    assert job["submission_id"] == sid
    lose(one.register)
    one.register()
    again = one.take("m")
    assert again["job_id"] == job["job_id"]
    assert one.complete(again).status == 204
    one.call("DELETE", "")


def test_heartbeat(place, lose, runner):
    """What was renewed stays so, whether the runner knows it or not."""
    sid = made(place, "beat")
    job = runner.take("n")
    for _ in range(LEASE_S * 2):
        lose(lambda: runner.beat([job["job_id"]]))
        time.sleep(0.8)
    assert claims(place, sid) == "leased\t1\t1"
    assert runner.complete(job).status == 204


def test_delete(place, lose):
    """Its jobs went back at once; asked again, it is nobody."""
    sid = made(place, "delete")
    one = Runner(place, "leaving").register()
    job = one.take("n")
    lose(lambda: one.call("DELETE", ""))
    assert claims(place, sid) == "ready\t1\t0"
    assert one.call("DELETE", "").status in (204, 401, 404)
    assert one.complete(job).status in (204, 401, 404, 409)
    other = Runner(place, "staying").register()
    answer = other.next("n")
    if answer.status == 200:
        assert other.complete(answer.json).status == 204
    assert place.stack.psql("SELECT status FROM submission "
                            f"WHERE id = '{sid}'") == "done"
    other.call("DELETE", "")


def test_progress(place, lose, runner):
    made(place, "progress")
    job = runner.take("n")
    path = f"/jobs/{job['job_id']}/progress"
    body = {"from": 0, "tests": kit.result("AC")["tests"][:2]}
    lose(lambda: runner.call("PUT", path, body, job["lease_id"]))
    assert runner.call("PUT", path, body, job["lease_id"]).status == 204
    assert runner.complete(job).status == 204


def test_source(place, lose, runner):
    made(place, "source")
    job = runner.take("n")
    path = job["code_url"].partition("/api")[2]
    lose(lambda: Caller(place.proxy.path).request("GET", path))
    assert Caller(place.proxy.path).request("GET", path).status == 200
    assert runner.complete(job).status == 204


def test_all_is_well(place):
    """Each route that changes anything has lost a reply above."""
    assert checks.all_faults(place) == []
    assert set(place.proxy.dropped) >= {
        "POST /submissions", "GET /runners/{rn}/next-job",
        "PUT /runners/{rn}/jobs/{jb}/complete",
        "PUT /runners/{rn}/jobs/{jb}/abort", "POST /runners/register",
        "POST /runners/{rn}/heartbeat", "DELETE /runners/{rn}",
        "PUT /runners/{rn}/jobs/{jb}/progress", "GET /jobs/{jb}/source"}
