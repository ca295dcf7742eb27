#!/usr/bin/env python3
import re
import sys

lines = sys.stdin.read().split("\n")
good = len(lines) >= 3 and lines[-1] == "" and all(
    re.fullmatch(r"0|[1-9][0-9]{0,5}", x) for x in lines[:-1])
good = good and 1 <= int(lines[0]) <= 300000
good = good and int(lines[0]) == len(lines) - 2
sys.exit(42 if good else 43)
