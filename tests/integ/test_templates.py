"""Each template over the real stack: an example package, a submission that is
right and one that is not; and what was recorded from the source of
input_output, through the pipeline alone."""

import json
import os
import subprocess

import pytest
import yaml

from harness.stack import SOURCE, default_build
from kit import make_course, make_problem, make_zip

COURSE = "c1"
TEMPLATES = f"{SOURCE}/tests/data/templates"
RUNNER = f"{default_build()}/src/runner/assize-runner"
GRAMMARS = os.path.exists(f"{default_build()}/src/runner/assize-syntax")

needs_grammars = pytest.mark.skipif(
    not GRAMMARS, reason="built without the grammars")


def read_tree(path):
    """The files below a directory; of a file itself by its name."""
    if os.path.isfile(path):
        with open(path, "rb") as f:
            return {os.path.basename(path): f.read()}
    found = {}
    for where, _, names in os.walk(path):
        for name in names:
            full = os.path.join(where, name)
            with open(full, "rb") as f:
                found[os.path.relpath(full, path)] = f.read()
    return found


@pytest.fixture(scope="module")
def course(stack, runner):
    admin = make_course(stack)
    for name in sorted(os.listdir(TEMPLATES)):
        make_problem(admin, COURSE, name,
                     zip_bytes=make_zip(read_tree(f"{TEMPLATES}/{name}")))
    return stack


def grade(course, problem, path, language=None, **more):
    """The document of a submission of the package's own, when it is done."""
    alice = course.client("alice")
    files = read_tree(f"{TEMPLATES}/{problem}/submissions/{path}")
    body = {"course": COURSE, "problem": problem,
            "files": [{"name": n, "content": t.decode()}
                      for n, t in files.items()], **more}
    if language:
        body["language"] = language
    return finish(alice, alice.post("/submissions", body))


def finish(alice, made):
    assert made.status == 201, made.show()
    for _ in range(8):
        got = alice.get(f"/submissions/{made.data['id']}?wait=20")
        if got.data["status"] not in ("waiting", "running"):
            return got.data
    raise AssertionError(got.show())


def by_name(document):
    return {t["name"]: t for t in document["tests"]}


@needs_grammars
def test_page(course):
    good = grade(course, "page", "accepted/good")
    assert (good["verdict"], good["grade"]) == ("AC", 100), good
    assert good["tree"]["type"] == "root"
    assert [c["name"] for c in good["tree"]["children"]] == [
        "base", "bonus", "penalty"]
    bare = grade(course, "page", "wrong_answer/bare")
    assert (bare["verdict"], bare["grade"]) == ("WA", 7.68)
    tests = by_name(bare)
    assert tests["No alert"]["status"] == "WA"
    assert "alert" in tests["No alert"]["report"]
    lost = sum(x["points_lost"] for x in bare["feedback"]["focus"]["base"])
    base = bare["tree"]["children"][0]["score"]
    assert lost == pytest.approx(100 - base, abs=0.05)


def half_a_page(course, **headers):
    alice = course.client("alice")
    made = alice.post("/submissions", {
        "course": COURSE, "problem": "page",
        "files": [{"name": "index.html", "content": "<p>"}]},
        headers={k.replace("_", "-"): v for k, v in headers.items()})
    return finish(alice, made)


def test_page_without_a_required_file(course):
    got = half_a_page(course)
    assert (got["verdict"], got["grade"]) == ("CE", 0)
    assert "style.css" in got["compile"]["output"]
    assert "Preflight Check Failed" in got["feedback"]["text"]
    steps = {s["name"]: s for s in got["pipeline"]["steps"]}
    assert got["pipeline"]["failed_at_step"] == "PRE_FLIGHT"
    assert steps["PRE_FLIGHT"]["status"] == "fail"
    assert steps["PRE_FLIGHT"]["error_details"] == {
        "error_type": "required_file_missing", "phase": "required_files",
        "missing_file": "style.css", "missing_files": ["style.css"]}
    assert "GRADE" not in steps
    assert got["pipeline"]["steps_completed"] < \
        got["pipeline"]["total_steps_planned"]


def test_feedback_speaks_the_students_language(course):
    got = half_a_page(course, Accept_Language="pt-BR, en;q=0.5")
    assert "A verificação prévia falhou" in got["feedback"]["text"]
    assert "não encontrado: `'style.css'`" in got["feedback"]["text"]
    alice = course.client("alice")
    made = alice.post("/submissions", {
        "course": COURSE, "problem": "service", "files": [
            {"name": "server.py", "content": "raise SystemExit(1)"}]},
        headers={"Accept-Language": "de"})
    got = finish(alice, made)
    assert got["tests"][0]["report"].startswith(
        "FEHLER: Der Server endete, bevor er antwortete."), got["tests"]
    assert "Bericht zur Aufgabe" in got["feedback"]["text"]


def test_a_failed_set_up_command(course):
    """Which it was, how it ended, and all that it said, in a block."""
    broken = grade(course, "calculator", "compile_error/syntax", "c")
    step = next(s for s in broken["pipeline"]["steps"]
                if s["name"] == "PRE_FLIGHT")
    details = step["error_details"]
    failed = details["failed_command"]
    assert details["error_type"] == "setup_command_failed"
    assert details["phase"] == "setup_commands"
    assert failed["exit_code"] == 1 and failed["stdout"] == ""
    assert "expected" in failed["stderr"]
    assert step["message"] == (
        f"**Error:** Setup command '{details['command_name']}' failed with "
        "exit code 1")
    text = broken["feedback"]["text"]
    assert step["message"] in text and f"```\n{failed['command']}\n" in text
    assert f"stderr:\n\n```\n{failed['stderr']}" in text


@needs_grammars
def test_calculator(course):
    for name, language in (("calculator.py", "python3"), ("calculator.c", "c")):
        good = grade(course, "calculator", f"accepted/{name}", language)
        assert (good["verdict"], good["grade"]) == ("AC", 100), good
        assert {t["status"] for t in good["tests"]} == {"AC"}, good
    evil = grade(course, "calculator", "wrong_answer/evil", "python3")
    assert (evil["verdict"], evil["grade"]) == ("WA", 28)
    tests = by_name(evil)
    assert tests["Small numbers"]["status"] == "AC"
    assert "'os' found in 'calculator.py'" in tests["No subprocess"]["report"]
    crash = grade(course, "calculator", "run_time_error/crash", "python3")
    assert crash["verdict"] == "RE"
    broken = grade(course, "calculator", "compile_error/syntax", "c")
    assert (broken["verdict"], broken["grade"]) == ("CE", 0)
    assert "expected" in broken["compile"]["output"]


@needs_grammars
def test_compared_with_an_earlier_result(course):
    bare = grade(course, "page", "wrong_answer/bare")
    baseline = {"grade": bare["grade"], "tests": [
        {"path": t["path"], "score": t["score"]} for t in bare["tests"][1:]] +
        [{"path": "base/Gone", "score": 7}]}
    good = grade(course, "page", "accepted/good",
                 input={"baseline": baseline})
    found = good["feedback"]["comparison"]
    assert found["score_delta"] == pytest.approx(100 - bare["grade"])
    assert found["improved"] is True
    deltas = found["test_deltas"]
    assert [d["path"] for d in deltas] == [
        t["path"] for t in good["tests"]] + ["base/Gone"]
    assert deltas[0]["status"] == "introduced"
    assert deltas[0]["delta"] is None
    assert deltas[-1] == {"path": "base/Gone", "status": "removed",
                          "baseline_score": 7, "head_score": None,
                          "delta": None}
    assert {d["status"] for d in deltas[1:-1]} == {"improved", "unchanged"}
    # What is no result is no fault of the submission.
    odd = grade(course, "page", "accepted/good",
                input={"baseline": {"grade": "much"}})
    assert odd["grade"] == 100 and "comparison" not in odd["feedback"]


def test_service(course):
    assert grade(course, "service", "accepted/server.py")["verdict"] == "AC"
    other = grade(course, "service", "wrong_answer/name.py")
    assert (other["verdict"], other["grade"]) == ("WA", 40)
    gone = grade(course, "service", "run_time_error/gone.py")
    assert gone["verdict"] == "RE"
    assert "no server today" in gone["tests"][0]["report"]


def test_own_functions(course):
    assert grade(course, "own", "accepted/long")["verdict"] == "AC"
    short = grade(course, "own", "wrong_answer/short")
    assert (short["verdict"], short["grade"]) == ("WA", 40)
    assert by_name(short)["Long enough"]["report"] == "5 of 20 words"


@pytest.mark.parametrize("criteria,pointer,says", [
    ({}, "/base", "is missing"),
    ({"base": {"tests": [{"name": "has_tag", "tga": "p"}]}},
     "/base/tests/0/tga", "tag"),
    ({"base": {"weight": 101, "tests": [{"name": "has_tag", "tag": "p"}]}},
     "/base/weight", "at most 100"),
])
def test_faults_are_told_at_the_upload(course, criteria, pointer, says):
    admin = course.client("root", admin=True)
    put = admin.put(
        f"/courses/{COURSE}/problems/page/package",
        body=make_zip({"problem.yaml": "name: x\n",
                       "assize.yaml": "template: webdev\n",
                       "criteria.json": json.dumps(criteria)}),
        headers={"Content-Type": "application/zip"})
    assert put.status == 422
    assert any(e["pointer"] == f"criteria.json#{pointer}"
               and says in e["detail"] for e in put.json["errors"]), put.show()


def recorded():
    with open(f"{SOURCE}/tests/data/vectors/io_pipeline.json",
              encoding="utf-8") as f:
        return {c["id"]: c for c in json.load(f)["cases"]}


def deviations():
    with open(f"{SOURCE}/tests/data/vectors-deviations",
              encoding="utf-8") as f:
        rows = [line.rstrip("\n").split("\t") for line in f
                if line.startswith("io_pipeline.json\t")]
    return {row[1]: row[2] for row in rows if row[1] != "*"}


# What we say where we differ; the reasons stand in vectors-deviations.
OURS = {
    "cmd_placeholder_nonstandard_name": {"verdict": "AC", "says": "Success"},
    "c_segfault": {"verdict": "RE", "says": "crashed during execution"},
    "c_exit_137": {"verdict": "RE", "says": "crashed during execution"},
    "py_sys_exit_2_silent": {"verdict": "RE", "says": "exit status 2"},
    "preflight_command_missing_field": {"refused": "with a command"},
    "api_health_check_no_port": {"verdict": "RE", "says": "server ended"},
}


def test_a_missing_file_costs_no_box(tmp_path):
    """With a bubblewrap that says its version, and that no box can start."""
    bwrap = tmp_path / "bwrap"
    bwrap.write_text("#!/bin/sh\nexec /usr/bin/bwrap --version\n")
    bwrap.chmod(0o755)
    case = recorded()["preflight_two_missing"]
    for there, status in ((False, 1), (True, 3)):
        files = dict(case["files"])
        if there:
            files.update({"a.py": "print(1)\n", "b.py": "print(2)\n"})
        done = run_case({**case, "files": files}, tmp_path / str(there),
                        ASSIZE_BWRAP=str(bwrap))
        assert done.returncode == status, done.stderr
        assert ("in the box: cannot execute" in done.stderr) == there


def run_case(case, base, **environment):
    files = {"problem.yaml": "name: x\n",
             "assize.yaml": json.dumps({
                 "template": case["template"],
                 "languages": ["c", "cpp", "java", "python3"]}),
             "criteria.json": json.dumps(case["criteria"]),
             **{f"submissions/accepted/it/{n}": t
                for n, t in case["files"].items()}}
    if case["setup_config"]:
        files["setup.json"] = json.dumps(case["setup_config"])
    for name, text in files.items():
        path = base / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return subprocess.run(
        [RUNNER, "--json", "--check", str(base)], capture_output=True,
        text=True, timeout=120, check=False,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8",
             "ASSIZE_BOXINIT": f"{default_build()}/src/box/assize-boxinit",
             **environment})


def leaves(node):
    for child in node.get("children", []):
        yield from leaves(child)
    if node["type"] == "test":
        yield node


def check_execution(case, result):
    """Statuses of the steps and what failed are as recorded."""
    names = {"LoadTemplateStep": "LOAD_TEMPLATE", "BuildTreeStep": "BUILD_TREE",
             "SandboxStep": "SANDBOX", "PreFlightStep": "PRE_FLIGHT",
             "StructuralAnalysisStep": "STRUCTURAL_ANALYSIS",
             "GradeStep": "GRADE", "FocusStep": "FOCUS",
             "FeedbackStep": "FEEDBACK"}
    expected = case["expected"]["pipeline_execution"]
    got = {s["name"]: s for s in result["pipeline"]["steps"]}
    assert result["pipeline"]["status"] == expected["status"]
    for step in expected["steps"]:
        name = names[step["name"]]
        if name == "STRUCTURAL_ANALYSIS" and name not in got:
            continue                # only where a template wants it
        if name == "PRE_FLIGHT" or name in got:
            assert got[name]["status"] == step["status"], got
        want = step.get("error_details")
        if want is None:
            continue
        have = got[name]["error_details"]
        assert have["error_type"] == want["error_type"]
        if "missing_file" in want:
            assert have["missing_file"] == want["missing_file"]
            assert got[name]["message"] == step["message"]
        else:
            assert have["failed_command"]["command"] == \
                want["failed_command"]["command"]
            assert have["failed_command"]["exit_code"] == \
                want["failed_command"]["exit_code"]


def tool(language):
    """What makes or runs programs of the language, as its file says."""
    name = {"python": "python3", "node": "javascript"}.get(language, language)
    with open(f"{SOURCE}/src/runner/languages.d/{name}.yaml",
              encoding="utf-8") as f:
        return yaml.safe_load(f)["version"][0]


@pytest.mark.parametrize("name", sorted(recorded()))
def test_recorded(name, tmp_path):
    case = recorded()[name]
    ours = OURS.get(name)
    if not os.path.exists(tool(case["language"])):
        pytest.skip("./dev languages installs it")
    if "static_analysis" in case["template"] and not GRAMMARS:
        pytest.skip("built without the grammars")
    done = run_case(case, tmp_path)
    assert (ours is not None) == (name in deviations()), name
    if ours and "refused" in ours:
        assert ours["refused"] in done.stderr
        return
    assert done.returncode in (0, 1), done.stderr
    line = json.loads(done.stdout)[0]
    result = line["result"]
    if ours:
        assert line["verdict"] == ours["verdict"]
        assert ours["says"] in result["tests"][0]["report"]
        return
    expected = case["expected"]
    assert line["grade"] == pytest.approx(expected["final_score"] or 0,
                                          abs=0.005)
    check_execution(case, result)
    if expected["final_score"] is None:
        return
    scores = {t["path"]: t["score"] for t in result["tests"]}
    for path, score in expected["score_vector"].items():
        # Of tests with one name the source keeps the last.
        same = [s for p, s in scores.items() if p.split(" (")[0] == path]
        assert same[-1] == score, path
