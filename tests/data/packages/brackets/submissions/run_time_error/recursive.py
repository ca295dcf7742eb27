# One call for each level: Python stops at a thousand.
pairs = {"(": ")", "[": "]", "{": "}"}
line = input()


class Wrong(Exception):
    pass


def inside(i, end):
    while i < len(line) and line[i] in pairs:
        close = pairs[line[i]]
        i = inside(i + 1, close)
        if i >= len(line):
            raise Wrong(len(line) + 1)
        if line[i] != close:
            raise Wrong(i + 1)
        i += 1
    return i


try:
    i = inside(0, None)
    print("ok" if i == len(line) else i + 1)
except Wrong as e:
    print(e)
