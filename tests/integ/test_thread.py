"""The thread through everything: a C program goes in over HTTPS, a runner
pulls it and grades it in the sandbox, and the verdict is read back."""

import io
import time
import zipfile

import pytest

RIGHT = """\
#include <stdio.h>

int
main(void)
{
	long a, b;

	while (scanf("%ld %ld", &a, &b) == 2)
		printf("%ld\\n", a + b);
	return 0;
}
"""
WRONG = RIGHT.replace("a + b)", "a - b)")
BROKEN = RIGHT.replace("return 0;", "return")

PACKAGE = {
    "problem.yaml": "name: Sum\n",
    "problem_statement/problem.en.md": "# Sum\n\nAdd.\n",
    "data/sample/1.in": "1 2\n", "data/sample/1.ans": "3\n",
    "data/secret/1.in": "40 2\n", "data/secret/1.ans": "42\n",
    "data/secret/2.in": "-5 5\n", "data/secret/2.ans": "0\n",
    "submissions/accepted/sum.c": RIGHT,
}


def make_zip(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, text in files.items():
            z.writestr(name, text)
    return out.getvalue()


@pytest.fixture(scope="module")
def course(runner):
    root = runner.client("root", admin=True)
    root.post("/courses", {"course": "c1", "title": "One"}).data
    root.put("/courses/c1/members/alice", {"role": "student"}).data
    root.put("/courses/c1/problems/sum", {"title": "Sum"}).data
    answer = root.put(
        "/courses/c1/problems/sum/package", body=make_zip(PACKAGE),
        headers={"Content-Type": "application/zip"})
    assert answer.status in (200, 201), answer.show()
    return runner


def submit(stack, code):
    alice = stack.client("alice")
    answer = alice.post("/submissions", {
        "course": "c1", "problem": "sum", "language": "c", "code": code})
    assert answer.status == 201, answer.show()
    sb = answer.data["id"]
    assert answer.headers["Location"].endswith(f"/submissions/{sb}")
    end = time.monotonic() + 60
    while time.monotonic() < end:
        doc = alice.get(f"/submissions/{sb}").data
        if doc["status"] not in ("waiting", "running"):
            return doc
        time.sleep(0.1)
    raise AssertionError(f"not judged: {doc}")


@pytest.mark.parametrize("code,verdict,grade", [
    (RIGHT, "AC", 100), (WRONG, "WA", 0), (BROKEN, "CE", 0)],
    ids=["right", "wrong", "broken"])
def test_c_program_gets_its_verdict(course, code, verdict, grade):
    doc = submit(course, code)
    assert doc["verdict"] == verdict, doc
    assert doc["status"] == "done"
    assert doc["grade"] == grade
    if verdict == "AC":
        assert doc["time_ms"] >= 0 and doc["memory_kb"] > 0
    if verdict == "CE":
        assert "error" in doc["compile"]["output"]


def test_the_tables_agree(course):
    """Each of the three landed once; nothing is left over."""
    assert course.psql("SELECT count(*) FROM submission") == "3"
    assert course.psql("SELECT count(*) FROM result") == "3"
    assert course.psql(
        "SELECT count(*) FROM job WHERE state IN ('ready', 'leased')") == "0"
