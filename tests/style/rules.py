"""The rules in docs/dispatch.md: 1 to 24, each with tests that exist, and
each in the table of what may be taken out (tests/chaos/rules.py)."""

import glob
import importlib.util
import re
import sys

import source

RULES = range(1, 25)
WHERE = {"I": ("tests/integ/test_*.py", r"^def (test_\w+)\("),
         "S": ("tests/sql/test_*.c", r"^\t+T\((test_\w+)\)"),
         "R": ("tests/redis/test_*.c", r"^\t+T\((test_\w+)\)")}
ROW = re.compile(r"^\| (\d+) \| .* \| (.*) \|$", re.M)


def tests():
    """{letter: the tests that are run there}"""
    found = {}
    for letter, (pattern, line) in WHERE.items():
        names = set()
        for path in glob.glob(f"{source.ROOT}/{pattern}"):
            with open(path, encoding="utf-8") as f:
                names |= set(re.findall(line, f.read(), re.M))
        assert names, f"no tests in {pattern}"
        found[letter] = names
    return found


def check(text, known):
    faults = []
    rows = {int(n): cell for n, cell in
            ROW.findall(text[text.index("## The rules"):])}
    for n in RULES:
        named = re.findall(r"`([ISR]) (test_\w+)`", rows.get(n, ""))
        if not named:
            faults.append(f"rule {n} has no test")
    for letter, name in re.findall(r"`([ISR]) (test_\w+)`", text):
        if name not in known[letter]:
            faults.append(f"there is no test {name} in {WHERE[letter][0]}")
    return [f"docs/dispatch.md: {f}" for f in faults]


def check_table(text):
    """What is to be taken out is there, and the test is the rule's."""
    spec = importlib.util.spec_from_file_location(
        "taken_out", f"{source.ROOT}/tests/chaos/rules.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    rows = {int(n): cell for n, cell in
            ROW.findall(text[text.index("## The rules"):])}
    faults = [f"nothing takes out rule {n}" for n in RULES
              if n not in {r[0] for r in module.RULES}]
    for n, file, there, _, test in module.RULES:
        # Of several the first would be changed, and that may be another.
        if (times := source.read(file).count(there)) != 1:
            faults.append(f"rule {n}: {file} has {there!r} {times} times")
        if f"`{test}`" not in rows.get(n, ""):
            faults.append(f"rule {n}: {test} is not named in docs/dispatch.md")
    return [f"tests/chaos/rules.py: {f}" for f in faults]


def main():
    known = tests()
    text = source.read("docs/dispatch.md")
    # It can fail: without a row, and with a test that does not exist.
    assert check(re.sub(r"(?m)^\| 7 .*\n", "", text), known)
    assert check(text.replace("test_storm", "test_nothing"), known)
    assert check_table(re.sub(r"(?m)^\| 7 .*\n", "", text))
    faults = check(text, known) + check_table(text)
    print("".join(f"{f}\n" for f in faults), end="")
    sys.exit(1 if faults else 0)


main()
