"""./dev up, down, psql, logs: a stack that stays, and a demonstration.

usage: python3 -m harness.up up|down|psql|logs [--top DIR] [--build DIR] ...
"""

import argparse
import hashlib
import itertools
import os
import sys
import time

from . import logs, packages, place
from .stack import Stack, StackError

COURSE = "demo"
STUDENT = "alice"
WAIT_S = 170
# How submissions end without a verdict of a judge.
NOT_JUDGED = ("error", "cancelled")


def say(text):
    print(text, flush=True)


def open_stack(args):
    return Stack(place.stack_dir(args.top), args.build, tied=False)


# up

def start(stack):
    """Starts what does not run; what was rebuilt is started again."""
    changed = stack.copy_programs()
    stack.make_keys()
    stack.start_stores()
    if "holder.py" in changed or "assized" in changed:
        stack.stop_workers()
    if "assize-runner" in changed or "assize-boxinit" in changed:
        stack.stop_runner()
    start_nginx(stack)
    if not stack.is_running("holder"):
        stack.migrate()
        stack.start_workers(2)
    stack.wait_ready()
    if not stack.is_running("runner"):
        # Every language that is here; each is tried before it registers.
        stack.start_runner("runner", jobs=os.cpu_count() or 1, languages="")
    stack.wait_runner("runner")


def start_nginx(stack):
    """On the port it had; workers and runner know the address by it."""
    before = last_port(stack)
    stack.nginx.choose(before)
    if stack.is_running("nginx"):
        stack.nginx.reload()
        return
    stack.nginx.start()
    with open(f"{stack.dir}/port", "w", encoding="ascii") as f:
        f.write(str(stack.nginx.port))
    if stack.nginx.port != before:
        stack.stop_workers()
        stack.stop_runner()


def last_port(stack):
    try:
        with open(f"{stack.dir}/port", encoding="ascii") as f:
            return int(f.read())
    except (FileNotFoundError, ValueError):
        return None


def key_of(program):
    """The same program for the same package: the same submission."""
    data = packages.zip_package(program.package) + \
        packages.text(program).encode() + program.file.encode()
    return "dev-" + hashlib.sha256(data).hexdigest()[:40]


def wait_all(sent):
    """Fills in the final documents; says what happens meanwhile."""
    began, said = time.monotonic(), 0.0
    while True:
        for one in sent:
            if one.doc["status"] in ("waiting", "running"):
                one.doc = one.caller.get(f"/submissions/{one.doc['id']}").data
        left = sum(one.doc["status"] in ("waiting", "running") for one in sent)
        now = time.monotonic()
        if now - said > 2 or left == 0:
            said = now
            say(f"  {len(sent) - left} of {len(sent)} judged, "
                f"{now - began:.0f} s")
        if left == 0 or now - began > WAIT_S:
            return
        time.sleep(0.3)


ROW = "%-34s %-8s %-8s %-5s %7s %8s %10s"


def row(one):
    doc, program = one.doc, one.program
    got = doc.get("verdict") or doc["status"]
    return ROW % (
        f"{program.package}/{os.path.basename(program.file)}",
        program.language, program.verdict, got,
        "-" if doc.get("grade") is None else f"{doc['grade']:g}",
        f"{doc['time_ms']} ms" if "time_ms" in doc else "-",
        f"{doc['memory_kb']} kB" if "memory_kb" in doc else "-"
    ) + ("" if one.is_right() else "  <- wrong")


class Sent:
    """One program, handed in by a student of its own: a student may have
    only one submission of a problem in the queue."""

    def __init__(self, stack, program, student):
        self.program = program
        self.caller = stack.client(student)
        for again in itertools.count():
            self.doc = packages.submit(self.caller, COURSE, program,
                                       f"{key_of(program)}-{again}")
            # What the system could not judge is worth another submission.
            if self.doc["status"] not in NOT_JUDGED:
                break

    def is_right(self):
        return self.doc.get("verdict") == self.program.verdict


def demonstrate(stack):
    """Submits all programs; number of those with an unexpected verdict."""
    say("course, problems and packages ...")
    chosen = packages.programs()
    students = [f"student{i:02}" for i in range(1, len(chosen) + 1)]
    packages.create(stack, COURSE, [STUDENT, *students])
    say(f"submitting {len(chosen)} programs ...")
    sent = [Sent(stack, *x) for x in zip(chosen, students)]
    wait_all(sent)
    say("")
    say(ROW % ("program", "language", "expected", "got", "grade", "time",
               "memory"))
    for one in sent:
        say(row(one))
    return sum(not one.is_right() for one in sent)


def write_env(stack):
    """For a shell: what the assize command and curl need."""
    token = f"{stack.keys}/{STUDENT}.token"
    stack.write(token, stack.token(STUDENT, ttl=86400))
    with open(f"{stack.dir}/env", "w", encoding="utf-8") as f:
        f.write(f"export ASSIZE_URL=https://localhost:{stack.nginx.port}/api\n"
                f"export ASSIZE_CA={stack.nginx.cert}\n"
                f"export ASSIZE_TOKEN_FILE={token}\n"
                f"export PATH={stack.bin}:$PATH\n")


def where(stack):
    say("")
    say(f"API        https://localhost:{stack.nginx.port}/api  "
        f"(certificate {stack.nginx.cert})")
    say(f"a shell    . {stack.dir}/env    (assize command, as {STUDENT})")
    say(f"files      {stack.dir}")
    say("then       ./dev psql   ./dev logs   ./dev down")


def up(args):
    began = time.monotonic()
    stack = open_stack(args)
    say("starting Postgres, Redis, nginx, two workers, one runner ...")
    try:
        start(stack)
    except StackError as e:
        say(f"could not start {e}")
        return 1
    write_env(stack)
    wrong = demonstrate(stack)
    where(stack)
    say("")
    if wrong:
        say(f"{wrong} verdicts are not the expected ones")
        return 1
    say(f"all verdicts are as expected ({time.monotonic() - began:.0f} s)")
    return 0


# the others

def down(args):
    stack = open_stack(args)
    stopped = stack.records()
    killed = stack.stop()
    say(f"stopped: {' '.join(stopped) or 'nothing was running'}")
    if killed:
        say(f"had to be killed: {' '.join(killed)}")
    if "--forget" in args.rest:
        place.forget(args.top)
    return 0


def psql(args):
    stack = open_stack(args)
    if not stack.is_running("postgres"):
        say("nothing is running: ./dev up")
        return 1
    os.execvp("psql", ["psql", "-X", "-d", stack.postgres.conninfo(
        "assize_operator"), *args.rest])
    return 1


def show_logs(args):
    return logs.show(open_stack(args).logs, follow="-f" in args.rest)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("action", choices=("up", "down", "psql", "logs"))
    parser.add_argument("--top", required=True)
    parser.add_argument("--build", required=True)
    parser.add_argument("rest", nargs=argparse.REMAINDER)
    args = parser.parse_args()
    actions = {"up": up, "down": down, "psql": psql, "logs": show_logs}
    return actions[args.action](args)


if __name__ == "__main__":
    sys.exit(main())
