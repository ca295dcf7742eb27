#!/usr/bin/env python3
"""Writes the tests of this package; run it in the package's directory."""
import math
import random


def write(name, points):
    with open(f"data/{name}.in", "w") as f:
        f.write(f"{len(points)}\n")
        f.writelines(f"{x} {y}\n" for x, y in points)
    points = [(float(x), float(y)) for x, y in points]
    length = math.fsum(math.dist(a, b)
                       for a, b in zip(points, points[1:] + points[:1]))
    with open(f"data/{name}.ans", "w") as f:
        f.write(f"{length:.9f}\n")


def main():
    rng = random.Random(40)
    write("sample/1", [("0", "0"), ("4", "0"), ("4", "3")])
    write("sample/2", [("1.5", "-2"), ("1.5", "2.25")])
    write("secret/01-square", [("0", "0"), ("1", "0"), ("1", "1"), ("0", "1")])
    write("secret/02-tiny", [("0.000001", "0"), ("0", "0.000001"),
                             ("0", "0")])
    write("secret/03-point", [("5", "5")])
    write("secret/03-triangle", [("0", "0"), ("1", "1"), ("2", "0.5")])
    write("secret/04-far", [("-1000000", "-1000000"), ("1000000", "1000000"),
                            ("-1000000", "999999.999999")])
    circle = [2 * math.pi * i / 1000 for i in range(1000)]
    write("secret/05-circle", [(f"{1000 * math.cos(t):.6f}",
                                f"{1000 * math.sin(t):.6f}") for t in circle])
    write("secret/06-random", [(f"{rng.uniform(-1e6, 1e6):.6f}",
                                f"{rng.uniform(-1e6, 1e6):.6f}")
                               for _ in range(1000)])


main()
