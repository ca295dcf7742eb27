"""Processes below another one, told apart from later ones of the same pid."""

import os
import re


def stat(pid):
    """(parent, state, start time) or None."""
    try:
        with open(f"/proc/{pid}/stat", encoding="latin-1") as f:
            rest = f.read().rpartition(")")[2].split()
    except OSError:
        return None
    return int(rest[1]), rest[0], rest[19]


def argv(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as f:
            return f.read().decode("utf-8", "replace").split("\0")[:-1]
    except OSError:
        return []


def below(top):
    """{(pid, start time)} of all descendants."""
    table = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            found = stat(name)
            if found is not None:
                table[int(name)] = found
    inside, grew = {top}, True
    while grew:
        more = {p for p, s in table.items() if s[0] in inside} - inside
        inside |= more
        grew = bool(more)
    return {(p, table[p][2]) for p in inside - {top}}


def alive(processes):
    """Those that still are, and are not just waiting to be reaped."""
    left = set()
    for pid, start in processes:
        found = stat(pid)
        if found is not None and found[2] == start and found[1] not in "ZX":
            left.add((pid, start))
    return left


def programs(processes):
    """Of these, the ones that run what was submitted."""
    return {(pid, start) for pid, start in processes
            if any(word.startswith("/program/") for word in argv(pid))}


def groups(processes):
    """The runners' control groups in which they are, by name."""
    found = set()
    for pid, _ in processes:
        try:
            with open(f"/proc/{pid}/cgroup", encoding="ascii") as f:
                found |= {part for part in re.split("[/\n]", f.read())
                          if part.startswith("assize-")}
        except OSError:
            pass
    return found


def groups_left(names):
    """Those of them that are still there: their memory is, too."""
    return {name for name in names
            for _, below_it, _ in os.walk("/sys/fs/cgroup")
            if name in below_it}


def mounts(path):
    """What is mounted there or below."""
    with open("/proc/self/mountinfo", encoding="utf-8") as f:
        return [line for line in f if line.split()[4].startswith(path)]
