"""How long things may be.  What is longer stands in exceptions.txt."""

import re

import source

LIMITS = {
    "function": 80,
    "file.c": 600,
    "file.h": 200,
    "parameters": 6,
    "nesting": 4,
    "includes": 20,
}


def functions(code):
    """(name, first line, last line, parameters, deepest block) of each."""
    lines = code.split("\n")
    for i, line in enumerate(lines):
        if line != "{":
            continue
        end = next((j for j in range(i, len(lines)) if lines[j] == "}"), None)
        start = i
        while start > 0 and lines[start - 1].strip() and \
                not lines[start - 1].startswith(("}", "#")):
            start -= 1
        head = " ".join(lines[start:i])
        m = re.search(r"(\w+)\(([^{]*)\)\s*(_\w+_\s*)*$", head)
        if m is None or end is None:
            continue
        yield (m[1], start + 1, end + 1, parameters(m[2]),
               deepest(lines[i + 1:end]))


def parameters(text):
    depth, n = 0, 1
    for c in text:
        depth += (c == "(") - (c == ")")
        n += c == "," and depth == 0
    return n


def deepest(lines):
    """Blocks within blocks; the braces of initialisers do not count."""
    stack, most = [], 0
    for line in lines:
        for m in re.finditer(r"[{}]", line):
            if m[0] == "}":
                if stack:
                    stack.pop()
                continue
            before = line[:m.start()].rstrip()
            is_block = before == "" or before.endswith((")", "else", "do"))
            stack.append(is_block and not before.endswith("= (struct"))
            most = max(most, sum(stack))
    return most


def measure(path):
    """(what, name, number, line) of everything that has a limit."""
    text = source.read(path)
    code = source.without_texts(text)
    yield f"file{path[-2:]}", "-", text.count("\n"), 1
    if path.endswith(".c"):
        yield "includes", "-", len(re.findall(r"^#include", code, re.M)), 1
    for name, first, last, n, deep in functions(code):
        yield "function", name, last - first + 1, first
        yield "parameters", name, n, first
        yield "nesting", name, deep, first


def exceptions():
    """path what name -> the number that is allowed; a reason is a must."""
    found = {}
    for line in source.read("tests/style/exceptions.txt").split("\n"):
        if line and not line.startswith("#"):
            path, what, name, number, reason = line.split(None, 4)
            assert len(reason) > 10, line
            found[path, what, name] = int(number)
    return found


def main():
    allowed = exceptions()
    faults = []
    seen = 0
    for path in source.files("src", ".c", ".h"):
        for what, name, number, line in measure(path):
            seen += what == "function"
            limit = max(LIMITS[what], allowed.pop((path, what, name), 0))
            if number > limit:
                faults.append(f"{path}:{line}: {what} {name}: {number}, "
                              f"at most {limit}")
    for key in allowed:
        faults.append(f"exceptions.txt: {' '.join(key)} is no more")
    if seen < 200:
        faults.append(f"only {seen} functions were found")
    source.finish(faults)


if __name__ == "__main__":
    main()
