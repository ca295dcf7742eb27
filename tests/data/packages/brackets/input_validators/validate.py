#!/usr/bin/env python3
import re
import sys

text = sys.stdin.read()
sys.exit(42 if re.fullmatch(r"[()\[\]{}]{1,100000}\n", text) else 43)
