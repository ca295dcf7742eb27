"""Scores in the new format: what validators may leave and may not, points
without an end, and validators that look at sources. In real boxes."""

import json

import pytest

from test_runner_check import check as run_check
from test_runner_format import NEW, package

SCORING = NEW.replace("2023-07-draft", "2025-09") + "type: scoring\n"
# Of what was printed, "a:score=5,exit=43 b:multiplier=.5", the part of this
# test's group: files to leave, the status to end with.
OBEDIENT = """import sys
name = open(sys.argv[1]).read().strip()
status = 42
files = {"score": "score.txt", "multiplier": "score_multiplier.txt"}
for part in sys.stdin.read().split():
    group, _, orders = part.partition(":")
    for order in filter(None, orders.split(",") if group == name else []):
        key, _, value = order.partition("=")
        if key == "exit":
            status = int(value)
        else:
            open(sys.argv[3] + files[key], "w").write(value)
sys.exit(status)
"""
# a has points without an end, b 60 of them, c all or nothing; and a sample.
GROUPS = {
    "data/sample/1.in": "s\n", "data/sample/1.ans": "",
    "data/secret/test_group.yaml": "max_score: unbounded\n",
    "data/secret/a/test_group.yaml": "score_aggregation: sum\n",
    "data/secret/a/1.in": "a\n", "data/secret/a/1.ans": "",
    "data/secret/b/test_group.yaml":
        "score_aggregation: sum\nmax_score: 60\n",
    "data/secret/b/1.in": "b\n", "data/secret/b/1.ans": "",
    "data/secret/c/test_group.yaml": "max_score: 40\n",
    "data/secret/c/1.in": "c\n", "data/secret/c/1.ans": "",
    "output_validator/v.py": OBEDIENT,
    "assize.yaml": "full_score: 1100\n",
}
# What is printed: the grade, of 1100 points, and the points of a, b, c.
GOOD = {
    "a:score=12.5e1 b:score=15": (16.36, 125, 15, 40),
    # More than all is no more than 100; the points are what they are.
    "a:score=12345": (100, 12345, 60, 40),
    # What is left with a sample is nothing, whatever it is.
    "s:score=x,multiplier=7,exit=43 a:exit=43 b:score=6 c:exit=43":
        (.55, 0, 6, 0),
}
@pytest.fixture(scope="module", name="scored")
def obedient_validator(tmp_path_factory):
    programs = {f"submissions/mixed/{i}.py": f"print({text!r})\n"
                for i, text in enumerate([*GOOD, "a:"])}
    # Of the second one; its points, not its grade.
    rules = {"submissions/submissions.yaml":
             "mixed/1.py: {score: 12445, secret/a: {score: [12345, 12346]}}\n"
             "mixed/2.py: {secret/b: {score: 7}}\n"}
    top = package(tmp_path_factory.mktemp("scores"), "scores",
                  {**GROUPS, **programs, **rules}, SCORING)
    done = run_check(top, "--json")
    lines = {line["submission"]: line for line in json.loads(done.stdout)}
    return {text: lines[f"submissions/mixed/{i}.py"]
            for i, text in enumerate([*GOOD, "a:"])}


@pytest.mark.parametrize("said", GOOD)
def test_points(scored, said):
    grade, *points = GOOD[said]
    line = scored[said]
    if points[1] == 6:
        assert line["fault"].endswith("the score is 6") and not line["ok"]
    else:
        assert "fault" not in line and line["ok"]
    assert line["grade"] == grade
    base = line["tree"]["children"][0]["children"]
    secret = next(n for n in base if n["name"] == "secret")
    assert secret["points"] == sum(points) and secret["score"] <= 100
    assert [n["points"] for n in secret["children"]] == points
    tests = [n["children"][0] for n in secret["children"]]
    assert [t["points"] for t in tests] == points
    assert all(0 <= t["score"] <= 100 and t["points_lost"] >= 0
               for t in tests)


def test_misuse_is_the_validators_fault(scored):
    line = scored["a:"]
    assert line["verdict"] == "JE" and line["grade"] == 0
    assert line["fault"].startswith("test secret/a/1: it left no score.txt")


STATIC = """import os, sys
language, entry, out, *words = sys.argv[1:]
assert entry in os.listdir("."), os.listdir(".")
assert os.path.exists("given.h") and out.endswith("/")
assert (language == "c") == (len(os.listdir(".")) > 2), os.listdir(".")
text = open(entry).read()
if "crash" in text:
    sys.exit(1)
open(out + "judgemessage.txt", "w").write(f"{language} {entry}")
found = [w for w in words if w in text]
if found:
    open(out + "teammessage.txt", "w").write("no " + found[0])
elif "sample" not in words and "whole" not in text:
    open(out + "score_multiplier.txt", "w").write("0.5")
sys.exit(43 if found else 42)
"""
C = '#include <stdio.h>\n#include "given.h"\n' \
    'int main(void) { %s puts("1"); return 0; }\n'


def test_static_validation(tmp_path):
    """Sources are judged before, and as, tests of their groups."""
    top = package(tmp_path, "static", {
        "data/sample/test_group.yaml":
            "static_validation_score: pass-fail\n"
            "static_validator_args: [sample, lambda]\n",
        "data/secret/test_group.yaml":
            "static_validation_score: 40\nstatic_validator_args: [goto]\n",
        "data/secret/1.in": "", "data/secret/1.ans": "1\n",
        "include/default/given.h": "/* {{what}} */\n",
        "static_validator/check.py": STATIC,
        "submissions/accepted/half.c": C % "",
        "submissions/accepted/whole.py": "print(1)  # whole\n",
        "submissions/partially_accepted/most.py": "print(1)\n",
        "submissions/partially_accepted/all.py": "print(1)  # whole\n",
        "submissions/mixed/goto.c": C % "goto end; end:",
        "submissions/mixed/lambda.py": "print(1)  # lambda whole\n",
        "submissions/mixed/crash.py": "print(1)  # crash\n",
    }, SCORING + "constants: {what: that}\n")
    done = run_check(top, "--json")
    lines = {line["submission"].split("/")[-1]: line
             for line in json.loads(done.stdout)}
    for name, verdict, grade, at in [
            ("half.c", "AC", 80, None), ("whole.py", "AC", 100, None),
            ("goto.c", "WA", 60, "secret/static_validation"),
            ("lambda.py", "WA", 100, "sample/static_validation"),
            ("crash.py", "JE", 0, "sample/static_validation")]:
        line = lines[name]
        assert (line["verdict"], line["grade"], line.get("first_failed")) == \
            (verdict, grade, at), line
    assert lines["most.py"]["ok"]
    assert "all points" in lines["all.py"]["fault"]


def test_static_validator_that_does_not_compile(tmp_path):
    top = package(tmp_path, "broken", {
        "data/secret/test_group.yaml": "static_validation_score: pass-fail\n",
        "data/secret/1.in": "", "data/secret/1.ans": "1\n",
        "static_validator/check.c": "int main(void) { return x; }\n",
        "submissions/accepted/a.py": "print(1)\n"})
    line = json.loads(run_check(top, "--json").stdout)[0]
    assert line["verdict"] == "JE" and "static validator" in line["fault"]
