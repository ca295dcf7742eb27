"""./dev up, psql, logs and down, in a directory of their own: all sample
programs get the verdicts that expected.tsv names, read through the API."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import time

import pytest

from harness import packages, place, stack as stacks, up as ups
from kit import Runner

HERE = os.path.dirname(os.path.abspath(__file__))


@pytest.fixture(scope="module")
def top(request):
    path = tempfile.mkdtemp(prefix="assize-top-")
    os.chmod(path, 0o755)
    yield path
    dev(path, "down")
    target = place.stack_dir(path)
    if getattr(request.module, "assize_failed", False):
        print(f"kept: {target}")
        return
    for path in {target, path}:
        shutil.rmtree(path, ignore_errors=True)


def dev(top, *words, timeout=300):
    """What ./dev does after it has built."""
    env = {**os.environ, "PYTHONPATH": HERE}
    return subprocess.run(
        [stacks.PYTHON, "-B", "-m", "harness.up", "--top", top, "--build",
         stacks.default_build(), *words], env=env, capture_output=True,
        text=True, timeout=timeout, check=False)


@pytest.fixture(scope="module")
def up(top):
    return dev(top, "up")


def rows(output):
    """{package/file: (expected, got)} of the table."""
    found = {}
    for line in output.splitlines():
        m = re.match(r"(\w+/[\w.]+)\s+(c|cpp|python3)\s+([A-Z]+)\s+(\S+)",
                     line)
        if m:
            found[m[1]] = (m[3], m[4])
    return found


def test_every_verdict_is_the_expected_one(up):
    assert up.returncode == 0, up.stdout + up.stderr
    assert int(re.search(r"as expected \((\d+) s\)", up.stdout)[1]) < 180
    assert re.search(r"^  \d+ of \d+ judged", up.stdout, re.M)
    found = rows(up.stdout)
    programs = packages.programs()
    assert len(found) == len(programs) >= 20
    for p in programs:
        name = f"{p.package}/{os.path.basename(p.file)}"
        assert found[name] == (p.verdict, p.verdict), name


def test_the_samples_are_what_was_asked_for():
    """Three packages; for each a right program in each language; each
    verdict somewhere."""
    programs = packages.programs()
    assert len({p.package for p in programs}) == 3
    for package in {p.package for p in programs}:
        mine = [p for p in programs if p.package == package]
        right = {p.language for p in mine if p.verdict == "AC"}
        assert right == {"c", "cpp", "python3"}, package
        assert {p.language for p in mine if p.verdict != "AC"} == right
    assert {p.verdict for p in programs} == {
        "AC", "WA", "CE", "TLE", "MLE", "RE", "OLE"}


def test_second_up_is_fast_and_judges_nothing_again(top, up):
    began = time.monotonic()
    again = dev(top, "up")
    assert again.returncode == 0, again.stdout + again.stderr
    assert time.monotonic() - began < 20
    assert rows(again.stdout) == rows(up.stdout)
    count = dev(top, "psql", "-Atc", "SELECT count(*) FROM op_runners")
    assert count.stdout.strip() == "1", count.stdout + count.stderr


def test_psql_is_the_operator_who_cannot_read_tables(top, up):
    who = dev(top, "psql", "-Atc", "SELECT current_user")
    assert who.stdout.strip() == "assize_operator", who.stderr
    tables = dev(top, "psql", "-c", "SELECT * FROM submission")
    assert "permission denied" in tables.stderr


def test_logs_are_merged_in_order(top, up):
    done = dev(top, "logs")
    names = {line.split("|")[0].strip() for line in done.stdout.splitlines()}
    assert {"assized-1", "assized-2", "postgres", "redis", "runner",
            "access"} <= names
    times = re.findall(r'\| \{"time":"([^"]+)', done.stdout)
    assert len(times) > 50
    assert [t[:19] for t in times] == sorted(t[:19] for t in times)


def test_our_logs_are_one_event_a_line(top, up):
    seen = {}
    for line in dev(top, "logs").stdout.splitlines():
        name, _, text = (x.strip() for x in line.partition("|"))
        if name in ("access", "runner") or name.startswith("assized"):
            event = json.loads(text)
            assert event["time"] and event["event"], line
            seen.setdefault(name, set()).add(event["event"])
    assert {"access", "runner", "assized-1", "assized-2"} <= set(seen)
    # Which worker takes a request is the kernel's to say.
    assert seen["access"] == {"http"}
    assert "request" in seen["assized-1"] | seen["assized-2"]


def test_no_secret_is_in_a_log(top, up):
    logs = dev(top, "logs").stdout
    base = place.stack_dir(top)
    for path in ("credentials/link_key", "keys/users.key", "keys/admins.key",
                 "credentials/runner_registration_token"):
        with open(f"{base}/{path}", encoding="ascii") as f:
            assert f.read().strip() not in logs, path
    assert not re.search(r"rk_[A-Za-z0-9_-]{20}", logs)
    assert not re.search(r"[?&]token=", logs)


def test_readme_examples_work(top, up):
    """The block of the README that starts with the environment of up."""
    with open(f"{stacks.SOURCE}/README.md", encoding="utf-8") as f:
        blocks = re.findall(r"```sh\n(.*?)```", f.read(), re.S)
    block = [b for b in blocks if ". .dev/stack/env" in b]
    assert len(block) == 1
    assert len(block[0].splitlines()) == 5
    os.symlink(f"{stacks.SOURCE}/tests", f"{top}/tests")
    done = subprocess.run(["sh", "-eux", "-c", block[0]], cwd=top,
                          capture_output=True, text=True, timeout=60,
                          check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"verdict":"AC"' in done.stdout.replace(" ", ""), done.stdout
    assert '"submissions":[' in done.stdout.replace(" ", ""), done.stdout


def test_what_failed_is_submitted_again(stack):
    """A judge error of the last ./dev up does not stay for ever."""
    program = packages.programs()[0]
    packages.create(stack, ups.COURSE, ["student01"])

    def send():
        return ups.Sent(stack, program, "student01").doc

    first = send()
    assert first["status"] == "waiting" and send()["id"] == first["id"]
    for _ in range(3):
        runner = Runner(stack)
        assert runner.abort(runner.take(), "prep_failed").status == 202
    second = send()
    assert second["status"] == "waiting" and second["id"] != first["id"]
    assert send()["id"] == second["id"]


def processes_of(path):
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as f:
                words = f.read().replace(b"\0", b" ").decode()
            if path in words or os.readlink(
                    f"/proc/{pid}/cwd").startswith(path):
                found.append(f"{pid} {words}")
        except OSError:
            continue
    return found


def test_down_leaves_nothing_running(top, up):
    base = place.stack_dir(top)
    assert processes_of(base)
    done = dev(top, "down")
    assert done.returncode == 0 and "killed" not in done.stdout, done.stdout
    assert processes_of(base) == []
    assert dev(top, "down").stdout == "stopped: nothing was running\n"
    assert os.path.isdir(base)
    dev(top, "down", "--forget")
    assert not os.path.lexists(base)
    assert not os.path.lexists(f"{top}/.dev/stack")
