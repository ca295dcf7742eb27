"""What the checks of style share: the files, and C without its comments."""

import os
import re
import sys

ROOT = os.environ.get("ASSIZE_SRCDIR") or os.path.dirname(
    os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


# What the build makes of .sql and .lua, when it builds inside of the tree.
GENERATED = re.compile(r".*_gen\.h$|lua_scripts\.h$")


def files(top, *suffixes):
    """Paths relative to the root, sorted."""
    found = []
    for where, dirs, names in os.walk(f"{ROOT}/{top}"):
        dirs[:] = [d for d in dirs if d not in ("__pycache__", ".deps")]
        for name in names:
            if name.endswith(suffixes) and not GENERATED.match(name):
                found.append(os.path.relpath(f"{where}/{name}", ROOT))
    return sorted(found)


def read(path):
    with open(f"{ROOT}/{path}", encoding="utf-8") as f:
        return f.read()


TOKENS = re.compile(
    r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def blank(text):
    """As many lines as text, and nothing else."""
    return "\n" * text.count("\n")


def without_comments(text):
    def keep(m):
        return m[0] if m[0][0] in "\"'" else " " + blank(m[0])
    return TOKENS.sub(keep, text)


def without_texts(text):
    """Comments gone, literals empty."""
    def keep(m):
        return m[0][0] * 2 if m[0][0] in "\"'" else " " + blank(m[0])
    return TOKENS.sub(keep, text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def finish(faults):
    """Prints the faults; the exit status of the check."""
    for fault in faults:
        print(fault)
    sys.exit(1 if faults else 0)
