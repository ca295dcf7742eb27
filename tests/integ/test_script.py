"""Scripts: each command of the box, student boxes and their walls, limits."""

import base64
import io
import itertools
import json
import os
import shutil
import pathlib
import tarfile
import time

import pytest

from harness.client import multipart
from harness.stack import SOURCE
from kit import check_problem, make_course, make_zip
from test_problem_command import assize as problem_command

COURSE = "c1"
TASKS = f"{SOURCE}/tests/data/inginious"
numbers = itertools.count(1)
SCRIPT = "template: script\n"
QUIZ = """quiz:
  problems:
    q1: {type: code}
    q2: {type: code_single_line, optional: true}
    f: {type: file, optional: true, allowed_exts: [.txt]}
    many: {type: multiple_choice, multiple: true, choices: [
      {text: a, valid: true}, {text: b}]}
"""
ANSWERS = {"q1": "print('Hello World!')", "many": ["0", "1"]}


APPLETS = ["cat", "env", "ls", "sh", "sleep"]


def make_environment(stack):
    """The pool "mini": an unpacked root with next to nothing in it."""
    root, conf = f"{stack.dir}/mini", f"{stack.dir}/runner/environments.d"
    os.makedirs(f"{root}/usr/bin")
    os.makedirs(conf)
    shutil.copy("/bin/busybox", f"{root}/usr/bin/busybox")
    for name in APPLETS:
        os.symlink("busybox", f"{root}/usr/bin/{name}")
    stack.write(f"{conf}/mini.yaml", f"name: mini\nroot: {root}\n"
                "limits: {memory_mb: 64, processes: 6, disk_mb: 64}\n")


@pytest.fixture(scope="module")
def course(stack):
    make_environment(stack)
    stack.start_runner("runner")
    make_course(stack, members=("alice", "bob"), problem="other")
    return stack


def put(course, files, assize=SCRIPT + QUIZ, status=201, problem=None):
    """A problem of its own with these files; its name and the answer."""
    problem = problem or f"s{next(numbers)}"
    admin = course.client("root", admin=True)
    path = f"/courses/{COURSE}/problems/{problem}"
    assert admin.put(path, {"title": "A script"}).status == 200
    done = admin.put(f"{path}/package", body=make_zip(
        {"problem.yaml": "name: x\n", "assize.yaml": assize, **files}),
        headers={"Content-Type": "application/zip"})
    assert done.status == status, done.show()
    return problem, done


def submit(course, problem, answers=None, user="alice", **headers):
    made = course.client(user).post("/submissions", {
        "course": COURSE, "problem": problem,
        "input": ANSWERS if answers is None else answers}, headers=headers)
    assert made.status == 201, made.show()
    return made.data["id"]


def wait(course, sb, user="alice"):
    client = course.client(user)
    for _ in range(10):
        doc = client.get(f"/submissions/{sb}?wait=20").data
        if doc["status"] not in ("waiting", "running"):
            return doc
    raise AssertionError(doc)


def grade(course, run, answers=None, name="run", assize=SCRIPT + QUIZ,
          headers=None, **files):
    """The document for staff of a submission to a problem with that run."""
    problem, _ = put(course, {name: run, **files}, assize)
    sb = submit(course, problem, answers, **(headers or {}))
    wait(course, sb)
    return course.client("root", admin=True).get(f"/submissions/{sb}").data


def bash(*lines):
    return "#!/bin/bash\n" + "\n".join(lines) + "\n"


def python(*lines):
    return "#!/bin/python3\n" + "\n".join(lines) + "\n"


def test_results_and_grades(course):
    doc = grade(course, bash("feedback-result success"))
    assert (doc["verdict"], doc["result"], doc["grade"]) == (
        "AC", "success", 100), doc
    assert "stdout" not in course.client("alice").get(
        f"/submissions/{doc['id']}").data


def test_a_match_that_only_the_script_can_judge(course):
    assize = SCRIPT + "quiz: {problems: {re: {type: match, default: '.*'}}}\n"
    run = bash("getinput re | grep -q '^[.]$' && feedback-result success")
    assert grade(course, run, {"re": "."}, assize=assize)["grade"] == 100
    problem, _ = put(course, {"run": run}, assize)
    shown = course.client("alice").get(
        f"/courses/{COURSE}/problems/{problem}").data["questions"]
    assert shown[0]["default"] == ".*"


def test_a_script_that_asks_nothing(course):
    assize = SCRIPT + "quiz: {input_random: 2, problems: {}}\n"
    run = bash("feedback-msg -m \"$(getinput @random)\"",
               "feedback-result success")
    doc = grade(course, run, {}, assize=assize)
    assert doc["result"] == "success"
    assert len(json.loads(doc["text"])) == 2
    problem, _ = put(course, {"run": run}, assize)
    shown = course.client("alice").get(
        f"/courses/{COURSE}/problems/{problem}").data
    assert shown["questions"] == [] and len(shown["random"]) == 2
    other = course.client("bob").post("/submissions", {
        "course": COURSE, "problem": problem, "input": {"q": "x"}})
    check_problem(other, 422, "answers", "/input/q")


@pytest.mark.parametrize("lines,verdict,result,value", [
    (["feedback-result failed", "feedback-grade 40"], "WA", "failed", 40),
    (["feedback-result success", "feedback-grade 64"], "AC", "success", 64),
    (["feedback-result success", "feedback-grade 187.5"],
     "AC", "success", 100),
    (["feedback-result failed", "feedback-grade -3"], "WA", "failed", 0),
    (["feedback-result timeout"], "TLE", "timeout", 0),
    (["feedback-result overflow"], "MLE", "overflow", 0),
    (["feedback-result crash"], "JE", "crash", None),
    (["feedback-result splendid"], "JE", "crash", None),
    (["feedback-msg -m text"], "JE", "error", None),
    (["true"], "JE", "crash", None),
    (["feedback-result success", "exit 3"], "AC", "success", 100),
])
def test_verdicts(course, lines, verdict, result, value):
    doc = grade(course, bash(*lines))
    assert (doc["verdict"], doc["result"], doc.get("grade")) == (
        verdict, result, value), doc


def test_feedback_of_every_kind(course):
    doc = grade(course, bash(
        "feedback-result failed", "feedback-grade 66.667",
        "feedback-msg -m one", "feedback-msg -a -e -m '\\n\\u00e9'",
        "feedback-result -i q1 success",
        "echo from stdin | feedback-msg -i q1",
        "feedback-msg -i q2 -m other",
        "feedback-custom score 12", "feedback-custom ratio 0.5",
        "feedback-custom word abc", "feedback-custom -j tree '{\"a\":[1]}'",
        "tag-set good true", "tag-set bad false", "tag seen",
        "feedback-state 'next time'", "echo out", "echo err >&2"))
    assert doc["grade"] == 66.67 and doc["text"] == "one\n\u00e9"
    assert doc["problems"] == {"q1": ["success", "from stdin\n"],
                               "q2": ["", "other"]}
    assert doc["custom"] == {"score": 12, "ratio": 0.5, "word": "abc",
                             "tree": {"a": [1]}}
    auto = [k for k in doc["tags"] if k.startswith("*auto-tag-")]
    assert len(auto) == 1 and doc["tags"].pop(auto[0]) == "seen"
    assert doc["tags"] == {"good": True, "bad": False}
    assert (doc["stdout"], doc["stderr"]) == ("out\n", "err\n")


def test_the_python_module(course):
    doc = grade(course, python(
        "from inginious import feedback, input, rst",
        "from inginious_container_api import feedback as same, run_student",
        "assert same.set_grade is feedback.set_grade",
        "assert input.get_input('many') == ['0', '1']",
        "assert input.get_username() == 'alice', input.get_username()",
        "assert input.get_lang() == 'fr', input.get_lang()",
        "assert input.get_submission_time().year > 2020",
        "assert input.get_input('@attempts') == '1'",
        "assert input.get_input('@state') == ''",
        "assert input.get_input('f:filename') == 'a.txt'",
        "assert input.get_input('f:value') == b'abc'",
        "assert input.get_input('f') == b'abc'",
        "feedback.set_global_result('success')",
        "feedback.set_problem_feedback('hm', 'q1')",
        "feedback.set_problem_result('success', 'q1')",
        "feedback.set_custom_value('x', [1, None])",
        "assert feedback.get_feedback()['problems']['q1'] == "
        "['success', 'hm']",
        "out, err, code = run_student.run_student_simple("
        "'cat', cmd_input='abc' * 100000)",
        "assert (len(out), err, code) == (300000, '', 0), (err, code)",
        "feedback.set_global_feedback(rst.get_codeblock('c', '<b>x</b>'))"),
        {**ANSWERS, "f": {"filename": "a.txt", "value": "YWJj"}},
        name="run.py", headers={"Accept-Language": "fr"})
    assert doc["result"] == "success", (doc, doc.get("stderr"))
    assert doc["custom"] == {"x": [1, None]}
    assert doc["text"] == "\n\n.. code-block:: c\n\n\t<b>x</b>\n\n"
    assert doc["problems"] == {"q1": ["success", "hm"]}


IPYTHON = """
import math
value = [8, 18, 32, 50, 72, 98][int(get_input("@random")[0] * 100) % 6]
right = int(math.sqrt(value / 2))
%env RIGHT=$right
! if [ "$RIGHT" == "{int(math.sqrt(value // 2))}" ]; then \\
    feedback-result success; fi
def lines(what):
    out = !printf 'a\\nb\\n' | grep -v $what
    return out
text = \"\"\"
! not a command
%nor magic
\"\"\"
parse_template("a.tpl", "student/a.txt")
stdout, stderr, status = run_student_simple("cat student/a.txt")
set_global_feedback(stdout + lines("a").n + text + json.dumps(len(text)))
"""


@pytest.mark.parametrize("name,head", [
    ("run.py", ""), ("run.py3", "#!/usr/bin/python3"),
    ("run", "#!/bin/inginious-ipython")])
def test_python_as_inginious_has_it(course, name, head):
    """Names without import, commands and magics, whatever its first line."""
    doc = grade(course, head + IPYTHON, name=name,
                assize=SCRIPT + QUIZ + "  input_random: 1\n",
                **{"a.tpl": "<@@q1@@>\n"})
    assert doc["result"] == "success", (doc, doc.get("stderr"))
    text = "\n! not a command\n%nor magic\n"
    assert doc["text"] == f"<print('Hello World!')>\nb{text}{len(text)}"
    assert "stderr" not in doc, doc["stderr"]


def test_feedback_from_templates(course):
    """By the user's language: beside, in lang/, then the one without."""
    doc = grade(course, bash(
        "feedback-result success", "cd sub",
        "feedback-msg-tpl own who=you n=3; feedback-msg-tpl -a second",
        "feedback-msg-tpl -i q1 third",
        "feedback-msg-tpl -i q2 none; echo status $?",
        "feedback-msg-tpl -i many broken; echo status $?"),
        headers={"Accept-Language": "fr"}, **{
            "sub/own.fr.tpl": "Pour {{ who }} {{ n }}|", "sub/own.tpl": "no",
            "lang/fr/second.tpl": "second", "sub/second.tpl": "no",
            "sub/third.tpl": "{% for i in [1, 2] %}{{ i }}{% endfor %}",
            "sub/broken.tpl": "{{"})
    assert doc["text"] == "Pour you 3|second", (doc, doc.get("stderr"))
    assert doc["problems"]["q1"][1] == "12"
    assert "no template named none" in doc["problems"]["q2"][1]
    assert "TemplateSyntaxError" in doc["problems"]["many"][1]
    assert doc["stdout"] == "status 0\nstatus 0\n"


def test_the_rest_of_the_module(course):
    doc = grade(course, python(
        "import signal, threading, time",
        "from inginious_container_api import feedback, input, lang, rst",
        "from inginious_container_api import run_student as r, ssh_student",
        "from inginious import tests, lang as old",
        "tests.set_tag('old', True); tests.tag('auto')",
        "assert old.get_lang_dir_path() == '/task/lang'",
        "lang.init(); assert _('x') == 'x'",
        "assert input.load_input()['input']['q1'] == input.get_input('q1')",
        "feedback.set_tag('*auto-tag-x', True)",
        "feedback.save_feedback({'result': 'success', 'grade': 50, 'text': "
        "'t', 'state': 's', 'problems': {'q1': ['failed', 'a'], 'q2': 'b'}, "
        "'custom': {'c': 1}, 'tests': {'d': False}})",
        "assert feedback.get_feedback()['grade'] == 50",
        "assert r.run_student_simple(['sh', '-c', '\"echo o; echo e >&2\"'], "
        "stdout_err_fuse=True) == ('o\\ne\\n', 0)",
        "assert r.run_student_simple('pwd', working_dir='/task/student')[0] "
        "== '/task/student\\n'",
        "assert r.run_student_simple('cat', b'\\xff', text=False)[0] == "
        "b'\\xff'",
        "assert r.run_student_simple('true', time_limit=1, hard_time_limit=2,"
        " memory_limit=50, share_network=True, container='default')[2] == 0",
        "def later(send):",
        "    threading.Timer(1, lambda: send(signal.SIGTERM)).start()",
        "assert r.run_student('sleep 30', signal_handler_callback=later) == "
        "256 - signal.SIGTERM",
        "assert ssh_student.ssh_student() == 251",
        "assert rst.get_admonition('none', '', 'x').startswith("
        "'\\n\\n.. note:: \\n\\t:class: alert alert-info')",
        "import subprocess",
        "assert subprocess.call(['archive', '-a', 'run.py']) == 0"),
        name="run.py")
    assert (doc["result"], doc["grade"], doc["text"]) == (
        "success", 50, "t"), (doc, doc.get("stderr"))
    assert doc["problems"] == {"q1": ["failed", "a"], "q2": ["", "b"]}
    # What was said before is not saved.
    assert doc["tags"] == {"d": False}
    assert doc["custom"] == {"c": 1} and doc["state"] == "s"


def test_what_is_not_answered_is_empty(course):
    """As INGInious' forms send it: no template keeps its sign."""
    doc = grade(course, bash(
        "parsetemplate a.tpl; feedback-msg -m \"$(cat a.tpl)\"",
        "[ -z \"$(getinput q2)\" ] && feedback-result success"),
        **{"a.tpl": "<@@q2@@> <@@f:filename@@> <@@f:value@@> <@@q9@@>\n"})
    assert (doc["result"], doc["text"]) == (
        "success", "<> <> <> <@@q9@@>"), doc


def test_python_that_fails_says_where(course):
    doc = grade(course, bash(
        "inginious-ipython student/bad.py", "echo status $?",
        "inginious-ipython student/worse.py; echo status $?",
        "feedback-result success"), **{
            "student/bad.py": "!true\nx = 1 / 0\n",
            "student/worse.py": "x = !true\n%env A=1\nif x\n"})
    assert doc["stdout"] == "status 1\nstatus 1\n", doc
    assert '"student/bad.py", line 2' in doc["stderr"]
    assert '"student/worse.py", line 3' in doc["stderr"]


def test_answers_and_templates(course):
    """An answer that looks like a template's sign stays what it is."""
    doc = grade(course, bash(
        "parsetemplate -o student/a.txt a.tpl",
        "getinput q1 > got", "getinput many >> got",
        "feedback-result success",
        "cat student/a.txt got | feedback-msg"),
        {**ANSWERS, "q1": "x\n@@q2@@", "q2": "secret"},
        **{"a.tpl": "[@  @q1@;@] @@q2@@\n"})
    assert doc["text"] == ("[  x;\n  @@q2@@;] secret\n"
                           'x\n@@q2@@["0", "1"]')


def test_a_team_has_all_its_names(course):
    admin = course.client("root", admin=True)
    done = admin.put(f"/courses/{COURSE}/teams/t1",
                     {"users": ["alice", "bob"]})
    assert done.status in (200, 201), done.show()
    problem, _ = put(course, {"run": bash(
        "feedback-result success", "getinput @username | feedback-msg")})
    path = f"/courses/{COURSE}/problems/{problem}"
    assert admin.put(path, {"groups": True}).status == 200
    doc = wait(course, submit(course, problem))
    assert doc["text"] == "alice,bob", doc


def test_rst(course):
    doc = grade(course, bash(
        "rst-code -l c -c 'x'", "rst-msgblock -c danger -t T -m M",
        "rst-indent -a 2 -m x", "rst-indent -a -1 -m '\t\ty'",
        "printf png > a.png; rst-image a.png", "feedback-result success"))
    assert doc["stdout"] == (
        "\n\n.. code-block:: c\n\n\tx\n\n\n"
        "\n\n.. admonition:: T\n\t:class: alert alert-danger\n\n\tM\n\n\n"
        "\t\tx\n\n\ty\n\n\n\n.. image:: data:image/png;base64,cG5n\n\n")


def test_state_goes_from_one_to_the_next(course):
    problem, _ = put(course, {"run": bash(
        "feedback-result success", "feedback-msg -m \"[$(getinput @state)]\"",
        "[ $(getinput q1) = keep ] || feedback-state \"$(getinput q1)\"")})
    seen = []
    for text in ("A", "keep", "B", "C"):
        doc = wait(course, submit(course, problem, {**ANSWERS, "q1": text}))
        seen.append(doc["text"])
    assert seen == ["[]", "[A]", "[A]", "[B]"]


def test_the_first_state_is_the_packages(course):
    problem, _ = put(course, {"run": bash(
        "feedback-result success", "feedback-msg -m \"[$(getinput @state)]\"",
        "[ $(getinput q1) = keep ] || feedback-state \"$(getinput q1)\"")},
        assize=SCRIPT + QUIZ + "state: {level: 1}\n")
    seen = []
    for text in ("keep", "A", "keep"):
        doc = wait(course, submit(course, problem, {**ANSWERS, "q1": text}))
        seen.append(doc["text"])
    assert seen == ['[{"level":1}]', '[{"level":1}]', "[A]"]
    _, done = put(course, {}, assize="template: manual\nstate: x\n",
                  status=422)
    assert "assize.yaml#/state" in [e["pointer"] for e in done.json["errors"]]


def test_the_archive(course):
    problem, _ = put(course, {"run": bash(
        "mkdir /archive/d; echo hello > /archive/d/generated.txt",
        "feedback-result success")})
    doc = wait(course, submit(course, problem))
    assert doc["archive"]
    got = course.client("alice").get(f"/submissions/{doc['id']}/archive")
    assert got.status == 200, got.show()
    with tarfile.open(fileobj=io.BytesIO(got.body)) as tar:
        assert tar.getnames() == ["d/generated.txt"]
        assert tar.extractfile("d/generated.txt").read() == b"hello\n"


# Student boxes

def test_students_code_runs_apart(course):
    """What INGInious' first demo task shows: here it must not work.  The
    control: where the script itself runs the same words, they do."""
    doc = grade(course, bash(
        "getinput q1 > student/evil.sh",
        "run_student bash student/evil.sh; echo status $?",
        "[ -e student/made ] && feedback-result failed"),
        {**ANSWERS, "q1": "feedback-result success\n"
         "PATH=$PATH:/assize/bin feedback-result success\n"
         "ls /assize /control /task /archive; cat /task/run; id -u; env;"
         "touch /task/x /task/student/made"})
    assert (doc["result"], doc["grade"]) == ("failed", 0), doc
    out = doc["stdout"]
    assert "student" in out and "ASSIZE" not in out and "PYTHON" not in out
    assert "status 1\n" in out
    for word in ("/assize", "/control", "/archive", "/task/run", "/task/x"):
        assert word in doc["stderr"], doc["stderr"]
    doc = grade(course, bash("getinput q1 | bash"), {
        **ANSWERS, "q1": "feedback-result success; ls /assize /control;"
        "cat /task/run; touch /task/x && echo made"})
    assert (doc["result"], doc["grade"]) == ("success", 100), doc
    assert "made" in doc["stdout"] and "getinput" in doc["stdout"], doc


@pytest.mark.parametrize("command,status", [
    ("run_student true", 0), ("run_student bash -c 'exit 7'", 0),
    ("run_student sh student/seven", 7),
    ("run_student sh student/killed", 245),
    ("run_student --time 1 sh student/loop", 253),
    ("run_student --hard-time 1 sleep 30", 253),
    ("run_student --memory 20 python3 student/greedy", 252),
    ("run_student no-such-command", 127),
    ("run_student --container nowhere true", 254),
    ("run_student --run-as-root true", 251),
    ("cd /archive; run_student true", 254),
    ("ssh_student", 251),
])
def test_exit_statuses(course, command, status):
    doc = grade(course, bash(
        "echo 'exit 7' > student/seven",
        "echo 'kill -SEGV $$' > student/killed",
        "echo 'while :; do :; done' > student/loop",
        "echo 'x = [bytearray(1 << 20) for i in range(1000)]'"
        " > student/greedy",
        f"({command}) 2>&1; echo $?", "feedback-result success"))
    assert doc["stdout"].endswith(f"{status}\n"), doc


def test_no_session_where_no_ports_are_opened(course):
    doc = grade(course, bash("ssh_student; echo $?",
                             "feedback-result success"))
    assert doc["stdout"] == "251\n" and "ssh_ports" in doc["stderr"], doc
    problem, _ = put(course, {"run": bash("feedback-result success")})
    made = course.client("root", admin=True).post("/submissions", {
        "course": COURSE, "problem": problem, "input": ANSWERS,
        "debug": "ssh"})
    assert made.status == 201, made.show()
    doc = wait(course, made.data["id"], "root")
    assert (doc["verdict"], doc["text"]) == (
        "JE", "This runner offers no SSH sessions."), doc


def test_streams_signals_and_files(course):
    doc = grade(course, bash(
        "printf 'a\\nb\\n' | run_student sh -c cat | tr a-z A-Z",
        "run_student sh student/both > out 2> err; cat err out",
        "run_student sh student/traps & sleep 1; kill -TERM $!; wait $!",
        "echo signal $?",
        "cat student/result student/sub/file",
        "timeout -s KILL 1 run_student sleep 50; echo killed $?",
        "feedback-result success"), **{
            "student/both": "echo out; echo err >&2;"
                            "cd student; echo 43 > result; mkdir sub;"
                            "echo 44 > sub/file",
            "student/traps": "trap 'exit 9' TERM\n"
                             "while :; do sleep 0.1; done\n"})
    assert doc["stdout"] == ("A\nB\nerr\nout\nsignal 9\n43\n44\n"
                             "killed 137\n"), doc


def test_an_environment_of_its_own(course):
    doc = grade(course, bash(
        "run_student --container mini sh student/look",
        "run_student --container mini sh student/many 2>&1",
        "feedback-result success"), **{
            "student/look": "ls /usr /usr/bin; cat /etc/hosts | { read a b c;"
                            "echo $b; }; cd student && ls",
            "student/many": "for i in 1 2 3 4 5 6 7 8; do sleep 1 & done;"
                            "echo never"})
    lines = doc["stdout"].split("\n")
    assert lines[:2] == ["/usr:", "bin"], doc
    assert sorted(lines[4:10]) == sorted(["busybox", *APPLETS]), doc
    assert lines[10:13] == ["localhost", "look", "many"], doc
    assert "fork" in doc["stdout"] and "never" not in doc["stdout"], doc
    # As a pool: the script itself runs there.
    problem, _ = put(course, {"run": "#!/bin/sh\nls /usr/bin\n"},
                     SCRIPT + QUIZ + "script: {environment: mini}\n")
    sb = submit(course, problem)
    wait(course, sb)
    doc = course.client("root", admin=True).get(f"/submissions/{sb}").data
    assert doc["stdout"].split() == sorted(["busybox", *APPLETS]), doc
    assert doc["text"] == "No feedback was given !"


def test_links_lead_nowhere_outside_of_the_box(course):
    for target in ("/etc/shadow", "/", "../control/run.json", "/task"):
        doc = grade(course, bash(
            f"cd /archive; ln -s {target} link; echo x > file",
            "feedback-result success"))
        assert doc["result"] == "success", doc
        assert "archive" not in doc and "archive was not kept" in \
            doc["stderr"], doc
    # In the grading box one is followed, in a student box not to there.
    doc = grade(course, bash(
        "run_student ln -s /task/run /control/run.json student/",
        "cat student/run.json > /dev/null && echo followed",
        "run_student cat student/run.json || echo not followed",
        "feedback-result success"))
    assert doc["stdout"] == "followed\nnot followed\n", doc


def test_who_stops_reading_ends_the_writer(course):
    doc = grade(course, bash(
        "run_student yes | head -2", "echo ${PIPESTATUS[0]}",
        "feedback-result success"))
    assert doc["stdout"] == "y\ny\n243\n", doc


# Limits

def limits(text):
    return SCRIPT + QUIZ + f"limits: {{{text}}}\n"


@pytest.mark.parametrize("line,more,result", [
    ("while :; do :; done", "time_ms: 1000", "timeout"),
    ("sleep 60", "wall_ms: 2500", "timeout"),
    ("run_student sleep 60", "wall_ms: 2500", "timeout"),
    ("python3 -c 'x = bytearray(1 << 30)'; sleep 9", "memory_kb: 65536",
     "overflow"),
    ("yes", "output_kb: 64", "overflow"),
    ("for i in 1 2 3 4 5; do head -c 60000000 /dev/zero > f$i; done; sleep 5",
     "", "overflow"),
    ("run_student sh student/fill; sleep 5", "", "overflow"),
    ("kill -9 $$", "", "crash"),
    ("run_student sleep 3", "wall_ms: 20000", "success"),
    ("python3 -c 'x = bytearray(1 << 28)'; sleep 1", "memory_kb: 1048576",
     "success"),
    ("head -c 100000 /dev/zero; head -c 60000000 /dev/zero > f; sleep 1",
     "output_kb: 640", "success"),
])
def test_limits_of_the_script(course, line, more, result):
    """The last three are controls: the same with more room."""
    problem, _ = put(course, {"run": bash(
        "[ $(getinput q1) = first ] && feedback-state kept",
        "feedback-result success", "[ $(getinput q1) = first ] && exit",
        line), "student/fill": "for i in 1 2 3 4 5; do"
        " head -c 60000000 /dev/zero > student/f$i; done\n"},
        limits(more))
    wait(course, submit(course, problem, {**ANSWERS, "q1": "first"}))
    doc = wait(course, submit(course, problem, {**ANSWERS, "q1": "second"}))
    assert doc["result"] == result, doc
    state = course.psql("SELECT state FROM result WHERE submission_id = "
                        f"'{doc['id']}'")
    assert state == "kept"


def test_what_is_too_long_is_cut_or_refused(course):
    """The last text is the control: it just fits."""
    doc = grade(course, python(
        "from inginious import feedback",
        "feedback.set_global_result('success')",
        "feedback.set_global_feedback('x' * 300000)",
        "for i in range(1000): feedback.set_problem_feedback("
        "'y' * 1000, 'q1', append=True)",
        "for what in (lambda: feedback.set_state('s' * 70000),",
        "             lambda: feedback.set_custom_value('c', 'c' * 70000),",
        "             lambda: feedback.set_problem_feedback('x', 'a/b'),",
        "             lambda: feedback.set_problem_feedback('x', ''),",
        "             lambda: feedback.set_grade('many'),",
        "             lambda: feedback.set_global_feedback(7),",
        "             lambda: feedback.set_state('s' * 65536)):",
        "    try:",
        "        what()",
        "        print('taken')",
        "    except ValueError as e:",
        "        print('refused')",
        "open('/archive/big', 'wb').write(bytes(20 << 20))"), name="run.py")
    assert doc["result"] == "success", (doc, doc.get("stderr"))
    assert "text" in doc, doc["stderr"]
    assert doc["text"].endswith("x\n[...]") and len(doc["text"]) < 262144
    assert doc["problems"]["q1"][1].endswith("y\n[...]")
    assert doc["stdout"] == "refused\n" * 6 + "taken\n"
    assert "archive" not in doc and "archive was not kept" in doc["stderr"]


def test_a_result_fits_where_it_is_sent(course):
    """As much as may be said of everything, the worst of signs."""
    doc = grade(course, python(
        "from inginious import feedback",
        "feedback.set_global_result('success')",
        "feedback.set_grade(100.5)",
        "feedback.set_global_feedback('\\x01' * 30000000)",
        "feedback.set_state('\\x02' * 65536)",
        "taken = {'q': 0, 'c': 0, 't': 0}",
        "for i in range(100):",
        "    for key, say in (('q', lambda: feedback.set_problem_feedback("
        "'\\x01' * 65000, f'q{i}')),",
        "                     ('c', lambda: feedback.set_custom_value("
        "f'c{i}', '\\x01' * 10000)),",
        "                     ('t', lambda: feedback.tag('\\x01' * 900 + "
        "str(i)))):",
        "        try:",
        "            say()",
        "            taken[key] += 1",
        "        except ValueError:",
        "            pass",
        "try:",
        "    feedback.set_custom_value('c', 'x' * 30000000)",
        "except ValueError:",
        "    print(taken)"), name="run.py")
    assert (doc["result"], doc["grade"]) == ("success", 100), doc
    assert doc["stdout"] == "{'q': 8, 'c': 8, 't': 100}\n", doc["stdout"]
    for note in ("clamped to 100", "cut at", "feedback on q8 was left out"):
        assert note in doc["stderr"], doc["stderr"]
    html = feedback(course, doc, "html")
    assert html.status == 200 and html.body.startswith(b"<pre>")


def test_nonsense_on_the_socket_hurts_nobody(course):
    doc = grade(course, python(
        "import os, socket, assize_box",
        "many = [assize_box.connect() for _ in range(20)]",
        "for data in (b'', b'\\n', b'{}\\n', b'[' * 5000 + b'\\n', b'\\xff\\n',",
        "             b'x' * (2 << 20), b'{\"type\": 7}\\n'):",
        "    s = assize_box.connect()",
        "    try:",
        "        s.sendall(data)",
        "        s.shutdown(socket.SHUT_WR)",
        "        s.recv(100)",
        "    except OSError:",
        "        pass",
        "s = assize_box.connect()",
        "assize_box.send(s, {'type': 'student', 'cmd': [7]}, [0, 1, 2] * 2)",
        "assert assize_box.receive(s) == {'retval': 254}",
        "assize_box.ask({'type': 'set', 'key': 'result',"
        " 'value': 'success'})"), name="run.py")
    assert doc["result"] == "success", (doc, doc.get("stderr"))


def test_cancel_ends_everything(course):
    problem, _ = put(course, {"run": bash(
        "feedback-msg -m \"$(getinput @state)\"; feedback-result success",
        "[ $(getinput q1) = last ] && exit",
        "feedback-state $(getinput q1); [ $(getinput q1) = first ] && exit",
        "run_student sleep 1000 &", "sleep 1000")})
    alice = course.client("alice")
    wait(course, submit(course, problem, {**ANSWERS, "q1": "first"}))
    sb = submit(course, problem, {**ANSWERS, "q1": "cancelled"})
    while alice.get(f"/submissions/{sb}").data["status"] != "running":
        time.sleep(0.1)
    time.sleep(1)
    assert alice.post(f"/submissions/{sb}/cancel").status == 200
    # The runner, which has one slot, is free again.
    begun = time.monotonic()
    assert grade(course, bash("feedback-result success"))["result"] == \
        "success"
    assert time.monotonic() - begun < 15
    last = submit(course, problem, {**ANSWERS, "q1": "last"})
    assert wait(course, last)["text"] == "first"


# Packages

def test_where_the_program_is(course):
    for files, assize in [
            ({"run.sh": "feedback-result success"}, SCRIPT + QUIZ),
            ({"sub/x": bash("feedback-result $1")},
             SCRIPT + QUIZ + "script: {run_cmd: sub/x success}\n")]:
        problem, _ = put(course, files, assize)
        doc = wait(course, submit(course, problem))
        assert doc["result"] == "success", doc
    problem, done = put(course, {"x": "y"})
    assert "is missing" in json.dumps(done.data["warnings"])
    doc = wait(course, submit(course, problem))
    assert (doc["result"], doc["text"]) == (
        "crash", "'/task/run' could not be found")


def test_faults_and_warnings_of_packages(course):
    _, done = put(course, {"run": "x"}, SCRIPT + "script: {network_grading: "
                  "'perhaps', environment: 'a b', nothing: 1}\n", 422)
    check_problem(done, 422, "package", "assize.yaml#/script/environment",
                  "assize.yaml#/script/network_grading",
                  "assize.yaml#/script/nothing")
    for name, text, lines in [
            ("run", bash("parsetemplate --output student.py template.py",
                         "output=$(python3 student.py)"), ["run:3"]),
            ("run", bash("getinput q1 > a.sh", "# bash a.sh",
                         "bash a.sh"), ["run:4"]),
            ("run", bash("parsetemplate -o student/a.py a.py",
                         "run_student python3 student/a.py"), []),
            ("run", bash("parsetemplate sum.py", "output=$(python3 sum.py)",
                         "bash other.sh"), ["run:3"]),
            ("run.py", python("input.parse_template('a', 'student/b.py')",
                              "subprocess.call(['python3', 'student/b.py'])"),
             ["run.py:3"])]:
        _, done = put(course, {name: text})
        assert [w["pointer"] for w in done.data["warnings"]
                if "run_student" in w["detail"]] == lines


def test_the_courses_common_files(course):
    """They travel by themselves; the program may stand there."""
    admin = course.client("root", admin=True)
    done = admin.put(f"/courses/{COURSE}/common", body=make_zip({
        "run": bash("feedback-msg -m \"$(/course/common/help a)\"",
                    "run_student cat /course/common/student/b"
                    " | feedback-msg -a",
                    "run_student ls /course/common 2>&1 | feedback-msg -a",
                    "touch /course/common/x || feedback-result success"),
        "help": "#!/bin/sh\necho help $1\n", "student/b": "b\n"}),
        headers={"Content-Type": "application/zip"})
    assert done.status in (200, 201), done.show()
    problem, _ = put(course, {"data.txt": "x"})
    doc = wait(course, submit(course, problem))
    assert (doc["result"], doc["text"]) == ("success", "help ab\nstudent\n")


@pytest.mark.parametrize("allowed,network", [(True, "yes"), (False, "no")])
def test_the_network_is_a_setting(course, allowed, network):
    """The control of the boxes without a network is this one with it."""
    problem, _ = put(course, {"run": bash(
        "grep -c : /proc/net/dev", "ls /etc/resolv.conf /etc/ssl/certs > x"
        " 2>&1 && touch named",
        "ls named 2>/dev/null", "feedback-result success")},
        SCRIPT + QUIZ + "script: {network_grading: true}\n")
    admin = course.client("root", admin=True)
    done = admin.put(f"/courses/{COURSE}/problems/{problem}",
                     {"network_grading": allowed})
    assert done.status == 200, done.show()
    sb = submit(course, problem)
    wait(course, sb)
    doc = admin.get(f"/submissions/{sb}").data
    with open("/proc/net/dev", encoding="ascii") as f:
        interfaces = f.read().count(":")
    # With it, names are found and certificates known as on the host.
    there = os.path.exists("/etc/resolv.conf") and \
        os.path.exists("/etc/ssl/certs")
    assert doc["stdout"] == f"{interfaces if allowed else 1}\n" + (
        "named\n" if allowed and there else ""), doc
    assert ("network_grading" in doc.get("stderr", "")) == (network == "no")


def test_nobody_serves_its_environment(course):
    problem, done = put(course, {"run": bash("feedback-result success")},
                        SCRIPT + QUIZ + "script: {environment: java99}\n")
    assert [w["pointer"] for w in done.data["warnings"]
            if 'no runner has the environment "java99"' in w["detail"]] == [
                "assize.yaml#/script/environment"], done.data
    sb = submit(course, problem)
    for who in (course.client("alice"), course.client("root", admin=True)):
        doc = who.get(f"/submissions/{sb}").data
        assert doc["status"] == "waiting", doc
        assert doc["waiting_reason"] == \
            'no runner with the environment "java99" is there now'
    assert "no live runner serves pool java99" in course.psql(
        f"SELECT * FROM op_explain('{sb}')")
    # A runner announces what it has.
    _, done = put(course, {"run": "#!/bin/sh\n"},
                  SCRIPT + QUIZ + "script: {environment: mini}\n")
    assert "environment" not in json.dumps(done.data["warnings"]), done.data
    assert "mini" in course.psql("SELECT pools FROM op_runners")
    assert course.client("alice").post(
        f"/submissions/{sb}/cancel").status == 200


def test_a_script_without_questions_takes_files(course):
    problem, _ = put(course, {"run": bash(
        "run_student cat student/sub/a.txt | feedback-msg",
        "feedback-result success")}, SCRIPT)
    made = course.client("alice").post("/submissions", {
        "course": COURSE, "problem": problem,
        "files": [{"name": "sub/a.txt", "content": "hello"}]})
    assert made.status == 201, made.show()
    assert wait(course, made.data["id"])["text"] == "hello"


# Files as parts of a form

FORM = SCRIPT + """quiz:
  problems:
    q1: {type: code}
    f: {type: file, allowed_exts: [.txt], max_size: 100}
    g: {type: file, optional: true}
"""


def post_form(course, problem, *parts):
    kind, body = multipart([("course", COURSE), ("problem", problem), *parts])
    return course.client("alice").post("/submissions", body=body,
                                       headers={"Content-Type": kind})


def test_a_part_of_a_form_answers_a_question(course):
    problem, _ = put(course, {"run": bash(
        "getinput f:filename | feedback-msg", "getinput f | feedback-msg -a",
        "[ \"$(getinput g:filename)$(getinput g)\" = '' ] &&"
        " feedback-result success")}, FORM)
    answers = ("input", '{"q1": "x"}')
    made = post_form(course, problem, answers,
                     ("f", "a.txt", b"bytes\xc3\xa9\n"), ("g", "", b""))
    assert made.status == 201, made.show()
    assert made.data["input"]["input"]["f"] == {"filename": "a.txt"}
    doc = wait(course, made.data["id"])
    assert (doc["result"], doc["text"]) == ("success", "a.txtbytes\u00e9\n"), doc
    before = course.psql("SELECT count(*) FROM submission")
    for parts, pointers in [
            ([answers, ("f", "a.exe", b"x")], ["/input/f"]),
            ([answers, ("f", "a.txt", b"x" * 101)], ["/input/f"]),
            ([answers, ("f", "", b"")], ["/input/f"]),
            ([answers], ["/input/f"]),
            ([("f", "a.txt", b"x")], ["/input/q1"]),
            ([("input", '{"q1": "x", "f": {"filename": "a.txt", "value": ""}}'),
              ("f", "a.txt", b"x")], ["/input/f"]),
            ([answers, ("f", "a.txt", b"x"), ("q1", "a.txt", b"x")],
             ["/files"]),
            ([answers, ("f", "a.txt", b"x"), ("other", "a.txt", b"x")],
             ["/files"])]:
        check_problem(post_form(course, problem, *parts), 422, "answers",
                      *pointers)
    assert course.psql("SELECT count(*) FROM submission") == before


# Feedback as HTML

def feedback(course, doc, how, user="alice"):
    return course.client(user, admin=user == "root").get(
        f"/submissions/{doc['id']}/feedback?format={how}")


def say(texts):
    """A script that says that of the whole (None) and of questions."""
    return python("from inginious import feedback",
                  "feedback.set_global_result('success')",
                  *(f"feedback.set_problem_feedback({text!r}, {name!r})"
                    if name else f"feedback.set_global_feedback({text!r})"
                    for name, text in texts.items()))


def test_rst_becomes_html(course):
    doc = grade(course, say({
        None: "You **passed** `all <https://a.b/?c&d>`_.\n\n"
              ".. code-block:: c\n\n\tif (a < b) return;\n\n"
              ".. admonition:: Note\n\t:class: alert alert-info\n\n\tM\n\n"
              ".. somebodys:: x\n\n  own\n\n.. hidden-until:: 2099-01-01\n\n"
              "  later\n\n.. hidden-until:: 2001-01-01\n\n  sooner\n",
        "q1": "* one\n* two\n", "q2": "Plain: 3 of 4 (75%)"}), name="run.py")
    got = feedback(course, doc, "html")
    assert got.headers["content-type"].startswith("text/html")
    assert "sandbox" in got.headers["content-security-policy"]
    html = got.body.decode()
    for part in ("<strong>passed</strong>", 'href="https://a.b/?c&amp;d"',
                 "if (a &lt; b) return;", 'class="admonition alert alert-info"',
                 "somebodys", "sooner", "<li><p>one</p></li>",
                 "<p>Plain: 3 of 4 (75%)</p>", "<h2>q1</h2>"):
        assert part in html, html
    assert "later" not in html
    assert feedback(course, doc, "text", "root").body.decode() == doc["text"]
    parts = feedback(course, doc, "json").data
    assert parts["type"] == doc["response_type"] == "rst"
    assert parts["problems"]["q2"]["html"] == "<p>Plain: 3 of 4 (75%)</p>\n"
    assert doc["feedback"]["problems"]["q1"] == \
        parts["problems"]["q1"]["html"]
    assert doc["pipeline"]["steps"][-1]["name"] == "FEEDBACK"


def test_what_is_hidden_until_a_day(course):
    """From students, wherever it is said; staff and later readers see it."""
    block = "Before.\n\n.. hidden-until:: {}\n\n  The **answer** is {}.\n"
    doc = grade(course, say({None: block.format("01/01/2099", "secret"),
                             "q1": block.format("2099-01-01", "secret"),
                             "q2": block.format("2001-01-01", "shown")}),
                name="run.py")
    assert doc["text"].count("secret") == 1
    assert "secret" in doc["feedback"]["html"]
    alice = course.client("alice").get(f"/submissions/{doc['id']}")
    assert "secret" not in alice.body.decode()
    assert alice.data["text"].strip() == "Before."
    assert "<strong>answer</strong> is shown" in \
        alice.data["feedback"]["problems"]["q2"]
    for how in ("text", "html", "json"):
        seen = feedback(course, doc, how).body.decode()
        assert "Before." in seen and "secret" not in seen, seen
        assert "secret" in feedback(course, doc, how, "root").body.decode()


HOSTILE = {
    None: "<script>alert(1)</script> <b onclick='x()'>b</b>",
    "raw": ".. raw:: html\n\n  <script>alert(1)</script>\n",
    "role": ".. role:: raw-html(raw)\n   :format: html\n\n"
            ":raw-html:`<script>alert(1)</script>`",
    "include": ".. include:: /etc/passwd\n",
    "literal": ".. literalinclude:: /etc/passwd\n\n"
               ".. code-block:: c\n   :file: /etc/passwd\n",
    "csv": ".. csv-table:: t\n   :file: /etc/passwd\n",
    "url": ".. csv-table:: t\n   :url: file:///etc/passwd\n",
    "link": "`x <javascript:alert(1)>`_ `y <JaVaScRiPt:alert(1)>`_ "
            "`z <data:text/html,<script>alert(1)</script>>`_ "
            "`w <vbscript:x>`_",
    "target": ".. _x: javascript:alert(1)\n\nx_\n",
    "image": ".. image:: javascript:alert(1)\n   :target: javascript:a(1)\n"
             "   :alt: \" onerror=\"alert(1)\n\n"
             ".. image:: x.svg\n   :name: \"><script>alert(1)</script>\n",
    "svg": ".. image:: data:image/svg+xml;base64,PHN2Zz4=\n",
    "class": ".. class:: \"onclick=alert(1)\n\ntext\n",
    "math": ":math:`</tt><script>alert(1)</script>`",
    "title": "A <script>\n==========\n\ntext `A <script>`_\n",
    "deep": "".join(" " * i + "* x\n\n" for i in range(150)),
    "quotes": "`" * 1500 + "*" * 1500,
    "table": "+" + "-+" * 500 + "\n|" + "x|" * 500 + "\n+" + "-+" * 500,
    "broken": "====\nfoo\n==\n\n.. |a| replace:: |a|\n\n|a| [1]_ [#]_ b_",
    "meta": ".. meta::\n   :http-equiv=refresh: 0;url=//x\n",
    "bytes": "\u202e\ufeff\x0c\x0b x\x7f **y",
}
BAD = ("<script", "<b ", "href=\"javascript", "href=\"JaVa", "href=\"data",
       "href=\"vbscript", "src=\"javascript", "src=\"data:image/svg",
       "root:", "\" onerror", "<meta", "http-equiv=\"", "onclick=\"")


def test_hostile_rst(course):
    doc = grade(course, say(HOSTILE), name="run.py")
    assert doc["result"] == "success", (doc, doc.get("stderr"))
    assert "as it was written" not in json.dumps(doc["pipeline"])
    html = feedback(course, doc, "html").body.decode()
    assert html.count("<section class=\"problem") == len(HOSTILE) - 1
    for bad in BAD:
        assert bad not in html, (bad, html[max(0, html.find(bad) - 200):][:400])
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_rst_without_end_is_shown_as_it_is(course):
    levels = "".join(f".. |{b}| replace:: {f'|{a}| ' * 12}\n"
                     for a, b in zip("abcdefgh", "bcdefghi"))
    text = f".. |a| replace:: xxxxxxxxxxxx\n{levels}\n|i| <b>\n"
    doc = grade(course, say({None: text}), name="run.py")
    assert doc["result"] == "success", doc
    html = feedback(course, doc, "html").body.decode()
    assert html.startswith("<pre>.. |a| replace") and "&lt;b&gt;" in html
    assert "shown as it was written" in json.dumps(doc["pipeline"])


# Cases

NASTY = "  a\x7f\x85\ufeff\u2028\U0001f600 \"\\\n\tb: # - \r\n\n---\n"
CASE_RUN = bash(
    "feedback-result failed", "feedback-grade 33.333",
    "getinput q1 | feedback-msg -i q1", "feedback-result -i q1 success",
    "getinput f > x; cmp x bytes && tag-set same true; tag 'seen: yes'",
    "feedback-msg -m \"$(getinput @state) $(getinput @lang)\"",
    "feedback-state 'next'")


def test_a_submission_becomes_a_case(course):
    """Exported into its package, it is replayed; then others differ."""
    data = bytes(range(256))
    files = {"problem.yaml": "name: x\n", "assize.yaml": SCRIPT + QUIZ,
             "run": CASE_RUN, "bytes": data}
    problem, _ = put(course, {"run": CASE_RUN, "bytes": data})
    answers = {**ANSWERS, "q1": NASTY, "f": {
        "filename": "a.txt", "value": base64.b64encode(data).decode()}}
    wait(course, submit(course, problem, answers))
    sb = submit(course, problem, answers, **{"Accept-Language": "fr"})
    assert wait(course, sb)["text"] == "next fr"
    top = pathlib.Path(course.dir) / "case"
    course.own_dir(str(top))
    for name, text in files.items():
        (top / name).write_bytes(
            text if isinstance(text, bytes) else text.encode())
    case = top / "test" / f"{sb}.test"
    printed = course.assize("root", "submission", "export", sb, "-o",
                            str(top), admin=True)
    assert printed.stdout.decode().strip() == str(case)
    assert "alice" not in case.read_text(encoding="utf-8")
    done = problem_command("problem", "check", top)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 judged, 0 unexpected" in done.stdout
    found = json.loads(course.assize(
        "root", "submission", "export", sb, "--json", admin=True).stdout)
    assert found["input"]["q1"] == NASTY
    (top / "run").write_text(CASE_RUN.replace("33.333", "50").replace(
        "seen", "gone").replace("-i q1 success", "-i q1 failed"))
    done = problem_command("problem", "check", "--json", top)
    assert done.returncode == 1, done.stderr
    line, = json.loads(done.stdout)["runs"]
    pointers = [d["pointer"] for d in line["differences"]]
    assert pointers[:2] == ["/grade", "/problems/q1"], line
    assert all("auto-tag" in p for p in pointers[2:]) and len(pointers) == 4
    assert line["differences"][0]["detail"] == "expected 33.33, got 50"


def test_cases_of_inginious(tmp_path):
    """As its own export writes them, Python's tags and all."""
    top = tmp_path / "task"
    os.makedirs(top / "test")
    (top / "problem.yaml").write_text("name: x\n")
    (top / "assize.yaml").write_text(
        "template: quiz\nquiz: {problems: {\n"
        " a: {type: match, answer: 652},\n"
        " b: {type: multiple_choice, multiple: true, choices:\n"
        "   [{text: x, valid: true}, {text: y}]}}}\n")
    case = ("_id: 5c52fd9b6779dd1104dbce26\narchive: null\ncustom: {}\n"
            "grade: %s\ninput:\n    '@lang': fr\n    '@random': []\n"
            "    '@state': ''\n    '@username': someone\n"
            "    a: '652'\n    b: ['0']\nproblems:\n"
            "    a: !!python/tuple [success, !!python/unicode "
            "'R\\u00e9ponse correcte']\nresult: success\n"
            "state: ''\nstatus: done\nstdout: null\n"
            "submitted_on: 2019-01-31 13:52:27.051000\ntests: {}\n"
            "text: ''\nusername:\n- someone\n").replace(
                "'R\\u00e9", "\"R\\u00e9").replace("correcte'", 'correcte"')
    (top / "test" / "good.test").write_text(case % "100.0")
    (top / "test" / "ignored.txt").write_text("no case")
    done = problem_command("problem", "check", top)
    assert done.returncode == 0, done.stdout + done.stderr
    (top / "test" / "bad.test").write_text(case % "66.67")
    (top / "test" / "broken.test").write_text("input: [\n")
    done = problem_command("problem", "check", top)
    assert done.returncode == 1
    assert "test/bad.test#/grade: expected 66.67, got 100" in done.stdout
    assert "test/broken.test:2: not YAML" in done.stdout, done.stdout
    assert "3 judged, 2 unexpected" in done.stdout


# Moving over

def read_tree(top):
    found = {}
    for where, _, names in os.walk(top):
        for name in names:
            path = f"{where}/{name}"
            with open(path, "rb") as f:
                found[os.path.relpath(path, top)] = f.read()
    return found


@pytest.fixture(scope="module")
def moved(course, tmp_path_factory):
    """The course of INGInious, each task a problem of the same name."""
    target = str(tmp_path_factory.mktemp("moved") / "course")
    done = course.call([f"{course.bin}/assize", "problem", "import", "--from",
                        "inginious", TASKS, target], user=None)
    notes = done.stderr.decode()
    admin = course.client("root", admin=True)
    for name in ("quiz", "cunit", "python", "template"):
        path = f"/courses/{COURSE}/problems/{name}"
        assert admin.put(path, {"title": name}).status == 200
        put = admin.put(f"{path}/package",
                        body=make_zip(read_tree(f"{target}/{name}")),
                        headers={"Content-Type": "application/zip"})
        assert put.status == 201, put.show()
    return notes


def test_what_is_not_carried_over_is_said(course, moved):
    for text in ("python/task.yaml#/problems/report: max_size",
                 "quiz/task.yaml: author", "course.yaml: admins"):
        assert text in moved
    data = course.client("alice").get(f"/courses/{COURSE}/problems/quiz").data
    assert (data["evaluate"], data["weight"]) == ("last", 2)
    assert data["closes_at"].startswith("2099-12-31")


C_RIGHT = """int m = list[0];
for (int i = 1; i < n; i++)
	if (list[i] > m)
		m = list[i];
return m;"""


@pytest.mark.parametrize("task,answers,result,value", [
    ("quiz", {"status": "0", "loops": ["3", "0", "1"], "pipe": " |"},
     "success", 100),
    ("quiz", {"status": "0", "loops": ["0", "1"], "pipe": "&"},
     "failed", 33.33),
    ("cunit", {"body": C_RIGHT}, "success", 100),
    ("cunit", {"body": "return list[n - 1];"}, "failed", 50),
    ("cunit", {"body": "return"}, "failed", 0),
    ("cunit", {"body": "for (;;);"}, "timeout", 0),
    ("cunit", {"body": "return *(volatile int *)8;"}, "failed", 0),
    ("cunit", {"body": "}\nint system(const char *);\n"
               "__attribute__((constructor)) static void f(void)\n"
               "{\nsystem(\"feedback-result success\");"}, "failed", 0),
    ("python", {"q1": "def absolute(x):\n  return x if x >= 0 else -x"},
     "success", 100),
    ("python", {"q1": "def absolute(x):\n  return x"}, "failed", 33.33),
    ("python", {"q1": "def absolute(x) return x"}, "failed", 0),
    ("template", {"who": "cat", "what": "sees"}, "success", 100),
    ("template", {"who": "cat", "what": "@@who@@"}, "failed", 0),
])
def test_tasks_of_inginious(course, moved, task, answers, result, value):
    made = course.client("bob").post("/submissions", {
        "course": COURSE, "problem": task, "input": answers})
    assert made.status == 201, made.show()
    doc = wait(course, made.data["id"], "bob")
    assert (doc["result"], doc["grade"]) == (result, value), doc
