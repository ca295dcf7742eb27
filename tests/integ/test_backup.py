"""A backup while students submit, restored into an empty cluster with an empty
Redis: everything that was accepted before is there, and grading goes on."""

import shutil
import threading

import pytest

from harness.stack import SOURCE, Stack
from kit import Runner, make_course, result, submit


@pytest.fixture(scope="module")
def server(stack):
    make_course(stack, settings={"allow_pending": True})
    return stack


def backup(stack, *words, check=True):
    script = f"{stack.bin}/assize-backup"
    shutil.copy(f"{SOURCE}/sql/assize-backup", script)
    done = stack.call([script, *words], check=check)
    return done.returncode, (done.stdout + done.stderr).decode()


def save(stack):
    stack.own_dir(f"{stack.dir}/backup")
    return backup(stack, "save", f"{stack.dir}/backup",
                  stack.postgres.conninfo("postgres"))[1].strip()


def server_of(stack):
    """The connection string without its database."""
    return " ".join(w for w in stack.postgres.conninfo("postgres").split()
                    if not w.startswith("dbname="))


def copy_to(stack, path):
    with open(path, "rb") as f:
        stack.write(f"{stack.dir}/saved.dump", f.read())
    return f"{stack.dir}/saved.dump"


def test_save_and_restore(server):
    alice, runner = server.client("alice"), Runner(server)
    done = submit(alice).data["id"]
    assert runner.finish(runner.take(), result("AC")).status == 204
    running = submit(alice).data["id"]
    job = runner.take()
    accepted, ending = [submit(alice).data["id"] for _ in range(3)], []

    def go_on():
        client = server.client("alice")
        while not ending:
            answer = submit(client)
            assert answer.status in (201, 429), answer.show()

    thread = threading.Thread(target=go_on)
    thread.start()
    path = save(server)
    ending.append(True)
    thread.join()
    assert path.startswith(f"{server.dir}/backup/assize-")

    other = Stack.temporary(server.build)
    try:
        other.copy_programs()
        other.make_keys()
        other.start_stores()
        copy = copy_to(other, path)
        assert "restored" in backup(other, "restore", copy,
                                    server_of(other))[1]
        again = backup(other, "restore", copy, server_of(other), check=False)
        assert again[0] == 1 and "already" in again[1]
        other.start()
        alice = other.client("alice")
        assert alice.get(f"/submissions/{done}").data["verdict"] == "AC"
        # Its runner is still at it, with the token of before.
        runner.client = other.client()
        runner.client.token = runner.registered["token"]
        assert runner.beat(jobs=[job["job_id"]]).status == 204
        assert runner.finish(job, result("WA")).status == 204
        assert alice.get(f"/submissions/{running}").data["verdict"] == "WA"
        fresh = Runner(other)
        while True:
            found = fresh.next("?wait=2")
            if found.status == 204:
                break
            assert fresh.finish(found.json, result("AC")).status == 204
        for sub in accepted:
            assert alice.get(f"/submissions/{sub}").data["verdict"] == "AC"
        assert submit(alice).status in (201, 429)
        for view in other.psql("SELECT viewname FROM pg_views WHERE viewname"
                               " LIKE 'inv\\_%'").split():
            assert other.psql(f"SELECT * FROM {view}") == "", view
        refused = other.call(["psql", "-X", "-d", other.postgres.conninfo(
            "assize_operator"), "-c", "SELECT * FROM job"], check=False)
        assert b"permission denied" in refused.stderr
    finally:
        other.stop()
        other.remove()


def test_what_is_refused(server):
    assert backup(server, "frobnicate", check=False)[0] == 2
    code, text = backup(server, "save", "/nowhere", check=False)
    assert code == 1 and "not a directory" in text
    code, text = backup(server, "save", f"{server.dir}/backup",
                        f"{server_of(server)} dbname=postgres", check=False)
    assert code == 1 and "not Assize's database" in text
    server.write(f"{server.dir}/rubbish", "rubbish")
    code, text = backup(server, "restore", f"{server.dir}/rubbish",
                        server_of(server), "other", check=False)
    assert code == 1 and "cannot be read" in text
