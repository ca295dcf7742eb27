"""The runner against the real server: its jobs come back graded whatever ends,
restarts or is cut off meanwhile."""

import contextlib
import glob
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time

import pytest

import proctree
from harness import daemon
from harness.stack import SOURCE
from kit import COURSE, TESTS, make_course, make_problem, make_zip, submit

# Test i of the package (kit.package) wants the sum of i and 1.
QUICK = "print(sum(map(int, input().split())))\n"
SLOW = "import time\ntime.sleep({})\n" + QUICK
HIDDEN_WRONG = "n = sum(map(int, input().split()))\nprint(n if n < 3 else n * 7)\n"

# All processes of boxes that a test saw; none may survive.
seen = set()


@pytest.fixture(scope="module")
def server(stack):
    make_course(stack, members=("alice", "bob"),
                settings={"allow_pending": True})
    return stack


@contextlib.contextmanager
def running(stack, name, **settings):
    """A runner with short leases; ends with the test."""
    stack.start_runner(name, **{"heartbeat_interval_sec": 1, "log_level":
                                "debug", "drain_grace_sec": 0, **settings})
    try:
        yield name
    finally:
        if stack.is_running(name):
            assert stack.stop_runner(name), f"{name} did not end by SIGTERM"


def until(what, timeout=30):
    """The first true value of what()."""
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        value = what()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"not within {timeout} s: {what()}")


def send(stack, code, user="alice", language="python3"):
    answer = submit(stack.client(user), code, language=language)
    assert answer.status == 201, answer.show()
    return answer.data["id"]


def document(stack, sb, user="alice"):
    return stack.client(user).get(f"/submissions/{sb}").data


def judged(stack, sb, user="alice", timeout=40):
    def ended():
        doc = document(stack, sb, user)
        return doc if doc["status"] not in ("waiting", "running") else None
    return until(ended, timeout)


def job(stack, sb):
    """state, claims, charged and runner's name of the submission's job."""
    return stack.psql(
        "SELECT j.state, j.claims, j.charged, coalesce(r.name, '') "
        "FROM job j LEFT JOIN runner r ON r.id = j.runner_id "
        f"WHERE j.submission_id = '{sb}'").split("\t")


def wait_running(stack, sb, name):
    """The processes below the runner, once the program is among them."""
    until(lambda: job(stack, sb)[::3] == ["leased", name])
    pid = daemon.read_record(stack.record(name))

    def started():
        found = proctree.below(pid)
        return found if proctree.programs(found) else None
    found = until(started)
    seen.update(found)
    return found


def log_lines(stack, name):
    with open(stack.log(name), encoding="utf-8") as f:
        return [json.loads(line) for line in f if line.startswith("{")]


def events(stack, name):
    return [line["event"] for line in log_lines(stack, name)]


def runner_state(stack, name):
    return stack.psql(f"SELECT state FROM runner WHERE name = '{name}' "
                      "ORDER BY registered_at DESC LIMIT 1")


def test_it_announces_what_it_can(server):
    with running(server, "announced", jobs=3, pools="default,extra"):
        until(lambda: server.is_registered("announced"))
        row = server.psql("SELECT pools, languages, capacity, heartbeat_s "
                          "FROM runner WHERE name = 'announced'")
        assert row == "{default,extra,quiz}\t{c,cpp,python3,none}\t3\t1"
    assert runner_state(server, "announced") == "removed"


def test_set_aside_it_tests_itself_and_works_again(server):
    with running(server, "doubted"):
        until(lambda: server.is_registered("doubted"))
        server.psql("UPDATE runner SET state = 'set_aside' "
                    "WHERE name = 'doubted' AND state = 'active'")
        until(lambda: runner_state(server, "doubted") == "active")
        assert server.psql("SELECT a.detail->>'self_test' FROM audit a "
                           "JOIN runner r ON r.id = a.target "
                           "WHERE r.name = 'doubted'") == "passed"


def test_it_announces_only_what_works(server, tmp_path):
    """A compiler that is here and compiles nothing is no language."""
    for name in ("c", "python3"):
        with open(f"{SOURCE}/src/runner/languages.d/{name}.yaml",
                  encoding="utf-8") as f:
            (tmp_path / f"{name}.yaml").write_text(
                f.read().replace("-lm]", "-lnothing]"))
    with running(server, "picky", languages="", languages_dir=tmp_path):
        until(lambda: server.is_registered("picky"))
        assert server.psql("SELECT languages, labels->'tools'->>'python3' "
                           "FROM runner WHERE name = 'picky'").startswith(
                               "{python3,none}\tPython 3.")
        assert "language_not_served" in events(server, "picky")
    # Asked for by name, it is no runner without it.
    server.start_runner("strict", languages="c", languages_dir=tmp_path)
    until(lambda: not server.is_running("strict"))
    assert not server.is_registered("strict")
    with open(server.log("strict"), encoding="utf-8") as f:
        assert "language c: " in f.read()


def test_result_says_where_it_came_from(server):
    with running(server, "tells"):
        right = send(server, QUICK)
        broken = send(server, "def f(:\n")
        assert judged(server, right)["verdict"] == "AC"
        assert judged(server, broken)["verdict"] == "CE"
    rows = {}
    for sb in (right, broken):
        rows[sb] = json.loads(server.psql(
            "SELECT document || jsonb_build_object('provenance', provenance) "
            f"FROM result WHERE submission_id = '{sb}'"))
    steps = [s["name"] for s in rows[right]["pipeline"]["steps"]]
    assert steps == ["LOAD_TEMPLATE", "BUILD_TREE", "SANDBOX", "PRE_FLIGHT",
                     "GRADE", "FOCUS", "FEEDBACK"]
    assert rows[right]["pipeline"]["status"] == "success"
    failed = rows[broken]["pipeline"]
    assert failed["status"] == "failed"
    assert failed["failed_at_step"] == "PRE_FLIGHT"
    assert [s["status"] for s in failed["steps"]][3] == "fail"
    assert [t["status"] for t in rows[broken]["tests"]] == ["skipped"] * 4
    source = rows[right]["provenance"]
    assert len(source["source_sha256"]) == 64
    assert len(source["package_sha256"]) == 64
    assert source["tool"].startswith("Python 3")
    assert "cgroup" in source["sandbox"]
    assert source["limits"]["time_ms"] > 0
    assert rows[right]["tree"]["score"] == 100


def test_hidden_tests_stay_hidden(server):
    with running(server, "hides"):
        sb = send(server, HIDDEN_WRONG)
        doc = judged(server, sb)
    assert doc["verdict"] == "WA"
    failed = [t for t in doc["tests"] if t["status"] == "WA"]
    assert [t["path"] for t in failed] == ["secret/a/2"]
    assert "stdout" not in failed[0]
    # Input "2 1", answer 3, output 21.
    assert "21" not in json.dumps(doc["feedback"])
    assert "2 1" not in json.dumps(doc["feedback"])


def test_what_students_send_is_never_a_fault_of_ours(server):
    """Names that no command can take, a program that cannot be started."""
    deep = "/".join(["d" * 200] * 4)
    files = [{"name": f"{deep}/{i}{'n' * 150}.c", "content": f"int v{i};\n"}
             for i in range(100)]
    broken = ("static const char i[4] __attribute__((used, section("
              "\".interp\"))) = { 1, 2, 3, 4 };\nint main(void) {}\n")
    with running(server, "patient"):
        names = submit(server.client("alice"), None, language="c",
                       files=files)
        assert names.status == 201, names.show()
        program = send(server, broken, "bob", "c")
        assert judged(server, names.data["id"])["verdict"] == "CE"
        assert judged(server, program, "bob")["verdict"] == "RE"
        for sb in (names.data["id"], program):
            assert job(server, sb)[1] == "1"
        assert server.psql("SELECT what FROM op_attention "
                           "WHERE what LIKE '%patient%'") == ""


def test_idle_runner_ends_at_once(server):
    with running(server, "idle", drain_grace_sec=60):
        until(lambda: server.is_registered("idle"))
        start = time.monotonic()
        assert server.stop_runner("idle")
        assert time.monotonic() - start < 5
    assert runner_state(server, "idle") == "removed"


def test_sigterm_gives_the_job_back(server):
    with running(server, "first"):
        sb = send(server, SLOW.format(2))
        box = wait_running(server, sb, "first")
        assert server.stop_runner("first")
    assert not proctree.alive(box)
    assert job(server, sb)[:3] == ["ready", "1", "0"]
    assert document(server, sb)["status"] == "waiting"
    given_back = [line for line in log_lines(server, "first")
                  if line["event"] == "job_given_back"]
    assert [line["reason"] for line in given_back] == ["drain"]
    assert os.listdir(f"{server.dir}/first/work") == []
    with running(server, "second"):
        assert judged(server, sb)["verdict"] == "AC"
    assert job(server, sb) == ["done", "2", "1", "second"]


def test_sigterm_with_grace_ends_the_job_first(server):
    with running(server, "graceful", drain_grace_sec=60):
        sb = send(server, SLOW.format(0.5))
        wait_running(server, sb, "graceful")
        assert server.stop_runner("graceful")
        assert document(server, sb)["verdict"] == "AC"
    assert job(server, sb)[:3] == ["done", "1", "1"]


def test_second_sigterm_ends_the_grace(server):
    with running(server, "hurried", drain_grace_sec=600):
        sb = send(server, SLOW.format(4))
        wait_running(server, sb, "hurried")
        pid = daemon.read_record(server.record("hurried"))
        os.kill(pid, signal.SIGTERM)
        until(lambda: "draining" in events(server, "hurried"))
        assert server.stop_runner("hurried", timeout=10)
    assert job(server, sb)[:3] == ["ready", "1", "0"]
    with running(server, "patient"):
        assert judged(server, sb)["verdict"] == "AC"


def test_killed_runner_loses_no_job(server):
    with running(server, "killed"):
        sb = send(server, SLOW.format(1))
        box = wait_running(server, sb, "killed")
        os.kill(daemon.read_record(server.record("killed")), signal.SIGKILL)
        # Its boxes die with it.
        until(lambda: not proctree.alive(box), 10)
    with running(server, "heir"):
        assert judged(server, sb, timeout=60)["verdict"] == "AC"
    assert job(server, sb) == ["done", "2", "2", "heir"]


def test_what_a_killed_runner_left_is_removed(server):
    with running(server, "messy"):
        sb = send(server, SLOW.format(1))
        wait_running(server, sb, "messy")
        os.kill(daemon.read_record(server.record("messy")), signal.SIGKILL)
        until(lambda: not server.is_running("messy"))
    assert os.listdir(f"{server.dir}/messy/work") != []
    with running(server, "messy"):
        assert judged(server, sb, timeout=60)["verdict"] == "AC"
    assert os.listdir(f"{server.dir}/messy/work") == []


def test_server_restarts_while_it_grades(server):
    with running(server, "steady"):
        sb = send(server, SLOW.format(1))
        wait_running(server, sb, "steady")
        for i in (1, 2):
            server.restart_worker(i)
        assert judged(server, sb)["verdict"] == "AC"
    assert job(server, sb)[:3] == ["done", "1", "1"]


def test_network_is_gone_when_the_result_is_ready(server):
    with running(server, "cut_off"):
        sb = send(server, SLOW.format(0.6))
        wait_running(server, sb, "cut_off")
        server.nginx.stop()
        try:
            until(lambda: "complete_failed" in events(server, "cut_off"))
        finally:
            server.nginx.start()
        assert judged(server, sb)["verdict"] == "AC"
    assert job(server, sb)[:3] == ["done", "1", "1"]


def test_server_is_down_at_the_start(server):
    server.nginx.stop()
    try:
        with running(server, "early"):
            until(lambda: "register_failed" in events(server, "early"))
            server.nginx.start()
            sb = send(server, QUICK)
            assert judged(server, sb)["verdict"] == "AC"
    finally:
        if not server.is_running("nginx"):
            server.nginx.start()


def test_cancelled_job_is_dropped(server):
    with running(server, "obedient"):
        sb = send(server, SLOW.format(4))
        box = wait_running(server, sb, "obedient")
        server.psql(f"SELECT op_cancel('{sb}')")
        until(lambda: "job_cancelled" in events(server, "obedient"), 10)
        until(lambda: not proctree.alive(box), 5)
        assert judged(server, send(server, QUICK))["verdict"] == "AC"
    assert document(server, sb)["status"] == "cancelled"
    assert "job_done" in events(server, "obedient")


def test_revoked_runner_registers_anew(server):
    with running(server, "comes_back"):
        until(lambda: "registered" in events(server, "comes_back"))
        server.psql("SELECT op_revoke(id) FROM runner "
                    "WHERE name = 'comes_back'")
        until(lambda: events(server, "comes_back").count("registered") == 2)
        assert judged(server, send(server, QUICK))["verdict"] == "AC"


def test_wrong_registration_token_is_said_and_retried(server, monkeypatch):
    wrong = f"{server.dir}/wrong-credentials"
    server.own_dir(wrong)
    server.write(f"{wrong}/registration_token", "x" * 64)
    monkeypatch.setattr(server, "runner_credentials", wrong)
    with running(server, "stranger"):
        until(lambda: events(server, "stranger").count("register_refused") > 1)
        assert {line["status"] for line in log_lines(server, "stranger")
                if line["event"] == "register_refused"} == {401}
    assert not server.is_registered("stranger")


def test_several_jobs_at_once(server):
    with running(server, "many", jobs=2):
        first = send(server, SLOW.format(1))
        second = send(server, SLOW.format(1), user="bob")
        until(lambda: job(server, first)[0] == job(server, second)[0] ==
              "leased")
        assert judged(server, first)["verdict"] == "AC"
        assert judged(server, second, user="bob")["verdict"] == "AC"


def test_package_is_fetched_once(server):
    with running(server, "thrifty", jobs=2):
        for sb in [send(server, QUICK) for _ in range(4)]:
            assert judged(server, sb)["verdict"] == "AC"
    assert events(server, "thrifty").count("package_fetched") == 1
    with running(server, "thrifty"):
        assert judged(server, send(server, QUICK))["verdict"] == "AC"
    # The log is the same file: still the one download.
    assert events(server, "thrifty").count("package_fetched") == 1


def test_no_secret_is_in_a_log(server):
    secret = server.secret("runner_registration_token")
    paths = glob.glob(f"{server.logs}/*")
    assert len(paths) > 5
    for path in paths:
        with open(path, "rb") as f:
            text = f.read()
        assert secret.encode() not in text, path
        assert b"rk_" not in text, path
        assert b"source?token=" not in text, path


def test_nothing_is_broken_or_left(server):
    assert len(seen) > 10 and not proctree.alive(seen)
    names = server.psql("SELECT viewname FROM pg_views WHERE viewname "
                        "LIKE 'inv\\_%'").split()
    assert names
    for name in names:
        assert server.psql(f"SELECT * FROM {name}") == "", name


# A fault of ours is never a verdict: the job is given back and judged by who
# can, the runner says what is missing and takes no more, until its self-test
# passes again.


@contextlib.contextmanager
def scratch():
    with tempfile.TemporaryDirectory(dir="/var/tmp") as directory:
        os.chmod(directory, 0o755)
        yield directory


class NoBoxes:
    """Its boxes cannot be built."""
    says = "box"

    def __init__(self, directory):
        self.bwrap = f"{directory}/bwrap"
        self.mend()
        self.settings = {"bwrap": self.bwrap}

    def breaks(self):
        shutil.copy("/usr/bin/false", self.bwrap)

    def mend(self):
        shutil.copy("/usr/bin/bwrap", self.bwrap)


class NoCompiler:
    """The interpreter is gone."""
    says = "python3"

    def __init__(self, directory):
        self.tool = f"{directory}/tool"
        os.symlink("/usr/bin/python3", self.tool)
        with open(f"{SOURCE}/src/runner/languages.d/python3.yaml",
                  encoding="utf-8") as f:
            text = f.read()
        with open(f"{directory}/python3.yaml", "w", encoding="utf-8") as f:
            f.write(text.replace("version: [/usr/bin/python3",
                                 f"version: [{self.tool}"))
        self.settings = {"languages_dir": directory, "languages": "python3"}

    def breaks(self):
        os.rename(self.tool, self.tool + ".away")

    def mend(self):
        os.rename(self.tool + ".away", self.tool)


class NoRoom:
    """The disk is full."""
    says = "no room in"

    def __init__(self, directory):
        self.ballast = f"{directory}/ballast"
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=80m,mode=0711",
                        "box", directory], check=True)
        self.settings = {"work_dir": f"{directory}/work"}

    def breaks(self):
        with contextlib.suppress(OSError), open(self.ballast, "wb") as f:
            while True:
                f.write(bytes(1 << 20))

    def mend(self):
        os.remove(self.ballast)


class NoPackage:
    """What it had unpacked is gone: it is unpacked anew, by itself."""
    says = "data/"

    def __init__(self, directory):
        self.work = f"{directory}/work"
        self.settings = {"work_dir": self.work}

    def breaks(self):
        gone = glob.glob(f"{self.work}/package-*/data")
        assert gone
        for path in gone:
            shutil.rmtree(path)

    def mend(self):
        pass


def complaint(stack, name):
    return stack.psql("SELECT detail FROM op_attention WHERE kind = "
                      f"'runner unhealthy' AND detail LIKE '{name}: %'")


def take_turns(stack, name):
    """Submits until the broken one had a job, and gave it back."""
    for _ in range(30):
        sb = send(stack, QUICK)
        assert judged(stack, sb)["verdict"] == "AC"
        if job(stack, sb)[1] != "1":
            return sb
    raise AssertionError(f"{name} never took one")


@pytest.mark.parametrize("fault", [NoBoxes, NoCompiler, NoRoom, NoPackage])
def test_a_fault_of_ours_is_never_a_verdict(server, fault):
    """Given back and judged elsewhere: the control of what looks like it and
    is its author's."""
    if fault is NoRoom and os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    name, sound = f"broken-{fault.__name__.lower()}", "sound"
    with scratch() as directory, contextlib.ExitStack() as after:
        broken = fault(directory)
        if fault is NoRoom:
            after.callback(subprocess.run, ["umount", "-l", directory],
                           check=True)
        with running(server, name, **broken.settings):
            judged(server, send(server, QUICK))
            with running(server, sound):
                broken.breaks()
                sb = take_turns(server, name)
                assert job(server, sb)[3] == sound
                assert "AC" == document(server, sb)["verdict"]
                given_back = server.psql(
                    "SELECT h.event FROM job_history h JOIN job j ON j.id = "
                    "h.job_id JOIN runner r ON r.id = h.runner_id WHERE "
                    f"j.submission_id = '{sb}' AND r.name = '{name}' "
                    "ORDER BY h.seq")
                assert given_back.split()[-1] == "released", given_back
                if fault is not NoPackage:
                    until(lambda: broken.says in complaint(server, name))
                    # It takes no more while it is broken.
                    others = [send(server, QUICK) for _ in range(3)]
                    assert {judged(server, s)["verdict"] for s in others} \
                        == {"AC"}
                    assert {tuple(job(server, s)[1::2]) for s in others} == \
                        {("1", sound)}
                    assert broken.says in complaint(server, name)
                broken.mend()
                until(lambda: complaint(server, name) == "")
            sb = send(server, QUICK)
            assert judged(server, sb)["verdict"] == "AC"
            assert job(server, sb)[3] == name
        found = [e for e in events(server, name)
                 if e in ("job_failed", "self_test_passed")]
        assert found[-1] == "self_test_passed" and "job_failed" in found


def test_alone_and_broken_it_leaves_the_job_waiting(server):
    with scratch() as directory:
        broken = NoBoxes(directory)
        with running(server, "alone", **broken.settings):
            judged(server, send(server, QUICK))
            broken.breaks()
            sb = send(server, QUICK)
            until(lambda: broken.says in complaint(server, "alone"))
            claims = job(server, sb)[1]
            time.sleep(2)
            assert job(server, sb)[1] == claims == "1"
            assert document(server, sb)["status"] == "waiting"
            broken.mend()
            assert judged(server, sb)["verdict"] == "AC"
            until(lambda: complaint(server, "alone") == "")


def test_each_test_is_told_as_it_ends(server):
    """In the package's order, while the others still run."""
    with running(server, "telling"):
        sb = send(server, SLOW.format(0.5))
        shown = []

        def ended():
            doc = document(server, sb)
            told = [t["path"] for t in doc.get("tests", []) if
                    t["status"] == "AC"]
            if doc["status"] == "running" and told not in shown:
                shown.append(told)
            return doc["status"] == "done"
        until(ended)
    assert all(told == list(TESTS[:len(told)]) for told in shown), shown
    assert len([told for told in shown if 0 < len(told) < len(TESTS)]) > 1


GUESSES = make_zip({
    "problem.yaml": "problem_format_version: 2025-09\nname: Guess\n"
                    "uuid: 2f6d3c3a-6d2c-4a57-9e9e-5b0a5c6c9d11\n"
                    "type: [scoring, submit-answer]\n",
    "assize.yaml": "full_score: 50\n",
    "data/secret/test_group.yaml": "max_score: unbounded\n",
    **{f"data/secret/{i}.{end}": "" for i in "12" for end in ("in", "ans")},
    "output_validator/v.py":
        "import sys\nopen(sys.argv[3] + 'score.txt', 'w')"
        ".write(sys.stdin.read())\nsys.exit(42)\n",
})


def test_outputs_are_submitted_and_points_have_no_end(server):
    """Without a language; a late file is as good as an early one."""
    make_problem(server.client("root", admin=True), COURSE, "guess",
                 zip_bytes=GUESSES)
    with running(server, "guesser"):
        made = {}
        for name, files in [("both", {"1.out": "18", "2.out": "2"}),
                            ("more", {"a/1.out": "7", "2.out": "200",
                                      "secret/1.ans": "100"}),
                            ("one", {"1.out": "30"})]:
            answer = server.client("alice").post("/submissions", {
                "course": COURSE, "problem": "guess", "files": [
                    {"name": n, "content": c} for n, c in files.items()]})
            assert answer.status == 201, answer.show()
            made[name] = judged(server, answer.data["id"])
    for name, verdict, grade, points in [("both", "AC", 40, [18, 2]),
                                         ("more", "AC", 100, [100, 200]),
                                         ("one", "WA", 60, [30, 0])]:
        doc = made[name]
        assert (doc["verdict"], doc["grade"]) == (verdict, grade), doc
        assert [t["points"] for t in doc["tests"]] == points
        base = doc["tree"]["children"][0]
        assert base["children"][0]["points"] == sum(points)
        assert f"- Points: {sum(points)}\n" in doc["text"]
        assert doc.get("language") is None
