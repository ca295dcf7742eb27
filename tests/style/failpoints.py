"""docs/failpoints.md against the code, and the suite that kills at each."""

import re

import source

PAGE = "docs/failpoints.md"


def in_code():
    found = []
    for path in source.files("src", ".c"):
        found += re.findall(r'FAILPOINT\([^ ]+, "([^"]+)"\)', source.read(path))
    assert len(found) > 20, "failpoints cannot be found"
    return found


def main():
    code = in_code()
    page = re.findall(r"^\| `([a-z_.]+)` \|", source.read(PAGE), re.M)
    faults = [f"{name} is not in {PAGE}" for name in code if name not in page]
    faults += [f"{PAGE}: {name} is not in the code" for name in page
               if name not in code]
    faults += [f"{name} stands in the code twice" for name in set(code)
               if code.count(name) > 1]
    suite = re.findall(r'^    "([a-z]+\.[a-z_]+)": ',
                       source.read("tests/chaos/points.py"), re.M)
    faults += [f"{name} is never killed by tests/chaos/points.py"
               for name in code if name not in suite]
    faults += [f"points.py: there is no {name}" for name in suite
               if name not in code]
    source.finish(faults)


if __name__ == "__main__":
    main()
