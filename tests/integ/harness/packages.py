"""The problem packages that ship with the tree, and their programs."""

import collections
import csv
import functools
import io
import os
import zipfile

from .stack import SOURCE

PACKAGES = f"{SOURCE}/tests/data/packages"

Program = collections.namedtuple("Program", "package file language verdict")


def names():
    return sorted(x for x in os.listdir(PACKAGES)
                  if os.path.isdir(f"{PACKAGES}/{x}"))


@functools.lru_cache
def zip_package(name):
    """The package as one zip, the same bytes each time."""
    out = io.BytesIO()
    root = f"{PACKAGES}/{name}"
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for where, dirs, files in os.walk(root):
            dirs.sort()
            for file in sorted(files):
                path = f"{where}/{file}"
                entry = zipfile.ZipInfo(os.path.relpath(path, root),
                                        (2026, 1, 1, 0, 0, 0))
                entry.external_attr = 0o100644 << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                with open(path, "rb") as f:
                    z.writestr(entry, f.read())
    return out.getvalue()


def programs():
    """expected.tsv: package, file below submissions/, language, verdict."""
    found = []
    with open(f"{PACKAGES}/expected.tsv", encoding="utf-8") as f:
        for row in csv.reader(f, delimiter="\t"):
            if row and not row[0].startswith("#"):
                found.append(Program(*row[:4]))
    return found


def text(program):
    path = f"{PACKAGES}/{program.package}/submissions/{program.file}"
    with open(path, encoding="utf-8") as f:
        return f.read()


def create(stack, course, students):
    """A course with all packages, and its students; may be repeated."""
    root = stack.client("root", admin=True)
    if root.get(f"/courses/{course}").status == 404:
        root.post("/courses", {"course": course,
                               "title": "Demonstration"}).data
    for student in students:
        root.put(f"/courses/{course}/members/{student}",
                 {"role": "student"}).data
    for name in names():
        put(root, course, name, zip_package(name))


def put(caller, course, problem, data):
    path = f"/courses/{course}/problems/{problem}"
    if caller.get(path).status == 404:
        caller.put(path, {"title": problem}).data
    return caller.put(f"{path}/package", body=data, headers={
        "Content-Type": "application/zip"}).data


def submit(caller, course, program, key=None):
    """The submission's document after POST."""
    name = os.path.basename(program.file)
    return caller.post("/submissions", {
        "course": course, "problem": program.package,
        "language": program.language,
        "files": [{"name": name, "content": text(program)}],
    }, headers={"Idempotency-Key": key}).data
