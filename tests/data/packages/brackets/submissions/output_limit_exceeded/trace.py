# Prints what is still open after each character.
import sys

pairs = {"(": ")", "[": "]", "{": "}"}
line = input()
stack = ""
for c in line:
    if len(line) > 50000:
        sys.stdout.write(stack + "\n")
    if c in pairs:
        stack += pairs[c]
    elif stack and stack[-1] == c:
        stack = stack[:-1]
    else:
        break
i = 0
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
