"""Quizzes: from the upload to the feedback, through a real runner."""

import json
import re
import struct

import pytest

from harness.stack import SOURCE
from kit import check_problem, make_course, make_zip
from test_runner_check import judge, write

COURSE = "c1"
QUIZ = """template: quiz
quiz:
  input_random: 1
  problems:
    capital:
      type: multiple_choice
      name: A capital
      header: Which one?
      limit: 3
      choices:
        - {text: Brussels, valid: true, feedback: Indeed.}
        - {text: Bruges, feedback: A fine town.}
        - {text: Ghent}
        - {text: Mons}
        - {text: Namur}
    word: {type: match, answer: 42, weight: 3}
"""


def mo(phrases, order="<"):
    """A catalogue as msgfmt makes it, on a machine with that byte order."""
    items = sorted(phrases.items())
    at = 28 + 16 * len(items)
    tables, texts = [b"", b""], b""
    for which in (0, 1):
        for item in items:
            text = item[which].encode()
            tables[which] += struct.pack(order + "II", len(text),
                                         at + len(texts))
            texts += text + b"\0"
    return struct.pack(order + "IIIIIII", 0x950412de, 0, len(items), 28,
                       28 + 8 * len(items), 0, 0) + b"".join(tables) + texts


def quiz_zip(assize=QUIZ, **more):
    return make_zip({"problem.yaml": "name: Quiz\n", "assize.yaml": assize,
                     **more})


def put_package(stack, body, status=201, problem="sum"):
    admin = stack.client("root", admin=True)
    path = f"/courses/{COURSE}/problems/{problem}"
    assert admin.put(path, {"title": "A quiz"}).status == 200
    put = admin.put(f"{path}/package", body=body,
                    headers={"Content-Type": "application/zip"})
    assert put.status == status, put.show()
    return put


@pytest.fixture(scope="module")
def course(stack, runner):
    make_course(stack, members=("alice", "bob"), problem="other")
    put_package(stack, quiz_zip(**{"$i18n/fr.mo": mo({
        "": "Content-Type: text/plain; charset=UTF-8\n",
        "A capital": "Une capitale", "A fine town.": "Une belle ville."})}))
    return stack


def questions(client, **headers):
    data = client.get(f"/courses/{COURSE}/problems/sum",
                      headers=headers).data
    return data["questions"], data["random"]


def answer(client, answers, **headers):
    return client.post("/submissions", {
        "course": COURSE, "problem": "sum", "input": answers},
        headers=headers)


def graded(client, answers, **headers):
    made = answer(client, answers, **headers)
    assert made.status == 201, made.show()
    return done(client, made.data)


def done(client, doc):
    while doc["status"] in ("waiting", "running"):
        doc = client.get(f"/submissions/{doc['id']}?wait=20").data
    return doc


def test_what_a_student_is_asked(course):
    alice = course.client("alice")
    mine, random = questions(alice)
    assert [q["id"] for q in mine] == ["capital", "word"]
    values = [c["value"] for c in mine[0]["choices"]]
    assert len(values) == 3 and "0" in values
    assert "Indeed" not in json.dumps(mine) and "42" not in json.dumps(mine)
    assert questions(alice) == (mine, random)
    assert 0 <= random[0] < 1
    assert questions(course.client("bob"))[1] != random
    french, _ = questions(alice, **{"Accept-Language": "de;q=0.2, fr-BE"})
    assert french[0]["name"] == "Une capitale"


def test_the_right_answers(course):
    alice = course.client("alice")
    _, random = questions(alice)
    doc = graded(alice, {"capital": "0", "word": " 42\n", "@random": random})
    assert (doc["verdict"], doc["result"], doc["grade"]) == (
        "AC", "success", 100)
    assert doc["problems"] == {"capital": ["success", "Indeed."],
                               "word": ["success", "Correct answer"]}
    assert [(t["path"], t["status"]) for t in doc["tests"]] == [
        ("capital", "AC"), ("word", "AC")]
    assert doc["input"]["input"]["word"] == " 42\n"
    state = course.psql("SELECT state FROM result ORDER BY landed_at DESC"
                        " LIMIT 1")
    assert state == '{"capital": "", "word": ""}'


def rows_of_the_manual():
    """{language: text} of each table of messages in docs/quiz.md."""
    with open(f"{SOURCE}/docs/quiz.md", encoding="utf-8") as f:
        tables = f.read().split("| language | text |")[1:]
    return [dict(re.findall(r"^\| (\w\w) \| (.*) \|$", t, re.M))
            for t in tables]


@pytest.mark.parametrize("language", ["en", "fr", "de", "es", "he", "nb"])
def test_messages_in_each_language(course, language):
    alice = course.client("alice")
    count, among, right, wrong, _ = (
        rows[language] for rows in rows_of_the_manual())
    chosen = next(c["value"] for c in questions(alice)[0][0]["choices"]
                  if c["value"] not in "01")
    doc = graded(alice, {"capital": chosen, "word": "42", "@lang": language})
    assert doc["text"] == count.format(1) + "\n\n\n" + among.format(1)
    assert doc["problems"] == {"capital": ["failed", wrong],
                               "word": ["success", right]}
    assert doc["response_type"] == "markdown"


def test_wrong_answers_in_french(course):
    alice = course.client("alice")
    mine, _ = questions(alice)
    wrong = next(c["value"] for c in mine[0]["choices"] if c["value"] != "0")
    doc = graded(alice, {"capital": wrong, "word": "42"},
                 **{"Accept-Language": "fr"})
    assert (doc["verdict"], doc["result"], doc["grade"]) == (
        "WA", "failed", 75)
    assert doc["text"].startswith("Vous avez 1 mauvaise(s)")
    text = doc["problems"]["capital"][1]
    assert text.startswith("R\u00e9ponse incorrecte")
    assert (wrong == "1") == ("Une belle ville." in text)
    assert doc["tree"]["score"] == 75


def test_nothing_is_stored_of_what_cannot_be_graded(course):
    alice = course.client("alice")
    before = course.psql("SELECT count(*) FROM submission")
    mine, _ = questions(alice)
    hidden = ({"1", "2", "3", "4"} -
              {c["value"] for c in mine[0]["choices"]}).pop()
    for answers, pointers in [
            ({}, ["/input/capital", "/input/word"]),
            ({"capital": None, "word": None},
             ["/input/capital", "/input/word"]),
            ({"capital": "00", "word": ""}, ["/input/capital"]),
            ({"capital": hidden, "word": ""}, ["/input/capital"]),
            ({"capital": ["0"], "word": 42},
             ["/input/capital", "/input/word"]),
            ({"capital": "0", "word": "", "wrod": ""}, ["/input/wrod"]),
            ({"capital": "0", "word": "", "@state": "x"}, ["/input/@state"]),
            ({"capital": "0", "word": "", "@random": [0.5]},
             ["/input/@random"])]:
        check_problem(answer(alice, answers), 422, "answers", *pointers)
    none = alice.post("/submissions", {
        "course": COURSE, "problem": "sum", "code": "x"})
    check_problem(none, 422, "answers", "/input/capital", "/input/word",
                  "/code")
    assert course.psql("SELECT count(*) FROM submission") == before


def test_other_numbers_after_each_attempt(course):
    put_package(course, quiz_zip(QUIZ.replace(
        "input_random: 1", "input_random: 2\n  regenerate_input_random: yes")),
        problem="again")
    alice = course.client("alice")

    def drawn():
        return alice.get(f"/courses/{COURSE}/problems/again").data["random"]

    def hand_in(numbers):
        return alice.post("/submissions", {
            "course": COURSE, "problem": "again",
            "input": {"capital": "0", "word": "42", "@random_1": numbers[1],
                      "@random": numbers}})

    first = drawn()
    done(alice, hand_in(first).data)
    second = drawn()
    assert second == drawn() and not set(second) & set(first)
    check_problem(hand_in(first), 422, "answers", "/input/@random",
                  "/input/@random", "/input/@random_1")
    assert hand_in(second).status == 201


TYPES = """template: script
quiz:
  problems:
    one: {type: multiple_choice, choices: [
      {text: a, valid: true}, {text: b}]}
    many: {type: multiple_choice, multiple: true, choices: [
      {text: a, valid: true}, {text: b}, {text: c, valid: true}]}
    few: {type: multiple_choice, multiple: true, limit: 2, choices: [
      {text: a, valid: true}, {text: b}, {text: c}, {text: d}]}
    word: {type: match, answer: x}
    code: {type: code}
    line: {type: code_single_line}
    file: {type: file, max_size: 6, allowed_exts: [.txt, .tar.gz]}
"""


def file(name, value="YWJj"):
    return {"filename": name, "value": value}


GOOD = {"one": "0", "many": ["2", "0"], "few": ["0"], "word": "a\nb\n",
        "code": " ", "line": "x", "file": file("a.txt")}
# What may be said instead ...
TAKEN = {
    # 0.0 is the same number in JSON.
    "one": ["1", 0, 0.0], "many": [[], ["0", "0"], [1, "1"], ["2", "1", "0"]],
    "few": [[]], "word": ["", " ", "\u0664\u0662", "x" * 1000],
    "code": ["\r\n", "null", "\u0001"], "line": ["\t", "\u2028"],
    "file": [file("b.tar.gz"), file("A.TXT", ""), file("a.c.txt"),
             file("\u00e9.txt"), file("a.txt", "YWJjZGVm")]}
# ... and what not; a pair: where in the answer the fault is.
REFUSED = {
    "one": [None, "", "00", " 0", "0 ", "+0", "-0", "-1", "2", "0x0", "0.0",
            "1e0", "\u0660", "\uff10", "x", "0\n", -1, 2, 0.5, 1e30, 2**62,
            -2**63, True, False, [], ["0"], {},
            {"0": True}, "9" * 400],
    "many": [None, "0", 0, {}, True, "[0]", ["0"] * 4, ([["0"]], "/0"),
             ([None], "/0"), ([True], "/0"), (["0", "3"], "/1"),
             (["0", "00"], "/1"), (["1", "-1"], "/1"), ([0.5], "/0"),
             ([{}], "/0"), (["\u0660"], "/0"), ([1e30], "/0")],
    "few": [(["9"], "/0")],
    "word": [None, 42, 42.0, True, ["x"], {}, "x" * (256 * 1024 + 1)],
    "code": [None, "", 10, True, ["x"], {"filename": "a.c", "value": ""}],
    "line": [None, "", "a\nb", "\n", 7, ["a"]],
    "file": [None, "", "a.txt", [], {}, True, {"filename": "a.txt"},
             {"value": "YWJj"}, {**file("a.txt"), "more": 1}, file("a"),
             file(".txt"), file("txt"), file("a.txt.exe"), file("a.gz"),
             file("a.tar"), file("a.txt "), file("../a.txt"),
             file("/a.txt"), file("a/b.txt"), file("a\n.txt"), file(""),
             file("x" * 300 + ".txt"), file(7), file("a.txt", "?"),
             file("a.txt", "YWJ"), file("a.txt", None), file("a.txt", 7),
             file("a.txt", "YWJjZGVmZw=="), file("a.txt", "A" * 4000)]}
# What cannot be meant at all.
MALFORMED = [
    '{"one": 18446744073709551616}', '{"many": [1e999]}', '{"one": NaN}', '{"one": 01}', '{"word": "\\u0000"}',
    '{"word": "\\ud800"}', '{"one": "0", "one": "1"}',
    "[" * 200 + "]" * 200, "[]", '"0"', "7"]


def test_every_answer_that_is_none(course):
    """422 that says which question, or 400; nothing of it is stored."""
    put_package(course, quiz_zip(TYPES, run="#!/bin/sh\n"), problem="types")
    alice = course.client("alice")
    shown = alice.get(f"/courses/{COURSE}/problems/types").data["questions"]
    few = {c["value"] for c in shown[2]["choices"]}
    assert len(few) == 2 and "0" in few
    refused = {**REFUSED, "few": REFUSED["few"] + [
        (["0", x], "/1") for x in sorted({"1", "2", "3"} - few)]}

    def post(question, value):
        return alice.post("/submissions", {
            "course": COURSE, "problem": "types",
            "input": {**GOOD, question: value}})

    before = course.psql("SELECT count(*) FROM submission")
    for question, values in refused.items():
        for value in values:
            value, more = value if isinstance(value, tuple) else (value, "")
            answer = post(question, value)
            assert answer.status == 422, (question, value, answer.show())
            check_problem(answer, 422, "answers", f"/input/{question}{more}")
    for text in MALFORMED:
        answer = alice.post("/submissions", body=(
            f'{{"course":"{COURSE}","problem":"types","input":{text}}}'),
            headers={"Content-Type": "application/json"})
        assert answer.status == 400, (text, answer.show())
    assert course.psql("SELECT count(*) FROM submission") == before
    # 409, one is pending: answers are looked at before that.
    for question, values in TAKEN.items():
        for value in values:
            answer = post(question, value)
            assert answer.status in (201, 409), (question, value,
                                                 answer.show())


def test_faults_of_the_author(course):
    put = put_package(course, quiz_zip(
        "template: quiz\nquiz: {text_format: latex, problems: "
        "{a: {type: match, answer: x}}}\n"), 422)
    check_problem(put, 422, "package", "assize.yaml#/quiz/text_format")
    put = put_package(course, quiz_zip(
        "template: quiz\nquiz:\n  problems:\n"
        "    a: {type: multiple_choice, choices: [{text: x}]}\n"
        "    b: {type: essay}\n"), 422)
    check_problem(put, 422, "package",
                  "assize.yaml#/quiz/problems/a/choices",
                  "assize.yaml#/quiz/problems/b/type")
    for problems, pointer in [
            ("{a: {type: code}}", "/a"), ("{}", ""), ("[]", ""),
            ("{a: {type: match}}", "/a/answer"),
            ("{a: {type: match, answer: ' '}}", "/a/answer")]:
        put = put_package(course, quiz_zip(
            f"template: quiz\nquiz: {{problems: {problems}}}\n"), 422)
        check_problem(put, 422, "package",
                      f"assize.yaml#/quiz/problems{pointer}")


@pytest.mark.parametrize("files,name", [
    ({"student/$i18n/es.mo": "S"}, "S"),
    ({"$i18n/es.mo": "T", "student/$i18n/es.mo": "S"}, "T"),
    # The first directory counts, whatever is in it.
    ({"$i18n/fr.mo": "T", "student/$i18n/es.mo": "S"}, "A capital"),
    # What authors keep beside them.
    ({"$i18n/es.po": "P", "$i18n/es.mo": "T", "$i18n/x/es.mo": "X"}, "T"),
    ({"$i18n/es_MX.mo": "X"}, "X"), ({"$i18n/es_MX.mo": "X",
                                      "$i18n/es.mo": "T"}, "T")])
def test_catalogues_of_the_task(course, files, name):
    put = put_package(course, quiz_zip(**{
        path: mo({"A capital": text}, ">") for path, text in files.items()}),
        problem="catalogues")
    assert not [w for w in put.data["warnings"] if "catalogue" in w["detail"]]
    shown = course.client("alice").get(
        f"/courses/{COURSE}/problems/catalogues",
        headers={"Accept-Language": "es"}).data
    assert shown["questions"][0]["name"] == name


def test_a_broken_catalogue_is_a_warning(course):
    whole = mo({"A capital": "x" * 50})
    for data in (b"", b"x" * 40, whole[:-20], whole[:30],
                 struct.pack("<IIIIIII", 0x950412de, 0, 1 << 30, 28, 28, 0, 0)):
        put = put_package(course, quiz_zip(**{"$i18n/de.mo": data}),
                          problem="broken")
        assert [w["pointer"] for w in put.data["warnings"]
                if "catalogue" in w["detail"]] == ["$i18n/de.mo"]


RST = """template: quiz
quiz:
  text_format: rst
  problems:
    a:
      type: multiple_choice
      multiple: true
      header: "Which *ones*?"
      error_message: "See `the book <https://a.example/b>`_."
      choices:
        - {text: x, valid: true, feedback: "The **right** one"}
        - {text: y, feedback: ".. code:: console\n\n    $ ls <x>"}
        - {text: z, feedback: "<script>alert(1)</script>"}
    b: {type: match, answer: x}
  translations:
    fr: {"The **right** one": "La *bonne*"}
"""


def test_texts_in_rst(course):
    """Converted with the first job that needs it; then there is no box."""
    put_package(course, quiz_zip(RST), problem="rst")
    alice = course.client("alice")

    def said(chosen, **headers):
        made = alice.post("/submissions", {
            "course": COURSE, "problem": "rst",
            "input": {"a": chosen, "b": "y"}}, headers=headers)
        assert made.status == 201, made.show()
        doc = done(alice, made.data)
        assert doc["response_type"] == "rst"
        assert doc["feedback"]["html"].startswith("<p>"), doc["feedback"]
        return doc, doc["feedback"]["problems"]["a"]

    doc, html = said(["0"])
    assert "<strong>right</strong>" in html and "https://" not in html
    assert doc["problems"]["a"] == ["success", "The **right** one"]
    assert doc["feedback"]["problems"]["b"] == "<p>Wrong answer</p>\n"
    doc, html = said(["1", "2", "0"])
    for part in ('href="https://a.example/b"', "$ ls &lt;x&gt;",
                 "&lt;script&gt;", "<strong>right</strong>"):
        assert part in html, html
    page = alice.get(f"/submissions/{doc['id']}/feedback?format=html")
    assert html in page.body.decode()
    _, html = said(["0"], **{"Accept-Language": "fr"})
    assert "<em>bonne</em>" in html
    steps = [s["name"] for s in doc["pipeline"]["steps"]]
    assert "SANDBOX" not in steps and steps[-1] == "FEEDBACK"
    shown = alice.get(f"/courses/{COURSE}/problems/rst").data
    assert shown["text_format"] == "rst"
    for _ in range(5):
        said(["0", "1"])
    took = [float(x) for x in course.psql(
        "SELECT extract(epoch FROM r.landed_at - h.at) * 1000"
        "  FROM result r JOIN job_history h ON h.job_id = r.job_id"
        "  JOIN submission s ON s.id = r.submission_id"
        "  JOIN problem p ON p.id = s.problem_id"
        " WHERE h.event = 'claimed' AND p.slug = 'rst'").split()]
    assert len(took) == 8 and min(took) <= 10, took


def test_what_a_quiz_hides_until_a_day(course):
    """Also from tree, tests and focus, which say the same."""
    put_package(course, quiz_zip(json.dumps({"template": "quiz", "quiz": {
        "text_format": "rst", "problems": {"a": {
            "type": "multiple_choice", "choices": [
                {"text": "x", "valid": True}, {"text": "y", "feedback":
                 "Now.\n\n.. hidden-until:: 2099-01-01\n\n   A secret."}]}}}
    })), problem="later")
    alice = course.client("alice")
    made = alice.post("/submissions", {
        "course": COURSE, "problem": "later", "input": {"a": "1"}}).data
    assert done(alice, made)["status"] == "done"
    seen = alice.get(f"/submissions/{made['id']}")
    assert "secret" not in seen.body.decode()
    assert seen.data["feedback"]["problems"]["a"].count("<p>Now.</p>") == 1
    staff = course.client("root", admin=True)
    assert "A secret" in staff.get(
        f"/submissions/{made['id']}").data["feedback"]["problems"]["a"]


def test_texts_in_markdown(course):
    put_package(course, quiz_zip(json.dumps({"template": "quiz", "quiz": {
        "problems": {"a": {"type": "multiple_choice", "choices": [
            {"text": "x", "valid": True, "feedback":
             "*Fine* <b>b</b> [x](javascript:alert(1)) [y](https://a.b)"}]}}}
    })), problem="markdown")
    alice = course.client("alice")
    made = alice.post("/submissions", {
        "course": COURSE, "problem": "markdown", "input": {"a": "0"}}).data
    assert done(alice, made)["response_type"] == "markdown"
    html = alice.get(
        f"/submissions/{made['id']}/feedback?format=html").body.decode()
    assert "<em>Fine</em>" in html and 'href="https://a.b"' in html
    assert "<b>" not in html and "javascript" not in html


def test_it_takes_milliseconds(course):
    """From the claim to the landing: what grading costs beyond dispatch."""
    bob = course.client("bob")
    for _ in range(5):
        graded(bob, {"capital": "0", "word": "42"})
    ms = float(course.psql(
        "SELECT min(extract(epoch FROM r.landed_at - h.at)) * 1000"
        "  FROM result r JOIN job_history h ON h.job_id = r.job_id"
        " WHERE h.event = 'claimed'"))
    assert ms <= 10, ms


def test_a_runner_serves_the_pool_of_quizzes(course):
    admin = course.client("root", admin=True)
    assert all("quiz" in r["pools"]
               for r in admin.get("/runners").data["runners"])


def test_answers_in_the_package_are_checked(tmp_path):
    write(f"{tmp_path}/problem.yaml", "name: Quiz\n")
    write(f"{tmp_path}/assize.yaml", QUIZ)
    for directory, word in (("accepted", "42"), ("wrong_answer", "43")):
        write(f"{tmp_path}/submissions/{directory}/a.json",
              json.dumps({"capital": "0", "word": word}))
    status, lines = judge(str(tmp_path))
    assert status == 0
    assert {path: line["verdict"] for path, line in lines.items()} == {
        "submissions/accepted/a.json": "AC",
        "submissions/wrong_answer/a.json": "WA"}
