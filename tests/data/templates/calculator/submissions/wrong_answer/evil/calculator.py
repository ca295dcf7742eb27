import os, sys

print(eval("8"))
