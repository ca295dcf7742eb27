"""What it takes to plan the service's statements.  Each connection plans a
statement anew some five times and whenever a table was analyzed, and those
who wait for a job wait for that, too."""

import re

from harness.statements import statements

# The planner weighs every order of a join: up to eight tables take it a
# millisecond or two, ten took it twenty.
MANY = 6


def planning_ms(stack, found):
    """Of three times the least, by name; nothing is executed."""
    lines = ["SET plan_cache_mode = force_custom_plan"]
    for name, body in found:
        n = max((int(x) for x in re.findall(r"\$(\d+)", body)), default=0)
        nulls = f"({', '.join(['NULL'] * n)})" if n else ""
        lines += [f"PREPARE {name} AS {body}\n"]
        lines += [f"SELECT 'plan {name}'",
                  f"EXPLAIN (SUMMARY) EXECUTE {name}{nulls}"] * 3
    best, name = {}, None
    for line in stack.psql(";\n".join(lines)).splitlines():
        if line.startswith("plan "):
            name = line[5:]
        elif "Planning Time" in line:
            ms = float(line.split()[2])
            best[name] = min(ms, best.get(name, ms))
    return best


def test_no_statement_is_long_planned(bare):
    bare.start(workers=1)
    found = statements(bare.source)
    best = planning_ms(bare, found.items())
    assert set(best) == set(found)
    # Eleven tables, none joined with more than six others.
    floor = best["submission_get"]
    slow = {name: ms for name, ms in best.items() if ms > MANY * floor}
    assert not slow, (floor, slow)
