"""What a program did that it may not, told apart by one table; and time limits
that were passed by little."""

import time

import pytest

from test_runner_check import C_SUM, judge, make_package

HEAD = ("#define _GNU_SOURCE\n#include <stdio.h>\n#include <stdlib.h>\n"
        "#include <string.h>\n#include <unistd.h>\n#include <fcntl.h>\n"
        "#include <signal.h>\n#include <time.h>\n#include <sys/wait.h>\n"
        "#include <pthread.h>\n")
ANSWER = 'static void answer(void) { puts("3"); fflush(stdout); }\n'


def program(body):
    return HEAD + ANSWER + "int main(void)\n{\n" + body + "\nreturn 0;\n}\n"


# name, program, verdict, what decided
CAUSES = [
    ("cpu", "for (volatile int i = 0;; i++);", "TLE", "cpu"),
    ("cpu-children", "for (int i = 0; i < 3; i++) if (!fork()) "
     "for (volatile int k = 0;; k++);\nwhile (wait(NULL) > 0);",
     "TLE", "cpu"),
    ("sleep", "answer(); sleep(100);", "TLE", "wall"),
    ("sleep-ignoring", "signal(SIGTERM, SIG_IGN); signal(SIGXCPU, SIG_IGN);"
     "answer(); for (;;) pause();", "TLE", "wall"),
    ("stopped", "answer(); raise(SIGSTOP);", "TLE", "wall"),
    ("closed", "answer(); close(0); close(1); close(2); sleep(100);",
     "TLE", "wall"),
    ("memory", "for (;;) memset(malloc(1 << 20), 1, 1 << 20);",
     "MLE", "memory"),
    ("memory-child", "if (!fork()) for (;;) memset(malloc(1 << 20), 1, "
     "1 << 20);\nwait(NULL); answer();", "MLE", "memory"),
    ("memory-tmp", "int fd = open(\"/dev/shm/x\", O_CREAT | O_RDWR, 0600);"
     "static char b[1 << 20]; memset(b, 1, sizeof b);"
     "for (;;) { if (write(fd, b, sizeof b) < 0) memset(malloc(sizeof b), 1, "
     "sizeof b); }", "MLE", "memory"),
    ("output", 'for (;;) puts("yes");', "OLE", "output"),
    ("output-error", 'for (;;) fputs("yes", stderr);', "OLE", "output"),
    # Right, and then too much of something that nobody compares.
    ("output-right", "answer(); static char b[1 << 16]; for (int i = 0; "
     "i < 48; i++) if (write(2, b, sizeof b) < 0) return 1;",
     "OLE", "output"),
    ("output-blank", "answer(); for (int i = 0; i < 3 << 20; i++) "
     "putchar('\\n');", "OLE", "output"),
    ("file", "answer(); int fd = open(\"/tmp/x\", O_CREAT | O_RDWR, 0600);"
     "if (pwrite(fd, \"x\", 1, (off_t)80 << 20) < 0) pause();", "OLE",
     "file size"),
    ("processes", "for (int i = 0; i < 200; i++) { pid_t p = fork(); "
     "if (p == 0) { sleep(100); _exit(0); } if (p < 0) exit(1); }", "RE",
     "processes"),
    ("segv", "*(volatile int *)0 = 1;", "RE", "signal"),
    ("kill", "answer(); raise(SIGKILL);", "RE", "signal"),
    ("xcpu", "answer(); raise(SIGXCPU);", "RE", "signal"),
    ("abort", "answer(); abort();", "RE", "signal"),
    ("exit", "answer(); return 1;", "RE", "exit status"),
    ("exit-signal", "answer(); return 139;", "RE", "exit status"),
    ("exit-oom", "answer(); return 3;", "RE", "exit status"),
    # What was compiled is no program that the machine could start: not ours.
    ("interpreter", 'static const char i[4] __attribute__((used, section('
     '".interp"))) = { 1, 2, 3, 4 }; answer();', "RE", "start"),
    ("enormous", 'asm(".pushsection .bss\\n.skip 1 << 46\\n"'
     '".popsection"); answer();', "RE", "signal"),
    ("wrong", 'puts("4");', "WA", "answer"),
    # Refused, but it went on: what it printed counts.
    ("coped", "for (int i = 0; i < 80; i++) { pid_t p = fork(); "
     "if (p == 0) { pause(); _exit(0); } }\nanswer(); kill(0, SIGKILL);",
     "RE", "processes"),
    ("right", "answer();", "AC", None),
    # Its streams have names, too, and a thread the usual stack.
    ("names", """
	FILE *in = fopen("/dev/stdin", "r"), *out = fopen("/dev/stdout", "w");
	FILE *err = fopen("/proc/self/fd/2", "w");
	if (in == NULL || out == NULL || err == NULL) return 1;
	fprintf(err, "%d", fgetc(in)); fflush(err);
	if (fopen("/dev/stdout", "r") != NULL) return 2;
	fputs("3\\n", out); fclose(out);""", "AC", None),
    ("thread-stack", "size_t n = 0; pthread_attr_t a; pthread_attr_init(&a);"
     "pthread_attr_getstacksize(&a, &n); if (n != 2 << 20) return 1;"
     "answer();", "AC", None),
]
LIMITS = {"time_limit": 0.2, "memory": 64, "output": 1}


def wall_limit(package, ms):
    with open(f"{package}/assize.yaml", "w", encoding="utf-8") as f:
        f.write(f"limits:\n  wall_ms: {ms}\n")


@pytest.fixture(scope="module")
def lines(tmp_path_factory):
    package = make_package(
        tmp_path_factory.mktemp("causes"),
        [("rejected", f"{name}.c", program(body))
         for name, body, _, _ in CAUSES],
        tests=[("secret/1", "1 2", "3")], limits=LIMITS)
    wall_limit(package, 2000)
    _, found = judge(package)
    return {path.split("/")[-1]: line for path, line in found.items()}


@pytest.mark.parametrize("name,verdict,cause",
                         [(n, v, c) for n, _, v, c in CAUSES])
def test_cause(lines, name, verdict, cause):
    line = lines[f"{name}.c"]
    assert (line["verdict"], line.get("cause")) == (verdict, cause), line


def test_time_is_what_decided(lines):
    """Who sleeps is told the time that passed, who computes what it used."""
    assert lines["sleep.c"]["time_ms"] >= 2000
    assert 200 < lines["cpu.c"]["time_ms"] < 500


BURN = """static void burn(double seconds)
{
	struct timespec t;
	do clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	while (t.tv_sec + t.tv_nsec / 1e9 < seconds);
}
"""


def burning(body):
    return HEAD + ANSWER + BURN + "int main(void)\n{\n" + body + "\n}\n"


def test_a_limit_passed_by_little_is_tried_again(tmp_path):
    """The second run counts; both are told."""
    before = time.time() + 5
    code = {
        "in-time.c": "burn(0.45); answer();",
        "near.c": "burn(0.63); answer();",
        "far.c": "burn(0.8); answer();",
        # The first run is slow, the second begins after that and is not.
        "a-once.c": "struct timespec t; clock_gettime(CLOCK_REALTIME, &t);\n"
                  f"if (t.tv_sec < {int(before)}) {{ burn(0.63); "
                  f"while (t.tv_sec < {int(before)}) {{ usleep(10000); "
                  "clock_gettime(CLOCK_REALTIME, &t); } }\nanswer();",
    }
    package = make_package(
        tmp_path, [("accepted", name, burning(body))
                   for name, body in code.items()] +
        [("accepted", "sum.c", C_SUM)],
        tests=[("secret/1", "1 2", "3")], limits={"time_limit": 0.6})
    wall_limit(package, 60000)
    _, found = judge(package)
    got = {path.split("/")[-1]: line for path, line in found.items()}
    assert {name: line["verdict"] for name, line in got.items()} == {
        "in-time.c": "AC", "near.c": "TLE", "far.c": "TLE",
        "a-once.c": "AC", "sum.c": "AC"}
    for name in ("in-time.c", "far.c", "sum.c"):
        assert "second_runs" not in got[name]["provenance"], got[name]
    for name, verdict in (("near.c", "TLE"), ("a-once.c", "AC")):
        second, = got[name]["provenance"]["second_runs"]
        assert (second["test"], second["first_status"], second["status"]) == \
            ("secret/1", "TLE", verdict)
        assert 600 < second["first_time_ms"] <= 661
        assert second["time_ms"] == got[name]["time_ms"]
    assert got["a-once.c"]["time_ms"] < 500
    assert 600 < got["near.c"]["time_ms"] <= 661
