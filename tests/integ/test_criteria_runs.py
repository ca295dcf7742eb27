"""What happens to criteria while they run: limits, set-up, and faults that
cost no more than themselves.  A runner alone, no server."""

import json
import subprocess

import pytest

from harness.stack import SOURCE, default_build

RUNNER = f"{default_build()}/src/runner/assize-runner"


def check(base, assize, criteria, submission, **more):
    """The runner's line about the only submission of a package."""
    files = {"problem.yaml": "name: x\n", "assize.yaml": json.dumps(assize),
             "criteria.json": json.dumps(criteria), **more,
             **{f"submissions/rejected/it/{n}": t
                for n, t in submission.items()}}
    for name, text in files.items():
        path = base / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [RUNNER, "--json", "--check", str(base)], capture_output=True,
        text=True, timeout=120, check=False,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8",
             "ASSIZE_BOXINIT": f"{default_build()}/src/box/assize-boxinit",
             "ASSIZE_LANGUAGES_DIR": f"{SOURCE}/src/runner/languages.d"})
    assert done.returncode in (0, 1), done.stderr
    line, = json.loads(done.stdout)
    return line


def fails(*names):
    return {"base": {"tests": [{"name": n, "type": "dont_fail"}
                               for n in names]}}


def steps_of(line):
    return {s["name"]: s for s in line["result"]["pipeline"]["steps"]}


PYTHON = {"template": "input_output", "languages": ["python3"]}


@pytest.mark.parametrize("limits,code,verdict,says", [
    ({"time_ms": 300}, "while True: pass", "TLE", "timed out"),
    ({"output_kb": 16}, "print('x' * 100000)", "OLE", "wrote too much"),
    ({"memory_kb": 65536}, "x = 'x' * 300000000", "MLE", "too much memory"),
    ({"processes": 1}, "import os; os.fork()", "RE", "crashed"),
])
def test_limits_of_the_assignment(tmp_path, limits, code, verdict, says):
    line = check(tmp_path, {**PYTHON, "limits": limits}, fails("a"),
                 {"main.py": code})
    assert line["verdict"] == verdict, line
    assert says in line["result"]["tests"][0]["report"]


@pytest.mark.parametrize("command,code,limit,says", [
    ({"command": "cat main.py && echo done"}, 1, None, "&&"),
    ({"command": "cat main.py && test -s main.py && exit 3", "shell": True},
     3, None, ""),
    ({"command": "no-such-program"}, 127, None, ""),
    ({"command": "while :; do :; done", "shell": True, "time_ms": 200}, 124,
     "took too long", ""),
    ({"command": "python3 -c \"x = 'x' * 300000000\"", "memory_kb": 65536},
     None, "took too much memory", ""),
])
def test_set_up_commands(tmp_path, command, code, limit, says):
    """With a shell or none, each with its own limits; the first that fails
    is the last that is run."""
    setup = {"setup_commands": ["touch begun", {"name": "It", **command},
                                "touch never"]}
    line = check(tmp_path, {**PYTHON, "setup": setup}, fails("a"),
                 {"main.py": "print(1)\n"})
    assert (line["verdict"], line["grade"]) == ("CE", 0)
    details = steps_of(line)["PRE_FLIGHT"]["error_details"]
    failed = details["failed_command"]
    assert details["command_name"] == "It"
    assert failed["command"] == command["command"]
    assert code is None or failed["exit_code"] == code
    assert failed.get("limit") == limit
    assert says in failed["stderr"]
    assert line["result"]["tests"][0]["status"] == "skipped"


def test_what_set_up_leaves(tmp_path):
    """Each test finds it; what a test leaves, no other does."""
    setup = {"setup_commands": [
        {"command": "echo 7 > number && mkdir d", "shell": True}]}
    code = ("import os\nprint(open('number').read().strip(), os.listdir('d'))"
            "\nopen('d/mine', 'w')\nopen('number', 'w').write('8')\n")
    test = {"type": "expect_output", "expected_output": "7 []"}
    line = check(tmp_path, {**PYTHON, "setup": setup}, {"base": {"tests": [
        {"name": "one", **test}, {"name": "two", **test}]}},
        {"main.py": code})
    assert line["grade"] == 100, line


def test_assets_can_be_read_and_not_written(tmp_path):
    code = ("print(open('words').read().strip())\n"
            "for change in (lambda: open('words', 'w'),\n"
            "               lambda: __import__('os').remove('words')):\n"
            "    try:\n        change()\n        print('changed')\n"
            "    except OSError:\n        print('no')\n")
    line = check(tmp_path, {**PYTHON, "setup": {"assets": [
        {"source": "data/list.txt", "target": "words"}]}},
        {"base": {"tests": [{"name": "it", "type": "expect_output",
                             "expected_output": "one two\nno\nno"}]}},
        {"main.py": code}, **{"data/list.txt": "one two\n"})
    assert line["grade"] == 100, line["result"]["tests"]


def test_a_function_may_only_read_the_submission(tmp_path):
    program = ("import json, os\ntext = open('essay.md').read()\ntry:\n"
               "    open('essay.md', 'w')\nexcept OSError:\n"
               "    print(json.dumps({'score': 60, 'report': text + "
               "os.getcwd()}))\n")
    line = check(tmp_path, {"template": "custom", "functions": {
        "mine": {"parameters": {}}}}, {"base": {"tests": [{"name": "mine"}]}},
        {"essay.md": "read "}, **{"functions/mine.py": program})
    assert line["result"]["tests"][0]["report"] == "read /submission"
    assert line["grade"] == 60


@pytest.mark.parametrize("file,worst", [
    (None, 100), ("all", 100), ("b.html", 0), (["a.html", "c.html"], 100),
    ("*.html", 0), (["d/*.html"], 100),
])
def test_which_files_a_test_is_about(tmp_path, file, worst):
    """The worst of those it names counts; without a name, the first."""
    test = {"name": "has_tag", "tag": "p", "required_count": 1}
    if file is not None:
        test["file"] = file
    line = check(tmp_path, {"template": "webdev"}, {"base": {"tests": [test]}},
                 {"a.html": "<p>", "b.html": "<b>", "c.html": "<p>",
                  "d/e.html": "<p>"})
    assert line["result"]["tests"][0]["score"] == worst


def test_steps_are_counted(tmp_path):
    line = check(tmp_path, PYTHON, fails("a"), {"main.py": "print(1)\n"})
    pipeline = line["result"]["pipeline"]
    names = ["LOAD_TEMPLATE", "BUILD_TREE", "SANDBOX", "PRE_FLIGHT", "GRADE",
             "FOCUS", "FEEDBACK"]
    assert [s["name"] for s in pipeline["steps"]] == names
    assert {s["status"] for s in pipeline["steps"]} == {"success"}
    assert (pipeline["total_steps_planned"], pipeline["steps_completed"]) == \
        (7, 7)
    assert "failed_at_step" not in pipeline
    # What fails was planned and not completed; what follows, only planned.
    line = check(tmp_path, {**PYTHON, "setup": {"required_files": ["b.py"]}},
                 fails("a"), {"main.py": ""})
    pipeline = line["result"]["pipeline"]
    assert [s["name"] for s in pipeline["steps"]] == names[:4] + names[6:]
    assert (pipeline["total_steps_planned"], pipeline["steps_completed"]) == \
        (7, 4)
    assert (pipeline["status"], pipeline["failed_at_step"]) == (
        "failed", "PRE_FLIGHT")


def test_long_reports_are_cut(tmp_path):
    test = {"type": "expect_output", "expected_output": "y" * 5000}
    line = check(tmp_path, PYTHON, {"base": {"tests": [
        {"name": f"t{i}", **test} for i in range(40)]}},
        {"main.py": "print('x' * 5000)\n"})
    assert steps_of(line)["FEEDBACK"]["status"] == "success"
    text = line["result"]["feedback"]["text"]
    assert 40000 < len(text) < 256 << 10 and text.count(" [...]") == 40


def test_a_fault_of_feedback_costs_no_grade(tmp_path):
    """More tests than any report has room for."""
    line = check(tmp_path, {"template": "webdev"}, {"base": {"tests": [
        {"name": f"{i:50}", "type": "check_dir_exists", "dir_path": "x"}
        for i in range(1999)] + [{"name": "page", "type": "has_tag",
                                  "tag": "p", "weight": 199900}]}},
        {"index.html": "<p>x</p>"})
    steps = steps_of(line)
    assert steps["GRADE"]["status"] == "success"
    assert steps["FEEDBACK"]["status"] == "interrupted"
    assert line["grade"] == 50 and line["verdict"] == "WA"
    pipeline = line["result"]["pipeline"]
    assert pipeline["status"] == "success"
    assert pipeline["steps_completed"] == pipeline["total_steps_planned"] - 1


@pytest.mark.parametrize("program,why", [
    ("import os\nos.abort()\n", "signal"),
    ("print('hello')\n", "not JSON"),
    ("print('{\"score\": 101}')\n", "0 to 100"),
    ("print('{\"report\": \"x\"}')\n", "no number"),
    ("while True: pass\n", "it ended by"),
])
def test_a_faulty_function_costs_its_own_test(tmp_path, program, why):
    line = check(
        tmp_path, {"template": ["webdev", "custom"],
                   "functions": {"mine": {"parameters": {}}}},
        {"base": {"tests": [
            {"name": "before", "type": "has_tag", "tag": "p"},
            {"name": "mine"},
            {"name": "after", "type": "has_tag", "tag": "p"}]}},
        {"index.html": "<p>x</p>"}, **{
            "functions/mine.py": program,
            "problem.yaml": "name: x\nlimits: {validation_time: 1}\n"})
    tests = line["result"]["tests"]
    assert [t["score"] for t in tests] == [100, 0, 100]
    assert "no fault of yours" in tests[1]["report"]
    assert why in tests[1]["judge_message"], tests[1]
