"""assize problem check and import: what needs no server."""

import io
import json
import os
import re
import subprocess
import zipfile

import pytest

from harness.stack import SOURCE, default_build
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


# INGInious: a course moves over, and its own regression cases still hold

@pytest.fixture(scope="module")
def moved(tmp_path_factory):
    target = tmp_path_factory.mktemp("moved") / "course"
    done = assize("problem", "import", "--from", "inginious",
                  f"{SOURCE}/tests/data/inginious", target)
    assert done.returncode == 0, done.stderr
    return target


@pytest.mark.parametrize("task,change", [
    ("quiz", ("quiz.json", "There are three.", "There are some.")),
    ("python", ("run.py", "100 * right", "90 * right")),
    ("cunit", ("run", "tag-set compiles true", "tag-set compiles false")),
    ("template", ("sentence.tpl", "The @who@", "A @who@"))])
def test_a_course_moves_over_with_its_cases(moved, task, change):
    done = assize("problem", "check", moved / task)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 judged, 0 unexpected" in done.stdout
    assert "no accepted submission" not in done.stderr
    case, = (moved / task / "test").iterdir()
    kept = case.read_text()
    case.write_text(re.sub(r"(?m)^grade: .*", "grade: 1.5", kept))
    done = assize("problem", "check", moved / task)
    assert done.returncode == 1 and ".test#/grade: expected 1" in done.stdout
    case.write_text(kept)
    path, old, new = change
    text = (moved / task / path).read_text()
    assert old in text
    write(f"{moved}/{task}/{path}", text.replace(old, new))
    done = assize("problem", "check", moved / task)
    assert done.returncode == 1 and ".test#/" in done.stdout, done.stdout


# INGInious: every key is carried over or said

QUESTION = {"type": "match", "answer": "a"}
TASK_KEYS = {
    # key: value, what is in the package then; None: it is said by its name
    "name": ("A name", ("problem.yaml", "name: 'A name'")),
    "weight": (2.5, ("assize.yaml", "weight: 2.5")),
    "stored_submissions": (3, ("assize.yaml", "stored_submissions: 3")),
    "no_stored_submissions": (4, ("assize.yaml", "stored_submissions: 4")),
    "evaluate": ("last", ("assize.yaml", "evaluate: last")),
    "evaluation_mode": ("last", ("assize.yaml", "evaluate: last")),
    "accessible": ("2030-01-01/2031-01-01",
                   ("assize.yaml", "windows: '2030-01-01/2031-01-01'")),
    "accessibility": (False, ("assize.yaml", "visible: false")),
    "groups": (True, ("assize.yaml", "groups: true")),
    "group_submission": (True, ("assize.yaml", "groups: true")),
    "submission_limit": ({"amount": 5, "period": 24}, (
        "assize.yaml", "submission_limit: {amount: 5, period: 24}")),
    "input_random": (2, ("quiz.json", '"input_random":2')),
    "regenerate_input_random": (
        True, ("quiz.json", '"regenerate_input_random":true')),
    "limits": ({"time": "7", "hard_time": 9, "memory": "64"}, (
        "assize.yaml", "time_ms: 7000\n  wall_ms: 9000\n"
        "  memory_kb: 65536")),
    "run_cmd": ("sh grade", ("assize.yaml", "run_cmd: 'sh grade'")),
    "context": ("Read *this*", (
        "problem_statement/problem.en.md", "Read *this*")),
    "environment_id": ("java", ("assize.yaml", "environment: java")),
    **{key: (value, None) for key, value in {
        "network_grading": True, "author": "Me", "contact_url": "mailto:me", "tags": {"0": {"id": "a"}},
        "categories": ["a"], "order": 7, "response_is_html": True,
        "ssh_allowed": True, "something_new": 0}.items()},
}
QUESTION_KEYS = {
    "name": "N", "header": "H", "answer": "x", "centralize": True,
    "boxes": {"a": {}}, "something_new": 1}
COURSE_KEYS = {
    "name": "C", "admins": ["a"], "tutors": ["b"], "toc": [{"id": "x"}],
    "task_dispenser": "toc", "groups_student_choice": True,
    "use_classrooms": True, "registration": True,
    "registration_password": "a secret", "registration_ac": "username",
    "registration_ac_accept": True, "registration_ac_list": ["u"],
    "is_lti": True, "lti_keys": {"a": "a secret"}, "lti_url": "u",
    "lti_send_back_grade": True, "allow_unregister": True,
    "allow_preview": True, "tags": {"0": {}}, "something_new": 3}


def from_inginious(tmp_path, files, number):
    source, target = tmp_path / f"in{number}", tmp_path / f"out{number}"
    for name, value in files.items():
        write(f"{source}/{name}", value if isinstance(value, str)
              else json.dumps(value))
    done = assize("problem", "import", "--from", "inginious", source, target)
    assert done.returncode == 0, done.stderr
    return target, done.stderr


def task_of(key, value, layout):
    task = {"problems": {"q": QUESTION}, "name": "x", "environment": "default"}
    if layout == "new":
        task = {"problems": {"q": QUESTION}, "name": "x",
                "environment_type": "docker", "environment_id": "default",
                "environment_parameters": {}}
    where = task
    if layout == "new" and key in ("limits", "run_cmd", "network_grading",
                                   "ssh_allowed"):
        where = task["environment_parameters"]
    where[key] = value
    return task


@pytest.mark.parametrize("layout", ["old", "new", "dispenser"])
def test_every_key_of_a_task(tmp_path, layout):
    for number, (key, (value, where)) in enumerate(TASK_KEYS.items()):
        files = {"task.yaml": task_of(key, value, layout)}
        below = ""
        if layout == "dispenser":
            below = "t/"
            files = {
                "course.yaml": {"name": "C", "dispenser_data": {"config": {
                    "t": {key: value}}}},
                "t/task.yaml": task_of("author", "", "old")}
            if key in ("name", "input_random", "regenerate_input_random"):
                continue
        target, said = from_inginious(tmp_path, files, number)
        if where is not None:
            text = (target / f"{below}{where[0]}").read_text()
            assert where[1] in text, (key, text)
        else:
            assert f"task.yaml: {key}" in said, (key, said)


def test_what_is_said_and_empty_is_no_note(tmp_path):
    """As their pages write it where nothing was filled in."""
    empty = {"author": "", "contact_url": "", "categories": [], "tags": {},
             "file": "", "ssh_allowed": False, "response_is_html": None}
    _, said = from_inginious(tmp_path, {
        "course.yaml": {
            "name": "C", "tutors": [], "registration": False, "tags": {},
            "registration_password": None, "registration_ac_list": [""],
            "is_lti": False, "lti_keys": {}, "description": ""},
        "a/task.yaml": {**task_of("name", "x", "old"), **empty}}, 0)
    notes = [line.split(": ", 2)[1:] for line in said.splitlines()]
    assert [(where, what.split()[0]) for where, what in notes] == [
        ("course.yaml", "1"), ("course.yaml", "name")], said


def test_boxes_that_are_ticked_and_a_task_without_questions(tmp_path):
    task = {"name": "x", "environment_type": "docker", "problems": {},
            "context": ".. hidden-until:: 01/01/3015\n\n    Hidden.\n",
            "input_random": "3", "regenerate_input_random": "on",
            "groups": "true", "environment_parameters": {
                "network_grading": "on", "ssh_allowed": "on"}}
    for number, problems in enumerate(({}, None)):
        target, said = from_inginious(
            tmp_path, {"task.yaml": {**task, "problems": problems},
                       "run": "feedback-result success\n"}, number)
        assert json.loads((target / "quiz.json").read_text()) == {
            "text_format": "rst", "input_random": "3",
            "regenerate_input_random": True, "problems": {}}
        assert "groups: true" in (target / "assize.yaml").read_text()
        for key in ("network_grading", "ssh_allowed", "has no problems",
                    "context: hidden-until hides nothing"):
            assert key in said, said
        done = assize("problem", "check", "--static", target)
        assert done.returncode == 0, done.stdout + done.stderr


def test_what_is_of_another_kind_than_it_should_be(tmp_path):
    target, said = from_inginious(tmp_path, {"task.yaml": {
        "name": 42, "run_cmd": "  ", "limits": [1], "submission_limit": 5,
        "weight": "heavy", "problems": [1], "accessible": ["x"],
        "environment": "default"}}, 0)
    for key in ("limits", "submission_limit", "weight", "problems",
                "accessible"):
        assert f"note: task.yaml: {key}: " in said, said
    assert (target / "problem.yaml").read_text() == "name: '42'\n"
    made = (target / "assize.yaml").read_text()
    assert "run_cmd" not in made and "time_ms: 30000" in made
    done = assize("problem", "check", "--static", target)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["task.yaml", "course.yaml", "taskset.yaml"])
def test_what_is_no_yaml_is_said_with_its_line(tmp_path, name):
    write(f"{tmp_path}/in/{name}", "name: x\nproblems: [\n")
    done = assize("problem", "import", "--from", "inginious",
                  tmp_path / "in", tmp_path / "out")
    assert done.returncode == 1 and f"{name}:3" in done.stderr, done.stderr


def test_settings_in_the_sections_of_a_course(tmp_path):
    sections = [{"id": "s", "title": "S", "tasks_list": {"a": 0}, "rank": 0,
                 "weights": {"a": 4}, "sections_list": [
                     {"tasks_list": {"b": 0}, "weights": {"b": 5},
                      "evaluation_mode": {"b": "last"},
                      "accessibility": {"b": "2030-01-01/"}}]}]
    task = {"name": "x", "environment": "mcq", "problems": {"q": QUESTION}}
    for number, data in enumerate([
            {"dispenser_data": sections}, {"dispenser_data": {"toc": sections}},
            {"toc": sections}]):
        target, said = from_inginious(tmp_path, {
            "course.yaml": {"name": "C", **data}, "a/task.yaml": task,
            "b/task.yaml": task}, number)
        made = (target / "b" / "assize.yaml").read_text()
        assert "weight: 4" in (target / "a" / "assize.yaml").read_text()
        for text in ("weight: 5", "evaluate: last", "windows: '2030-01-01/'"):
            assert text in made, made
        assert "without sections" in said


def test_a_set_of_tasks(tmp_path):
    """As courses have them since 2022; a course.yaml may be left beside."""
    task = {"name": "x", "environment_type": "mcq", "problems": {"q": QUESTION}}
    files = {
        "taskset.yaml": {
            "name": "S", "admins": ["a"], "public": True, "description": "",
            "task_dispenser": "toc", "dispenser_data": {
                "imported": False, "toc": [], "config": {
                    "A b": {"weight": 4, "accessibility": False}}}},
        "A b/task.yaml": task, "A b/public/x.png": "x"}
    left = {"course.yaml": {"name": "C", "accessible": "2030-01-01/",
                            "dispenser_data": {"config": {
                                "A b": {"weight": 5}}}}}
    for number, more in enumerate(({}, left)):
        target, said = from_inginious(tmp_path, {**files, **more}, number)
        made = (target / "A b" / "assize.yaml").read_text()
        assert "weight: 4" in made and "visible: false" in made
        for note in ('name = "S"', "admins", "public = true"):
            assert f"note: taskset.yaml: {note}" in said, said
        assert (target / "A b" / "public" / "x.png").exists()
    assert "does not hold beside it" in said


def test_links_in_a_course(tmp_path):
    """To its common files they count; others are left out, and said."""
    task = {"name": "x", "environment": "default", "problems": {"q": QUESTION}}
    for name in ("a", "b"):
        write(f"{tmp_path}/in0/{name}/task.yaml", json.dumps(task))
    write(f"{tmp_path}/in0/$common/go", "feedback-result success\n")
    for link, to in (("a/run", "../$common/go"), ("b/passwd", "/etc/passwd"),
                     ("b/.#task.yaml", "me@host.1234:1"),
                     ("$common/dir", "../a")):
        os.symlink(to, tmp_path / "in0" / link)
    target, said = from_inginious(tmp_path, {"course.yaml": {"name": "C"}}, 0)
    for name in ("b/passwd", "b/.#task.yaml"):
        assert f'files: the link "{name}" leads nowhere' in said, said
        assert not (target / name).exists()
    assert (target / "a/run").read_text() == "feedback-result success\n"
    assert (target / "$common/dir/task.yaml").exists()
    assert (target / "b/assize.yaml").exists()


def test_every_key_of_a_question_and_a_course(tmp_path):
    quiz = {"task.yaml": {
        "name": "x", "environment": "mcq",
        "problems": {"q": {**QUESTION, **QUESTION_KEYS},
                     "old": {"type": "multiple-choice", "choices": [
                         {"text": "t", "valid": True}]},
                     "other": {"type": "blockly"}}}}
    target, said = from_inginious(tmp_path, quiz, "q")
    kept = json.loads((target / "quiz.json").read_text())["problems"]
    assert kept["old"]["type"] == "multiple_choice" and "other" not in kept
    assert "#/problems/other: left out" in said
    for key, value in QUESTION_KEYS.items():
        if key in ("boxes", "something_new"):
            assert key in said, said
        else:
            assert kept["q"][key] == value
    course = {
        "course.yaml": {**COURSE_KEYS, "accessible": "2030-01-01/",
                        "dispenser_data": {"toc": [], "config": {
                            "a": {"weight": 3}, "gone": {}}}},
        "a/task.yaml": quiz["task.yaml"],
        "b/task.yaml": {**quiz["task.yaml"], "accessible": "/2031-01-01"},
        "b/$i18n/de.mo": "own", "$common/$i18n/fr.mo": "common",
        "$common/lib.py": "x"}
    target, said = from_inginious(tmp_path, course, "c")
    for key in COURSE_KEYS:
        assert f"course.yaml: {key} = " in said, key
    assert "a secret" not in said
    for text in ("dispenser_data.toc", "dispenser_data.config.gone",
                 "common push", "b/task.yaml: accessible: the course's own"):
        assert text in said, said
    made = (target / "a" / "assize.yaml").read_text()
    assert "weight: 3" in made and "windows: '2030-01-01/'" in made
    assert "/2031-01-01" in (target / "b" / "assize.yaml").read_text()
    assert (target / "a" / "$i18n" / "fr.mo").read_text() == "common"
    assert not (target / "b" / "$i18n" / "fr.mo").exists()
    assert (target / "$common" / "lib.py").exists()
