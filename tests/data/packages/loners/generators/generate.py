#!/usr/bin/env python3
"""Writes the tests of this package; run it in the package's directory."""
import random
from collections import Counter


def write(name, numbers):
    with open(f"data/{name}.in", "w") as f:
        f.write(f"{len(numbers)}\n")
        f.writelines(f"{x}\n" for x in numbers)
    alone = sum(1 for n in Counter(numbers).values() if n == 1)
    with open(f"data/{name}.ans", "w") as f:
        f.write(f"{alone}\n")


def main():
    rng = random.Random(30)
    write("sample/1", [3, 1, 3, 2])
    write("secret/01-one", [999999])
    write("secret/02-two", [0, 0])
    write("secret/03-small", [rng.randrange(100) for _ in range(150)])
    write("secret/04-thousand", [rng.randrange(2000) for _ in range(1000)])
    write("secret/05-same", [7] * 300000)
    write("secret/06-large", [rng.randrange(1000000) for _ in range(300000)])


main()
