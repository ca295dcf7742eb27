#!/usr/bin/python3
"""Measures dispatch and judging against their floors; README.md says how.

bench.py dispatch|judge|grade|script|sets [--json] [--rows NAME,...] [--rounds N]
    [--seconds S]
"""

import argparse
import json
import os
import platform
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, HERE)

import grading  # noqa: E402
import judging  # noqa: E402
from machine import is_busy  # noqa: E402
from place import Site  # noqa: E402
from rows import ROWS as RATIOS  # noqa: E402
import scripting  # noqa: E402
import sets  # noqa: E402
from waits import WAITS  # noqa: E402

ROWS = RATIOS + WAITS


def judge(row):
    if "skipped" in row:
        return "skipped"
    if is_busy(row):
        return "busy"
    return "ok" if row["is_met"] else "below"


def show(row):
    print(f"{row['name']:<10} {row['what']}")
    if "skipped" in row:
        print(f"{'':<10} skipped: {row['skipped']}", flush=True)
        return
    print(f"{'':<10} bar {row['bar']}, measured {row['value']}: "
          f"{row['judged']} (others {row['others']:.0%}, "
          f"steal {row['steal']:.0%})")
    for raw in row["raw"]:
        print(f"{'':<12}" + "  ".join(f"{k} {v}" for k, v in raw.items()))
    sys.stdout.flush()


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as f:
        model = next((line.partition(":")[2].strip() for line in f
                      if line.startswith("model name")), platform.machine())
    return {"processor": model, "processors": os.cpu_count(),
            "load": os.getloadavg()[0],
            "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}


def on_a_site(kind, args):
    site = Site(args.build)
    try:
        site.start()
        return kind(site, args.seconds).measure(args.rounds)
    finally:
        site.end()


def run(args, kinds, measure):
    wanted = args.rows.split(",") if args.rows else [r.name for r in kinds]
    unknown = set(wanted) - {r.name for r in kinds}
    if unknown:
        sys.exit(f"no row {', '.join(sorted(unknown))}; there are "
                 + ", ".join(r.name for r in kinds))
    report = {**machine(), "rows": []}
    if not args.json:
        print(f"{report['processor']}, {report['processors']} processors, "
              f"load {report['load']:.1f}, {report['date']}")
    for kind in kinds:
        if kind.name not in wanted:
            continue
        said = measure(kind, args)
        for row in said if isinstance(said, list) else [said]:
            row["judged"] = judge(row)
            report["rows"].append(row)
            if not args.json:
                show(row)
    if args.json:
        print(json.dumps(report, indent=1))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["dispatch", "judge", "grade",
                                         "script", "sets"])
    parser.add_argument("--json", action="store_true",
                        help="the figures as JSON")
    parser.add_argument("--rows", help="only these, by their names")
    parser.add_argument("--rounds", type=int, default=5,
                        help="pairs of floor and subject (5)")
    parser.add_argument("--seconds", type=float, default=2,
                        help="of each half of a pair (2)")
    parser.add_argument("--build", help="the build directory",
                        default=os.environ.get("ASSIZE_BUILDDIR", "build"))
    args = parser.parse_args()
    args.build = os.path.abspath(args.build)
    if args.what == "dispatch":
        run(args, ROWS, on_a_site)
    elif args.what == "judge":
        run(args, judging.ROWS, judging.measure)
    elif args.what == "grade":
        run(args, grading.ROWS, grading.measure)
    elif args.what == "sets":
        run(args, sets.ROWS, on_a_site)
    else:
        run(args, scripting.ROWS, scripting.measure)


if __name__ == "__main__":
    main()
