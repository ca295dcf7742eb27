"""Courses, members, problems and packages: good and bad."""

import io
import zipfile

import pytest

from kit import check_problem, make_course, make_zip, package


@pytest.fixture(scope="module")
def server(stack):
    admin = make_course(stack, members=("alice", "bob"))
    admin.put("/courses/c1/members/sam", {"role": "staff"})
    admin.put("/courses/c1/members/tim", {"role": "tutor"})
    admin.post("/courses", {"course": "open", "title": "O", "visible": True})
    return stack


@pytest.fixture
def admin(server):
    return server.client("root", admin=True)


def put_package(client, data, problem="sum", course="c1"):
    return client.put(f"/courses/{course}/problems/{problem}/package",
                      body=data, headers={"Content-Type": "application/zip"})


def test_courses(server, admin):
    made = admin.post("/courses", {"course": "c2"})
    assert made.status == 201, made.show()
    assert made.headers["Location"].endswith("/courses/c2")
    check_problem(admin.post("/courses", {"course": "c2"}), 409, "conflict")
    check_problem(server.client("sam").post("/courses", {"course": "c3"}),
                  403, "forbidden")
    done = admin.put("/courses/c2", {"title": "Two", "visible": True})
    assert (done.data["title"], done.data["visible"]) == ("Two", True)
    check_problem(admin.put("/courses/c9", {"title": "x"}), 404, "not-found")
    check_problem(server.client("tim").put("/courses/c1", {"title": "x"}),
                  403, "forbidden")
    assert server.client("sam").put("/courses/c1", {"title": "New"}
                                    ).status == 200
    assert server.client("alice").get("/courses/c1").data["title"] == "New"


@pytest.mark.parametrize("body, pointers", [
    ({}, ["/course"]), ({"course": ""}, ["/course"]),
    ({"course": "a b"}, ["/course"]), ({"course": "x" * 65}, ["/course"]),
    ({"course": "-x"}, ["/course"]), ({"course": 1}, ["/course"]),
    ({"course": "x", "title": 7, "visible": 1, "colour": ""},
     ["/title", "/visible", "/colour"])])
def test_courses_refuse(admin, body, pointers):
    check_problem(admin.post("/courses", body), 400, "fields", *pointers)


def test_who_sees_which_course(server, admin):
    def slugs(client):
        return {c["course"]: c["role"]
                for c in client.get("/courses").data["courses"]}

    alice, carol = server.client("alice"), server.client("carol")
    assert slugs(alice)["c1"] == "student"
    assert "c1" not in slugs(carol) and slugs(carol)["open"] == "none"
    assert {"c1", "open"} <= set(slugs(admin))
    check_problem(carol.get("/courses/c1"), 404, "not-found")
    check_problem(carol.get("/courses/c1/problems"), 404, "not-found")
    assert carol.get("/courses/open").status == 200


def test_pages_of_courses(admin):
    for i in range(5):
        assert admin.post("/courses", {"course": f"page{i}"}).status == 201
    found, query = [], "?limit=2"
    while True:
        page = admin.get("/courses" + query).data
        found += [c["course"] for c in page["courses"]]
        if "next_cursor" not in page:
            break
        query = f"?limit=2&cursor={page['next_cursor']}"
    assert found == sorted(found)
    assert {f"page{i}" for i in range(5)} <= set(found)
    assert len(found) == len(set(found))


def test_members(server, admin):
    sam, alice = server.client("sam"), server.client("alice")
    path = "/courses/c1/members"
    done = sam.put(f"{path}/zoe", {"role": "student"})
    assert (done.status, done.data["role"]) == (200, "student")
    assert sam.put(f"{path}/zoe", {"role": "tutor"}).data["role"] == "tutor"
    listed = {m["user"]: m["role"]
              for m in server.client("tim").get(path).data["members"]}
    assert listed["zoe"] == "tutor" and listed["alice"] == "student"
    check_problem(alice.get(path), 403, "forbidden")
    check_problem(alice.put(f"{path}/bob", {"role": "staff"}), 403,
                  "forbidden")
    check_problem(sam.put(f"{path}/zoe", {"role": "king"}), 400, "fields",
                  "/role")
    assert sam.delete(f"{path}/zoe").status == 204
    check_problem(sam.delete(f"{path}/zoe"), 404, "not-found")
    check_problem(server.client("zoe").get("/courses/c1"), 404, "not-found")


def test_users_with_odd_names(server, admin):
    done = admin.put("/courses/c1/members/joe%40example.org",
                     {"role": "student"})
    assert done.data["user"] == "joe@example.org"
    assert server.client("joe@example.org").get("/courses/c1").status == 200


def test_problems(server):
    sam, alice = server.client("sam"), server.client("alice")
    path = "/courses/c1/problems/p2"
    done = sam.put(path, {
        "title": "P2", "opens_at": "2026-01-01T00:00:00Z",
        "closes_at": "2030-01-01T00:00:00+01:00", "languages": ["c", "cpp"],
        "evaluate": "last", "submission_limit": 7, "weight": 2.5,
        "visible": True})
    assert done.status == 200, done.show()
    seen = alice.get(path).data
    assert (seen["title"], seen["languages"], seen["evaluate"],
            seen["submission_limit"], seen["weight"]) == \
        ("P2", ["c", "cpp"], "last", 7, 2.5)
    assert seen["opens_at"].startswith("2026-01-01T00:00:00")
    assert seen["closes_at"].startswith("2029-12-31T23:00:00")
    assert (seen["attempts_used"], seen["attempts_left"]) == (0, 7)
    assert sam.put(path, {"title": "Other"}).data["submission_limit"] == 7
    assert sam.put(path, {"visible": False}).status == 200
    check_problem(alice.get(path), 404, "not-found")
    slugs = [p["problem"] for p in
             alice.get("/courses/c1/problems").data["problems"]]
    assert "p2" not in slugs and "sum" in slugs
    assert "p2" in [p["problem"] for p in
                    sam.get("/courses/c1/problems").data["problems"]]
    check_problem(alice.put(path, {}), 403, "forbidden")
    check_problem(server.client("tim").put(path, {}), 403, "forbidden")


@pytest.mark.parametrize("body, status, slug", [
    ({"opens_at": "2030-01-01T00:00:00Z",
      "closes_at": "2029-01-01T00:00:00Z"}, 422, "impossible"),
    ({"languages": ["cobol"]}, 422, None),
    ({"languages": []}, 400, "fields"), ({"weight": -1}, 400, "fields"),
    ({"weight": 1e300}, 400, "fields"), ({"evaluate": "x"}, 400, "fields"),
    ({"opens_at": "soon"}, 400, "fields"), ({"title": ""}, 400, "fields"),
    ({"submission_limit": 1 << 70}, 400, None),
    ({"pool": "A B"}, 400, "fields"), ({"colour": 1}, 400, "fields")])
def test_problems_refuse(server, body, status, slug):
    answer = server.client("sam").put("/courses/c1/problems/p3", body)
    assert answer.status == status, answer.show()
    assert slug is None or answer.slug == slug, answer.show()


def test_packages(server):
    sam = server.client("sam")
    first = put_package(sam, package())
    assert first.status == 200, first.show()
    newer = package(**{"data/secret/c/1.in": "1 1\n",
                       "data/secret/c/1.ans": "2\n"})
    made = put_package(sam, newer)
    assert (made.status, made.data["tests"]) == (201, 5), made.show()
    assert made.data["digest"] != first.data["digest"]
    problem = server.client("alice").get("/courses/c1/problems/sum").data
    assert (problem["package"], problem["tests"]) == (made.data["digest"], 5)
    got = sam.get("/courses/c1/problems/sum/package")
    assert (got.status, got.body) == (200, newer)
    for who in ("alice", "tim"):
        check_problem(server.client(who).get(
            "/courses/c1/problems/sum/package"), 403, "forbidden")
        check_problem(put_package(server.client(who), newer), 403,
                      "forbidden")
    check_problem(put_package(server.client("carol"), newer), 404,
                  "not-found")
    check_problem(put_package(sam, newer, problem="nothing"), 404,
                  "not-found")


def test_a_package_that_takes_long(server):
    """Longer than a job may live: it lives as long as it may."""
    sam = server.client("sam")
    tests = {f"data/secret/t{i}.{end}": f"{i}\n"
             for i in range(400) for end in ("in", "ans")}
    done = sam.put("/courses/c1/problems/long", {"title": "Long"})
    assert done.status == 200, done.show()
    made = put_package(sam, package(
        **{".timelimit": "600\n", **tests}), problem="long")
    assert made.status == 201 and made.data["tests"] == 404
    assert server.psql("SELECT max(budget_s) FROM package") == "604800"


def zip_with_links(files, links):
    out = io.BytesIO(make_zip(files))
    with zipfile.ZipFile(out, "a") as z:
        for name, target in links.items():
            entry = zipfile.ZipInfo(name)
            entry.create_system = 3
            entry.external_attr = 0o120777 << 16
            z.writestr(entry, target)
    return out.getvalue()


def test_a_package_with_symlinks(server):
    """They become what they lead to; none may lead out."""
    sam = server.client("sam")
    done = sam.put("/courses/c1/problems/linked", {"title": "Linked"})
    assert done.status == 200, done.show()
    files = {"problem.yaml": "name: x\n", "data/secret/a/1.in": "1\n",
             "data/secret/a/1.ans": "1\n"}
    made = put_package(sam, zip_with_links(files, {
        "data/secret/b": "a", "data/sample": "secret/b"}), problem="linked")
    assert (made.status, made.data["tests"]) == (201, 3), made.show()
    got = sam.get("/courses/c1/problems/linked/package")
    with zipfile.ZipFile(io.BytesIO(got.body)) as z:
        assert z.read("data/sample/1.in") == b"1\n"
    answer = put_package(sam, zip_with_links(
        files, {"data/secret/b": "/etc"}), problem="linked")
    assert answer.status == 422 and b"symlink" in answer.body, answer.show()


def test_a_job_has_time_for_all_of_a_test(server):
    """Every pass of the program, and every validator."""
    sam = server.client("sam")
    done = sam.put("/courses/c1/problems/long", {"title": "Long"})
    assert done.status == 200, done.show()

    def budget(**more):
        made = put_package(sam, package(**more), problem="long")
        assert made.status == 201, made.show()
        return int(server.psql("SELECT budget_s FROM package WHERE id = "
                               f"'{made.data['package_id']}'"))
    yaml = "name: x\nlimits: {time_limit: 1, validation_time: 10}\n"
    custom = yaml + "validation: custom"
    check = {"output_validators/a.py": "x"}
    # Four tests of 1 s (real: 3 x 1 + 5), and 10 s to validate.
    one = budget(**{"problem.yaml": yaml})
    two = budget(**{"problem.yaml": custom, **check,
                    "output_validators/b.py": "x"})
    many = budget(**{"problem.yaml": custom + " multi-pass\n", **check,
                     ".timelimit": "1\n"})
    assert two - one == 4 * 10 and many - one == 4 * 18


def test_packages_with_faults(server):
    sam = server.client("sam")
    bad = {
        "no yaml": package(**{"problem.yaml": None}),
        "bad yaml": package(**{"problem.yaml": "a: [1\n"}),
        "no answer": package(**{"data/secret/a/1.ans": None}),
        "no data": make_zip({"problem.yaml": "name: x\n"}),
        "outside": make_zip({"../problem.yaml": "name: x\n"}),
        "nothing": make_zip({}),
        "no zip": b"not a zip at all",
        "half": package()[:-40],
        "empty": b"",
    }
    for what, data in bad.items():
        answer = put_package(sam, data)
        assert answer.status == 422, f"{what}: {answer.show()}"
        assert answer.slug in ("package", "files"), what
    both = package(**{"problem.yaml": "name: x\ntype: nonsense\n",
                      "data/secret/a/1.ans": None})
    answer = put_package(sam, both)
    check_problem(answer, 422, "package")
    assert len(answer.json["errors"]) >= 2
    # What was current is so still.
    assert sam.get("/courses/c1/problems/sum").data["tests"] == 5


def test_more_tests_than_can_be_judged(server):
    files = {f"data/secret/{i:05}.{kind}": "1\n" for i in range(10001)
             for kind in ("in", "ans")}
    answer = put_package(server.client("sam"), package(**files))
    check_problem(answer, 422, "package")


def test_package_bombs(server):
    sam = server.client("sam")
    bomb = make_zip({"problem.yaml": "name: x\n",
                     "data/secret/1.in": b"\0" * (300 << 20)})
    answer = put_package(sam, bomb)
    check_problem(answer, 413, "too-large")
