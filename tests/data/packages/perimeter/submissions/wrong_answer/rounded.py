# Two digits behind the point are enough for money, not for this.
import math
import sys

values = [float(x) for x in sys.stdin.read().split()[1:]]
points = list(zip(values[::2], values[1::2]))
length = sum(math.dist(a, b) for a, b in zip(points, points[1:] + points[:1]))
print("%.2f" % length)
