import sys

def perimeter(points)
    return 0.0

print(perimeter(sys.stdin.read()))
