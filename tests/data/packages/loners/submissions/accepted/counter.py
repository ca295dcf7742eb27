import sys
from collections import Counter

numbers = sys.stdin.buffer.read().split()[1:]
print(sum(1 for n in Counter(numbers).values() if n == 1))
