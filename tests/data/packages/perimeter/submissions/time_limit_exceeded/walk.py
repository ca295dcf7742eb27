# Walks along the fence in steps of a millimetre.
import math
import sys

values = [float(x) for x in sys.stdin.read().split()[1:]]
points = list(zip(values[::2], values[1::2]))
length = 0.0
for a, b in zip(points, points[1:] + points[:1]):
    left = math.dist(a, b)
    while left > 0.001:
        left -= 0.001
        length += 0.001
    length += left
print(length)
