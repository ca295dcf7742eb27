#!/usr/bin/env python3
import re
import sys

NUMBER = r"-?(0|[1-9][0-9]{0,6})(\.[0-9]{1,6})?"
lines = sys.stdin.read().split("\n")
good = lines[-1] == "" and re.fullmatch(r"[1-9][0-9]{0,3}", lines[0])
good = good and 1 <= int(lines[0]) <= 1000
good = good and int(lines[0]) == len(lines) - 2
good = good and all(re.fullmatch(NUMBER + " " + NUMBER, x)
                    for x in lines[1:-1])
sys.exit(42 if good else 43)
