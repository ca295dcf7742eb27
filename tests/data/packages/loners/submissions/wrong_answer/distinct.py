# Counts the different numbers, not those that are alone.
import sys

print(len(set(sys.stdin.buffer.read().split()[1:])))
