pairs = {"(": ")", "[": "]", "{": "}"}
line = input()
stack = []
answer = None
for i, c in enumerate(line, 1):
    if c in pairs:
        stack.append(pairs[c])
    elif not stack or stack.pop() != c:
        answer = i
        break
if answer is None:
    answer = len(line) + 1 if stack else "ok"
print(answer)
