"""What newer packages have besides input and answer: passes, files beside
the input, included files, constants, programs that build themselves, rules,
input validators, links. Judged by the real pipeline in real boxes."""

import json
import os

import pytest

from test_runner_check import check as run_check, write

NEW = ("problem_format_version: 2023-07-draft\n"
       "uuid: 7d0c1b1e-9f3f-4c1f-8d44-2f8f0e0f0a11\n"
       "name: x\n")
LIMITS = "limits: {time_limit: 1.0, memory: 128, output: 1%s}\n"


def package(base, name, files, yaml=NEW, limits=""):
    top = f"{base}/{name}"
    write(f"{top}/problem.yaml", yaml + LIMITS % limits)
    for path, text in files.items():
        write(f"{top}/{path}", text)
    return top


def check(top, ok=True):
    """The lines of the submissions and of the inputs, by path."""
    done = run_check(top, "--json")
    assert done.returncode == (0 if ok else 1), done.stdout + done.stderr
    return {line.get("submission", line.get("input")): line
            for line in json.loads(done.stdout)}


def judge_one(top, ok=True):
    return next(iter(check(top, ok).values()))


# The program doubles a number; the validator wants 1, 2, 4, 8 and keeps what
# it saw in the feedback directory.
PASSES = """import os, sys
given, answer, out = sys.argv[1:4]
number = int(open(given).read())
said = int(sys.stdin.read())
with open(out + "judgemessage.txt", "a") as f:
    f.write(f"{number}->{said} ")
seen = open(out + "seen").read() if os.path.exists(out + "seen") else ""
with open(out + "seen", "w") as f:
    f.write(seen + "x")
if said != 2 * number:
    if said == -1:
        open(out + "nextpass.in", "w").write("1")
    sys.exit(43)
if len(seen) < 3:
    with open(out + "nextpass.in", "w") as f:
        f.write(str(said))
sys.exit(42)
"""
DOUBLE = "print(2 * int(input()))\n"


def multi_pass(base, name, submissions, passes):
    return package(base, name, {
        "data/secret/1.in": "1\n", "data/secret/1.ans": "",
        "output_validator/v.py": PASSES, **submissions,
    }, NEW + "type: [pass-fail, multi-pass]\n",
        f", validation_passes: {passes}")


def test_passes(tmp_path):
    top = multi_pass(tmp_path, "four", {
        "submissions/accepted/double.py": DOUBLE,
        "submissions/wrong_answer/two.py":
            "n = int(input())\nprint(2 * n if n < 4 else 0)\n",
        "submissions/run_time_error/late.py":
            "n = int(input())\nassert n < 4\nprint(2 * n)\n",
        "submissions/time_limit_exceeded/late.py":
            "n = int(input())\nwhile n == 8:\n    pass\nprint(2 * n)\n",
        # Half a second in each of four passes, with a limit of one.
        "submissions/accepted/slow.py":
            "import time\nn = int(input())\n"
            "while time.process_time() < .5:\n    pass\nprint(2 * n)\n",
    }, 4)
    for line in check(top).values():
        assert line["ok"], line


def test_too_many_passes(tmp_path):
    top = multi_pass(tmp_path, "three",
                     {"submissions/accepted/double.py": DOUBLE}, 3)
    line = judge_one(top, False)
    assert line["verdict"] == "JE" and "more than 3" in line["fault"]


def test_next_pass_of_who_is_wrong(tmp_path):
    top = multi_pass(tmp_path, "minus",
                     {"submissions/wrong_answer/minus.py": "print(-1)\n"}, 4)
    line = judge_one(top, False)
    assert line["verdict"] == "JE" and "nextpass.in" in line["fault"]


INTERACTIVE = """import sys
number = int(open(sys.argv[1]).read())
print(number, flush=True)
said = int(input())
if said != number + 1:
    sys.exit(43)
if number < 3:
    open(sys.argv[3] + "nextpass.in", "w").write(str(said))
sys.exit(42)
"""


def test_passes_that_talk(tmp_path):
    top = package(tmp_path, "talk", {
        "data/secret/1.in": "1\n", "data/secret/1.ans": "",
        "output_validators/v.py": INTERACTIVE,
        "submissions/accepted/a.py": "print(int(input()) + 1)\n",
        "submissions/wrong_answer/b.py":
            "n = int(input())\nprint(n + 1 if n < 3 else 0)\n",
    }, "validation: custom interactive multi-pass\n",
        ", validation_passes: 3")
    for line in check(top).values():
        assert line["ok"], line


READER = """import data, os, sys
words = open("words.txt").read().split()
print(data.GREETING, *words, *sys.argv[1:])
"""
WRITER = """open("made", "w").write(open("words.txt").read())
print(open("made").read())
"""


@pytest.mark.parametrize("writes", [False, True])
def test_files_and_includes(tmp_path, writes):
    """Files of a test stand where the program runs; includes replace."""
    top = package(tmp_path, "files", {
        "data/secret/1.in": "", "data/secret/1.ans": "hi a b x 7\n",
        "data/secret/1.files/words.txt": "a b\n",
        "data/secret/1.yaml": "args: [x, '7']\n",
        "data/secret/2.in": "", "data/secret/2.ans": "hi c\n",
        "data/secret/2.files/words.txt": "c\n",
        "include/python3/data.py": "GREETING = '{{greeting}}'\n",
        "submissions/accepted/dir/main.py": READER,
        "submissions/accepted/dir/data.py": "GREETING = 'not this'\n",
        "submissions/rejected/write.py": WRITER,
    }, NEW + "constants: {greeting: hi}\n" +
        ("allow_file_writing: true\n" if writes else ""))
    lines = check(top)
    assert lines["submissions/accepted/dir"]["ok"], lines
    assert lines["submissions/rejected/write.py"]["verdict"] == \
        ("WA" if writes else "RE")


C_READER = """#include <stdio.h>
int main(void)
{
	char line[9] = "";
	FILE *f = fopen("say.txt", "r");

	if (f == NULL || fgets(line, sizeof(line), f) == NULL)
		return 1;
	puts(line);
	return 0;
}
"""


@pytest.mark.parametrize("yaml", ["", NEW])
def test_own_files(tmp_path, yaml):
    """What was submitted together stands where it runs; the test's wins."""
    top = package(tmp_path, "own", {
        "data/secret/1.in": "", "data/secret/1.ans": "hi\n",
        "data/secret/2.in": "", "data/secret/2.ans": "you\n",
        "data/secret/2.files/say.txt": "you\n",
        "submissions/accepted/sh/main.sh": ". ./more.sh\ncat say.txt\n",
        "submissions/accepted/sh/more.sh": "set -e\n",
        "submissions/accepted/sh/say.txt": "hi\n",
        "submissions/accepted/c/a.c": C_READER,
        "submissions/accepted/c/say.txt": "hi\n",
        "submissions/run_time_error/a.c": C_READER,
        # It stands in the way of the test's, which wins.
        "submissions/accepted/way/main.sh":
            "[ -d say.txt ] && echo hi || cat say.txt\n",
        "submissions/accepted/way/say.txt/x": "x\n",
        # What is included wins, too: then this cannot be laid out.
        "include/c/lib/x.h": "int x;\n",
        "submissions/compile_error/lib/main.c": C_READER,
        "submissions/compile_error/lib/lib": "x\n",
    }, yaml)
    lines = check(top)
    assert all(line["ok"] for line in lines.values()), lines


# Once by a script alone, once by one that makes the program.
SCRIPTS = {
    "run": {"run": "#!/bin/sh\nexec python3 $(dirname $0)/check.py \"$@\"\n"},
    "beside": {"run": "#!/bin/sh\nexec python3 ./check.py \"$@\"\n"},
    "build": {"build": "#!/bin/sh\nset -e\nmkdir bin\n"
                       "cc -o bin/check check.c\n"
                       "printf '#!/bin/sh\\nexec %s \"$@\"\\n' "
                       "'$(dirname $0)/bin/check' > run\n"},
}
CHECK = {
    "check.py": "import sys\n"
                "sys.exit(42 if input() == open(sys.argv[2]).read().strip() "
                "else 43)\n",
    "check.c": "#include <stdio.h>\n#include <string.h>\n"
               "int main(int c, char **v) { char a[9], b[9];\n"
               "FILE *f = fopen(v[2], \"r\");\n"
               "if (!f || fscanf(f, \"%8s\", a) != 1) return 1;\n"
               "return scanf(\"%8s\", b) == 1 && !strcmp(a, b) ? 42 : 43; }\n",
}


@pytest.mark.parametrize("kind", sorted(SCRIPTS))
def test_validators_that_build_themselves(tmp_path, kind):
    files = {f"output_validators/check/{name}": text
             for name, text in {**SCRIPTS[kind], **CHECK}.items()}
    top = package(tmp_path, "scripts", {
        "data/secret/1.in": "", "data/secret/1.ans": "yes\n", **files,
        "submissions/accepted/a.py": "print('yes')\n",
        "submissions/wrong_answer/b.py": "print('no')\n",
    }, "validation: custom\n")
    for line in check(top).values():
        assert line["ok"], line


ODD = "import sys\nsys.exit(42 if int(input()) % int(sys.argv[1]) else 1)\n"


def test_input_validators(tmp_path):
    """Each input is tried; what is wrong with it is said with its name."""
    top = package(tmp_path, "inputs", {
        "data/secret/1.in": "1\n", "data/secret/1.ans": "1\n",
        "data/secret/2.in": "4\n", "data/secret/2.ans": "4\n",
        "data/invalid_input/odd.in": "3\n",
        "data/invalid_input/even.in": "2\n",
        "data/secret/test_group.yaml": "input_validator_args: ['2']\n",
        "data/secret/g/1.in": "9\n", "data/secret/g/1.ans": "9\n",
        "data/secret/g/test_group.yaml":
            "input_validator_args: {odd.py: ['3']}\n",
        "input_validators/odd.py": ODD.replace("sys.argv[1]", "(sys.argv + "
                                               "['2'])[1]"),
        "submissions/accepted/a.py": "print(input())\n",
    })
    lines = check(top, ok=False)
    faults = sorted(l["input"] for l in lines.values() if "input" in l)
    assert faults == ["data/invalid_input/odd.in", "data/secret/2.in",
                      "data/secret/g/1.in"]


def test_rules(tmp_path):
    """submissions.yaml: every test is run, and what it says must hold."""
    top = package(tmp_path, "rules", {
        "data/secret/1-easy.in": "1\n", "data/secret/1-easy.ans": "1\n",
        "data/secret/2-hard.in": "2\n", "data/secret/2-hard.ans": "2\n",
        "data/secret/3-easy.in": "3\n", "data/secret/3-easy.ans": "3\n",
        "submissions/accepted/a.py": "print(input())\n",
        "submissions/wrong_answer/easy.py":
            "n = int(input())\nprint(n if n != 2 else 0)\n",
        "submissions/wrong_answer/none.py": "print(0)\n",
        "submissions/submissions.yaml":
            "wrong_answer/*.py:\n"
            "  secret/*-easy: {permitted: [AC]}\n"
            "  secret/*-hard: {required: [WA]}\n",
    })
    lines = check(top, ok=False)
    assert lines["submissions/accepted/a.py"]["ok"]
    assert lines["submissions/wrong_answer/easy.py"]["ok"]
    wrong = lines["submissions/wrong_answer/none.py"]
    assert not wrong["ok"] and "secret/1-easy" in wrong["fault"]


def test_scores_of_groups_and_what_starts(tmp_path):
    """What submissions.yaml says of a group's points, and of a program."""
    top = package(tmp_path, "points", {
        "data/secret/a/test_group.yaml": "scoring: {score: 30}\n",
        "data/secret/a/1.in": "1\n", "data/secret/a/1.ans": "1\n",
        "data/secret/b/1.in": "2\n", "data/secret/b/1.ans": "2\n",
        "submissions/accepted/two/one.py": "import two\nprint(input())\n",
        "submissions/accepted/two/two.py": "pass\n",
        "submissions/rejected/some.py": "input()\nprint(1)\n",
        "submissions/rejected/other.py": "input()\nprint(2)\n",
        "submissions/submissions.yaml":
            "accepted/two: {entrypoint: one.py}\n"
            "rejected/*.py:\n"
            "  score: [30, 70]\n"
            "  secret/a: {score: 30}\n"
            "  secret/b: {score: 0}\n",
    }, yaml=NEW + "type: scoring\n")
    lines = check(top, ok=False)
    assert lines["submissions/accepted/two"]["verdict"] == "AC"
    assert lines["submissions/rejected/some.py"]["ok"]
    other = lines["submissions/rejected/other.py"]
    assert not other["ok"] and "the score is" in other["fault"]


def test_links(tmp_path):
    """Groups share tests by links; none may lead out of the package."""
    top = package(tmp_path, "links", {
        "data/secret/a/1.in": "1\n", "data/secret/a/1.ans": "1\n",
        "submissions/accepted/a.py": "print(input())\n",
    })
    os.makedirs(f"{top}/data/secret/b")
    os.symlink("../a/1.in", f"{top}/data/secret/b/1.in")
    os.symlink("../a/1.ans", f"{top}/data/secret/b/1.ans")
    os.symlink("a", f"{top}/data/secret/c")
    assert judge_one(top)["ok"]
    os.symlink("/etc/passwd", f"{top}/data/secret/b/2.in")
    done = run_check(top)
    assert done.returncode not in (0, 1) and "b/2.in" in done.stderr


ANSWERS = NEW.replace("2023-07-draft", "2025-09") + "type: submit-answer\n"


def test_answers_in_place_of_programs(tmp_path):
    """Files are found by the tests' names; programs of the package may make
    them; samples need none."""
    top = package(tmp_path, "answers", {
        "data/sample/1.in": "0\n", "data/sample/1.ans": "0\n",
        "data/secret/a/1.in": "1\n", "data/secret/a/1.ans": "2\n",
        "data/secret/b/1.in": "2\n", "data/secret/b/1.ans": "4\n",
        "data/secret/b/2.in": "3\n", "data/secret/b/2.ans": "6\n",
        "data/secret/b/test_group.yaml":
            "output_validator_args: [float_tolerance, '0.1']\n",
        "submissions/accepted/all/a/1.out": "2\n",
        "submissions/accepted/all/b/1.ans": "4.2\n",
        "submissions/accepted/all/secret/b/2.txt": "6",
        "submissions/accepted/double.py": DOUBLE,
        "submissions/accepted/samples/a/1.out": "2\n",
        "submissions/accepted/samples/1.out": "4\n",
        "submissions/accepted/samples/2": "6",
        "submissions/accepted/samples/sample/1.out": "0",
        "submissions/wrong_answer/sample/a/1.out": "2\n",
        "submissions/wrong_answer/sample/1.out": "4\n",
        "submissions/wrong_answer/sample/2.out": "6\n",
        "submissions/wrong_answer/sample/sample/1.out": "1\n",
        "submissions/wrong_answer/some/a/1.out": "2\n",
        "submissions/wrong_answer/other/a/1.out": "2\n",
        "submissions/wrong_answer/other/1.out": "2\n",
        "submissions/wrong_answer/other/2.out": "6\n",
        "submissions/output_limit_exceeded/long/a/1.out": "2 " * 600000,
    }, ANSWERS)
    lines = check(top)
    assert all(line["ok"] for line in lines.values()), lines
    assert lines["submissions/wrong_answer/some"]["first_failed"] == \
        "secret/b/1"
    assert lines["submissions/wrong_answer/sample"]["first_failed"] == \
        "sample/1"


def test_one_answer_may_have_any_name(tmp_path):
    top = package(tmp_path, "one", {
        "data/sample/1.in": "7\n", "data/sample/1.ans": "7\n",
        "data/secret/1.in": "5\n", "data/secret/1.ans": "",
        "output_validator/v.py":
            "import sys\nn = int(sys.stdin.read())\n"
            "sys.exit(42 if n == int(open(sys.argv[1]).read()) else 43)\n",
        "submissions/accepted/mine.dat": "5\n",
        "submissions/wrong_answer/mine.dat": "6\n",
    }, ANSWERS)
    assert all(line["ok"] for line in check(top).values())


def faults(top):
    """What is said of inputs and outputs: file and fault."""
    done = run_check(top, "--json")
    assert done.returncode == 1, done.stdout + done.stderr
    lines = [line for line in json.loads(done.stdout)
             if "submission" not in line]
    assert not any(line["ok"] for line in lines)
    return {line.get("output", line.get("input")):
            line.get("verdict", line.get("validator")) for line in lines}


def test_outputs_that_must_be_accepted_or_refused(tmp_path):
    """By the default validator, with the arguments around them."""
    top = package(tmp_path, "outputs", {
        "data/secret/1.in": "", "data/secret/1.ans": "1\n",
        "data/valid_output/good.in": "", "data/valid_output/good.ans": "1\n",
        "data/valid_output/good.out": "1.05\n",
        "data/valid_output/bad.in": "", "data/valid_output/bad.ans": "1\n",
        "data/valid_output/bad.out": "1.5\n",
        "data/valid_output/test_group.yaml":
            "output_validator_args: [float_tolerance, '0.1']\n",
        "data/valid_output/g/1.in": "", "data/valid_output/g/1.ans": "1\n",
        "data/valid_output/g/1.out": "1.5\n",
        "data/valid_output/g/1.yaml":
            "output_validator_args: [float_tolerance, '0.6']\n",
        "data/invalid_output/good.in": "",
        "data/invalid_output/good.ans": "1\n",
        "data/invalid_output/good.out": "2\n",
        "data/invalid_output/bad.in": "",
        "data/invalid_output/bad.ans": "a\n",
        "data/invalid_output/bad.out": "A\n",
        "submissions/accepted/a.py": "print(1)\n",
    })
    assert faults(top) == {
        "data/valid_output/bad.out": "is refused by the output validator",
        "data/invalid_output/bad.out": "is accepted by the output validator",
    }


# It wants the input's number doubled; 13 is its own misfortune.
DOUBLED = """import sys
n = int(open(sys.argv[1]).read())
said = int(sys.stdin.read())
assert said != 13
sys.exit(42 if said == 2 * n else 43)
"""
# Inputs must be among the words in a file, and odd where the test says so.
LISTED = """import sys
n = input()
assert open("own.txt").read() and "given" in sys.argv
words = open("words.txt").read().split() if "odd" in sys.argv else [n]
sys.exit(42 if n in words and sys.argv[1:2] == ["given"] else 43)
"""


def test_a_validator_of_its_own_is_tried(tmp_path):
    top = package(tmp_path, "doubled", {
        "data/sample/1.in": "1\n", "data/sample/1.ans": "3\n",
        "data/sample/2.in": "1\n", "data/sample/2.ans": "3\n",
        "data/sample/2.out": "2\n",
        "data/sample/3.in": "1\n", "data/sample/3.ans": "3\n",
        "data/sample/3.ans.statement": "2\n",
        "data/sample/3.ans.download": "2\n",
        "data/test_group.yaml": "input_validator_args: [given]\n",
        "data/secret/1.in": "5\n", "data/secret/1.ans": "10\n",
        "data/secret/1.yaml": "args: [odd]\n",
        "data/secret/1.files/words.txt": "5 7\n",
        "data/secret/2.in": "9\n", "data/secret/2.ans": "18\n",
        "data/secret/2.yaml": "args: [odd]\n",
        "data/secret/2.files/words.txt": "5 7\n",
        "data/invalid_input/1.in": "3\n",
        "data/invalid_input/1.yaml": "args: [odd]\n",
        "data/invalid_input/1.files/words.txt": "5\n",
        "data/invalid_input/2.in": "3\n",
        "data/invalid_output/1.in": "4\n", "data/invalid_output/1.ans": "",
        "data/invalid_output/1.out": "13\n",
        "input_validators/listed/main.py": LISTED,
        "input_validators/listed/own.txt": "x\n",
        "output_validator/v.py": DOUBLED,
        "submissions/accepted/a.py": DOUBLE,
    }, NEW.replace("2023-07-draft", "2025-09"))
    assert faults(top) == {
        "data/sample/1.ans": "is refused by the output validator",
        "data/invalid_output/1.out": "made the output validator fail",
        "data/secret/2.in": "input_validators/listed",
        "data/invalid_input/2.in": "is refused by no input validator",
    }


BURNS = "import time\nwhile time.process_time() < %s:\n    pass\nprint(1)\n"


def test_who_must_be_too_slow_runs_until_that_is_sure(tmp_path):
    """And whoever is named as such bounds the limit, nobody else."""
    top = package(tmp_path, "times", {
        "data/secret/1.in": "", "data/secret/1.ans": "1\n",
        "submissions/accepted/a.py": BURNS % .2,
        "submissions/brute_force/b.py": BURNS % .4,
        "submissions/time_limit_exceeded/c.py": BURNS % 1.3,
        "submissions/submissions.yaml":
            "brute_force/*: {use_for_time_limit: lower, permitted: [AC]}\n"
            "brute_force: {required: [AC]}\n",
    }, NEW, ", time_multipliers: {time_limit_to_tle: 2}")
    done = run_check(top)
    assert done.returncode == 0, done.stdout + done.stderr
    said = [line for line in done.stdout.splitlines()
            if line.startswith("time limit")]
    assert "submissions/brute_force/b.py, took 4" in said[0]
    assert said[0].endswith("asks for 1000 ms")
    assert "submissions/time_limit_exceeded/c.py" in said[1]
    assert "took only 13" in said[1] and len(said) == 2
    assert " TLE " in done.stdout.split("c.py", 1)[1]
