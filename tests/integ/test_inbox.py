"""What scripts of INGInious find in the grading box, by every name and option
that they know, and what code in either box must not reach."""

import io
import os
import re
import shutil
import subprocess
import tarfile
import time

import pytest

from kit import make_course, make_zip
from test_quiz import mo
from test_ssh import until
from test_script import (ANSWERS, QUIZ, SCRIPT, bash, grade, limits, put,
                         python, submit, wait)


@pytest.fixture(scope="module")
def course(stack):
    conf = f"{stack.dir}/runner/environments.d"
    os.makedirs(conf)
    make_root(f"{stack.dir}/root")
    stack.write(f"{conf}/own.yaml", f"name: own-root\nroot: {stack.dir}/root\n"
                "limits: {memory_mb: 100, processes: 20, disk_mb: 32}\n")
    stack.start_runner("runner", jobs=2, heartbeat_interval_sec=30)
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
        "feedback-custom '\"q\\' 1; feedback-custom $'a\\tb' 1 2> /dev/null",
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
    assert doc["custom"] == {"my key: 1": 5, "n": "nan", "j": [None],
                             "\"q\\": 1}
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
                             "feedback-msg -m why; feedback-msg -i q2 -m how",
                             "feedback-result failed" if "-i" in how
                             else "feedback-grade 100"))
    assert doc["stdout"] == "0\n"
    assert 'no result "splendid": it is a crash' in doc["stderr"]
    if "-i" in how:
        assert doc["problems"] == {"q1": ["crash", ""], "q2": ["", "how"]}
        assert doc["result"] == "failed"
        return
    assert (doc["result"], doc["verdict"]) == ("crash", "JE")
    # What the script said besides is seen; and no attempt was used.
    seen = course.client("alice").get(f"/submissions/{doc['id']}").data
    assert "stderr" not in seen and "splendid" not in str(seen), seen
    assert (seen["text"], seen["problems"]) == ("why", {"q2": ["", "how"]})
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
PYTHON = """#!/bin/python
import os, shlex, subprocess, sys
from inginious import feedback, input, rst
subprocess.call("getinput q1 > student/q1.py", shell=True)
p = subprocess.Popen(shlex.split("run_student --time 1 python student/q1.py"),
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


def test_system_files(course):
    """systemfiles/hosts is behind /etc/hosts in both boxes, as it is when the
    box is made; resolv.conf takes its place."""
    doc = grade(course, bash(
        "tail -1 /etc/hosts; cat /etc/resolv.conf",
        "echo '10.0.0.7 later' > systemfiles/hosts",
        "run_student tail -1 /etc/hosts; run_student cat /etc/resolv.conf",
        "run_student getent hosts later | tr -s ' '",
        "head -c 20000 /dev/zero > systemfiles/hosts",
        "run_student true; echo $?",
        "ln -sf /etc/passwd systemfiles/hosts; run_student wc -l /etc/hosts",
        "feedback-result success"), **{
            "systemfiles/hosts": "10.0.0.6 first\n",
            "systemfiles/resolv.conf": "nameserver 127.0.0.9\n"})
    assert doc["stdout"].split("\n") == [
        "10.0.0.6 first", "nameserver 127.0.0.9", "10.0.0.7 later",
        "nameserver 127.0.0.9", "10.0.0.7 later", "0", "2 /etc/hosts",
        ""], doc
    assert "/task/systemfiles/hosts cannot be used" in doc["stderr"]


# What student code finds of others: it says what it reached

PROBE = r"""
import glob, os, socket
def say(what, *more):
    print(what, *more, flush=True)
for path in ("/task/run", "/task/tests/secret", "/course/common/secret",
             "/control/run.json", "/control/files/f/a.txt", "/assize/bin/tag",
             "/archive", "/tmp/left", "/dev/shm/left", "/task/assize.yaml"):
    if os.path.exists(path):
        say("path", path)
for name in glob.glob("/proc/[0-9]*/environ"):
    try:
        if b"ASSIZE" in open(name, "rb").read() or \
                b"SECRET" in open(name, "rb").read():
            say("environ", name)
    except OSError:
        pass
for name in glob.glob("/proc/[0-9]*/cmdline"):
    if b"grader" in open(name, "rb").read():
        say("process", name)
for fd in range(3, 1024):
    try:
        os.fstat(fd)
        link = os.readlink("/proc/self/fd/%d" % fd)
    except OSError:
        continue
    say("descriptor", fd, link)
for name in ("\0assize", "/control/socket", "/proc/1/root/control/socket",
             "/proc/1/cwd/control/socket"):
    s = socket.socket(socket.AF_UNIX)
    try:
        s.connect(name)
        say("connected", repr(name))
    except OSError:
        pass
for module in ("inginious", "inginious_container_api", "assize_box"):
    try:
        __import__(module)
        say("module", module)
    except ImportError:
        pass
say("env", *sorted(os.environ))
"""


def test_what_student_code_can_reach(course):
    admin = course.client("root", admin=True)
    done = admin.put("/courses/c1/common", body=make_zip(
        {"secret": "x", "student/lib": "y"}),
        headers={"Content-Type": "application/zip"})
    assert done.status in (200, 201), done.show()
    try:
        doc = grade(course, bash(
            "export SECRET=1 ASSIZE_X=1; exec 7< /task/run",
            "echo x > /tmp/left; echo y > /dev/shm/left",
            "bash -c 'sleep 20; : grader' & cp probe student/p",
            "run_student sh -c \"'echo z > /tmp/left; sleep 3'\" &",
            "sleep 0.3; echo student; run_student python3 student/p",
            "echo grading; python3 probe; kill %1 %2",
            "feedback-result success"), {**ANSWERS, "f": {
                "filename": "a.txt", "value": "YWJj"}},
            **{"probe": PROBE, "tests/secret": "x"})
    finally:
        admin.put("/courses/c1/common", body=make_zip({"student/lib": "y"}),
                  headers={"Content-Type": "application/zip"})
    _, student, grading = doc["stdout"].replace(
        "grading\n", "student\n").split("student\n")
    assert student == "env HOME LANG PATH\n", (student, doc.get("stderr"))
    # The probe finds what there is, where it is.
    for line in ("path /task/run", "path /task/tests/secret",
                 "path /course/common/secret", "path /control/run.json",
                 "path /control/files/f/a.txt", "path /assize/bin/tag",
                 "path /tmp/left", "path /dev/shm/left", "environ /proc/",
                 "process /proc/", "descriptor 7 /task/run",
                 "connected '/control/socket'", "module inginious\n"):
        assert line in grading, (line, grading)


def test_results_are_not_forged(course):
    """Messages, commands and files of a student's are just its output."""
    doc = grade(course, bash(
        "getinput q1 > student/forge; feedback-result failed",
        "run_student python3 student/forge > out 2>&1",
        "grep -c success out; ls -d /.__output 2>/dev/null"), {
            **ANSWERS, "q1": """
import json, os, socket, subprocess
line = json.dumps({"type": "set", "key": "result", "value": "success"})
for fd in (1, 2):
    os.write(fd, (line + "\\n").encode())
for command in ("feedback-result success", "/bin/feedback-result success",
                "/assize/bin/feedback-result success",
                "inginious-ipython x", "run_student true"):
    assert subprocess.call(command + " 2>/dev/null", shell=True) == 127
for path in ("/.__output", "/control", "/archive"):
    try:
        os.makedirs(path, exist_ok=True)
        open(path + "/__feedback.json", "w").write(line)
    except OSError:
        continue
    raise SystemExit("made " + path)
os.write(1, b"success at the end\\n")
"""})
    assert (doc["result"], doc["grade"]) == ("failed", 0), doc
    assert doc["stdout"] == "3\n", doc


# Statuses, streams, signals

def test_streams_carry_all_bytes(course):
    doc = grade(course, python(
        "import hashlib, os, subprocess",
        "data = os.urandom(6 << 20)",
        "p = subprocess.run(['run_student', 'cat'], input=data,"
        " stdout=subprocess.PIPE)",
        "assert p.returncode == 0 and p.stdout == data, len(p.stdout)",
        "from inginious_container_api.run_student import run_student_simple",
        "out, err, status = run_student_simple('sh -c \"cat; cat'"
        "' /task/student/err >&2\"', data[:1 << 20], text=False)",
        "assert (out, len(err), status) == (data[:1 << 20], 300000, 0)",
        "p = subprocess.run('run_student head -c 5 < big', shell=True,"
        " stdout=subprocess.PIPE)",
        "assert p.stdout == bytes(5), p",
        "from inginious import feedback; feedback.set_global_result("
        "'success')"), name="run", big="\0" * 3000000,
        **{"student/err": "e" * 300000})
    assert doc["result"] == "success", doc


SIGNALS = """
import os, signal, sys, time
def told(n, _):
    os.write(1, b"got %d\\n" % n)
    if n == signal.SIGTERM:
        os._exit(3)
for n in (1, 2, 3, 10, 12, 15):
    signal.signal(n, told)
os.write(1, b"ready\\n")
while True:
    time.sleep(0.1)
"""


def test_signals_and_statuses_go_through(course):
    doc = grade(course, python(
        "import signal, subprocess, time",
        "p = subprocess.Popen(['run_student', 'python3', 'student/told'],"
        " stdout=subprocess.PIPE)",
        "assert p.stdout.readline() == b'ready\\n'",
        "for n in (1, 2, 3, 10, 12, 15):",
        "    p.send_signal(n)",
        "    line = p.stdout.readline()",
        "    assert line == b'got %d\\n' % n, line",
        "assert p.wait() == 3",
        "def status(*words):",
        "    return subprocess.call(['run_student', *words])",
        "for n in (0, 1, 127, 251, 252, 253, 254, 255):",
        "    assert status('sh', 'student/exit', str(n)) == n",
        "for n in (6, 9, 11, 13):",
        "    assert status('sh', 'student/die', str(n)) == 256 - n",
        "assert status('--container', 'mini?', 'true') == 254",
        "assert status('nothing') == 127 and status('student/die') == 126",
        "assert status(*['x'] * 600) == 254",
        "from inginious import feedback; feedback.set_global_result("
        "'success')"), name="run", **{
            "student/told": SIGNALS, "student/exit": "exit $1\n",
            "student/die": "kill -$1 $$\n"})
    assert doc["result"] == "success", (doc, doc.get("stderr"))
    assert "too long" in doc["stderr"], doc


def test_the_last_word_counts(course):
    """One result of a job: what was said when the script ended."""
    doc = grade(course, bash(
        "feedback-result success; feedback-grade 90; feedback-msg -m first",
        "(sleep 1; feedback-result success; feedback-grade 100) &",
        "disown -a; feedback-result failed; feedback-grade 10",
        "feedback-msg -m second; touch student/mine",
        "run_student sh student/who"), **{
            "student/who": "stat -c %U student/mine; touch student/theirs\n"
                           "stat -c %U student/theirs"})
    assert (doc["result"], doc["grade"], doc["text"]) == (
        "failed", 10, "second"), doc
    time.sleep(1.2)
    assert course.client("alice").get(
        f"/submissions/{doc['id']}").data["grade"] == 10
    # Another user of the machine, where the runner may have several.
    if os.geteuid() == 0:
        assert doc["stdout"] == "nobody\nstudent\n", doc


def test_many_student_boxes_and_those_that_stay(course):
    """Eight at once; they end with the script, however they were begun."""
    begun = time.monotonic()
    doc = grade(course, bash(
        "for i in 1 2 3 4 5 6 7 8 9 10; do",
        "  (run_student sleep 1; echo $? >> statuses) &", "done; wait",
        "sort statuses | uniq -c | tr -s ' '",
        "setsid run_student sh student/stays < /dev/null > /dev/null 2>&1 &",
        "while [ ! -e student/began ]; do sleep 0.1; done; disown -a",
        "feedback-result success"), **{
            "student/stays": "trap '' HUP TERM INT; touch student/began\n"
                             "while :; do sleep 1; done\n"})
    assert (doc["result"], doc["stdout"]) == (
        "success", " 8 0\n 2 254\n"), doc
    assert "more than 8 student boxes at once" in doc["stderr"]
    assert time.monotonic() - begun < 20


def is_running(word):
    for name in os.listdir("/proc"):
        try:
            with open(f"/proc/{name}/cmdline", "rb") as f:
                if word.encode() in f.read():
                    return True
        except OSError:
            pass
    return False


def test_cancel_ends_boxes_of_both_kinds_soon(course):
    """Long before the next heartbeat of a runner that has only programs."""
    word = f"98765.{os.getpid()}"
    problem, _ = put(course, {"run": bash(
        f"run_student sleep {word} &", f"sleep {word}")})
    sb = submit(course, problem)
    until(lambda: is_running(word))
    assert course.client("alice").post(
        f"/submissions/{sb}/cancel").status == 200
    until(lambda: not is_running(word), 6)


# Limits, of the student boxes and of the grading box

# From so many to so many others at once.
PROCESSES = """import subprocess as s
n = 0
try:
    while n < 100:
        s.Popen(['sleep', '30'])
        n += 1
except OSError:
    pass
assert {} <= n < {}, n
"""


@pytest.mark.parametrize("options,program,status,note", [
    ("--time 1", "while True: pass", 253, None),
    ("--hard-time 1", "import time; time.sleep(60)", 253, None),
    ("--memory 30", "x = bytearray(200 << 20)", 252, None),
    ("", "while True: print('y' * 1000)", 254, "output"),
    ("", PROCESSES.format(10, 40), 0, None),
    ("", "open('student/f', 'wb').write(bytes(9 << 20))", 1, None),
    ("", "import os\nn = 0\ntry:\n    while n < 5000:"
     " os.open('/dev/null', 0); n += 1\n"
     "except OSError: pass\nraise SystemExit(100 <= n < 2000)", 1, None),
    # What is asked for is never more than the script has itself.
    ("--time 9999 --hard-time 9999 --memory 99999",
     "x = bytearray(600 << 20)", 252, None),
])
def test_limits_of_student_boxes(course, options, program, status, note):
    doc = grade(course, bash(
        f"run_student {options} python3 student/program > out 2>&1",
        "echo $?", "feedback-result success"),
        assize=limits("processes: 40, output_kb: 256, file_kb: 8192,"
                      " memory_kb: 262144"),
        **{"student/program": program})
    assert (doc["result"], doc["stdout"]) == ("success", f"{status}\n"), doc
    assert note is None or note in doc["stderr"], doc


@pytest.mark.parametrize("program,more", [
    (PROCESSES.format(5, 20), "processes: 20"),
    ("try:\n    open('big', 'wb').write(bytes(9 << 20))\n"
     "except OSError: pass\nelse: raise SystemExit('written')",
     "file_kb: 8192"),
])
def test_limits_that_the_script_sees(course, program, more):
    doc = grade(course, python(
        program, "from inginious import feedback",
        "feedback.set_global_result('success')"), assize=limits(more))
    assert doc["result"] == "success", doc


def test_how_many_of_each(course):
    """Beyond it the command says so, and what was said before stays."""
    doc = grade(course, python(
        "import os",
        "from inginious import feedback",
        "taken = {}",
        "for what, say in (",
        "    ('tags', lambda i: feedback.set_tag(f't{i}', True)),",
        "    ('customs', lambda i: feedback.set_custom_value(f'c{i}', i)),",
        "    ('questions', lambda i: feedback.set_problem_result('failed',"
        " f'q{i}'))):",
        "    taken[what] = 0",
        "    for i in range(210):",
        "        try:",
        "            say(i)",
        "            taken[what] += 1",
        "        except ValueError as e:",
        "            taken[what + ' why'] = str(e)",
        "print(taken)",
        "for i in range(1001): open(f'/archive/{i}', 'w').close()",
        "feedback.set_global_result('failed')"), name="run")
    assert doc["result"] == "failed" and len(doc["tags"]) == 200
    for part in ("'tags': 200", "'customs': 50", "'questions': 100",
                 "'tags why': 'there are too many tags'"):
        assert part in doc["stdout"], doc["stdout"]
    assert "archive" not in doc and "archive was not kept" in doc["stderr"]


# Environments

def make_root(root):
    """A root of its own with what commands and scripts need, from this
    machine's: what mmdebstrap would fetch."""
    programs = ["bash", "cat", "env", "grep", "ls", "python3", "sh", "sleep"]
    os.makedirs(f"{root}/usr/bin")
    libraries = set()
    for name in programs:
        shutil.copy(f"/usr/bin/{name}", f"{root}/usr/bin/{name}")
        said = subprocess.run(["ldd", f"/usr/bin/{name}"], check=True,
                              capture_output=True, text=True).stdout
        libraries |= set(re.findall(r"(/\S+)", said))
    version = os.path.basename(os.path.realpath("/usr/bin/python3"))
    shutil.copytree(f"/usr/lib/{version}", f"{root}/usr/lib/{version}",
                    ignore=shutil.ignore_patterns(
                        "test", "__pycache__", "config-*", "idlelib",
                        "ensurepip", "lib2to3", "distutils", "tkinter"))
    for path in libraries:
        # /lib is usr/lib.
        where = f"{root}/usr{path}" if path.startswith("/lib") else root + path
        os.makedirs(os.path.dirname(where), exist_ok=True)
        shutil.copy(path, where)
    with open(f"{root}/usr/bin/only-here", "w", encoding="ascii") as f:
        f.write("#!/bin/sh\necho only here\n")
    os.chmod(f"{root}/usr/bin/only-here", 0o755)


def test_an_unpacked_root(course):
    """A whole script in it, its commands and both boxes; and by --container
    of another."""
    run = bash("getinput q1 | feedback-msg; only-here",
               "run_student only-here; run_student python3 -c"
               " \"'print(6 * 7)'\"", "ls /usr/bin",
               "[ -e /usr/bin/gcc ] || feedback-result success")
    doc = grade(course, run, assize=SCRIPT + QUIZ +
                "script: {environment: own-root}\n")
    assert (doc["result"], doc["text"]) == ("success", ANSWERS["q1"]), doc
    assert doc["stdout"].startswith("only here\nonly here\n42\nbash\n"), doc
    doc = grade(course, bash(
        "run_student --container own-root only-here",
        "only-here || feedback-result success"))
    assert (doc["result"], doc["stdout"]) == ("success", "only here\n"), doc
    # With limits that its boxes have, whatever the package says.
    doc = grade(course, bash(
        "own='run_student --container own-root --memory 999 python3 student/'",
        "${own}greedy; echo $?; ${own}forks; echo $?",
        "feedback-result success"), **{
            "student/greedy": "x = bytearray(150 << 20)",
            "student/forks": PROCESSES.format(8, 20)})
    assert doc["stdout"] == "252\n0\n", doc
    doc = grade(course, python(
        "for i in range(5): open(f'f{i}', 'wb').write(bytes(10 << 20))",
        "import time; time.sleep(9)"), name="run",
        assize=SCRIPT + QUIZ + "script: {environment: own-root}\n")
    assert doc["result"] == "overflow", doc
    pools = course.psql("SELECT pools FROM op_runners WHERE name = 'runner'")
    assert "own-root" in pools and "quiz" in pools, pools


def test_texts_of_the_script_in_the_users_language(course):
    """gettext, as lang.init has it, in scripts and in templates."""
    files = {"lang/fr/LC_MESSAGES/messages.mo": mo({
        "": "Content-Type: text/plain; charset=UTF-8\n",
        "Well done": "Tr\u00e8s bien"}), "t.tpl": "{{ _('Well done') }}"}
    run = python("from inginious import feedback, lang",
                 "lang.init(); lang.init()",
                 "feedback.set_global_feedback(_('Well done') + '|')",
                 "feedback.set_feedback_from_tpl('t', {}, append=True)",
                 "feedback.set_global_result('success')")
    for language, text in (("fr", "Tr\u00e8s bien"), ("de", "Well done")):
        doc = grade(course, run, headers={"Accept-Language": language},
                    **files)
        assert doc["text"] == f"{text}|{text}", (doc, doc.get("stderr"))
