"""junit.py SUITE FILE: pytest's results as lines "STATUS SUITE/module.test"."""

import sys
import xml.etree.ElementTree as ET


def status(case):
    kinds = {child.tag for child in case}
    if kinds & {"failure", "error"}:
        return "fail"
    return "skip" if "skipped" in kinds else "pass"


def main():
    found = {}
    for case in ET.parse(sys.argv[2]).iter("testcase"):
        module = (case.get("classname") or "").rpartition(".")[2]
        name = f"{sys.argv[1]}/{module}.{case.get('name')}".replace(" ", "-")
        # A test that passed and whose teardown failed stands there twice.
        if found.get(name) != "fail":
            found[name] = status(case)
    for name, what in found.items():
        print(what, name)
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main())
