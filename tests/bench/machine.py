"""How busy the machine is, and with whom."""

import os

TICK = os.sysconf("SC_CLK_TCK")
# Of all processors' time.  Beyond that a figure says nothing about us.
OTHERS_MAX = 0.10
STEAL_MAX = 0.05


def cpu():
    """(busy, steal, all) of all processors, in ticks."""
    with open("/proc/stat", encoding="ascii") as f:
        n = [int(x) for x in f.readline().split()[1:]]
    user, nice, system, idle, iowait, irq, soft, steal = n[:8]
    return (user + nice + system, steal,
            user + nice + system + idle + iowait + irq + soft + steal)


def processes():
    """(pid, parent, ticks with ended children) of all."""
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat", "rb") as f:
                rest = f.read().rpartition(b")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        yield int(name), int(rest[1]), sum(int(x) for x in rest[11:15])


def own_ticks():
    """Of this process and all below it."""
    children, ticks = {}, {}
    for pid, parent, used in processes():
        children.setdefault(parent, []).append(pid)
        ticks[pid] = used
    total, todo = 0, [os.getpid()]
    while todo:
        pid = todo.pop()
        total += ticks.get(pid, 0)
        todo += children.get(pid, [])
    return total


class Watch:
    """Looks at the machine from its making to done()."""

    def __init__(self):
        self.start = (*cpu(), own_ticks())

    def done(self):
        busy, steal, total, own = (
            b - a for a, b in zip(self.start, (*cpu(), own_ticks())))
        total = max(total, 1)
        return {"others": round(max(0, busy - own) / total, 3),
                "steal": round(steal / total, 3)}


def is_busy(seen):
    return seen["others"] > OTHERS_MAX or seen["steal"] > STEAL_MAX
