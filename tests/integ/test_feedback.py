"""Feedback by itself: as it was written, as HTML, as JSON."""

import pytest

from kit import Runner, check_problem, make_course, result, submit

TEXT = ("# Well\n\n- **Output:** `<b>`\n\n<script>alert(1)</script>\n\n"
        "[x](javascript:alert(1))\n")


@pytest.fixture(scope="module")
def server(stack):
    make_course(stack, members=("alice", "bob"),
                settings={"allow_pending": True})
    return stack


def graded(server, **feedback):
    alice, runner = server.client("alice"), Runner(server)
    made = submit(alice).data["id"]
    done = runner.finish(runner.take(), result(feedback=feedback))
    assert done.status == 204, done.show()
    runner.leave()
    return alice, f"/submissions/{made}/feedback"


def test_markdown(server):
    alice, path = graded(server, type="markdown", text=TEXT,
                         focus={"base": []}, report={"title": "Well"})
    plain = alice.get(path)
    assert plain.body.decode() == TEXT
    assert plain.headers["Content-Type"].startswith("text/markdown")
    page = alice.get(f"{path}?format=html")
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "sandbox" in page.headers["Content-Security-Policy"]
    html = page.body.decode()
    assert "<h1>Well</h1>" in html and "<code>&lt;b&gt;</code>" in html
    assert "<script" not in html and "javascript:" not in html
    parts = alice.get(f"{path}?format=json").data
    assert parts == {"type": "markdown", "text": TEXT,
                     "focus": {"base": []}, "report": {"title": "Well"}}


def test_what_is_no_markdown(server):
    alice, path = graded(server, type="rst", text="**a** <i>&</i> `b`_")
    assert alice.get(f"{path}?format=html").body.decode() == \
        "<pre>**a** &lt;i&gt;&amp;&lt;/i&gt; `b`_</pre>\n"
    assert alice.get(path).headers["Content-Type"].startswith("text/plain")


def test_none_yet_and_not_yours(server):
    alice = server.client("alice")
    made = submit(alice).data["id"]
    check_problem(alice.get(f"/submissions/{made}/feedback"), 404,
                  "not-found")
    check_problem(server.client("bob").get(f"/submissions/{made}/feedback"),
                  404, "not-found")
    _, path = graded(server, type="markdown", text="x")
    check_problem(server.client("bob").get(path), 404, "not-found")
    check_problem(alice.get(f"{path}?format=pdf"), 400, "bad-request")
