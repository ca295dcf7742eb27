"""assize problem check and import: what needs no server."""

import io
import json
import os
import subprocess
import zipfile

import pytest

from harness.stack import default_build
from test_runner_check import environment, make_package, write

BUILD = default_build()


def assize(*words, runner=f"{BUILD}/src/runner/assize-runner"):
    return subprocess.run(
        [f"{BUILD}/assize", *map(str, words)], capture_output=True, text=True,
        timeout=120, check=False,
        env=environment(ASSIZE_RUNNER=runner, HOME="/nonexistent"))


RIGHT = ("accepted", "right.py", "print(sum(map(int, input().split())))\n")
WRONG = ("accepted", "wrong.py", "print(0)\n")


def test_check_runs_what_is_in_it(tmp_path):
    top = make_package(tmp_path / "good", [RIGHT])
    good = assize("problem", "check", top)
    assert good.returncode == 0, good.stderr
    assert "submissions/accepted/right.py" in good.stdout
    assert "time limit: 1000 ms" in good.stdout
    top = make_package(tmp_path / "bad", [RIGHT, WRONG])
    bad = assize("problem", "check", top)
    assert bad.returncode == 1 and "UNEXPECTED" in bad.stdout
    found = json.loads(assize("problem", "check", "--json", top).stdout)
    assert found["ok"] is False
    assert [line["ok"] for line in found["runs"]] == [True, False]
    read = assize("problem", "check", "--static", top)
    assert read.returncode == 0 and "UNEXPECTED" not in read.stdout


def test_check_replays_cases_of_programs(tmp_path):
    top = make_package(tmp_path / "good", [RIGHT])
    case = ("language: python3\nfiles: [{name: a.py, content: 'print(0)'}]\n"
            "result: %s\nverdict: WA\ngrade: 0\n")
    write(f"{top}/test/wrong.test", case % "failed")
    good = assize("problem", "check", top)
    assert good.returncode == 0, good.stdout + good.stderr
    assert "2 judged, 0 unexpected" in good.stdout
    write(f"{top}/test/wrong.test", case % "success")
    bad = assize("problem", "check", top)
    assert bad.returncode == 1
    assert "wrong.test#/result: expected success, got failed" in bad.stdout


def test_check_says_that_nothing_was_run(tmp_path):
    top = make_package(tmp_path / "good", [RIGHT])
    done = assize("problem", "check", top, runner="/nonexistent/runner")
    assert done.returncode == 0 and "nothing was run" in done.stderr


def test_check_names_file_and_line(tmp_path):
    top = make_package(tmp_path / "bad", [RIGHT])
    write(f"{top}/data/secret/testdata.yaml", "\n\non_reject: panic\n")
    done = assize("problem", "check", top)
    assert done.returncode == 1
    assert "data/secret/testdata.yaml:3" in done.stderr


TASK = {"taskScore": 40, "caseCount": 2, "memoryLimit": 65536,
        "timeLimit": 1000}
FLAT = {"0000.in": "1 2\n", "0000.out": "3\n", "0001.in": "5 7\n",
        "0001.out": "12\n", "0100.in": "-1 2\n", "0100.out": "1\n"}


def noj(tmp_path, files, tasks, **more):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as z:
        for name, text in files.items():
            z.writestr(name, text)
    (tmp_path / "data.zip").write_bytes(data.getvalue())
    (tmp_path / "meta.json").write_text(json.dumps({"tasks": tasks, **more}))
    return assize("problem", "import", "--from", "noj", "--meta",
                  tmp_path / "meta.json", tmp_path / "data.zip",
                  tmp_path / "made", "--name", 'A "sum": + \\')


def test_import_of_tasks(tmp_path):
    """Two tasks of 40 and 60: points of a task only for all of its cases."""
    done = noj(tmp_path, {**FLAT, "chaos/x.c": "x"}, [
        TASK, {"task_score": 60, "case_count": 1, "memory_limit": 131072,
               "time_limit": 3000}])
    assert done.returncode == 0, done.stderr
    assert "chaos/x.c" in done.stderr and "/tasks/1" in done.stderr
    top = str(tmp_path / "made")
    positive = "a, b = map(int, input().split())\nprint(abs(a) + b)\n"
    write(f"{top}/submissions/accepted/right.py", RIGHT[2])
    write(f"{top}/submissions/partially_accepted/positive.py", positive)
    lines = {line["submission"].split("/")[-1]: line for line in json.loads(
        assize("problem", "check", "--json", top).stdout)["runs"]}
    assert lines["right.py"]["grade"] == 100
    assert lines["positive.py"]["grade"] == 40
    found = json.loads(
        assize("problem", "check", "--static", "--json", top).stdout)
    assert found["name"] == 'A "sum": + \\' and found["tests"] == 3


def test_import_of_the_other_layout(tmp_path):
    done = noj(tmp_path, {
        "test-case/0000/STDIN": "", "test-case/0000/STDOUT": "7\n",
        "test-case/0000/in/number.txt": "7\n",
        "test-case/0000/out/made.txt": "7\n",
    }, [{**TASK, "taskScore": 100, "caseCount": 1}])
    assert done.returncode == 0, done.stderr
    assert "out/made.txt" in done.stderr
    top = str(tmp_path / "made")
    write(f"{top}/submissions/accepted/a.py",
          "print(open('number.txt').read().strip())\n")
    assert assize("problem", "check", top).returncode == 0


@pytest.mark.parametrize("files,tasks,says", [
    ({k: v for k, v in FLAT.items() if k != "0001.out"}, [TASK], "0001"),
    (FLAT, [], "tasks"),
    (FLAT, [{**TASK, "caseCount": "two"}], "/tasks/0/caseCount"),
])
def test_import_of_what_is_broken(tmp_path, files, tasks, says):
    done = noj(tmp_path, files, tasks)
    assert done.returncode == 1 and says in done.stderr, done.stderr
    assert not os.path.exists(tmp_path / "made" / "problem.yaml")
