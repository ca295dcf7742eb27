import sys


def calculate(op, a, b):
    return a + b if op == "add" else a - b


if len(sys.argv) > 1:
    with open(sys.argv[1]) as f:
        print(calculate("add", *map(int, f.read().split())))
    sys.exit()
try:
    op, a, b = input(), int(input()), int(input())
except (EOFError, ValueError):
    print("bad input")
    sys.exit()
result = calculate(op, a, b)
with open("calculator.log", "w") as f:
    print(a, op, b, "=", result, file=f)
print(result)
