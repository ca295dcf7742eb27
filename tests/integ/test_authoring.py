"""How an author begins: examples of each template, exercises of others."""

import json
import os
import subprocess

import pytest

from harness.stack import SOURCE, default_build

ASSIZE = f"{default_build()}/assize"
RUNNER = f"{default_build()}/src/runner/assize-runner"
TEMPLATES = sorted(x for x in os.listdir(f"{SOURCE}/src/cli/examples")
                   if "." not in x)
# Templates whose submissions a runner judges by itself.
JUDGED = ("judged", "webdev", "input_output", "static_analysis", "api",
          "custom", "quiz", "script")
# What needs the grammars of languages.
PARSED = ("static_analysis",)
GRAMMARS = os.path.exists(f"{default_build()}/src/runner/assize-syntax")


def run(*argv, **env):
    return subprocess.run(argv, capture_output=True, text=True, check=False,
                          env={**os.environ, **env}, timeout=300)


def new(template, path, *more):
    done = run(ASSIZE, "problem", "new", "--template", template, *more,
               str(path))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("template", TEMPLATES)
def test_an_example_has_no_fault(tmp_path, template):
    new(template, tmp_path / "p", "--name", "Lab & co: 1")
    done = run(ASSIZE, "problem", "check", "--json", str(tmp_path / "p"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["name"] == "Lab & co: 1"
    for root, _, files in os.walk(tmp_path / "p"):
        for name in files:
            with open(f"{root}/{name}", encoding="utf-8") as f:
                assert "@NAME@" not in (text := f.read())
                assert "@UUID@" not in text


@pytest.mark.parametrize("template", JUDGED)
def test_its_submissions_get_what_they_should(tmp_path, template):
    if template in PARSED and not GRAMMARS:
        pytest.skip("built without the grammars")
    new(template, tmp_path / "p")
    env = {"ASSIZE_BOXINIT": f"{default_build()}/src/box/assize-boxinit",
           "ASSIZE_INBOX_DIR": f"{SOURCE}/src/inbox",
           "ASSIZE_LANGUAGES_DIR": f"{SOURCE}/src/runner/languages.d"}
    done = run(RUNNER, "--check", str(tmp_path / "p"), **env)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 unexpected, 0 not judged" in done.stdout
    assert " 0 judged" not in done.stdout
    case = tmp_path / "p" / "test" / "wrong.test"
    if case.exists():
        text = case.read_text()
        case.write_text(text.replace("result: failed", "result: success"))
        done = run(RUNNER, "--check", str(tmp_path / "p"), **env)
        assert done.returncode == 1, done.stdout
        assert "wrong.test#/result: expected success, got failed" in \
            done.stdout


def test_what_an_author_sees(tmp_path):
    """Tree, focus and feedback of each submission, as text and as JSON."""
    new("webdev", tmp_path / "p")
    env = {"ASSIZE_BOXINIT": f"{default_build()}/src/box/assize-boxinit",
           "ASSIZE_RUNNER": RUNNER,
           "ASSIZE_LANGUAGES_DIR": f"{SOURCE}/src/runner/languages.d"}
    done = run(ASSIZE, "problem", "check", str(tmp_path / "p"), **env)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Structure  score" in done.stdout
    assert "focus: base/Structure/links within costs" in done.stdout
    assert "    | # Assignment report" in done.stdout
    done = run(ASSIZE, "problem", "check", "--json", str(tmp_path / "p"),
               **env)
    runs = {x["submission"]: x for x in json.loads(done.stdout)["runs"]}
    bare = runs["submissions/wrong_answer/bare"]
    assert bare["tree"]["type"] == "root" and bare["focus"]["base"]
    assert "links within" in bare["feedback"]


def test_refusals(tmp_path):
    new("quiz", tmp_path / "p")
    again = run(ASSIZE, "problem", "new", "--template", "quiz",
                str(tmp_path / "p"))
    assert again.returncode != 0 and "File exists" in again.stderr
    unknown = run(ASSIZE, "problem", "new", "--template", "quizz",
                  str(tmp_path / "q"))
    assert unknown.returncode != 0
    assert "there is no template quizz" in unknown.stderr
    assert not (tmp_path / "q").exists()
    quoted = run(ASSIZE, "problem", "new", "--template", "quiz", "--name",
                 "it's", str(tmp_path / "q"))
    assert quoted.returncode != 0 and not (tmp_path / "q").exists()


CRITERIA = {
    "test_library": "web",
    "base": {
        "weight": 100,
        "subjects": [{
            "subject_name": "Page", "weight": 30, "tests": [
                {"name": "has_tag", "file": "index.html", "weight": 2,
                 "parameters": [
                     {"name": "tag", "value": "h1"},
                     {"name": "tag", "value": "h2"},
                     {"name": "required_count", "value": 2}]},
                {"name": "lang", "type": "has_attribute",
                 "file": "index.html", "parameters": [
                     {"name": "attribute", "value": "lang"},
                     {"name": "attribute_names", "value": ["lang"]}],
                 "required_count": 1},
            ]}]},
    "penalty": {"weight": 10, "comment": "harsh", "tests": [
        {"name": "check_no_inline_styles", "weight": None}]},
}


def imported(tmp_path, files, *options):
    source = tmp_path / "source"
    for name, content in files.items():
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str)
                        else json.dumps(content), encoding="utf-8")
    done = run(ASSIZE, "problem", "import", *options, "--from",
               "autograder", str(source), str(tmp_path / "p"))
    return done, tmp_path / "p"


def test_import_from_autograder(tmp_path):
    done, made = imported(tmp_path, {
        ".github/autograder/criteria.json": CRITERIA,
        ".github/autograder/setup.json": {
            "python": {"required_files": ["main.py"]},
            "cobol": {"required_files": ["x"]}},
        ".github/autograder/feedback.json": {
            "general": {"report_title": "Lab", "show_score": False}},
    }, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout)
    assert said["errors"] == []
    notes = {x["pointer"]: x["detail"] for x in said["notes"]}
    assert "attribute_names" in notes[
        "criteria.json#/base/subjects/0/tests/1"]
    assert "comment" in notes["criteria.json#/penalty"]
    assert "setup.json#/cobol" in notes
    assert len(notes) == 3
    criteria = json.loads((made / "criteria.json").read_text())
    first, second = criteria["base"]["subjects"][0]["tests"]
    # The last of a name wins; what stands beside the list wins over it.
    assert first["parameters"] == {"tag": "h2", "required_count": 2}
    assert second["parameters"] == {"attribute": "lang", "required_count": 1}
    assert "weight" not in criteria["penalty"]["tests"][0]
    setup = json.loads((made / "setup.json").read_text())
    assert setup == {"python3": {"required_files": ["main.py"]}}
    assert "template: [webdev]" in (made / "assize.yaml").read_text()


def test_import_of_a_configuration(tmp_path):
    done, made = imported(tmp_path, {"config.json": {
        "external_assignment_id": "week's 3",
        "template_name": "input_output, static_analysis",
        "languages": ["python", "c", "rust"],
        "include_feedback": False,
        "criteria_config": {"base": {"weight": 100, "tests": [
            {"name": "sum", "type": "expect_output", "parameters": [
                {"name": "inputs", "value": ["1", "2"]},
                {"name": "expected_output", "value": "3"},
                {"name": "program_command", "value": "CMD"}]}]}},
    }})
    assert done.returncode == 0, done.stdout + done.stderr
    assert "there is no language rust" in done.stderr
    assize = (made / "assize.yaml").read_text()
    assert "template: [input_output, static_analysis]" in assize
    assert "languages: [python3, c]" in assize
    assert json.loads((made / "feedback.json").read_text()) == {
        "include_feedback": False}
    checked = run(ASSIZE, "problem", "check", "--json", str(made))
    assert json.loads(checked.stdout)["name"] == "week's 3"


def test_what_is_no_assignment(tmp_path):
    done, made = imported(tmp_path, {"criteria.json": "{"})
    assert done.returncode != 0 and "criteria.json" in done.stderr
    done, made = imported(tmp_path, {"criteria.json": ""})
    assert "there is no criteria.json" in done.stderr
    done, made = imported(tmp_path, {"criteria.json": {"base": {
        "weight": 1, "tests": [{"name": "no_such_function"}]}}})
    assert done.returncode != 0 and not made.exists()
    # What is there already is not touched.
    made.mkdir()
    (made / "mine").write_text("x")
    done, _ = imported(tmp_path, {"criteria.json": CRITERIA})
    assert done.returncode != 0 and "is not empty" in done.stderr
