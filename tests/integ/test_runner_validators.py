"""Output validators of packages, run in boxes by the real pipeline."""

import json
import shutil
import socket

import pytest

from test_runner_check import PY_SUM, check, judge, make_package, write

# Any order of the answer's words is right; it checks what it is given.
C_VALIDATOR = r"""#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lib.h"
int main(int argc, char **argv)
{
	char path[300];
	FILE *in = fopen(argv[1], "r"), *answer = fopen(argv[2], "r"), *f;
	int a, b, n, sum;

	if (argc != 5 || strcmp(argv[4], "flag") != 0 || !in || !answer)
		return 1;
	snprintf(path, sizeof path, "%steammessage.txt", argv[3]);
	if (!(f = fopen(path, "w")))
		return 2;
	fputs("for the team", f);
	fclose(f);
	if (fscanf(in, "%d%d", &a, &b) != 2 || fscanf(answer, "%d", &n) != 1)
		return 3;
	return scanf("%d", &sum) == 1 && sum == n && n == a + b ? YES : NO;
}
"""
PY_VALIDATOR = """import sys
a, b = map(int, open(sys.argv[1]).read().split())
with open(sys.argv[3] + "judgemessage.txt", "w") as f:
    f.write("the answer is " + open(sys.argv[2]).read())
sys.exit(42 if sys.stdin.read().split() == [str(a + b)] else 43)
"""
CPP_VALIDATOR = """#include <fstream>
#include <iostream>
int main(int, char **argv)
{
	std::ifstream answer(argv[2]);
	int a = 0, b = 1;
	answer >> a;
	return std::cin >> b && a == b ? 42 : 43;
}
"""
WRONG = ("wrong_answer", "wrong.py", "print(77)\n")
RIGHT = ("accepted", "right.py", PY_SUM)
NEW = ("problem_format_version: 2023-07-draft\n"
       "uuid: 7d0c1b1e-9f3f-4c1f-8d44-2f8f0e0f0a11\n")


def with_validator(base, files, submissions=(RIGHT, WRONG), more=""):
    package = make_package(base, submissions)
    with open(f"{package}/problem.yaml", "a", encoding="utf-8") as f:
        f.write("validation: custom\n" + more)
    for name, text in files.items():
        write(f"{package}/output_validators/{name}", text)
    return package


@pytest.mark.parametrize("files,more", [
    ({"check/check.c": C_VALIDATOR,
      "check/lib.h": "enum { YES = 42, NO = 43 };\n"},
     "validator_flags: flag\n"),
    ({"check.c": C_VALIDATOR, "lib.h": "enum { YES = 42, NO = 43 };\n"},
     "validator_flags: flag\n"),
    ({"check.py": PY_VALIDATOR}, ""),
    ({"check.cc": CPP_VALIDATOR}, ""),
])
def test_accepts_and_refuses(tmp_path, files, more):
    status, lines = judge(with_validator(tmp_path, files, more=more))
    assert status == 0, lines
    assert lines["submissions/accepted/right.py"]["grade"] == 100


def test_new_format(tmp_path):
    package = make_package(tmp_path, [RIGHT, WRONG])
    with open(f"{package}/problem.yaml", "a", encoding="utf-8") as f:
        f.write(NEW)
    shutil.move(f"{package}/problem_statement", f"{package}/statement")
    write(f"{package}/output_validator/check.py", PY_VALIDATOR)
    status, lines = judge(package)
    assert status == 0, lines


@pytest.mark.parametrize("name,text,why", [
    ("check.py", "import sys\nsys.exit(1)\n", "status 1"),
    ("check.py", "pass\n", "status 0"),
    ("check.c", "int main(void) { *(volatile int *)0 = 1; return 42; }\n",
     "signal 11"),
    ("check.c", "int main(void) { return no_such_thing; }\n",
     "does not compile"),
    ("check.py", "while True: print('x' * 10000)\n", "limits"),
    ("check.py", "while True: pass\n", "limits"),
    ("check/run", "#!/bin/no-such-shell\nexit 42\n", "could not be started"),
])
def test_a_faulty_validator_is_nobodys_wrong_answer(
        tmp_path, name, text, why):
    """JE for the right and for the wrong one, and it ends."""
    package = with_validator(tmp_path, {name: text}, more="")
    with open(f"{package}/problem.yaml", encoding="utf-8") as f:
        yaml = f.read()
    write(f"{package}/problem.yaml", yaml.replace(
        "limits:\n", "limits:\n  validation_time: 1\n"
        "  validation_output: 1\n"))
    status, lines = judge(package)
    assert status == 1
    for line in lines.values():
        assert line["verdict"] == "JE" and line["grade"] == 0
        assert why in line["fault"]


def test_compile_error_stays_the_students(tmp_path):
    status, lines = judge(with_validator(
        tmp_path, {"check.py": "import sys\nsys.exit(1)\n"},
        [("compile_error", "x.c", "int main(void) { return x; }\n"),
         ("run_time_error", "x.py", "1/0\n")]))
    assert status == 0, lines


def test_what_a_program_prints_does_not_reach_its_verdict(tmp_path):
    """Neither files nor what looks like messages of a validator count."""
    forger = """import os
for d in ("/out", "/tmp", "/case", "/program", "."):
    for name in ("judgemessage.txt", "score.txt", "input", "answer"):
        try:
            open(os.path.join(d, name), "w").write("42")
        except OSError:
            pass
print("42 accepted")
os._exit(0)
"""
    validator = """import os, sys
if os.path.exists("/source") or os.listdir("/out") or \\
        os.path.exists("/tmp/score.txt"):
    sys.exit(9)
sys.exit(43)
"""
    status, lines = judge(with_validator(
        tmp_path, {"check.py": validator},
        [("wrong_answer", "forger.py", forger)]))
    assert status == 0, lines


@pytest.mark.parametrize("without,status", [
    ("", 42), ("network", 1), ("mounts", 2)])
def test_validator_cannot_reach_out(tmp_path, without, status):
    """It has no network, sees nothing of ours, and what it is given it cannot
    change; the controls are that without a wall it says what it could."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        validator = f"""import os, socket, sys
def end(status):
    with open(sys.argv[3] + "/judgemessage.txt", "w") as f:
        f.write(f"ended {{status}}")
    sys.exit(status)
try:
    socket.create_connection(("127.0.0.1", {server.getsockname()[1]}), 1)
    end(1)
except OSError:
    pass
for path in ("/work", "/root", "/home", "/var", "/case/../data"):
    if os.path.exists(path):
        end(2)
try:
    open("/case/answer", "w")
    end(3)
except OSError:
    end(42)
"""
        found, lines = judge(with_validator(
            tmp_path, {"check.py": validator}, [RIGHT]), without)
    assert found == (0 if status == 42 else 1), lines
    line, = lines.values()
    assert f"ended {status}" in json.dumps(line) or status == 42, line


def test_endless_output_and_large_feedback(tmp_path):
    """Messages are cut; a full feedback directory is the validator's."""
    validator = """import sys
with open(sys.argv[3] + "/judgemessage.txt", "w") as f:
    f.write("\\u00e4" * 100000)
with open(sys.argv[3] + "/teammessage.txt", "wb") as f:
    f.write(b"\\xff\\0" * 100000)
sys.exit(42)
"""
    status, lines = judge(with_validator(
        tmp_path, {"check.py": validator}, [RIGHT]))
    assert status == 0, lines


STRICT = """import sys
with open(sys.argv[3] + "judgemessage.txt", "w") as f:
    f.write(" ".join(sys.argv[4:]))
sys.exit(42 if sys.stdin.read() == open(sys.argv[2]).read() else 43)
"""
LOOSE = ("wrong_answer", "loose.py", PY_SUM + "print()\n")


def test_every_validator_must_accept(tmp_path):
    package = with_validator(
        tmp_path, {"a.py": PY_VALIDATOR, "b.py": STRICT}, [RIGHT, LOOSE],
        "validator_flags: all\n")
    write(f"{package}/data/secret/testdata.yaml",
          "output_validator_flags: {name: b.py, flags: of b}\n")
    write(f"{package}/submissions/submissions.yaml",
          "accepted: {permitted: [AC], message: all of b}\n"
          "wrong_answer: {permitted: [AC, WA], message: the answer is}\n")
    status, lines = judge(package)
    assert status == 0, lines


# Scores

SCORER = """import sys
got = int(sys.stdin.read())
with open(sys.argv[3] + "score.txt", "w") as f:
    f.write("%g\\n" % got)
sys.exit(42 if got > 0 else 43)
"""
MULTIPLIER = SCORER.replace("score.txt", "score_multiplier.txt").replace(
    '"%g\\n" % got', '"%g" % (got / 100)')
SCORED = [("secret/a/1", "40", "x"), ("secret/a/2", "10", "x"),
          ("secret/b/1", "100", "x")]
ECHO = ("accepted", "echo.py", "print(input())\n")
ZERO = ("wrong_answer", "zero.py", "print(0)\n")


def scoring(base, validator, settings, yaml="validation: custom score\n",
            submissions=(ECHO, ZERO)):
    package = make_package(base, submissions, tests=SCORED)
    with open(f"{package}/problem.yaml", encoding="utf-8") as f:
        text = f.read()
    write(f"{package}/problem.yaml",
          text.replace("pass-fail", "scoring") + yaml)
    write(f"{package}/output_validators/v.py", validator)
    for path, lines in settings.items():
        write(f"{package}/data/{path}/testdata.yaml", lines)
    return package


# What echo is worth: (40, 10), (100), each group of 100, by its flags.
@pytest.mark.parametrize("flags,a,b,grade", [
    ("always_accept", "sum", "sum", 100 * 150 / 200),
    ("always_accept", "min", "sum", 100 * 110 / 200),
    ("always_accept", "max", "sum", 100 * 140 / 200),
    ("always_accept", "avg", "sum", 100 * 125 / 200),
    ("always_accept min", "sum", "sum", 50),
])
def test_scores_of_validators(tmp_path, flags, a, b, grade):
    status, lines = judge(scoring(tmp_path, SCORER, {
        ".": f"on_reject: continue\ngrader_flags: {flags}\n",
        "secret": f"on_reject: continue\ngrader_flags: {flags}\n",
        "secret/a": f"range: 0 100\ngrader_flags: {a} always_accept\n",
        "secret/b": f"range: 0 100\ngrader_flags: {b} always_accept\n"}))
    assert status == 0, lines
    assert lines["submissions/accepted/echo.py"]["grade"] == \
        pytest.approx(grade)
    assert lines["submissions/wrong_answer/zero.py"]["grade"] == 0


def test_less_is_better(tmp_path):
    """The grade is what the scores leave of the ranges around them."""
    status, lines = judge(scoring(tmp_path, SCORER, {
        ".": "on_reject: continue\n",
        "secret/a": "range: 0 50\ngrader_flags: max\n",
        "secret/b": "range: 50 150\n"},
        "validation: custom score\ngrading: {objective: min}\n"))
    assert status == 0, lines
    # a: 40 of 0 to 50; b: 100 of 50 to 150; a third of the whole is a's.
    assert lines["submissions/accepted/echo.py"]["grade"] == \
        pytest.approx(20 / 3 + 50 * 2 / 3, abs=0.01)


GRADER = """import sys
mode = sys.argv[1] if sys.argv[1:] else "most"
parts = [line.split() for line in sys.stdin]
good = [float(points) for verdict, points in parts if verdict == "AC"]
if mode == "fails":
    sys.exit(1)
if mode == "babbles":
    print("fine")
elif mode == "codes":
    print("AC", 10 * sum(v == "RTE" for v, _ in parts))
elif 2 * len(good) > len(parts):
    print("AC", sum(good))
else:
    print("WA 0")
"""


def graded(base, flags, submissions, kind="scoring", more=""):
    """Two groups of three tests, graded by flags; all: their sum."""
    tests = [(f"secret/{g}/{i}", f"{i}", f"{i}") for g in "ab"
             for i in range(3)]
    package = make_package(base, submissions, tests=tests)
    with open(f"{package}/problem.yaml", encoding="utf-8") as f:
        text = f.read()
    write(f"{package}/problem.yaml", text.replace("pass-fail", kind))
    write(f"{package}/graders/most.py", GRADER)
    always = "on_reject: continue\n" + (
        "grader_flags: always_accept\n" if kind == "scoring" else "")
    write(f"{package}/data/testdata.yaml", always)
    for g in "ab":
        write(f"{package}/data/secret/{g}/testdata.yaml",
              f"grading: custom\ngrader_flags: {flags}\n{more}")
    return package


FEW = ("wrong_answer", "few.py", "n = int(input())\nprint(n if n else 7)\n")
MANY = ("wrong_answer", "many.py", "n = int(input())\nprint(n % 2)\n")
CRASHES = ("run_time_error", "crashes.py",
           "n = int(input())\nassert not n\nprint(n)\n")


def test_a_grader_of_its_own(tmp_path):
    """Most of a group is enough for what was right in it."""
    status, lines = judge(graded(tmp_path, "most", [ECHO, FEW]))
    assert status == 0, lines
    assert lines["submissions/accepted/echo.py"]["grade"] == 100
    assert lines["submissions/wrong_answer/few.py"]["grade"] == \
        pytest.approx(200 / 3, abs=0.01)


def test_a_grader_says_the_verdict(tmp_path):
    few = ("accepted", *FEW[1:])
    none = ("wrong_answer", "none.py", "print(9)\n")
    status, lines = judge(graded(tmp_path, "most", [ECHO, few, none],
                                 kind="pass-fail"))
    assert status == 0, lines


def test_a_grader_knows_the_formats_codes(tmp_path):
    status, lines = judge(graded(tmp_path, "codes", [CRASHES],
                                 more="range: 0 40\n"))
    assert status == 0, lines
    assert lines["submissions/run_time_error/crashes.py"]["grade"] == \
        pytest.approx(50)


@pytest.mark.parametrize("flags,says", [
    ("fails", "status 1"), ("babbles", "printed no verdict")])
def test_a_grader_that_fails_is_its_authors_fault(tmp_path, flags, says):
    status, lines = judge(graded(tmp_path, flags, [ECHO]))
    line = lines["submissions/accepted/echo.py"]
    assert status == 1 and line["verdict"] == "JE"
    assert says in line["fault"]


def test_multiplier(tmp_path):
    status, lines = judge(scoring(
        tmp_path, MULTIPLIER, {".": "accept_score: 50\n"}))
    assert status == 0, lines
    assert lines["submissions/accepted/echo.py"]["grade"] == 50


@pytest.mark.parametrize("text", ["101", "-1", "nan", "much", "0x10"])
def test_a_score_out_of_range_is_the_validators_fault(tmp_path, text):
    status, lines = judge(scoring(
        tmp_path, SCORER.replace('"%g\\n" % got', f'"{text}"'),
        {".": "range: 0 100\n"}, submissions=[ECHO]))
    assert status == 1
    line = lines["submissions/accepted/echo.py"]
    assert line["verdict"] == "JE" and "score.txt" in line["fault"]


def test_rejected_tests_may_have_points(tmp_path):
    settings = "on_reject: continue\naccept_score: 10\nreject_score: 2\n" \
        "grader_flags: always_accept\n"
    refuse = SCORER.replace("42 if got > 0", "42 if got > 10")
    refuse = refuse.replace("score.txt", "note.txt")
    status, lines = judge(scoring(
        tmp_path, refuse, {".": settings},
        submissions=[("wrong_answer", "echo.py", "print(input())\n")]))
    assert status == 0, lines
    assert lines["submissions/wrong_answer/echo.py"]["grade"] == \
        pytest.approx(100 * 22 / 30, abs=0.01)
