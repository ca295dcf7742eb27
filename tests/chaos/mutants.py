"""Is each known fault caught?  Builds each mutant, runs the race that it
brings back, and passes only if just that race fails.

usage: mutants.py SOURCE BUILDDIR
"""

import os
import subprocess
import sys
import xml.etree.ElementTree as ET

HERE = os.path.dirname(os.path.abspath(__file__))
MUTANTS = ("pop_before_lease", "complete_then_forget", "no_currency_check")


def build(source, where, name):
    os.makedirs(where, exist_ok=True)
    subprocess.run([f"{source}/configure", "-q", "--enable-failpoints",
                    f"--with-mutant={name}"], cwd=where, check=True)
    jobs = str(os.cpu_count() or 1)
    subprocess.run(["make", "-s", f"-j{jobs}"], cwd=where, check=True)


def failed(where):
    """Names of the tests that failed, by a failure and not by an error."""
    report = f"{where}/races.xml"
    subprocess.run(
        [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider",
         f"--junitxml={report}", f"{HERE}/test_races.py"],
        env={**os.environ, "ASSIZE_BUILDDIR": where}, check=False,
        stdout=subprocess.DEVNULL)
    cases = list(ET.parse(report).iter("testcase"))
    assert len(cases) >= len(MUTANTS), "the races were not run"
    for case in cases:
        assert case.find("error") is None and case.find("skipped") is None, \
            f"{case.get('name')} could not be run"
    return {case.get("name") for case in cases
            if case.find("failure") is not None}


def main():
    source, builddir = (os.path.abspath(p) for p in sys.argv[1:3])
    missed = 0
    for name in MUTANTS:
        where = f"{builddir}/mutants/{name}"
        build(source, where, name)
        found = failed(where)
        caught = f"test_{name}" in found
        missed += not caught
        print(f"{name}: {'caught' if caught else 'NOT CAUGHT'} "
              f"({' '.join(sorted(found)) or 'no test failed'})", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
