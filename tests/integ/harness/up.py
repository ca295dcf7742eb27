"""./dev up, down, psql, logs: a stack that stays, and a demonstration.

usage: python3 -m harness.up up|down|psql|logs [--top DIR] [--build DIR] ...
"""

import argparse
import hashlib
import os
import sys
import time

from . import logs, packages, place
from .stack import Stack

COURSE = "demo"
STUDENT = "alice"
WAIT_S = 170


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
    if stack.is_running("nginx"):
        stack.nginx.port = last_port(stack)
    else:
        stack.nginx.choose(last_port(stack))
        stack.nginx.start()
        remember_port(stack)
    if not stack.is_running("holder"):
        stack.migrate()
        stack.start_workers(2)
    stack.wait_ready()
    if not stack.is_running("runner"):
        stack.start_runner("runner", jobs=os.cpu_count() or 1)


def last_port(stack):
    try:
        with open(f"{stack.dir}/port", encoding="ascii") as f:
            return int(f.read())
    except (FileNotFoundError, ValueError):
        return None


def remember_port(stack):
    with open(f"{stack.dir}/port", "w", encoding="ascii") as f:
        f.write(str(stack.nginx.port))


def key_of(stack, program):
    """The same program for the same package: the same submission."""
    data = packages.zip_package(program.package) + \
        packages.text(program).encode() + program.file.encode()
    return "dev-" + hashlib.sha256(data).hexdigest()[:40]


def wait_all(caller, ids):
    """The final documents by id; says what happens meanwhile."""
    done, began, said = {}, time.monotonic(), 0.0
    while len(done) < len(ids):
        if time.monotonic() - began > WAIT_S:
            break
        for sb in ids:
            if sb not in done:
                doc = caller.get(f"/submissions/{sb}").data
                if doc["status"] not in ("waiting", "running"):
                    done[sb] = doc
        now = time.monotonic()
        if now - said > 2 or len(done) == len(ids):
            said = now
            say(f"  {len(done)} of {len(ids)} judged, {now - began:.0f} s")
        if len(done) < len(ids):
            time.sleep(0.3)
    return done


ROW = "%-34s %-8s %-8s %-5s %7s %8s %10s"


def row(program, doc):
    verdict = doc.get("verdict") or doc["status"]
    mark = "" if verdict == program.verdict else "  <- wrong"
    return ROW % (
        f"{program.package}/{os.path.basename(program.file)}",
        program.language, program.verdict, verdict,
        "-" if doc.get("grade") is None else f"{doc['grade']:g}",
        f"{doc['time_ms']} ms" if "time_ms" in doc else "-",
        f"{doc['memory_kb']} kB" if "memory_kb" in doc else "-") + mark


def demonstrate(stack):
    """Submits all programs; number of those with an unexpected verdict."""
    say("course, problems and packages ...")
    packages.create(stack, COURSE, STUDENT)
    alice = stack.client(STUDENT)
    chosen = packages.programs()
    say(f"submitting {len(chosen)} programs as {STUDENT} ...")
    ids = [packages.submit(alice, COURSE, p, key_of(stack, p))["id"]
           for p in chosen]
    done = wait_all(alice, ids)
    say("")
    say(ROW % ("program", "language", "expected", "got", "grade", "time",
               "memory"))
    wrong = 0
    for program, sb in zip(chosen, ids):
        doc = done.get(sb) or alice.get(f"/submissions/{sb}").data
        wrong += doc.get("verdict") != program.verdict
        say(row(program, doc))
    return wrong


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
    start(stack)
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
