import sys

words = sys.stdin.read().split()
if len(words) == 3:
    a, b = int(words[1]), int(words[2])
    if words[0] == "add":
        print(a + b)
    elif b == 0:
        print("error")
    else:
        print(a // b)
