#!/usr/bin/env python3
"""Writes the tests of this package; run it in the package's directory."""
import random

PAIRS = {"(": ")", "[": "]", "{": "}"}


def solve(s):
    stack = []
    for i, c in enumerate(s, 1):
        if c in PAIRS:
            stack.append(PAIRS[c])
        elif not stack or stack.pop() != c:
            return str(i)
    return str(len(s) + 1) if stack else "ok"


def balanced(rng, n, kinds):
    out, stack = [], []
    while len(out) + len(stack) < n:
        if stack and rng.random() < 0.45:
            out.append(stack.pop())
        else:
            c = rng.choice(kinds)
            out.append(c)
            stack.append(PAIRS[c])
    return "".join(out) + "".join(reversed(stack))


def write(name, s):
    with open(f"data/{name}.in", "w") as f:
        f.write(s + "\n")
    with open(f"data/{name}.ans", "w") as f:
        f.write(solve(s) + "\n")


def main():
    rng = random.Random(20)
    write("sample/1", "([]{})")
    write("sample/2", "([)]")
    write("sample/3", "((")
    write("secret/1-round/01", "()")
    write("secret/1-round/02", ")(")
    write("secret/1-round/03", balanced(rng, 400, "("))
    write("secret/1-round/04", balanced(rng, 400, "(") + "(((")
    write("secret/2-mixed/01", balanced(rng, 600, "([{"))
    half = balanced(rng, 300, "([{")
    write("secret/2-mixed/02", "{" + half + "]" + half)
    write("secret/2-mixed/03", half + "}" + half)
    write("secret/3-deep/01", "(" * 50000 + ")" * 50000)
    write("secret/3-deep/02", "([{" * 33000)
    write("secret/3-deep/03", balanced(rng, 100000, "([{"))


main()
