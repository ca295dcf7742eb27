# A list for each number that could occur, with room for some.
import sys

numbers = [int(x) for x in sys.stdin.buffer.read().split()[1:]]
places = [[None] * 20 for _ in range(1000000)]
for i, x in enumerate(numbers):
    places[x].append(i)
print(sum(1 for p in places if len(p) == 21))
