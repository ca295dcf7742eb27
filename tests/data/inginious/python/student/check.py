import json

from answer import absolute

print(json.dumps([absolute(x) for x in (-1, 0, -100)]))
