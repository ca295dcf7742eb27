"""Grades that go to other systems, by the real exporter: a Redis, a web
server that checks signatures, files."""

import concurrent.futures
import csv
import hashlib
import hmac
import http.server
import json
import os
import signal
import threading
import time

import pytest

from harness import StackError, daemon
from kit import (COURSE, PROBLEM, Runner, check_problem, make_course,
                 make_problem, package, result, submit)

KEY = "k" * 40


def wait_until(check, what, seconds=20):
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, what
        time.sleep(0.05)


class Receiver:
    """Keeps what it was sent; answers with what it was told to."""

    def __init__(self):
        self.messages = []
        self.answers = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.take(self.headers, body)
                status, more = (outer.answers.pop(0) if outer.answers
                                else (204, {}))
                self.send_response(status)
                for name, value in more.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0),
                                                      Handler)
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/grades"

    def take(self, headers, body):
        signed = headers["X-Assize-Timestamp"].encode() + b"." + body
        mac = hmac.new(KEY.encode(), signed, hashlib.sha256).hexdigest()
        assert headers["X-Assize-Signature"] == f"sha256={mac}"
        assert abs(time.time() - int(headers["X-Assize-Timestamp"])) < 600
        message = json.loads(body)
        assert headers["Idempotency-Key"] == message["id"]
        assert headers["Content-Type"] == "application/json"
        self.messages.append(message)

    def of(self, user):
        return [m for m in self.messages if m["user"] == user]


@pytest.fixture(scope="module")
def receiver():
    r = Receiver()
    yield r
    r.server.shutdown()
    r.server.server_close()


@pytest.fixture(scope="module")
def server(stack, receiver):
    make_course(stack, members=("alice", "bob", "carol", "dora", "erin"),
                settings={"allow_pending": True, "evaluate": "last",
                          "exports": ["redis", "webhook", "csv"]})
    stack.own_dir(f"{stack.dir}/csv")
    stack.write(f"{stack.credentials}/webhook_key", KEY)
    stack.write(f"{stack.conf}/exporter.conf", f"""
database = {stack.postgres.conninfo("assize_exporter")}
redis = {stack.redis.socket}
webhook_url = {receiver.url}
csv_dir = {stack.dir}/csv
""")
    return stack


def refusal(server, sql, user="postgres"):
    with pytest.raises(StackError) as info:
        server.psql(sql, user=user)
    return str(info.value)


def command(server):
    return [f"{server.bin}/assize-exporter", "-c",
            f"{server.conf}/exporter.conf"]


@pytest.fixture
def exporter(server):
    start(server)
    yield server
    daemon.stop(server.record("exporter"))


def start(server):
    server.spawn("exporter", command(server),
                 CREDENTIALS_DIRECTORY=server.credentials)


@pytest.fixture
def judge(server):
    """Grades what a user submits."""
    runner = Runner(server)

    def grade(user, verdict="AC"):
        made = submit(server.client(user))
        assert made.status == 201, made.show()
        done = runner.finish(runner.take(), result(verdict, pipeline={
            "status": "success", "total_steps_planned": 7,
            "steps_completed": 7, "steps": []}))
        assert done.status == 204, done.show()
        return made.data["id"]
    yield grade
    runner.leave()


def test_a_grade_goes_everywhere(exporter, receiver, judge):
    made = judge("alice")
    wait_until(lambda: receiver.of("alice"), "webhook")
    message, = receiver.of("alice")
    assert message["event"] == "grade" and message["submission"] == made
    assert (message["course"], message["problem"]) == (COURSE, PROBLEM)
    assert message["grade"] == 100 and message["success"] is True
    assert message["verdict"] == "AC" and message["result"] == "success"
    assert message["tried"] == 1

    def score():
        return exporter.redis.command("HGETALL", "user:alice")
    wait_until(lambda: score() == [b"score", b"100",
                                   f"{COURSE}/{PROBLEM}".encode(), b"100"],
               "redis")
    path = f"{exporter.dir}/csv/{COURSE}.csv"
    wait_until(lambda: os.path.exists(path), "csv")
    with open(path, newline="", encoding="utf-8") as f:
        line, = [r for r in csv.DictReader(f) if r["user"] == "alice"]
    assert line["grade"] == "100" and line["success"] == "yes"

    # The record of it comes from the outbox: the runner knows nothing of it.
    def steps():
        pipeline = exporter.client("alice").get(
            f"/submissions/{made}").data["pipeline"]
        return pipeline["steps"][-1], pipeline["total_steps_planned"], \
            pipeline["steps_completed"]
    wait_until(lambda: steps()[0]["name"] == "EXPORT", "its record", 30)
    assert steps() == ({"name": "EXPORT", "status": "success",
                        "message": "Results exported"}, 8, 8)

    # A worse one counts now: all hear of it, and can tell which is newer.
    judge("alice", "WA")
    wait_until(lambda: len(receiver.of("alice")) == 2, "second message")
    first, second = receiver.of("alice")
    assert second["grade"] == 0 and second["revision"] > first["revision"]
    wait_until(lambda: score()[1] == b"0", "redis again")


def test_a_dead_exporter_loses_nothing(server, receiver, judge):
    start(server)
    os.kill(daemon.read_record(server.record("exporter")), signal.SIGKILL)
    wait_until(lambda: not server.is_running("exporter"), "its end")
    # Each landed and counts, whoever is dead.
    judge("bob", "WA")
    judge("bob", "AC")
    assert server.psql("SELECT waiting FROM op_exports"
                       " WHERE exporter = 'webhook'") == "1"
    assert receiver.of("bob") == []
    done = server.call(command(server) + ["--once"],
                       CREDENTIALS_DIRECTORY=server.credentials)
    assert done.returncode == 0
    # Only what holds now was sent, once.
    message, = receiver.of("bob")
    assert message["grade"] == 100 and message["tried"] == 2
    assert server.psql("SELECT count(*) FROM outbox"
                       " WHERE due_at IS NOT NULL") == "0"


def test_an_exporter_that_died_with_it_in_hand(server, receiver, judge):
    judge("dora")
    server.psql("SELECT outbox_take('webhook', 10, 2)", user="postgres")
    once = command(server) + ["--once"]
    server.call(once, CREDENTIALS_DIRECTORY=server.credentials)
    assert receiver.of("dora") == []
    # A change meanwhile is not sent beside it.
    judge("dora", "WA")
    server.call(once, CREDENTIALS_DIRECTORY=server.credentials)
    assert receiver.of("dora") == []

    def sent():
        server.call(once, CREDENTIALS_DIRECTORY=server.credentials)
        return receiver.of("dora")
    wait_until(sent, "the hold ends")
    assert [m["grade"] for m in receiver.of("dora")] == [0]


def test_refusals(server, receiver, judge):
    def once(check=True):
        return server.call(command(server) + ["--once"], check=check,
                           CREDENTIALS_DIRECTORY=server.credentials)

    def row():
        return server.psql(
            "SELECT waiting, refused, last_error FROM op_exports"
            " WHERE exporter = 'webhook'").split("\t")
    # Away for now: it stays due, not before it said.
    receiver.answers = [(503, {"Retry-After": "3600"})]
    judge("carol")
    once()
    assert row() == ["1", "0", "answered with status 503"]
    assert server.psql(
        "SELECT due_at > now() + interval '50 minutes' FROM outbox o"
        " JOIN app_user u ON u.id = o.user_id WHERE u.name = 'carol'"
        " AND exporter = 'webhook'") == "t"
    # Refused for good: not sent again until it changes or somebody says so.
    receiver.answers = [(422, {})]
    judge("carol", "WA")
    once()
    assert row() == ["0", "1", "answered with status 422"]
    once()
    assert [m["grade"] for m in receiver.of("carol")] == [100, 0]
    sent = server.psql(f"SELECT op_export('{COURSE}', '{PROBLEM}')")
    assert int(sent) >= 1
    once()
    assert [m["grade"] for m in receiver.of("carol")] == [100, 0, 0]
    assert row()[:2] == ["0", "0"]
    assert 'there is no problem "nowhere/"' in refusal(
        server, "SELECT op_export('nowhere')")


def test_an_unreachable_one(server, judge):
    server.write(f"{server.conf}/away.conf", f"""
database = {server.postgres.conninfo("assize_exporter")}
webhook_url = http://127.0.0.1:9/
""")
    judge("alice")
    done = server.call([f"{server.bin}/assize-exporter", "-c",
                        f"{server.conf}/away.conf", "--once"], check=False,
                       CREDENTIALS_DIRECTORY=server.credentials)
    assert done.returncode == 1
    assert KEY.encode() not in done.stdout + done.stderr


def test_what_it_may_read(server):
    for table in ("blob", "result", "runner", "member", "audit"):
        assert "permission denied" in refusal(
            server, f"SELECT * FROM {table}", "assize_exporter")
    assert "permission denied" in refusal(
        server, "SELECT input FROM submission", "assize_exporter")


def test_nothing_to_do_is_said(server):
    server.write(f"{server.conf}/none.conf", "webhook_url = ftp://x\n")
    done = server.call([f"{server.bin}/assize-exporter", "-c",
                        f"{server.conf}/none.conf"], check=False)
    assert done.returncode == 3
    assert b"webhook_url: must be an http or https URL" in done.stderr
    assert b"webhook_key: is required" in done.stderr


def test_who_says_to_whom(server):
    admin = server.client("root", admin=True)
    path = f"/courses/{COURSE}/problems/{PROBLEM}"
    check_problem(admin.put(path, {"exports": ["fax"]}), 400, "fields",
                  "/exports/0")
    put = admin.put(f"{path}/package", body=package(**{
        "assize.yaml": "export: [csv, fax]\n"}),
        headers={"Content-Type": "application/zip"})
    check_problem(put, 422, "package", "assize.yaml#/export/1")
    # The package's word holds where the course has none.
    make_problem(admin, COURSE, "other", zip_bytes=package(
        **{"assize.yaml": "export: [csv]\n"}))
    other = f"/courses/{COURSE}/problems/other"
    assert admin.get(other).data["exports"] == ["csv"]
    admin.put(other, {"exports": []})
    assert admin.get(other).data["exports"] == []
    assert "exports" not in server.client("alice").get(path).data


# Stands for now() in a statement that waits for a row, and so for whoever
# changes it, after it has seen all others.
LATER = """
    CREATE SCHEMA later;
    CREATE FUNCTION later.now() RETURNS timestamptz LANGUAGE plpgsql AS $$
    BEGIN
        FOR i IN 1..600 LOOP
            EXIT WHEN EXISTS (SELECT FROM public.outbox
                WHERE %s AND revision > %s);
            PERFORM pg_sleep(0.05);
        END LOOP;
        RETURN clock_timestamp();
    END $$"""


def test_no_old_grade_under_a_new_revision(server, judge):
    """What is taken is read after it was taken: a grade that came while the
    statement had begun already goes out with its revision."""
    judge("erin")
    mine = "exporter = 'webhook' AND user_id = " \
        "(SELECT id FROM public.app_user WHERE name = 'erin')"
    before = server.psql(f"SELECT revision FROM outbox WHERE {mine}")
    server.psql(LATER % (mine, before))
    with concurrent.futures.ThreadPoolExecutor() as pool:
        taken = pool.submit(server.psql, f"""
            SET search_path = later, pg_catalog, public;
            SELECT grade, revision > {before}
              FROM outbox_take('webhook', 1000, 1) WHERE author = 'erin'""")
        wait_until(lambda: server.psql(
            "SELECT count(*) FROM pg_stat_activity WHERE query LIKE"
            " '%search_path = later%' AND wait_event = 'PgSleep'") == "1",
            "begun")
        judge("erin", "WA")
        assert taken.result() == "0.00\tt"
    server.psql("DROP SCHEMA later CASCADE")
