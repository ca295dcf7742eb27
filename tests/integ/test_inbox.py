"""What scripts of INGInious find in the grading box, by every name and option
that they know, and what code in either box must not reach."""

import io
import tarfile

import pytest

from kit import make_course
from test_script import (ANSWERS, QUIZ, SCRIPT, bash, grade, limits, put,
                         python, submit, wait)


@pytest.fixture(scope="module")
def course(stack):
    stack.start_runner("runner", jobs=2)
    make_course(stack, members=("alice", "bob"), problem="other")
    return stack


# The commands

def test_the_older_commands(course):
    doc = grade(course, bash(
        "feedback -r failed -g 12.5 -f 'a\\tb\\xc3\\xa9' -e",
        "feedback --result success --id q1 --feedback 'text of q1'",
        "feedback -c score:7; feedback -j 'tree:{\"a\": [1, 2]}'",
        "feedback -p",
        "feedback -j tree:nonsense; echo $?",
        "definetest seen 'a text'",
        "mkdir -p out; echo 1 > out/a; echo 2 > b; echo 3 > c",
        "archive -a out/a; archive --add b --outsubdir sub/deep",
        "archive -o sub -a c; archive -o sub -r c; archive -r none; echo $?",
        "archive -a none; echo $?"))
    assert (doc["result"], doc["grade"], doc["text"]) == (
        "failed", 12.5, "a\tb\u00e9"), doc
    assert doc["problems"] == {"q1": ["success", "text of q1"]}
    assert doc["custom"] == {"score": 7, "tree": {"a": [1, 2]}}
    assert doc["tags"] == {"seen": "a text"}
    said, *statuses = doc["stdout"].splitlines()
    assert '"problems": {"q1": ["success", "text of q1"]}' in said, said
    assert statuses == ["1", "2", "2"], doc["stdout"]
    got = course.client("alice").get(f"/submissions/{doc['id']}/archive")
    with tarfile.open(fileobj=io.BytesIO(got.body)) as tar:
        assert sorted(tar.getnames()) == ["a", "sub/deep/b"]


def test_options_and_their_ends(course):
    """Statuses of commands, long and joined options, standard input."""
    doc = grade(course, bash(
        "feedback-result --id q1 failed; feedback-result success",
        "feedback-msg -aem 'a\\nb'; printf 'c\\\\n' | feedback-msg -ae",
        "feedback-msg --append --message '\\n'",
        "feedback-msg -ae -m '\\u00e9\\xe9\\N{BULLET}\\101\\q\\N{NONE}'",
        "feedback-msg --id q1 --append -m x; feedback-msg -i q1 -am y",
        "feedback-custom 'my key: 1' 5; feedback-custom n nan",
        "feedback-custom --json j '[null]'; feedback-custom -j k '{'; echo $?",
        "tag-set t True; tag-set f yes; tag-set t2 true",
        "getinput nothing 2>/dev/null; echo $?",
        "getinput q1:value; echo; getinput @attempts; echo",
        "parsetemplate none 2>/dev/null; echo $?",
        "printf '\\xff@@q1@@' > bad; parsetemplate bad 2>/dev/null; echo $?",
        "printf '@@q1@@' > t; parsetemplate --output new/dir/out t",
        "cat new/dir/out; echo",
        "feedback-grade many 2>/dev/null; echo $?",
        "feedback-grade nan 2>/dev/null; echo $?",
        "feedback-grade 1e400 2>/dev/null; echo $?",
        "run_student -- echo two words; run_student 'echo \"a  b\"'",
        "run_student echo \"it's\"; echo $?",
        "run_student; echo $?",
        "run_student --teardown-script 'touch student/after' sh -c \"'exit 5'\"",
        "echo $?; ls student",
        "echo x | rst-code | head -5; rst-indent -e -m 'a\\nb' -c '>' -a 2"),
        {**ANSWERS, "q1": "one\ntwo"})
    assert doc["result"] == "success", doc
    assert doc["text"] == ("a\nbc\n\\n\u00e9\u00e9\u2022A\\q\\N{NONE}"), doc
    assert doc["problems"] == {"q1": ["failed", "xy"]}
    assert doc["custom"] == {"my key: 1": 5, "n": "nan", "j": [None]}
    assert doc["tags"] == {"t": True, "f": False, "t2": True}
    assert doc["stdout"].split("\n") == [
        "1", "1", "one", "two", "1", "2", "2", "one", "two",
        "2", "2", "2", "two words", "a  b", "254", "0", "5", "after",
        "", "", ".. code-block:: ", "", "\tx", ">>a", ">>b", "", ""], doc


def test_both_generations_of_the_module(course):
    doc = grade(course, python(
        "import inginious, inginious.feedback, inginious_container_api",
        "import inginious_container_api.input",
        "assert not inginious.DEBUG and not inginious_container_api.DEBUG",
        "from inginious import *",
        "from inginious import feedback, input, lang, rst, run_student",
        "from inginious import ssh_student, tests",
        "from inginious_container_api import feedback as same",
        "assert feedback is same is inginious.feedback",
        "assert feedback.get_feedback() == feedback.load_feedback() == {}",
        "assert input._load_input() == input.load_input()",
        "assert run_student.run('true') == 0",
        "assert run_student.run_simple('cat', 'x') == ('x', '', 0)",
        "assert run_student.run('true', start_student_as_root=True) == 251",
        "assert callable(run_student.hack_signals)",
        "assert callable(run_student._hack_signals)",
        "tests.set_result('word', 'a'); tests.set_result('flag', True)",
        "assert tests.get_tests_results() == tests.load_tests() == "
        "{'word': 'a', 'flag': True}",
        "tests.save_tests({'word': 'b'})",
        "feedback.set_tag('one', 1); feedback.set_tag('yes', 'yes')",
        "feedback.set_problem_feedback('alone', 'q1')",
        "feedback.set_problem_result('failed', 'q2')",
        "said = feedback.get_feedback()",
        "assert said['problems'] == {'q1': 'alone', 'q2': ['failed', '']}",
        "assert said['tests']['one'] is True and not said['tests']['yes']",
        "assert 'custom' not in said and 'result' not in said",
        "feedback.set_grade('12'); feedback.set_custom_value('c', 1)",
        "del said['tests']['yes'], said['problems']['q2']",
        "feedback.save_feedback(said)",
        "assert feedback.get_feedback() == said, feedback.get_feedback()",
        "for bad in (float('nan'), float('inf'), 'x', None):",
        "    try: feedback.set_grade(bad)",
        "    except (ValueError, TypeError): pass",
        "    else: raise SystemExit('taken')",
        "feedback.set_global_result('success')"),
        name="run", assize=SCRIPT + QUIZ)
    assert doc["result"] == "success", (doc, doc.get("stderr"))
    assert doc["tags"] == {"word": "b", "flag": True, "one": True}
    assert doc["problems"] == {"q1": ["", "alone"]}
    assert doc["grade"] == 100 and "custom" not in doc


@pytest.mark.parametrize("how", ["feedback-result {}",
                                 "feedback-result -i q1 {}"])
def test_a_result_that_there_is_not(course, how):
    """A crash, as INGInious' manual has it; the note says which word."""
    doc = grade(course, bash(how.format("splendid"), "echo $?",
                             "feedback-result failed" if "-i" in how
                             else "feedback-grade 100"))
    assert doc["stdout"] == "0\n"
    assert 'no result "splendid": it is a crash' in doc["stderr"]
    if "-i" in how:
        assert doc["problems"] == {"q1": ["crash", ""]}
        assert doc["result"] == "failed"
        return
    assert (doc["result"], doc["verdict"]) == ("crash", "JE")
    # The student is not told why, and no attempt was used.
    seen = course.client("alice").get(f"/submissions/{doc['id']}").data
    assert "stderr" not in seen and "splendid" not in str(seen), seen
    again = submit(course, doc["problem"]["id"] if isinstance(
        doc["problem"], dict) else doc["problem"])
    assert wait(course, again)["result"] == "crash"


# What must not be reached

@pytest.mark.parametrize("name", ["student", "systemfiles"])
def test_a_directory_replaced_by_a_link_leads_nowhere(course, name):
    """The supervisor mounts it for the next box: it must not follow.  The
    control is a directory in its place, in which the file is seen."""
    secret = f"{course.dir}/secret-{name}"
    course.own_dir(secret)
    with open(f"{secret}/file", "w", encoding="ascii") as f:
        f.write("secret")
    doc = grade(course, bash(
        f"mv {name} old; ln -s {secret} {name}",
        f"run_student ls -R /task 2>&1; echo $?",
        f"run_student cat /task/{name}/file; echo $?",
        f"run_student sh -c 'echo x > /task/{name}/made'",
        f"rm {name}; mkdir {name}; chmod 777 {name}",
        f"run_student true; echo $?", "echo control",
        f"echo secret > {name}/file",
        f"run_student cat /task/{name}/file", "feedback-result success"),
        **{f"{name}/own": "x"})
    stdout, control = doc["stdout"].split("control\n")
    assert "secret" not in stdout and control.startswith("secret"), doc
    assert stdout.endswith("\n0\n"), doc
    if name == "student":
        assert stdout.startswith("254\n254\n"), doc
        assert "no directory any more" in doc["stderr"], doc


# Scripts as teachers wrote them

JUDGE = """#!/bin/bash
getinput q1 > student/main.c
gcc -Wall -o student/prog student/main.c 2> errors.log
if [ $? -ne 0 ]; then
    feedback-result failed
    rst-code -l text < errors.log | feedback-msg -i q1
    exit 0
fi
cp tests/*.in student/
for t in tests/*.in; do
    n=$(basename $t .in)
    run_student --time 20 --hard-time 60 --memory 100 ./student/prog < $t \\
        > out 2> err
    status=$?
    if [ $status -ne 0 ] || ! diff -q out tests/$n.out > /dev/null; then
        feedback-result failed
        feedback-grade $((50 * n))
        feedback-msg -ae -m "Test $n: status $status\\n"
        exit
    fi
done
feedback-result success
"""
PYTHON = """#!/usr/bin/env python3
import os, shlex, subprocess, sys
from inginious import feedback, input, rst
subprocess.call("getinput q1 > student/q1.py", shell=True)
p = subprocess.Popen(shlex.split("run_student --time 1 python3 student/q1.py"),
                     stderr=subprocess.STDOUT, stdout=subprocess.PIPE)
out, _ = p.communicate()
if p.returncode == 253:
    feedback.set_global_result("timeout")
elif out.decode() == "42\\n":
    feedback.set_global_result("success")
else:
    os.system("feedback-result failed")
    feedback.set_global_feedback(rst.get_codeblock("", out.decode()), True)
"""


@pytest.mark.parametrize("run,answer,result,value", [
    (JUDGE, "#include <stdio.h>\nint main(void) { int i; scanf(\"%d\", &i);\n"
     "printf(\"%d\\n\", i + i); return 0; }", "success", 100),
    (JUDGE, "#include <stdio.h>\nint main(void) { int i; scanf(\"%d\", &i);\n"
     "printf(\"%d\\n\", i == 1 ? 2 : 0); return 0; }", "failed", 100),
    (JUDGE, "int main(", "failed", 0),
    (PYTHON, "print(42)", "success", 100),
    (PYTHON, "print(41)", "failed", 0),
    (PYTHON, "while True: pass", "timeout", 0),
])
def test_scripts_as_teachers_write_them(course, run, answer, result, value):
    doc = grade(course, run, {**ANSWERS, "q1": answer}, **{
        "tests/1.in": "1\n", "tests/1.out": "2\n", "tests/2.in": "2\n",
        "tests/2.out": "4\n"})
    assert (doc["result"], doc["grade"]) == (result, value), doc


@pytest.mark.parametrize("name,run,result,said", [
    ("run", "#!/usr/bin/python2.7\nprint 'x'\n", "crash",
     "No such file or directory: its first line asks for /usr/bin/python2.7"),
    ("run", "#!/bin/bash\r\nfeedback-result success\r\n", "crash",
     "its lines end with carriage returns (CRLF)"),
    ("run", "#!/bin/env python3\nfrom inginious import feedback\n"
     "feedback.set_global_result('success')\n", "success", None),
    ("run", "#! /bin/sh -e\nfeedback-result success\nfalse\ntrue\n",
     "success", "exited with status 1"),
    ("run.sh", "feedback-result success\n", "success", None),
    ("run", "feedback-result success\n", "success", None),
    ("run.py", "set_global_result('success')\r\nif True:\r\n"
     "    set_grade(7)\r\n", "success", None),
    ("run", "", "crash", "said nothing"),
    ("other", "x", "crash", "'/task/run' could not be found"),
])
def test_how_a_script_is_started(course, name, run, result, said):
    doc = grade(course, run, name=name)
    assert doc["result"] == result, doc
    assert said is None or said in doc["stderr"], doc


def test_what_is_around_a_script(course):
    """Directory, home, user, language, mask, and what may be written."""
    doc = grade(course, bash(
        "pwd; echo $HOME; id -un; echo $LANG; umask; cat /dev/stdin | wc -c",
        "cd ~ && touch new sub/new student/new && mkdir -p student/dir",
        "echo own > student/dir/file; (echo x > /course/x) 2>/dev/null",
        "echo $?; locale 2>/dev/null | grep -c UTF-8 > /dev/null && echo utf8",
        "run_student sh student/look; cat student/dir/file",
        "rm -r student/theirs && ls student",
        "grep -c worker /etc/passwd; tty; test -w / || echo no",
        "feedback-result success"), **{
            "sub/old": "x", "student/look":
            "pwd; echo $HOME; id -un; umask; echo more >> student/dir/file\n"
            "mkdir student/theirs; echo y > student/theirs/file\n"
            "touch new 2> /dev/null || echo refused; ls\n"})
    assert doc["stdout"].split("\n") == [
        "/task", "/task", "student", "C.UTF-8", "0000", "0", "1", "utf8",
        "/task", "/tmp", "student", "0000", "refused", "student", "own",
        "more", "dir", "look", "new", "0", "not a tty", "no", ""], doc
