"""The rows of ./dev bench judge: boxes and judging against the bare kernel."""

import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time

from machine import Watch

TESTS = 100
PACKAGE_MB = 200
# Reads, works for a millisecond, writes.
PROGRAM = """#include <stdio.h>
#include <time.h>
int main(void)
{
	struct timespec from, now;
	int n;

	clock_gettime(CLOCK_MONOTONIC, &from);
	if (scanf("%d", &n) != 1)
		return 1;
	do
		clock_gettime(CLOCK_MONOTONIC, &now);
	while ((now.tv_sec - from.tv_sec) * 1000000000 +
	    now.tv_nsec - from.tv_nsec < 1000000);
	printf("%d\\n", n);
	return 0;
}
"""


def environment(build):
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8",
            "ASSIZE_BOXINIT": f"{build}/src/box/assize-boxinit"}


def lines_of(build, *words):
    done = subprocess.run([f"{build}/tests/bench/judge", *words], check=True,
                          stdout=subprocess.PIPE, text=True,
                          env=environment(build))
    return [json.loads(line) for line in done.stdout.splitlines()]


class True_:
    name = "true"

    def rows(self, build, rounds, _):
        raw = [lines_of(build, "true", "100")[0] for _ in range(rounds)]
        for name, bar, what in (
                ("cold", 12, "a box of /bin/true / fork+exec"),
                ("warm", 2.5, "the same in a box built ahead / fork+exec")):
            ratios = [r[name] / r["fork"] for r in raw]
            yield name, what, bar, statistics.median(ratios), [
                {"fork_us": r["fork"], f"{name}_us": r[name]} for r in raw]


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


def seconds(*words, stdin=None):
    start = time.perf_counter()
    subprocess.run(words, check=True, stdin=stdin,
                   stdout=subprocess.DEVNULL, env={"PATH": "/usr/bin:/bin"})
    return time.perf_counter() - start


class Tests:
    name = "tests"

    def rows(self, build, rounds, base):
        top = f"{base}/hundred"
        write(f"{top}/problem.yaml", "name: x\nlimits: {time_limit: 1}\n")
        write(f"{top}/submissions/accepted/a.c", PROGRAM)
        for i in range(TESTS):
            write(f"{top}/data/secret/{i:03}.in", f"{i}\n")
            write(f"{top}/data/secret/{i:03}.ans", f"{i}\n")
        raw = []
        for _ in range(rounds):
            raw.append({"floor_ms": round(self.floor(top, base)),
                        "took_ms": self.subject(build, top)})
        ratios = [r["took_ms"] / r["floor_ms"] for r in raw]
        yield ("tests", "100 tests of 1 ms / compiler and the bare runs", 1.5,
               statistics.median(ratios), raw)

    @staticmethod
    def floor(top, base):
        program = f"{base}/a.out"
        total = seconds("/usr/bin/gcc", "-O2", "-std=gnu11", "-o", program,
                        f"{top}/submissions/accepted/a.c", "-lm")
        for i in range(TESTS):
            with open(f"{top}/data/secret/{i:03}.in", "rb") as f:
                start = time.perf_counter()
                pid = os.posix_spawn(
                    program, [program], {},
                    file_actions=[(os.POSIX_SPAWN_DUP2, f.fileno(), 0),
                                  (os.POSIX_SPAWN_OPEN, 1, "/dev/null",
                                   os.O_WRONLY, 0)])
                os.waitpid(pid, 0)
                total += time.perf_counter() - start
        return 1000 * total

    @staticmethod
    def subject(build, top):
        done = subprocess.run(
            [f"{build}/src/runner/assize-runner", "--json", "--check", top],
            check=True, stdout=subprocess.PIPE, text=True,
            env=environment(build))
        line = json.loads(done.stdout)[0]
        assert line["verdict"] == "AC", line
        return line["took_ms"]


class Shelf:
    name = "shelf"

    def rows(self, build, _, base):
        top = f"{base}/large"
        write(f"{top}/problem.yaml", "name: x\nlimits: {time_limit: 1}\n")
        write(f"{top}/data/secret/1.ans", "")
        with open(f"{top}/data/secret/1.in", "wb") as f:
            for _ in range(PACKAGE_MB):
                f.write(os.urandom(1 << 20))
        archive = shutil.make_archive(f"{base}/large", "zip", top)
        place = f"{base}/place"
        os.mkdir(place)
        raw = lines_of(build, "shelf", archive, place)
        yield ("shelf", f"a package of {PACKAGE_MB} MB that is there, in ms", 5,
               statistics.median(r["there"] / 1000 for r in raw), raw)


class Loop:
    name = "loop"

    def rows(self, build, _, base):
        jobs = str(min(2, os.cpu_count() or 1))
        raw = lines_of(build, "loop", "1000", jobs)
        cores = {r["core"] for r in raw}
        # The slower processor counts, each against itself.
        ratio = max(statistics.median(r["together"] / r["alone"]
                                      for r in raw if r["core"] == core)
                    for core in cores)
        yield ("loop", f"CPU of a loop, {jobs} jobs at once / alone", 1.1,
               ratio, raw)


ROWS = [True_, Tests, Shelf, Loop]


def measure(kind, args):
    watch, base = Watch(), tempfile.mkdtemp(prefix="assize-bench-")
    # Boxes look for the program there as another user.
    os.chmod(base, 0o711)
    try:
        rows = list(kind().rows(args.build, args.rounds, base))
    finally:
        shutil.rmtree(base)
    seen = watch.done()
    return [{"name": name, "what": what, "bar": bar, "value": round(value, 3),
             "is_met": value <= bar, "raw": raw, **seen}
            for name, what, bar, value, raw in rows]
