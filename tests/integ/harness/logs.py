"""All logs of a stack as one, in the order of time."""

import datetime
import glob
import os
import re
import time

# How the servers write a moment.  What has none belongs to the line before.
ISO = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d+)?)")
NGINX = re.compile(r"^(\d{4})/(\d\d)/(\d\d) (\d\d:\d\d:\d\d)")
REDIS = re.compile(r"^\d+:\w (\d\d \w{3} \d{4} \d\d:\d\d:\d\d\.\d+)")


def moment(line, before):
    """A text that sorts as time does."""
    if m := NGINX.match(line):
        return f"{m[1]}-{m[2]}-{m[3]}T{m[4]}"
    if m := REDIS.match(line):
        when = datetime.datetime.strptime(m[1], "%d %b %Y %H:%M:%S.%f")
        return when.isoformat()
    if m := ISO.search(line[:200]):
        return f"{m[1]}T{m[2]}"
    return before


class Log:
    def __init__(self, path):
        self.name = os.path.basename(path).removesuffix(".log")
        self.file = open(path, encoding="utf-8", errors="replace")
        self.last = ""

    def lines(self):
        """(moment, name, line) of what was written since the last call."""
        for line in self.file:
            self.last = moment(line, self.last)
            yield self.last, self.name, line.rstrip("\n")


def show(directory, follow):
    found = {}
    while True:
        for path in sorted(glob.glob(f"{directory}/*.log")):
            if path not in found:
                found[path] = Log(path)
        lines = sorted((x for log in found.values() for x in log.lines()),
                       key=lambda x: x[0])
        for _, name, line in lines:
            print(f"{name:>10} | {line}", flush=True)
        if not follow:
            return 0
        time.sleep(0.5)
