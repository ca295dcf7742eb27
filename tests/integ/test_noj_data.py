"""NOJ's three routes for test data (P1 to P8 of its acceptance list), with
the checksum computed here once more, and both of its runners at work."""

import hashlib
import io
import json
import urllib.parse
import zipfile

import pytest

from kit import (Runner, check_problem, make_course, make_zip, package,
                 submit)
from noj_clients import NojOne, NojTwo, connect, run_all

TEAPOT = "I AM A TEAPOT\n"
YAML = ("problem_format_version: legacy\nname: T\ntype: {type}\n"
        "license: cc0\nrights_owner: nobody\n{more}")
SUM = "#include <stdio.h>\nint main(void)\n{\n\tint a, b;\n\n" \
    "\tscanf(\"%d%d\", &a, &b);\n\tprintf(\"%d\\n\", a + b);\n}\n"


def make(data, kind="pass-fail", more="", **files):
    return make_zip({
        "problem.yaml": YAML.format(type=kind, more=more),
        "problem_statement/problem.en.tex": "Do.\n", **files,
        **{f"data/{path}": text for path, text in data.items()}})


def pairs(paths):
    found = {}
    for i, path in enumerate(paths):
        found[f"{path}.in"] = f"{i} in {path}\n"
        found[f"{path}.ans"] = f"{i} out {path}\n"
    return found


TEAPOT_DATA = {"secret/1.in": TEAPOT, "secret/1.ans": TEAPOT}
MANY = {f"secret/{g}/{c:02}.{end}": f"{g} {c} {end}\n"
        for g, n in (("a", 3), ("b", 7), ("c", 1)) for c in range(n)
        for end in ("in", "ans")}
SCORES = {"secret/a/1.in": "", "secret/a/1.ans": "x",
          "secret/b/1.in": "", "secret/b/1.ans": "x",
          "secret/c/1.in": "", "secret/c/1.ans": "x"}


@pytest.fixture(scope="module")
def server(stack):
    make_course(stack, settings={"allow_pending": True})
    return stack


@pytest.fixture(scope="module")
def root(server):
    return server.client("root", admin=True)


@pytest.fixture(scope="module")
def runner(server):
    return Runner(server)


def put(root, name, data, **settings):
    """The number of a problem with that package."""
    path = f"/courses/c1/problems/{name}"
    number = root.put(path, {"title": name, **settings}).data["problem_id"]
    root.put(f"{path}/package", body=data,
             headers={"Content-Type": "application/zip"}).data
    return number


def get(server, number, what, token=None, query=None):
    client = server.client()
    client.token = token
    more = "" if query is None else "?token=" + urllib.parse.quote(query)
    return client.get(f"/problem/{number}/{what}{more}")


def computed(zip_bytes, meta):
    """As the runners compute it: over what they parsed and wrote again."""
    return hashlib.md5(zip_bytes + json.dumps(meta).encode()).hexdigest()


WHATS = ("testdata", "checksum", "meta")
BAD = ["rk_" + "A" * 43, "nonsense", "", "\u00e4" * 46, "rk_", "a\x00b",
       "\ufffd"]


@pytest.mark.parametrize("what", WHATS)
@pytest.mark.parametrize("bad", BAD, ids=range(len(BAD)))
def test_p1_p7_a_bad_token_is_401(server, root, what, bad):
    number = put(root, "teapot", make(TEAPOT_DATA))
    for n in (number, 987654321, "x"):
        check_problem(get(server, n, what, query=bad), 401, "unauthenticated")
    check_problem(get(server, number, what), 401, "unauthenticated")
    client = server.client()
    path = f"/problem/{number}/{what}"
    for raw in ("?token=%ff%fe", "?token=%zz", "?token=%ed%a0%80",
                "?tok=x", "?token", "?token=a&token=b",
                "?token=" + "x" * 4000):
        check_problem(client.get(path + raw), 401, "unauthenticated")
    client.token = bad if bad.isascii() and bad.isprintable() else "x"
    check_problem(client.get(path), 401, "unauthenticated")


@pytest.mark.parametrize("what", WHATS)
def test_p2_an_unknown_problem_is_404(server, runner, what):
    token = runner.client.token
    for number in (987654321, 9223372036854775807, 9223372036854775808, 0,
                   -1, "01", "x", "1e3", "%20"):
        check_problem(get(server, number, what, token=token), 404,
                      "not-found")
        check_problem(get(server, number, what, query=token), 404,
                      "not-found")


@pytest.mark.parametrize("name, data", [
    ("teapot", make(TEAPOT_DATA)),
    ("many", make(MANY)),
    ("samples", package()),
    ("boxed", make_zip({f"boxed/{n}": d for n, d in {
        "problem.yaml": YAML.format(type="pass-fail",
                                    more=""),
        "problem_statement/problem.en.tex": "Do.\n",
        "data/secret/1.in": TEAPOT, "data/secret/1.ans": TEAPOT}.items()})),
    ("scores", make(
        {**SCORES, **{f"secret/{g}/testdata.yaml":
                      f"accept_score: {n}\nrange: 0 {n}\n"
                              for g, n in (("a", 1), ("b", 1), ("c", 1))}},
        kind="scoring")),
], ids=["teapot", "many", "samples", "boxed", "scores"])
def test_p3_p4_p8_checksum_and_meta(server, root, runner, name, data):
    number = put(root, name, data)
    token = runner.client.token
    meta = get(server, number, "meta", query=token)
    assert meta.status == 200, meta.show()
    tasks = meta.data["tasks"]
    assert meta.json["tasks"] == tasks
    assert meta.data == {"tasks": tasks}
    # to the byte, in the order that is hashed
    assert f'"data":{json.dumps(meta.data)}'.encode() in meta.body
    for task in tasks:
        assert list(task) == ["taskScore", "caseCount", "memoryLimit",
                              "timeLimit"]
    assert sum(task["taskScore"] for task in tasks) == 100
    assert min(task["taskScore"] for task in tasks) >= 0
    zip_bytes = get(server, number, "testdata", query=token).body
    with zipfile.ZipFile(io.BytesIO(zip_bytes)) as z:
        assert sorted(z.namelist()) == sorted(
            f"{t:02}{c:02}.{end}" for t, task in enumerate(tasks)
            for c in range(task["caseCount"]) for end in ("in", "out"))
    answer = get(server, number, "checksum", query=token)
    assert answer.status == 200, answer.show()
    assert answer.data == computed(zip_bytes, meta.data)
    assert (answer.json["status"], answer.json["checksum"]) == \
        ("ok", answer.data)
    assert get(server, number, "checksum", token=token).body == answer.body


def test_p3_the_serialisation_of_the_known_vector():
    """NOJ's own: md5(zip || json) with this spelling of the json."""
    meta = {"tasks": [{"taskScore": 100, "caseCount": 1, "memoryLimit": 1000,
                       "timeLimit": 1000}]}
    assert json.dumps(meta) == (
        '{"tasks": [{"taskScore": 100, "caseCount": 1, '
        '"memoryLimit": 1000, "timeLimit": 1000}]}')


def test_p4_the_teapot(server, root, runner):
    number = put(root, "teapot", make(
        TEAPOT_DATA, **{"assize.yaml": "limits:\n  time_ms: 1000\n"
                                       "  memory_kb: 32768\n"}))
    assert get(server, number, "meta", runner.client.token).data == {
        "tasks": [{"taskScore": 100, "caseCount": 1, "memoryLimit": 32768,
                   "timeLimit": 1000}]}


def test_p5_the_zip(server, root, runner):
    number = put(root, "teapot", make(TEAPOT_DATA))
    answer = get(server, number, "testdata", query=runner.client.token)
    assert (answer.status, answer.type) == (200, "application/zip")
    assert answer.headers["Content-Disposition"] == \
        f'attachment; filename="testdata-{number}.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.body)) as z:
        assert {n: z.read(n).decode() for n in z.namelist()} == \
            {"0000.in": TEAPOT, "0000.out": TEAPOT}


def test_p5_each_case_is_its_test(server, root, runner):
    """Task and case of a file are those of the job and of its result."""
    number = put(root, "many", make(MANY))
    answer = get(server, number, "testdata", runner.client.token)
    with zipfile.ZipFile(io.BytesIO(answer.body)) as z:
        found = {n: z.read(n).decode() for n in z.namelist()}
    assert found == {
        f"{t:02}{c:02}.{new}": f"{g} {c} {old}\n"
        for t, (g, n) in enumerate((("a", 3), ("b", 7), ("c", 1)))
        for c in range(n) for old, new in (("in", "in"), ("ans", "out"))}


def test_p6_what_is_no_package_is_refused(server, root):
    path = "/courses/c1/problems/teapot/package"
    put(root, "teapot", make(TEAPOT_DATA))
    for kind, body, status in (("application/zip", b"no zip", 422),
                               ("application/zip", make(
                                   {"secret/1.in": "x"}), 422),
                               ("text/plain", b"no zip", 415)):
        answer = root.put(path, body=body, headers={"Content-Type": kind})
        assert answer.status == status, answer.show()
    assert server.client("alice").get(path).status == 403
    assert server.client("nobody").get(path).status in (403, 404)


@pytest.mark.parametrize("name, data", [
    ("manytasks", make(pairs(f"secret/{i:03}/1" for i in range(101)))),
    ("manycases", make(pairs(f"secret/{i:03}" for i in range(101)))),
    ("tolerance", make(TEAPOT_DATA, more="validator_flags: "
                                         "float_tolerance 1e-6\n")),
    ("validator", make(TEAPOT_DATA, more="validation: custom\n", **{
        "output_validators/v.py": "raise SystemExit(42)\n"})),
    ("validator2", make_zip({
        "problem.yaml": "problem_format_version: 2023-07-draft\n"
                        "name: T\ntype: pass-fail\nlicense: cc0\n"
                        "uuid: 5a1b9a0e-5a0d-4a4c-8a2a-0d6c6c1f6d11\n"
                        "rights_owner: {name: nobody}\n",
        "statement/problem.en.tex": "Do.\n",
        "data/secret/1.in": TEAPOT, "data/secret/1.ans": TEAPOT,
        "output_validator/v.py": "raise SystemExit(42)\n"})),
], ids=["tasks", "cases", "tolerance", "validator", "validator2"])
def test_p2_other_forms_are_404(server, root, runner, name, data):
    number = put(root, name, data)
    for what in WHATS:
        check_problem(get(server, number, what, runner.client.token), 404,
                      "not-found")


def test_a_hundred_of_each_are_served(server, root, runner):
    number = put(root, "hundred", make(pairs(
        [f"secret/{i:02}/1" for i in range(99)] +
        [f"secret/99/{i:02}" for i in range(100)])))
    tasks = get(server, number, "meta", runner.client.token).data["tasks"]
    assert len(tasks) == 100
    assert tasks[99]["caseCount"] == 100
    assert sum(task["taskScore"] for task in tasks) == 100
    data = get(server, number, "testdata", runner.client.token)
    assert {"9999.in", "9800.out"} <= set(
        zipfile.ZipFile(io.BytesIO(data.body)).namelist())


def test_it_is_stored_once_and_the_same_every_time(server, root, runner):
    data = make(TEAPOT_DATA)
    number = put(root, "teapot", data)
    first = get(server, number, "checksum", runner.client.token).data
    put(root, "teapot", make(MANY))
    other = get(server, number, "checksum", runner.client.token).data
    assert other != first
    put(root, "teapot", data)
    assert get(server, number, "checksum", runner.client.token).data == first
    # a version from before there was this form gets it when it comes again
    server.psql("DELETE FROM package_testdata t USING package k WHERE "
                f"k.id = t.package_id AND k.problem_id = {number}")
    assert get(server, number, "checksum", runner.client.token).status == 404
    put(root, "teapot", data)
    assert get(server, number, "checksum", runner.client.token).data == first


def test_who_holds_a_job_gets_the_version_of_the_job(server, root):
    old, new = make(TEAPOT_DATA), make(MANY)
    number = put(root, "teapot", old, allow_pending=True)
    submit(server.client("alice"), problem="teapot")
    holder, other = Runner(server), Runner(server)
    job = holder.take()
    put(root, "teapot", new)
    assert len(job["tasks"]) == 1
    assert len(get(server, number, "meta", holder.client.token)
               .data["tasks"]) == 1
    assert len(get(server, number, "meta", other.client.token)
               .data["tasks"]) == 3
    with zipfile.ZipFile(io.BytesIO(get(
            server, number, "testdata", holder.client.token).body)) as z:
        assert len(z.namelist()) == 2
    assert holder.abort(job, "drain").status == 202
    assert len(get(server, number, "meta", holder.client.token)
               .data["tasks"]) == 3
    put(root, "teapot", old)
    assert len(run_all(connect(NojTwo, server, "after"))) == 1


def test_the_secret_of_registration_will_do(server, root):
    """The second client's token for data is one of its configuration."""
    old, new = make(TEAPOT_DATA), make(MANY)
    secret = server.secret("runner_registration_token")
    number = put(root, "teapot", old, allow_pending=True)
    for what in WHATS:
        for how in ({"query": secret}, {"token": secret}):
            assert get(server, number, what, **how).status == 200
            check_problem(get(server, 987654321, what, **how), 404,
                          "not-found")
        check_problem(get(server, number, what, query=secret[:-1]), 401,
                      "unauthenticated")
    # of the version that whoever took a job last is to be graded with
    submit(server.client("alice"), problem="teapot")
    holder = Runner(server)
    job = holder.take()
    put(root, "teapot", new)
    assert len(get(server, number, "meta", query=secret).data["tasks"]) == 1
    assert holder.abort(job, "drain").status == 202
    assert len(get(server, number, "meta", query=secret).data["tasks"]) == 3
    put(root, "teapot", old)
    assert len(run_all(connect(NojTwo, server, "secret"))) == 1
    # and for nothing else
    client = server.client()
    client.token = secret
    for path in (f"/runners/{holder.id}/next-job", "/packages/" + "0" * 64):
        check_problem(client.get(path), 401, "unauthenticated")


def test_a_runner_that_left_gets_nothing(server, root):
    number = put(root, "teapot", make(TEAPOT_DATA))
    runner = Runner(server)
    token = runner.client.token
    assert get(server, number, "meta", query=token).status == 200
    assert runner.leave().status == 204
    for what in WHATS:
        check_problem(get(server, number, what, query=token), 401,
                      "unauthenticated")


def test_tokens_stay_out_of_the_logs(server, root, runner):
    number = put(root, "teapot", make(TEAPOT_DATA))
    token = runner.client.token
    wrong = "rk_" + "Z" * 43
    for what in WHATS:
        assert get(server, number, what, query=token).status == 200
        assert get(server, number, what, query=wrong).status == 401
        assert get(server, 987654321, what, query=token).status == 404
    done = server.call(["grep", "-rlE", f"{token}|{wrong}", server.logs,
                        f"{server.dir}/nginx"], check=False)
    assert (done.returncode, done.stdout) == (1, b""), done.stdout
    done = server.call(["grep", "-rl", f"/problem/{number}/meta",
                        server.logs], check=False)
    assert done.returncode == 0, "the access log is elsewhere"


@pytest.mark.parametrize("kind", [NojOne, NojTwo])
@pytest.mark.parametrize("language, code, expected", [
    ("c", SUM, ("AC", 100)),
    ("c", SUM.replace("a + b", "a - b"), ("WA", None)),
    ("c", "int main(", ("CE", 0)),
    ("cpp", "#include <iostream>\nint main(){long a,b;std::cin>>a>>b;"
            "std::cout<<a+b;}\n", ("AC", 100)),
    ("python3", "print(sum(map(int, input().split())))\n", ("AC", 100)),
    ("python3", "raise SystemExit(3)\n", ("RE", 0)),
], ids=["c-AC", "c-WA", "c-CE", "cpp-AC", "python3-AC", "python3-RE"])
def test_both_clients_grade(server, kind, language, code, expected):
    alice = server.client("alice")
    made = submit(alice, code, language=language)
    assert made.status == 201, made.show()
    client = connect(kind, server, kind.__name__)
    jobs = run_all(client)
    assert [job["submission_id"] for job in jobs] == [made.data["id"]]
    got = alice.get(f"/submissions/{made.data['id']}").data
    verdict, grade = expected
    assert (got["status"], got["verdict"]) == ("done", verdict)
    assert got["grade"] < 100 if grade is None else got["grade"] == grade
    if verdict == "CE":
        assert "main.c" in got["compile"]["output"]
    assert client.poll() is None


def test_both_clients_work_side_by_side(server):
    alice = server.client("alice")
    made = [submit(alice, SUM).data["id"] for _ in range(6)]
    one, two = connect(NojOne, server, "one"), connect(NojTwo, server, "two")
    found = []
    while len(found) < 6:
        found += [job["submission_id"] for job in
                  (one.work(), two.work()) if job is not None]
    assert sorted(found) == sorted(made)
    for sb in made:
        assert alice.get(f"/submissions/{sb}").data["verdict"] == "AC"


def test_the_second_gives_back_what_it_did_not_begin(server):
    alice = server.client("alice")
    made = submit(alice, SUM).data["id"]
    leaving = connect(NojTwo, server, "leaving")
    assert leaving.poll()["submission_id"] == made
    leaving.leave()
    jobs = run_all(connect(NojTwo, server, "staying"))
    assert [job["submission_id"] for job in jobs] == [made]
    assert alice.get(f"/submissions/{made}").data["verdict"] == "AC"
    assert server.psql("SELECT charged FROM job WHERE submission_id = "
                       f"'{made}'") == "1"


def test_partial_points_are_the_sum_of_the_tasks(server, root):
    """A scoring problem: each group counts if all of its cases pass."""
    data = {}
    for g, points in (("a", 30), ("b", 70)):
        data[f"secret/{g}/testdata.yaml"] = (
            f"accept_score: {points}\nrange: 0 {points}\n")
        data[f"secret/{g}/1.in"] = f"{points} 0\n"
        data[f"secret/{g}/1.ans"] = f"{points}\n"
    put(root, "points", make(data, kind="scoring"), allow_pending=True)
    alice = server.client("alice")
    for kind in (NojOne, NojTwo):
        made = submit(alice, SUM.replace("a + b", "a == 30 ? 1 : a"),
                      problem="points").data["id"]
        run_all(connect(kind, server, f"points-{kind.__name__}"))
        got = alice.get(f"/submissions/{made}").data
        assert (got["verdict"], got["grade"]) == ("WA", 70)
