"""chaos: breaks everything while it works, then counts.

usage: run.py [--seed N] [--submissions N] [--rounds N] [--faults a,b,...]

Without --faults each possible fault comes once in an order that follows from
the seed, then ROUNDS more.  Exit status 0 only if nothing was lost, nothing
counted twice, and no promise broken.
"""

import argparse
import os
import random
import sys
import time

from place import Place, pick_real  # sets the path for what follows
import checks
import faults

PATIENCE_S = 60         # nothing moves for so long: it hangs
RECOVER_S = 45          # most that work may stand still after a fault


def say(text):
    print(text, flush=True)


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int,
                        default=random.SystemRandom().randrange(10 ** 6))
    parser.add_argument("--submissions", type=int, default=900)
    parser.add_argument("--rounds", type=int, default=0)
    parser.add_argument("--faults", default="")
    parser.add_argument("--runners", type=int, default=50)
    parser.add_argument("--real", type=int, default=2)
    parser.add_argument("--students", type=int, default=4)
    parser.add_argument("--pause", type=float, default=0.2)
    parser.add_argument("--service", type=float, default=1.5)
    parser.add_argument("--gap", type=float, default=0.4)
    parser.add_argument("--dropped", type=float, default=0.01)
    parser.add_argument("--build", default=None)
    return parser.parse_args()


class Report:
    """Per fault: how often, how long until work went on."""

    def __init__(self):
        self.rows = {}

    def add(self, name, seconds):
        self.rows.setdefault(name, []).append(seconds)

    def show(self):
        say(f"{'fault':18} {'times':>5} {'mean s':>7} {'longest':>8}"
            "   until work went on")
        for name, found in sorted(self.rows.items()):
            say(f"{name:18} {len(found):5} {sum(found) / len(found):7.2f} "
                f"{max(found):8.2f}")


def work_went_on(place, since):
    """Seconds from since until a job taken after it has landed."""
    end = since + RECOVER_S
    seen = 0
    taken = {}
    while time.monotonic() < end:
        with place.ledger.lock:
            landed = place.ledger.landed[-200:]
            for jid, lease, when in place.ledger.taken[seen:]:
                taken[lease] = when
            seen = len(place.ledger.taken)
        for jid, lease, when in landed:
            if when > since and taken.get(lease, 0) > since:
                return when - since
        if not any(s.is_alive() for s in place.students) and \
                place.count("status = 'pending'") == 0:
            return 0.0
        time.sleep(0.05)
    return None


def strike(place, name, rng, report):
    """One fault; False if work did not go on after it."""
    began = time.monotonic()
    blow = faults.FAULTS[name][0](place, rng)
    lasts = next(blow)
    time.sleep(lasts)
    for _ in blow:
        pass
    healed = time.monotonic()
    took = work_went_on(place, healed)
    say(f"  {began - place.began:6.1f} s  {name:18} lasted "
        f"{healed - began:5.2f} s, " + (
            "work did not go on" if took is None
            else f"work went on after {took:5.2f} s"))
    report.add(name, RECOVER_S if took is None else took)
    return took is not None


def is_busy(place):
    return any(s.is_alive() for s in place.students)


def go(args, place):
    """The faults, while there is work; names of those that never ended."""
    rng = random.Random(f"{args.seed}/schedule")
    names = args.faults.split(",") if args.faults else \
        faults.plan(place, rng, args.rounds)
    say(f"schedule: {','.join(names)}")
    report, stuck = Report(), []
    time.sleep(2)
    for name in names:
        if not strike(place, name, random.Random(rng.random()), report):
            stuck.append(f"after {name} work did not go on in "
                         f"{RECOVER_S} s")
        time.sleep(args.gap * (0.5 + rng.random()))
    return report, stuck


def finish(args, place):
    """All students are through, everything is judged; what is wrong."""
    if args.submissions < 10000:
        place.end_students()
    else:
        while is_busy(place):
            time.sleep(1)
    place.proxy.decide = lambda route: None
    left = place.wait_judged(PATIENCE_S)
    place.end_runners()
    found = checks.all_faults(place)
    if left:
        found.append(f"{left} submissions wait and nothing moves")
    return found


def run(args):
    place = Place(args.build, clock=True, disk=os.geteuid() == 0)
    keep = True
    place.began = time.monotonic()
    try:
        place.start()
        skipped = [n for n in faults.FAULTS
                   if n not in faults.possible(place)
                   and faults.FAULTS[n][2] != "real"]
        if skipped:
            say(f"not possible here: {' '.join(skipped)}")
        place.add_runners(args.runners, args.seed, args.service)
        place.add_real(args.real)
        place.add_students(args.students, args.seed, args.submissions,
                           args.pause)
        if args.real:
            place.add_students(1, f"{args.seed}/real",
                               max(8, args.submissions // 200), 3, pick_real)
        place.drop_some(args.seed, args.dropped, args.dropped)
        report, found = go(args, place)
        found += finish(args, place)
        report.show()
        say(f"dropped replies: {sum(place.proxy.dropped.values())} at "
            f"{len(place.proxy.dropped)} routes, delayed: "
            f"{sum(place.proxy.delayed.values())}")
        say("  ".join(f"{k} {v}" for k, v in checks.summary(place).items()))
        keep = bool(found) or "ASSIZE_KEEP" in os.environ
        return found
    finally:
        place.stop(keep)


def main():
    args = options()
    began = time.monotonic()
    say(f"seed {args.seed}")
    found = run(args)
    for fault in found[:40]:
        say(f"FAULT: {fault}")
    say(f"{time.monotonic() - began:.0f} s, {len(found)} faults")
    if found:
        say(f"again: tests/chaos/run.py --seed {args.seed} "
            f"--submissions {args.submissions} --rounds {args.rounds}" +
            (f" --faults {args.faults}" if args.faults else ""))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
