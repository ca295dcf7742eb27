total = 0
for i in range(int(input()) + 1):
    total += i
print(total)
