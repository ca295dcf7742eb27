# Divides by the number of corners beyond the first.
import math
import sys

values = [float(x) for x in sys.stdin.read().split()[1:]]
points = list(zip(values[::2], values[1::2]))
sides = [math.dist(a, b) for a, b in zip(points, points[1:] + points[:1])]
print(sum(sides[1:]) / (len(sides) - 1) * (len(sides) - 1) + sides[0])
