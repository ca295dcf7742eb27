"""Interactive problems: validator and program talk, each in its own box."""

import pytest

from test_runner_check import judge, make_package, write

# The program guesses a number from 1 to 1000 in at most ten guesses.
VALIDATOR = """import sys
secret = int(open(sys.argv[1]).read())
with open(sys.argv[3] + "judgemessage.txt", "w") as f:
    f.write("the secret is %d" % secret)
for _ in range(10):
    line = sys.stdin.readline()
    if not line.strip().isdigit():
        sys.exit(43)
    guess = int(line)
    if guess == secret:
        print("correct", flush=True)
        sys.exit(42)
    print("lower" if guess > secret else "higher", flush=True)
sys.exit(43)
"""
BISECT = """low, high = 1, 1000
while True:
    guess = (low + high) // 2
    print(guess, flush=True)
    said = input()
    if said == "correct":
        break
    if said == "lower":
        high = guess - 1
    else:
        low = guess + 1
"""
C_BISECT = """#include <stdio.h>
#include <string.h>
int main(void)
{
	int low = 1, high = 1000;
	char said[20];

	for (;;) {
		printf("%d\\n", (low + high) / 2);
		fflush(stdout);
		if (scanf("%19s", said) != 1 || !strcmp(said, "correct"))
			return 0;
		if (!strcmp(said, "lower"))
			high = (low + high) / 2 - 1;
		else
			low = (low + high) / 2 + 1;
	}
}
"""
SUBMISSIONS = [
    ("accepted", "bisect.py", BISECT),
    ("accepted", "bisect.c", C_BISECT),
    ("accepted", "names.py", "import sys\nsys.stdin = open('/dev/stdin')\n"
     "sys.stdout = open('/dev/stdout', 'w')\n" + BISECT),
    # Who waits for each other ends at the program's limit.
    ("time_limit_exceeded", "waits.py", "input()\n"),
    ("time_limit_exceeded", "loops.c", "int main(void) { for (;;); }\n"),
    ("time_limit_exceeded", "no_flush.py",
     "import sys\nprint(1)\nsys.stdin.readline()\n"),
    # Who leaves, or says nonsense, is wrong.
    ("wrong_answer", "silent.c", "int main(void) { return 0; }\n"),
    ("wrong_answer", "nonsense.py",
     "print('x', flush=True)\nimport sys\nsys.stdin.read()\n"),
    # It will say no more, though it goes on: the validator need not wait.
    ("wrong_answer", "closes.py",
     "import os, time\nprint(1, flush=True)\nos.close(1)\n"
     "time.sleep(100)\n"),
    # Nor does it wait for who was left behind.
    ("wrong_answer", "leaves.py",
     "import os, time\nif os.fork() == 0:\n    time.sleep(100)\n"),
    # What belongs to it are its own ends; the validator's are others.
    ("accepted", "ends.py",
     "import fcntl, os\nfor fd in (0, 1):\n"
     "    fcntl.fcntl(fd, fcntl.F_SETFL, os.O_NONBLOCK)\n"
     "    fcntl.fcntl(fd, fcntl.F_SETFL, 0)\n"
     "    fcntl.fcntl(fd, fcntl.F_SETPIPE_SZ, 4096)\n" + BISECT),
    # The validator said no before the program fell over its end of input.
    ("wrong_answer", "linear.py",
     "for i in range(1, 1001):\n    print(i, flush=True)\n"
     "    if input() == 'correct':\n        break\n"),
    # It fell over before the validator could say anything.
    ("run_time_error", "crash.py", "1/0\n"),
    ("run_time_error", "crash.c",
     "#include <stdlib.h>\nint main(void) { abort(); }\n"),
    # Nobody reads what it floods.
    ("wrong_answer", "flood.c",
     "#include <stdio.h>\nint main(void)"
     "{ for (int i = 0; i < 100000; i++) puts(\"0\"); return 0; }\n"),
]
SHORT = {"accepted": "AC", "wrong_answer": "WA", "run_time_error": "RE",
         "time_limit_exceeded": "TLE"}


def guessing(base, validator=VALIDATOR, submissions=(), more="interactive"):
    package = make_package(
        base, submissions, tests=[("sample/1", "500", ""),
                                  ("secret/1", "1", ""),
                                  ("secret/2", "777", "")])
    with open(f"{package}/problem.yaml", "a", encoding="utf-8") as f:
        f.write(f"validation: custom {more}\n")
    write(f"{package}/assize.yaml", "limits:\n  wall_ms: 2000\n")
    write(f"{package}/output_validators/guess.py", validator)
    return package


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    base = tmp_path_factory.mktemp("package")
    return judge(guessing(base, submissions=SUBMISSIONS))


@pytest.mark.parametrize("directory,name", [s[:2] for s in SUBMISSIONS])
def test_verdict(table, directory, name):
    line = table[1][f"submissions/{directory}/{name}"]
    assert line["verdict"] == SHORT[directory]


@pytest.mark.parametrize("validator,why", [
    ("import sys\nsys.exit(7)\n", "status 7"),
    ("while True: print('x' * 100000)\n", "limits"),
    ("import os\nos.abort()\n", "signal 6"),
])
def test_a_faulty_validator_is_not_the_programs_fault(
        tmp_path, validator, why):
    reads = "import sys\nsys.stdin.read()\n"
    _, lines = judge(guessing(tmp_path, validator,
                              [("accepted", "reads.py", reads)]))
    line = lines["submissions/accepted/reads.py"]
    assert line["verdict"] == "JE" and why in line["fault"]


ENDLESS = [
    ("wrong_answer", "loops.py",
     "print('x', flush=True)\nwhile True: pass\n"),
    ("wrong_answer", "sleeps.py",
     "import time\nprint('x', flush=True)\ntime.sleep(100)\n"),
    ("wrong_answer", "talks.py",
     "while True: print('x', flush=True)\n"),
]


def test_nobody_runs_on_when_the_validator_has_said_no(tmp_path):
    """Its limits are far away; nobody waits for them."""
    package = guessing(tmp_path, submissions=ENDLESS)
    write(f"{package}/assize.yaml", "limits: {wall_ms: 60000}\n")
    write(f"{package}/.timelimit", "30\n")
    with open(f"{package}/problem.yaml", encoding="utf-8") as f:
        text = f.read().replace("time_limit: 1", "time_limit: 30")
    write(f"{package}/problem.yaml", text)
    status, lines = judge(package)
    assert status == 0, lines
    for line in lines.values():
        assert line["verdict"] == "WA" and line["time_ms"] < 10000, line
        assert line["took_ms"] < 20000, line


def test_nobody_waits_for_the_validator_of_a_failed_program(tmp_path):
    """It would have minutes; what the program did stands."""
    sleeps = VALIDATOR + "import time\ntime.sleep(1000)\n"
    sleeps = sleeps.replace("sys.exit(43)", "time.sleep(1000)")
    sleeps = "import time\n" + sleeps
    status, lines = judge(guessing(
        tmp_path, sleeps, [("run_time_error", "crash.py", "1/0\n")]))
    assert status == 0, lines
    assert lines["submissions/run_time_error/crash.py"]["took_ms"] < 20000


def test_what_was_said_is_kept_for_staff(tmp_path):
    package = guessing(tmp_path, VALIDATOR, [("accepted", "bisect.py", BISECT)])
    for said, ok in [("> 500", True), ("< 500", False)]:
        write(f"{package}/submissions/submissions.yaml",
              f"accepted: {{message: '{said}'}}\n")
        _, lines = judge(package)
        assert lines["submissions/accepted/bisect.py"]["ok"] == ok, said


def test_both_flood_and_nobody_reads(tmp_path):
    """No deadlock: it ends at somebody's limit."""
    flood = "while True: print('x' * 1000)\n"
    _, lines = judge(guessing(tmp_path, flood,
                              [("accepted", "flood.py", flood)]))
    line = lines["submissions/accepted/flood.py"]
    assert line["verdict"] in ("OLE", "TLE", "JE")
