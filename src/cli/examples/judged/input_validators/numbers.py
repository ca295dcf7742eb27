import re
import sys

line = sys.stdin.readline()
assert re.fullmatch(r"-?\d+ -?\d+\n", line), line
assert sys.stdin.readline() == ""
sys.exit(42)
