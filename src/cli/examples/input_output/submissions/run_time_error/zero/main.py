what, a, b = input(), int(input()), int(input())
print(a + b if what == "add" else a // b)
