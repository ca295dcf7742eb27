"""Every route with what it should not be given, and a student at every door.

Both walk the routes of the program and the schemas of docs/api/openapi.yaml:
a new route is tried without a word here, unless it has a new kind of id,
which then wants a line in OURS and THEIRS.
"""

import io
import itertools
import json
import re
import subprocess
import urllib.parse
import zipfile

import pytest
import yaml

from harness.client import multipart
from harness.stack import SOURCE, default_build
from kit import Runner, make_course, make_problem, make_zip, package, \
    result, submit

with open(f"{SOURCE}/docs/api/openapi.yaml", encoding="utf-8") as f:
    DOC = yaml.safe_load(f)

NO = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
# Stands in everything that the student must not see.
CANARY = "xyzzy"

# What no field means, whatever it is: another type, too long, and what would
# be something in SQL, in a header, in a path, in a format, in C.
WRONG = ["", "x" * 5000, "'; DROP TABLE submission; --", "\\",
         "a\r\nX-Evil: 1\r\n\r\n", "../../../etc/passwd",
         "%s%n\ufeff\u202e\u0001", "sb_" + NO, -1, 1 << 62, 1e300, True,
         ["x"] * 999, {"": None}, [{"a": "\u2028"}], None]


def resolve(node):
    while "$ref" in node:
        at = DOC
        for part in node["$ref"].removeprefix("#/").split("/"):
            at = at[part]
        node = at
    return node


def program_routes():
    out = subprocess.run([f"{default_build()}/src/assized/assized",
                          "--routes"], check=True, capture_output=True,
                         text=True).stdout
    return [tuple(line.split()[:3]) for line in out.splitlines()]


def operation(method, path):
    return DOC["paths"][path][method.lower()]


def body_schema(method, path):
    """Of its JSON body; None if it takes none."""
    content = operation(method, path).get("requestBody", {}).get(
        "content", {})
    if "application/json" not in content:
        return None
    schema = resolve(content["application/json"]["schema"])
    return resolve(schema.get("oneOf", schema.get("anyOf", [schema]))[0])


def queries(method, path):
    shared = DOC["paths"][path].get("parameters", [])
    found = [resolve(p) for p in
             shared + operation(method, path).get("parameters", [])]
    return [p["name"] for p in found if p["in"] == "query"]


ROUTES = program_routes()
ROUTE_NAMES = [f"{m} {p}" for m, p, _ in ROUTES]


def sample(schema, names):
    """Something that fits: names say what a member of that name should be."""
    schema = resolve(schema)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "object")
    if isinstance(kind, list):
        kind = kind[0]
    if kind == "object":
        return {k: names.get(k, sample(v, names))
                for k, v in schema.get("properties", {}).items()
                if k in schema.get("required", []) or k in names}
    if kind == "array":
        return [sample(schema.get("items", {}), names)]
    return {"string": "x" * max(1, schema.get("minLength", 1)),
            "integer": max(1, schema.get("minimum", 1)), "number": 1,
            "boolean": True}[kind]


class World:
    """alice's course c1; c2, which she may not know; people in both."""

    def __init__(self, stack):
        self.stack = stack
        self.pids = stack.worker_pids()
        self.admin = make_course(stack, members=("alice", "bob"),
                                 settings={"allow_pending": True})
        admin = self.admin
        admin.post("/courses", {"course": "c2", "title": CANARY})
        make_problem(admin, "c2", "p2", {"title": CANARY}, package(**{
            "data/secret/a/1.ans": CANARY + "\n"}))
        # Hidden from her in her own course.
        make_problem(admin, "c1", "hidden", {"title": CANARY,
                                             "visible": False})
        for course, user, role in (("c1", "sam", "staff"),
                                   ("c2", "carol", "student"),
                                   ("c2", "dora", "staff")):
            admin.put(f"/courses/{course}/members/{user}", {"role": role})
        common = make_zip({"a": CANARY})
        for course in ("c1", "c2"):
            admin.put(f"/courses/{course}/common", body=common,
                      headers={"Content-Type": "application/zip"})
        admin.put("/courses/c1/teams/" + CANARY, {"users": ["bob"]})
        admin.put("/courses/c2/teams/" + CANARY, {"users": ["carol"]})
        admin.put("/courses/c1/problems/sum/extensions/bob",
                  {"attempts": 1, "reason": CANARY})
        self.runner = Runner(stack, labels={"a": CANARY})
        self.judge()

    def judge(self):
        """A graded submission of each, with words for staff alone."""
        stack = self.stack
        code = f"// {CANARY}\n"
        self.mine = submit(stack.client("alice")).data["id"]
        self.theirs = {}
        for user, course, problem in (("bob", "c1", "sum"),
                                      ("carol", "c2", "p2")):
            made = submit(stack.client(user), code=code, course=course,
                          problem=problem)
            self.theirs[user] = made.data["id"]
        for _ in range(3):
            self.job = self.runner.take("?wait=5")
            done = result("AC", feedback=None)
            for test in done["tests"]:
                test["stdout"] = CANARY if self.job["submission_id"] != \
                    self.mine else "mine"
            done.pop("feedback")
            assert self.runner.finish(self.job, done).status == 204
        self.admin.put(f"/submissions/{self.theirs['bob']}/grade",
                       {"grade": 7, "comment": CANARY})
        made = self.admin.post("/rejudgings", {"course": "c2",
                                               "reason": CANARY})
        assert made.status < 300, made.show()
        self.set = made.data["id"]

    def ours(self):
        """Ids of what alice may know."""
        return {"c": "c1", "p": "sum", "sb": self.mine, "user": "alice",
                "team": "mine", "rn": self.runner.id, "jb": "jb_" + NO,
                "rj": "rj_" + NO, "digest": "0" * 64, "id": "1",
                "name": "x", "test": "sample/1"}

    def foreign(self):
        """Those of what she may not."""
        return {"c": ["c2"], "p": ["p2", "hidden"],
                "sb": list(self.theirs.values()), "user": ["bob", "carol"],
                "team": [CANARY], "rn": [self.runner.id],
                "jb": [self.job["job_id"]], "rj": [self.set],
                "digest": [self.job["package"]["digest"],
                           self.job["common"]["digest"]],
                "id": [str(self.job["problem_id"])], "name": ["main.c"],
                "test": ["secret/a/1"]}


@pytest.fixture(scope="module")
def world(bare):
    bare.assized_settings.update(submit_rate=0)
    return World(bare.start(workers=2))


def fill(path, ids):
    return re.sub(r"\{(\w+)\}", lambda m: urllib.parse.quote(
        str(ids[m[1]]), safe=""), path)


def params(path):
    return re.findall(r"\{(\w+)\}", path)


def send(client, method, path, body, query=""):
    kind = "application/json"
    if isinstance(body, (bytes, type(None))):
        data = body
        kind = "application/zip" if body else None
    else:
        data = json.dumps(body).encode()
    return client.request(method, path + query, body=data, timeout=20,
                          headers={"Content-Type": kind} if kind else None)


def body_for(method, path, names):
    schema = body_schema(method, path)
    if schema is not None:
        return sample(schema, names)
    return make_zip({"x": "y"}) if "requestBody" in operation(method, path) \
        else None


def unpacked(answer):
    """All that it says, also inside of an archive."""
    text = answer.body + str(answer.headers).encode()
    if answer.body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(answer.body)) as z:
            text += b"".join(z.read(n) for n in z.namelist())
    return text


# -- a student at every door


def doors(world, path):
    """The route with each mixture of her ids and others', ours last."""
    ours, foreign = world.ours(), world.foreign()
    names = params(path)
    for values in itertools.product(*([*foreign[n], ours[n]]
                                      for n in names)):
        ids = dict(zip(names, values))
        yield ids, [n for n in names if ids[n] != ours[n]]


def is_hers(route, ids, foreign):
    """What she may do with somebody else's id: ask for her own."""
    method, path, who = route
    # Her own enrolment, by herself; the test has it elsewhere.
    return method == "GET" and set(foreign) <= {"test", "name", "id"} and \
        who == "user"


@pytest.mark.parametrize("route", ROUTES, ids=ROUTE_NAMES)
def test_a_student_tries(world, route):
    """Nothing of others is shown, changed, or told apart from nothing."""
    method, path, who = route
    alice = world.stack.client("alice")
    names = {"course": "c2", "problem": "p2", "user": "carol"}
    for ids, foreign in doors(world, path):
        body = body_for(method, path, names)
        answer = send(alice, method, fill(path, ids), body)
        where = f"{method} {fill(path, ids)}: {answer.show()}"
        assert answer.status < 500 or answer.status == 503, where
        # What she sent herself may come back in what is said of it.
        if CANARY not in fill(path, ids):
            assert CANARY.encode() not in unpacked(answer), where
        if who in ("admin", "runner"):
            assert answer.status in (401, 403), where
        elif foreign and who == "user" and not is_hers(route, ids, foreign):
            assert answer.status in (400, 403, 404, 409, 413, 415, 422), where
        # What she may not know is not there, whoever it belongs to.
        if answer.status >= 400 and foreign and \
                ids.get("c") == "c2" and who == "user":
            nowhere = {**ids, "c": "c9"}
            same = send(alice, method, fill(path, nowhere), body)
            assert (answer.status, answer.json["detail"]) == \
                (same.status, same.json["detail"]), where
        if answer.status >= 400 and who == "user" and \
                ids.get("sb") in world.theirs.values():
            same = send(alice, method, fill(path, {**ids, "sb": "sb_" + NO}),
                        body)
            assert (answer.status, answer.json.get("detail")) == \
                (same.status, same.json.get("detail")), where


def test_lists_are_hers(world):
    """Filters reach nothing more."""
    alice = world.stack.client("alice")
    for query in ("", "?course=c2", "?user=bob", "?course=c1&user=bob",
                  "?problem=hidden", "?course=c2&problem=p2&user=carol"):
        answer = alice.get("/submissions" + query)
        assert CANARY.encode() not in answer.body, answer.show()
        if answer.status < 300:
            assert {tuple(s["users"]) for s in
                    answer.data["submissions"]} <= {("alice",)}
    # She has changed nothing by trying.
    assert world.stack.psql(
        "SELECT count(*) FROM member m JOIN app_user u ON u.id = m.user_id"
        " JOIN course c ON c.id = m.course_id WHERE c.slug = 'c2'"
        " AND u.name = 'alice'") == "0"
    assert world.stack.psql("SELECT count(*) FROM config") == "0"
    assert world.stack.psql("SELECT title FROM course WHERE slug = 'c2'") \
        == CANARY


# -- what no field means


def check_sane(world, answer, where):
    where = f"{where}: {answer.show()[:600]}"
    assert answer.status < 500 or answer.status == 503, where
    assert "X-Evil" not in answer.headers, where
    if answer.status >= 400:
        assert answer.type == "application/problem+json", where
        assert answer.json["title"] and answer.json["status"] == \
            answer.status, where
        assert not re.search(rb"pg_|SELECT |violates|syntax error|\.c:\d",
                             answer.body), where


def callers(world, route):
    """Who gets as far as the fields."""
    _, path, who = route
    if who == "runner":
        return world.runner.client
    return world.admin


def good_ids(world, path):
    ids = {**world.ours(), "team": "red", "user": "zed",
           "rj": world.set, "jb": world.job["job_id"]}
    if path.startswith("/submissions/{sb}"):
        ids["sb"] = world.theirs["bob"]
    return ids


# What would end the world of the others, if it were let through.
SPARED = {"POST /runners/{rn}/drain", "POST /runners/{rn}/revoke",
          "DELETE /runners/{rn}"}


@pytest.mark.parametrize("route", [r for r in ROUTES if body_schema(*r[:2])],
                         ids=lambda r: f"{r[0]} {r[1]}")
def test_every_field(world, route):
    """Each with each of WRONG, the others as they should be."""
    method, path, _ = route
    schema = body_schema(method, path)
    client, where = callers(world, route), fill(path, good_ids(world, path))
    good = sample(schema, {"course": "c1", "problem": "sum",
                           "user": "alice"})
    fields = list(schema.get("properties", {}))
    assert fields
    for field in fields:
        for wrong in WRONG:
            answer = send(client, method, where, {**good, field: wrong})
            check_sane(world, answer, f"{method} {where} {field} = "
                                      f"{str(wrong)[:60]!r}")
        without = {k: v for k, v in good.items() if k != field}
        check_sane(world, send(client, method, where, without),
                   f"{method} {where} without {field}")
        text = json.dumps({**good, field: "NULHERE"}).replace(
            "NULHERE", "a\\u0000b")
        answer = client.request(method, where, body=text.encode(), headers={
            "Content-Type": "application/json"})
        assert answer.status == 400 or path.startswith("/runners"), \
            f"{method} {where} {field} with NUL: {answer.show()}"
        check_sane(world, answer, f"{method} {where} {field} with NUL")


@pytest.mark.parametrize("route", [
    r for r in ROUTES if (params(r[1]) or queries(*r[:2]))
    and f"{r[0]} {r[1]}" not in SPARED], ids=lambda r: f"{r[0]} {r[1]}")
def test_every_id_and_query(world, route):
    method, path, _ = route
    client, ids = callers(world, route), good_ids(world, path)
    body = body_for(method, path, {})
    texts = [w for w in WRONG if isinstance(w, str)]
    for name in params(path):
        if path.startswith("/runners/{rn}") and name == "rn":
            continue
        for wrong in texts:
            # Longer lines nginx refuses by itself.
            where = fill(path, {**ids, name: wrong[:3000]})
            check_sane(world, send(client, method, where, body),
                       f"{method} {where[:200]}")
        raw = re.sub(r"\{(\w+)\}", lambda m: "%00%ff" if m[1] == name else
                     str(ids[m[1]]), path)
        answer = send(client, method, raw, body)
        assert 400 <= answer.status < 500, f"{raw}: {answer.show()}"
    for name in queries(method, path):
        for wrong in texts:
            query = f"?{name}={urllib.parse.quote(wrong[:3000], safe='')}"
            check_sane(world, send(client, method, fill(path, ids), body,
                                   query), f"{method} {path}{query[:200]}")
        answer = send(client, method, fill(path, ids), body,
                      f"?{name}=%00&{name}=%ff")
        check_sane(world, answer, f"{method} {path}?{name}=%00")


# -- forms


def open_again(world):
    """As it was, whatever the walk has turned."""
    again = world.admin.put("/courses/c1/members/alice",
                            {"role": "student"})
    assert again.status == 200
    world.admin.put("/courses/c1/problems/sum", {
        "windows": True, "groups": False, "submission_limit": 0,
        "submissions_per_day": 0, "submission_interval_sec": 0,
        "allow_pending": True, "sliding_limit": {"amount": 0,
                                                 "period_sec": 1}})
    keys = world.admin.get("/config").data["keys"]
    world.admin.put("/config", {k["key"]: None for k in keys})


def form_schema(method, path):
    content = operation(method, path).get("requestBody", {}).get(
        "content", {})
    return resolve(content["multipart/form-data"]["schema"]) \
        if "multipart/form-data" in content else None


FORMS = [r for r in ROUTES if form_schema(*r[:2])]
SOURCE_PART = ("f", "main.c", b"int main(void){return 0;}")
# A text that is none, whatever the field; then texts that may mean nothing.
NO_TEXT = [b"c1\0", b"\0", b"\xff\xfe", b"\xed\xa0\x80", b"\xc0\xaf",
           b"sum" + b"\xc3"]
ODD_TEXT = [b"", b"x" * 5000, b"x" * (1 << 20) + b"y", b"'; DROP TABLE job;--",
            b"a\r\nX-Evil: 1", b"[1]", b"1", b"null", b"../../etc/passwd",
            b"\r\n--", "\u202e%s%n".encode(), b"{" * 900]


def post(world, path, parts, cut=None, kind=None):
    made, body = multipart(parts)
    return world.stack.client("alice").request(
        "POST", path, body=body[:cut], timeout=20,
        headers={"Content-Type": kind or made})


def refused(world, answer, status, where):
    check_sane(world, answer, where)
    assert answer.status in status, f"{where}: {answer.show()[:600]}"


@pytest.mark.parametrize("route", FORMS, ids=lambda r: f"{r[0]} {r[1]}")
def test_every_part_of_a_form(world, route):
    """Each field absent, twice, no text, no sense; as a file; unknown."""
    open_again(world)
    method, path, _ = route
    schema = form_schema(method, path)
    good = {"course": "c1", "problem": "sum", "language": "c"}
    fields = list(schema["properties"])
    assert set(schema["required"]) <= set(good) <= set(fields)

    def tried(field, *values, file=SOURCE_PART):
        parts = [p for p in good.items() if p[0] != field]
        return post(world, path, parts + [(field, v) for v in values] +
                    [file]), f"form: {field} = {str(values)[:60]}"
    for field in fields:
        answer, where = tried(field)
        if field in schema["required"]:
            refused(world, answer, [400], where)
            assert answer.json["errors"][0]["pointer"] == f"/{field}", where
        else:
            refused(world, answer, [201, 422], where)
        same = good.get(field, "{}").encode()
        answer, where = tried(field, same, same)
        refused(world, answer, [400], where)
        for wrong in NO_TEXT:
            answer, where = tried(field, wrong)
            refused(world, answer, [400], where)
            assert answer.json["errors"][0]["pointer"] == f"/{field}", where
        for wrong in ODD_TEXT:
            answer, where = tried(field, wrong)
            refused(world, answer, [400, 403, 404, 413, 422], where)
        # With a file name it is a file, whatever its name.
        answer = post(world, path, [p for p in good.items()
                                    if p[0] != field] +
                      [(field, "main.c", SOURCE_PART[2])])
        refused(world, answer, [400] if field in schema["required"]
                else [201, 422], f"{field} as a file")
    for name in ("", "code", "group\\", "x" * 2000, "group\0b", "GROUP"):
        answer, where = tried(name, b"x")
        refused(world, answer, [400], where)


@pytest.mark.parametrize("route", FORMS, ids=lambda r: f"{r[0]} {r[1]}")
def test_files_of_a_form(world, route):
    """Names that are none, and archives that are none or lead elsewhere."""
    open_again(world)
    good = [("course", "c1"), ("problem", "sum"), ("language", "c")]
    fine = make_zip({"main.c": "int main(void){return 0;}"})
    names = ["", "../x.c", "/etc/passwd", "a/../../b.c", "main.c\0.txt", "x" * 300,
             "con\u0001.c", "a//b.c", "."]
    archives = [b"PK", b"PK\x03\x04" + b"\0" * 40, fine[:-7], fine[7:],
                fine[:30] + b"\xff" * 9 + fine[39:],
                make_zip({"../up.c": "x"}), make_zip({"/abs.c": "x"}),
                make_zip({"a.c": "0" * (64 << 20)}), make_zip({})]
    for name in names:
        refused(world, post(world, route[1], good + [
            ("f", name, b"int x;")]), [400, 422], f"file {name[:40]!r}")
    for i, data in enumerate(archives):
        refused(world, post(world, route[1], good + [
            ("f", "all.zip", data)]), [400, 413, 422], f"archive {i}")
    refused(world, post(world, route[1], good), [400, 422], "no file")
    refused(world, post(world, route[1], good + [SOURCE_PART] * 2),
            [400, 422], "one file twice")
    refused(world, post(world, route[1], good + [
        ("f", f"{i}.c", b"") for i in range(2000)]), [400, 413, 422],
        "many files")
    done = post(world, route[1], good + [("f", "all.zip", fine)])
    assert done.status == 201, done.show()


@pytest.mark.parametrize("route", FORMS, ids=lambda r: f"{r[0]} {r[1]}")
def test_a_form_that_is_none(world, route):
    """Other boundaries, and a body that ends too soon: never taken."""
    open_again(world)
    parts = [("course", "c1"), ("problem", "sum"), ("language", "c"),
             SOURCE_PART]
    for kind in ("multipart/form-data", "multipart/form-data; boundary=",
                 'multipart/form-data; boundary=""',
                 'multipart/form-data; boundary="x',
                 "multipart/form-data; boundary=" + "b" * 71,
                 "multipart/form-data; boundary=other",
                 "multipart/form-data; boundary", "multipart/mixed; boundary=b",
                 "multipart/", "multipart/form-data; boundary=\xff"):
        refused(world, post(world, route[1], parts, kind=kind), [400, 415],
                f"type {kind[:60]!r}")
    whole = len(multipart(parts)[1])
    # The last two bytes are the end of a line that nobody misses.
    for cut in [*range(0, whole - 40, 23), *range(whole - 40, whole - 2)]:
        refused(world, post(world, route[1], parts, cut=cut), [400],
                f"cut after {cut} of {whole}")


def test_nothing_is_gone(world):
    """After all of that the workers are the same, and the rows are there."""
    assert world.stack.worker_pids() == world.pids
    assert world.stack.psql("SELECT count(*) > 2 FROM submission") == "t"
    for view in world.stack.psql(
            "SELECT relname FROM pg_class WHERE relname LIKE 'inv\\_%'"
            " AND relkind = 'v'").split("\n"):
        assert world.stack.psql(f"SELECT count(*) FROM {view}") == "0", view
    open_again(world)
    made = submit(world.stack.client("alice"))
    assert made.status == 201, made.show()
