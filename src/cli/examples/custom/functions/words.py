"""How many words has the file?  The submission is the working directory."""

import json
import sys

parameters = json.load(sys.stdin)["parameters"]
try:
    with open(parameters["file"], encoding="utf-8") as f:
        found = len(f.read().split())
except FileNotFoundError:
    found = 0
least = parameters["least"]
print(json.dumps({"score": min(100, 100 * found // least),
                  "report": f"{found} of {least} words"}))
