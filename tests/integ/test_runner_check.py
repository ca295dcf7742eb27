"""assize-runner --check: packages judged by the real pipeline in real boxes."""

import json
import os
import re
import subprocess
import tempfile
import time

import pytest

import proctree
from harness.stack import SOURCE, default_build

RUNNER = f"{default_build()}/src/runner/assize-runner"
# For controls: the same, in whose boxes walls can be pulled down.
WEAK = f"{default_build()}/tests/box/assize-runner-weak"
PACKAGES = f"{SOURCE}/tests/data/packages"

C_SUM = """#include <stdio.h>
int main(void)
{
	int a, b;

	if (scanf("%d%d", &a, &b) != 2)
		return 9;
	printf("%d\\n", a + b);
	return 0;
}
"""
CPP_SUM = """#include <iostream>
int main() { int a, b; std::cin >> a >> b; std::cout << a + b << '\\n'; }
"""
PY_SUM = "a, b = map(int, input().split())\nprint(a + b)\n"

# directory, file, text: what must come out stands in the directory's name.
SUBMISSIONS = [
    ("accepted", "sum.c", C_SUM),
    ("accepted", "sum.cpp", CPP_SUM),
    ("accepted", "sum.py", PY_SUM),
    ("accepted", "s" * 228 + ".c", C_SUM),
    # What programs ask for that were written for other judges.
    ("accepted", "judge.c", "#if !ONLINE_JUDGE || !DOMJUDGE\n#error at home\n"
     "#endif\n" + C_SUM),
    ("accepted", "judge.cpp", "#include <fstream>\n#include <ranges>\n"
     "#ifndef DOMJUDGE\nstd::ifstream in(\"data.txt\");\n"
     "auto *old = std::cin.rdbuf(in.rdbuf());\n#endif\n"
     "static_assert(__cplusplus >= 202002L);\n" + CPP_SUM),
    ("accepted", "judge.py", "import os\nassert os.environ['ONLINE_JUDGE']\n"
     "assert os.environ['DOMJUDGE']\n" + PY_SUM),
    ("wrong_answer", "abs.py",
     "a, b = map(int, input().split())\nprint(abs(a) + abs(b))\n"),
    ("wrong_answer", "silent.c", "int main(void) { return 0; }\n"),
    ("compile_error", "undeclared.c", "int main(void) { return x; }\n"),
    ("compile_error", "syntax.py", "def f(:\n"),
    ("compile_error", "deep.cpp",
     "template<int n> struct F { enum { v = F<n-1>::v + F<n-2>::v }; };\n"
     "int main() { return F<100000>::v; }\n"),
    ("compile_error", "noise.c",
     "#define A x; x; x; x; x; x; x; x; x; x;\n#define B A A A A A A A A\n"
     "#define C B B B B B B B B\nint main(void) { C C C C C C }\n"),
    ("time_limit_exceeded", "loop.c",
     "int main(void) { for (volatile int i = 0;; i++); }\n"),
    ("time_limit_exceeded", "sleep.py", "import time\ntime.sleep(100)\n"),
    ("memory_limit_exceeded", "eat.c",
     "#include <stdlib.h>\n#include <string.h>\nint main(void)\n{\n"
     "for (;;) { char *p = malloc(1 << 20); if (p) memset(p, 1, 1 << 20); }\n"
     "}\n"),
    ("memory_limit_exceeded", "eat.py",
     "x = []\nwhile True:\n    x.append('a' * 1000000 + str(len(x)))\n"),
    ("memory_limit_exceeded", "static.c",
     "static volatile char big[1 << 30];\nint main(void)\n"
     "{ for (unsigned i = 0; i < sizeof big; i += 4096) big[i] = 1; }\n"),
    ("output_limit_exceeded", "yes.c",
     "#include <stdio.h>\nint main(void) { for (;;) puts(\"yes yes yes\"); }\n"),
    ("output_limit_exceeded", "stderr.py",
     "import sys\nwhile True:\n    sys.stderr.write('a' * 1000)\n"),
    ("run_time_error", "segv.c",
     "int main(void) { *(volatile int *)0 = 1; return 0; }\n"),
    ("run_time_error", "exit.py", "import sys\nsys.exit(3)\n"),
    ("run_time_error", "abort.cpp",
     "#include <cstdlib>\nint main() { std::abort(); }\n"),
]

TESTS = [("sample/1", "1 2", "3"), ("secret/g1/01", "5 7", "12"),
         ("secret/g2/01", "100 -7", "93"), ("secret/g2/02", "0 0", "0")]


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


def make_package(base, submissions, tests=None, limits=None):
    limits = {"time_limit": 1, "memory": 128, "output": 1, **(limits or {})}
    write(f"{base}/problem.yaml", "name: Sum\ntype: pass-fail\nlimits:\n" +
          "".join(f"  {k}: {v}\n" for k, v in limits.items()))
    write(f"{base}/problem_statement/problem.en.tex", "\\problemname{Sum}\n")
    for name, text, answer in tests or TESTS:
        write(f"{base}/data/{name}.in", text + "\n")
        write(f"{base}/data/{name}.ans", answer + "\n")
    for directory, name, text in submissions:
        write(f"{base}/submissions/{directory}/{name}", text)
    return str(base)


def environment(**more):
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8",
            "ASSIZE_BOXINIT": f"{default_build()}/src/box/assize-boxinit",
            "ASSIZE_INBOX_DIR": f"{SOURCE}/src/inbox", **more}


def check(package, *options, without=""):
    return subprocess.run(
        [WEAK if without else RUNNER, *options, "--check", package],
        capture_output=True, text=True, timeout=120, check=False,
        env=environment(ASSIZE_WALLS_DOWN=without))


def judge(package, without=""):
    """The exit status and, by the submission's path, what came out; without
    these walls."""
    done = check(package, "--json", without=without)
    assert done.returncode in (0, 1), done.stderr
    return done.returncode, {
        line["submission"]: line for line in json.loads(done.stdout)}


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    base = tmp_path_factory.mktemp("package")
    return judge(make_package(base, SUBMISSIONS))


@pytest.mark.parametrize("directory,name", [s[:2] for s in SUBMISSIONS])
def test_verdict(table, directory, name):
    line = table[1][f"submissions/{directory}/{name}"]
    short = {"accepted": "AC", "wrong_answer": "WA", "compile_error": "CE",
             "time_limit_exceeded": "TLE", "memory_limit_exceeded": "MLE",
             "output_limit_exceeded": "OLE", "run_time_error": "RE"}
    assert line["verdict"] == short[directory]
    assert line["grade"] == (100 if directory == "accepted" else 0)


def test_all_as_expected_is_exit_0(table):
    assert table[0] == 0


def test_where_it_failed(table):
    lines = table[1]
    assert lines["submissions/wrong_answer/abs.py"]["first_failed"] == \
        "secret/g2/01"
    assert lines["submissions/wrong_answer/silent.c"]["first_failed"] == \
        "sample/1"
    assert lines["submissions/compile_error/syntax.py"].get(
        "first_failed") is None


def test_measured(table):
    lines = table[1]
    loop = lines["submissions/time_limit_exceeded/loop.c"]
    assert 1000 <= loop["time_ms"] < 2500
    eat = lines["submissions/memory_limit_exceeded/eat.c"]
    assert 100 * 1024 <= eat["memory_kb"] <= 128 * 1024
    assert lines["submissions/accepted/sum.c"]["time_ms"] < 500


def test_unexpected_verdict_is_exit_1(tmp_path):
    status, lines = judge(make_package(tmp_path, [
        ("accepted", "right.py", PY_SUM), ("accepted", "wrong.py", "print(1)"),
        ("wrong_answer", "right.c", C_SUM)]))
    assert status == 1
    assert lines["submissions/accepted/right.py"]["ok"]
    assert not lines["submissions/accepted/wrong.py"]["ok"]
    assert not lines["submissions/wrong_answer/right.c"]["ok"]


def test_table_for_people(tmp_path):
    done = check(make_package(tmp_path, [("accepted", "sum.c", C_SUM)]))
    assert done.returncode == 0, done.stderr
    words = done.stdout.splitlines()[1].split()
    assert words[:4] == ["submissions/accepted/sum.c", "AC", "AC", "100.00"]
    assert done.stdout.splitlines()[-1] == \
        "1 judged, 0 unexpected, 0 not judged"


def test_a_time_limit_is_proposed(tmp_path):
    """Five times the slowest accepted one; slow wrong ones do not count."""
    busy = "import time\nwhile time.process_time() < %g: pass\n"
    done = check(make_package(tmp_path, [
        ("accepted", "slow.py", busy % 0.3 + PY_SUM),
        ("wrong_answer", "slower.py", busy % 0.6 + "print()\n")]))
    assert done.returncode == 0, done.stderr
    line = done.stdout.splitlines()[-2]
    slowest, proposed = map(int, re.findall(
        r"took (\d+) ms; 5 times that asks for (\d+) ms", line)[0])
    assert 300 <= slowest < 600
    assert 5 * slowest <= proposed < 5 * slowest + 100


def test_broken_package_says_where(tmp_path):
    package = make_package(tmp_path, [("accepted", "sum.c", C_SUM)])
    os.remove(f"{package}/data/secret/g1/01.ans")
    done = check(package)
    assert done.returncode == 3
    assert "data/secret/g1/01" in done.stderr


@pytest.mark.parametrize("without", ["", "mounts"])
def test_answers_are_nowhere_in_the_box(without):
    """Ends with 1 if it finds the answer's number in any file it can read;
    the control is that it does where the machine's /var is mounted."""
    spy = """import os, sys
for base in ("/tmp", "/program", "/source", "/out", "/home", "/root", "/etc",
             "/var/tmp", "/var", "/run", "/dev", "/proc/self", "/work", "/mnt", "/opt"):
    for top, dirs, files in os.walk(base):
        for name in files:
            path = os.path.join(top, name)
            if name.endswith(".ans"):
                sys.exit(1)
            try:
                if os.path.isfile(path) and b"735" + b"19131" in \\
                        open(path, "rb").read(1 << 20):
                    sys.exit(1)
            except OSError:
                pass
print("not found")
"""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as directory:
        os.chmod(directory, 0o755)
        status, lines = judge(make_package(
            directory, [("wrong_answer", "spy.py", spy)],
            tests=[("sample/1", "1", "73519131"),
                   ("secret/1", "1", "73519131")],
            limits={"time_limit": 20}), without)
    line, = lines.values()
    assert status == (1 if without else 0), line
    assert line["verdict"] == ("RE" if without else "WA"), line


def test_nothing_is_kept_between_tests(tmp_path):
    """What one test writes is gone in the next one."""
    code = """import os, sys
for d in ("/tmp", "/dev/shm", "/program", "/"):
    if os.path.exists(d + "/mark"):
        sys.exit(1)
    try:
        open(d + "/mark", "w").write("x")
    except OSError:
        pass
print(sum(map(int, input().split())))
"""
    status, lines = judge(make_package(
        tmp_path, [("accepted", "mark.py", code)]))
    assert status == 0, lines


def test_nothing_is_left_behind(tmp_path):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    for path in (scratch, tmp_path, tmp_path.parent, tmp_path.parent.parent):
        os.chmod(path, 0o711)
    # A child that leaves its session and sleeps on.
    child = ("import os, time\nif os.fork() == 0:\n    os.setsid()\n"
             "    time.sleep(60)\ntime.sleep(0.5)\n1/0\n")
    package = make_package(tmp_path / "package", [
        ("accepted", "sum.c", C_SUM), ("run_time_error", "x.py", child)])
    seen, groups, there = set(), set(), set()
    with subprocess.Popen([RUNNER, "--check", package], env=environment(
            TMPDIR=str(scratch)), stdout=subprocess.DEVNULL) as runner:
        while runner.poll() is None:
            seen |= proctree.below(runner.pid)
            groups |= proctree.groups(seen)
            there |= proctree.groups_left(groups)
            time.sleep(0.02)
    assert runner.returncode == 0
    assert len(seen) > 2 and not proctree.alive(seen)
    assert there and not proctree.groups_left(groups)
    assert not proctree.mounts(str(tmp_path))
    assert os.listdir(scratch) == []


def test_several_files_and_directories(tmp_path):
    package = make_package(tmp_path, [
        ("accepted", "two/main.c",
         '#include <stdio.h>\n#include "lib/add.h"\nint main(void)'
         '{int a, b; scanf("%d%d", &a, &b); printf("%d\\n", add(a, b));}\n'),
        ("accepted", "two/lib/add.h", "int add(int, int);\n"),
        ("accepted", "two/add.c", "int add(int a, int b) { return a + b; }\n"),
        ("accepted", "mod/main.py", "import add\nprint(add.read())\n"),
        ("accepted", "mod/add.py",
         "def read():\n    return sum(map(int, input().split()))\n"),
    ])
    status, lines = judge(package)
    assert status == 0 and len(lines) == 2, lines


@pytest.mark.parametrize("name", sorted(
    e.name for e in os.scandir(PACKAGES) if e.is_dir()))
def test_shipped_package(name):
    status, lines = judge(f"{PACKAGES}/{name}")
    assert status == 0, {k: v["verdict"] for k, v in lines.items()
                         if not v["ok"]}


def test_options():
    for words, status in ((["--help"], 0), (["--version"], 0), (["-x"], 2),
                          (["--jobs", "0"], 2), (["surplus"], 2), ([], 3)):
        done = subprocess.run([RUNNER, *words], capture_output=True,
                              check=False, env={})
        assert done.returncode == status, (words, done.stderr)


def test_doctor():
    done = subprocess.run(
        [RUNNER, "--doctor", "--json"], capture_output=True, check=False,
        env=environment(ASSIZE_LANGUAGES="c, cpp, python3"))
    checks = {c["name"]: c for c in json.loads(done.stdout)}
    assert done.returncode == 0, checks
    assert {"c", "cpp", "python3", "bubblewrap"} <= set(checks)
    assert "ssh sessions" not in checks


def test_environments(tmp_path):
    """What its files say is checked at the start, each fault with its file."""
    (tmp_path / "good.yaml").write_text("name: bare\nroot: /\n")
    (tmp_path / "root/usr/bin").mkdir(parents=True)
    (tmp_path / "root/usr/bin/env").symlink_to("/usr/bin/env")
    (tmp_path / "small.yaml").write_text(
        f"name: small\nroot: {tmp_path}/root\n")
    (tmp_path / "README").write_text("no environment")

    def look():
        return subprocess.run(
            [RUNNER, "--doctor"], capture_output=True, check=False, text=True,
            env=environment(ASSIZE_LANGUAGES="c",
                            ASSIZE_ENVIRONMENTS_DIR=str(tmp_path)))
    done = look()
    assert done.returncode == 0, done
    assert "environment bare" in done.stdout
    assert "scripts have no commands (python3)" in done.stdout, done
    for i, (text, fault) in enumerate([
            ("name: small\n", "another file has this name already"),
            ("name: A b\n", "name must be 1 to 32 of"),
            ("root: /\n", "name must be 1 to 32 of"),
            ("name: x\nroot: srv/x\n", "root must be an absolute path"),
            (f"name: x\nroot: {tmp_path}\n", "is it unpacked?"),
            ("name: x\nlimits: {memory_mb: 0}\n", "memory_mb"),
            ("name: x\nlimits: {cpus: 1}\n", "cpus"),
            ("name: [\n", "not YAML")]):
        (tmp_path / "zz.yaml").write_text(text)
        done = look()
        assert done.returncode != 0, (text, done)
        # Of two of one name either file may be read first.
        assert fault in done.stderr and ".yaml" in done.stderr, (i, done)


@pytest.mark.parametrize("ports,status,says", [
    ("2200-2299", 0, "2200-2299"), ("2299-2200", 3, "must be two ports"),
    ("2200", 3, "must be two ports"), ("1-65536", 3, "must be two ports"),
    ("0-9", 3, "must be two ports"), ("a-b", 3, "must be two ports"),
])
def test_ports_of_sessions(ports, status, says):
    done = subprocess.run(
        [RUNNER, "--doctor"], capture_output=True, check=False, text=True,
        env=environment(ASSIZE_LANGUAGES="c", ASSIZE_SSH_PORTS=ports))
    assert done.returncode == status, done
    assert says in done.stdout + done.stderr, done
