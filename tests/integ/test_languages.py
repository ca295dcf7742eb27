"""Every language of languages.d that is installed works in a box; with --long
each passes its seven programs."""

import json
import os
import subprocess

import pytest

from harness.stack import SOURCE
from test_runner_check import RUNNER, environment, judge, make_package

NAMES = sorted(name[:-len(".yaml")] for name in
               os.listdir(f"{SOURCE}/src/runner/languages.d")
               if name.endswith(".yaml"))
# What the tests of everything else need as well.
NEEDED = {"c", "cpp", "python3"}
ABSENT = "./dev languages installs it"


def ask(*options):
    done = subprocess.run(
        [RUNNER, "--json", *options], capture_output=True, text=True,
        check=False, timeout=300, env=environment(
            ASSIZE_LANGUAGES_DIR=f"{SOURCE}/src/runner/languages.d"))
    assert done.returncode in (0, 1), done.stderr
    return done.returncode, {x["name"]: x for x in json.loads(done.stdout)}


@pytest.fixture(scope="module")
def checks():
    status, found = ask("--doctor")
    assert status == 0, [x for x in found.values() if not x["ok"]]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_works_in_a_box(checks, name):
    check = checks[name]
    if name not in NEEDED and check["why"] == "is not here":
        assert check["mend"].startswith("apt-get install ")
        assert not check["needed"]
        pytest.skip(ABSENT)
    assert check["ok"], check


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_seven_programs(name):
    _, found = ask("--languages", name)
    language = found[name]
    if name not in NEEDED and language["version"] is None:
        pytest.skip(ABSENT)
    assert language.get("fault") is None, language
    assert {p["ok"] for p in language["programs"].values()} == {True}
    assert len(language["programs"]) >= 6


def test_a_language_that_does_not_work_says_so(tmp_path):
    """Its tool is here, its program is not what it should print."""
    with open(f"{SOURCE}/src/runner/languages.d/c.yaml",
              encoding="utf-8") as f:
        text = f.read()
    (tmp_path / "c.yaml").write_text(text.replace("-lm]", "-lnothing]"))
    done = subprocess.run(
        [RUNNER, "--json", "--languages", "c"], capture_output=True,
        text=True, check=False,
        env=environment(ASSIZE_LANGUAGES_DIR=str(tmp_path)))
    assert done.returncode == 1
    language = json.loads(done.stdout)[0]
    assert "-lnothing" in language["fault"]
    assert not language["programs"]["hello"]["ok"]


def test_a_broken_file_stops_the_runner(tmp_path):
    (tmp_path / "c.yaml").write_text("id: 0\nname: c\nrun: gcc\n")
    done = subprocess.run(
        [RUNNER, "--packages"], capture_output=True, text=True, check=False,
        env=environment(ASSIZE_LANGUAGES_DIR=str(tmp_path)))
    assert done.returncode == 3
    assert "c.yaml:3: run must be a list" in done.stderr
    assert "c.yaml: version is missing" in done.stderr


JAVA = "public static void main(String[] a) { "
IN = "java.util.Scanner s = new java.util.Scanner(System.in); "
SUM = "System.out.println(s.nextInt() + s.nextInt()); } "


def test_java(tmp_path):
    """Names of classes, the heap's limit, and what is no want of memory."""
    if not os.path.exists("/usr/bin/javac"):
        pytest.skip(ABSENT)
    package = make_package(tmp_path, [
        ("accepted", "two-words.java", f"public class Other {{ {JAVA}{IN}{SUM}"
         "}\n"),
        ("accepted", "pack.java", "package se.kth;\nclass Help {}\nclass P "
         f"{{ {JAVA}{IN}{SUM}}}\n"),
        ("accepted", "deep.java", "class D { static int f(int n) "
         "{ return n == 0 ? 0 : 1 + f(n - 1); } "
         f"{JAVA}{IN}f(100000); {SUM}}}\n"),
        ("memory_limit_exceeded", "once.java",
         f"class O {{ {JAVA}System.out.println(new long[90000000][0]); }} }}\n"),
        ("memory_limit_exceeded", "slowly.java",
         f"class S {{ {JAVA}java.util.List<int[]> l = new java.util.ArrayList"
         "<>(); for (;;) l.add(new int[1 << 18]); } }\n"),
        ("run_time_error", "endless.java",
         "class E { static int f(int n) { return 1 + f(n + 1); } "
         f"{JAVA}System.out.println(f(0)); }} }}\n"),
        ("run_time_error", "three.java",
         f"class T {{ {JAVA}System.exit(3); }} }}\n"),
        ("compile_error", "none.java", "class N { void main() { } }\n"),
    ], tests=[("secret/1", "1 2", "3")],
        limits={"time_limit": 3, "memory": 128})
    status, lines = judge(package)
    assert status == 0, {p: (x["verdict"], x.get("cause"))
                         for p, x in lines.items() if not x["ok"]}
    slowly = lines["submissions/memory_limit_exceeded/slowly.java"]
    assert slowly["memory_kb"] > 128 * 1024
