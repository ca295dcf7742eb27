"""docs/threat-model.md: every threat has tests, and all of them exist."""

import glob
import re
import sys

import source

# What must have a row, by words of its first cell.
THREATS = (
    "fork bomb", "thread bomb", "memory bomb", "page-cache", "descriptors",
    "filling the disk", "output floods", "sleeping", "ignoring signals",
    "double fork", "ptrace", "signals to others", "/proc and /sys",
    "hard-link", "races on the result", "writing over source",
    "reading answers", "leaving files", "TCP", "UDP", "unix", "netlink",
    "raw", "io_uring", "keyrings", "user namespaces", "mount", "bpf", "perf",
    "userfaultfd", "personality", "forging", "compiler run",
    "on its validator", "next one's times")
# Not a threat, but what must hold after each.
NO_CONTROL = ("the next one's times",)
ROW = re.compile(r"^\| (.*?) \| .*? \| (.*) \|$", re.M)
# How a test says that it shows the other side, too.
CONTROL = re.compile(r"\b[Tt]he\s+controls?\b|\bare controls\b")
NAMED = re.compile(r"`([EWLFI]) ([^`]+)`")


def names(pattern, line):
    found = set()
    for path in glob.glob(f"{source.ROOT}/{pattern}"):
        with open(path, encoding="utf-8") as f:
            found |= set(re.findall(line, f.read(), re.M))
    assert found, f"no tests in {pattern}"
    return found


def tests():
    probes = names("tests/box/*s.def", r"^X\((\w+),")
    cases = r'^\{ "([^"]+)"|CMUnitTest\) \{ "([^"]+)"|^\tTEST\("([^"]+)"'
    limits = {"".join(n) for n in names("tests/box/test_limits.c", cases)}
    walls = {"".join(n) for n in names("tests/box/test_walls.c", cases)}
    return {"E": probes, "W": walls, "L": limits,
            "F": names("tests/box/test_life.c", r"^\t+TEST\((\w+)\)"),
            "I": names("tests/integ/test_*.py", r"^def (test_\w+)\("),
            "both": controls()}


def controls():
    """Of tests/integ those that show both sides, and say so."""
    found = set()
    for path in glob.glob(f"{source.ROOT}/tests/integ/test_*.py"):
        with open(path, encoding="utf-8") as f:
            for test in f.read().split("\ndef ")[1:]:
                if CONTROL.search(test):
                    found.add(test.split("(")[0])
    return found


def check(text, known):
    faults = []
    rows = dict(ROW.findall(text))
    for threat in THREATS:
        if not any(threat in cell and NAMED.search(named)
                   for cell, named in rows.items()):
            faults.append(f"\"{threat}\" has no test")
    # A probe has its control in its own table; other tests of boxes need one.
    for cell, tests_of in rows.items():
        kinds = {k for k, _ in NAMED.findall(tests_of)}
        both = {n for _, n in NAMED.findall(tests_of)} & known["both"]
        if kinds and not kinds & {"E", "W"} and not both and \
                cell not in NO_CONTROL:
            faults.append(f"\"{cell}\" has no control")
    named = NAMED.findall(text)
    for kind, name in named:
        if name not in known[kind]:
            faults.append(f"there is no test {kind} {name}")
    for name in sorted(known["E"] - {n for k, n in named if k == "E"}):
        faults.append(f"the probe {name} belongs to no threat")
    return [f"docs/threat-model.md: {f}" for f in faults]


def main():
    known = tests()
    text = source.read("docs/threat-model.md")
    # It can fail: without a row, with a test and a probe too many.
    assert check(re.sub(r"(?m)^\| ptrace .*\n", "", text), known)
    assert check(text.replace("test_daemons", "test_nothing"), known)
    assert check(text, {**known, "E": known["E"] | {"call_home"}})
    assert check(text.replace("`W daemon lives`", ""), known)
    assert check(text, {**known, "both": set()})
    faults = check(text, known)
    print("".join(f"{f}\n" for f in faults), end="")
    sys.exit(1 if faults else 0)


main()
