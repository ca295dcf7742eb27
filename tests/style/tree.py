"""A README.md for every directory, and nothing of one machine in the tree."""

import os
import re

import source

# Data that have a form of their own.
QUIET = re.compile(r"^tests/data/packages/.|^tests/fuzz/corpus/.")
SKIP = re.compile(r"^(_build|_inst|\.git|\.dev|build[-\w]*|autom4te\.cache|.*__pycache__"
                  r"|.*\.pytest_cache|.*\.deps)$|^assize-\d")
BUILT = re.compile(r"^(configure.*|aclocal\.m4|Makefile(\.in)?|config\..*|.*\.log"
                   r"|libtool|\.git|.*\.trs|.*\.o|build-aux/(?!packages|.*\.awk).*)$")
MACHINE = re.compile(r"(?<![\w./-])/(work|farm|home/\w+|root)/\w")
README_LINES = 60


def walk():
    for where, dirs, names in os.walk(source.ROOT):
        top = os.path.relpath(where, source.ROOT)
        dirs[:] = [d for d in dirs if not SKIP.match(
            d if top == "." else f"{top}/{d}")]
        yield top, sorted(dirs), names


def is_explained(top):
    """A directory of one kind of file stands in the README.md above it."""
    above, name = os.path.split(top)
    try:
        return f"{name}/" in source.read(f"{above}/README.md".lstrip("/"))
    except FileNotFoundError:
        return is_explained(above) if above else False


def check_readme(top, names, faults):
    if QUIET.search(top) or not names:
        return
    if "README.md" not in names:
        if not is_explained(top):
            faults.append(f"{top}: no README.md, nor one above that names it")
        return
    path = "README.md" if top == "." else f"{top}/README.md"
    n = source.read(path).count("\n")
    if n > README_LINES and top != ".":
        faults.append(f"{path}: {n} lines, at most {README_LINES}")


def check_machine(path, faults):
    try:
        text = source.read(path)
    except (UnicodeDecodeError, FileNotFoundError):
        return
    for m in MACHINE.finditer(text):
        faults.append(f"{path}:{source.line_of(text, m.start())}: "
                      f"a path of one machine: {m[0]}")


def main():
    faults = []
    for top, _, names in walk():
        check_readme(top, names, faults)
        for name in names:
            path = name if top == "." else f"{top}/{name}"
            if not BUILT.match(path) and not path.startswith("tests/data/"):
                check_machine(path, faults)
    source.finish(faults)


if __name__ == "__main__":
    main()
