"""Every language of languages.d that is installed works in a box; with --long
each passes its seven programs."""

import json
import os
import subprocess

import pytest
import yaml

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


# What takes @ MiB of memory and touches all of it, then prints 1.
TAKE = {
    "ada": "with Ada.Text_IO; procedure Main is type B is mod 256; type A is "
           "array (1 .. @ * 2**20) of B; pragma Volatile_Components (A); type "
           "P is access A; X : P := new A'(others => 1); begin "
           "Ada.Text_IO.Put_Line (X (99)'Image (2 .. 2)); end Main;\n",
    "bash": "x=$(head -c $((@ << 20)) /dev/zero | tr '\\0' x)\necho 1\n",
    "c": "#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n"
         "int main(void) { volatile char *p = malloc(@ << 20); for (int i = 0;"
         " i < @ << 20; i++) p[i] = 1; printf(\"%d\\n\", p[99]); }\n",
    "cpp": "#include <cstdio>\n#include <vector>\nint main() { "
           "std::vector<char> v(@ << 20, 1); printf(\"%d\\n\", v[99]); }\n",
    "csharp": "class C { static void Main() { var b = new byte[@ << 20]; for "
              "(int i = 0; i < b.Length; i++) b[i] = 1; "
              "System.Console.WriteLine(b[99]); } }\n",
    "fortran": "program main\n  integer, allocatable :: v(:)\n"
               "  allocate(v(@ * 262144))\n  v = 1\n  print '(i0)', v(99)\n"
               "end program\n",
    "go": 'package main\nimport "fmt"\nfunc main() { b := make([]byte, @ << '
          "20); for i := range b { b[i] = 1 }; fmt.Println(b[99]) }\n",
    "haskell": "import qualified Data.ByteString as B\n"
               "main = print (B.index (B.replicate (@ * 2 ^ 20) 1) 99)\n",
    "java": "class M { public static void main(String[] a) { byte[] b = new "
            "byte[@ << 20]; b[99] = 1; System.out.println(b[99]); } }\n",
    "javascript": "const b = Buffer.alloc(@ << 20, 1);\nconsole.log(b[99]);\n",
    "kotlin": "fun main() { val b = ByteArray(@ shl 20); b[99] = 1; "
              "println(b[99]) }\n",
    "lua": 'local s = string.rep("1", @ << 20)\nprint(s:sub(99, 99))\n',
    "ocaml": "let () = print_char (Bytes.get (Bytes.make (@ lsl 20) '1') 99)\n",
    "octave": "x = ones(@ * 131072, 1);\nprintf(\"%d\\n\", x(99));\n",
    "pascal": "var p: PChar; begin GetMem(p, @ shl 20); FillChar(p^, @ shl 20, "
              "1); writeln(ord(p[99])); end.\n",
    "perl": 'my $s = "1"; $s x= @ << 20; print substr($s, 99, 1), "\\n";\n',
    "php": '<?php $s = str_repeat("1", @ << 20); echo $s[99], "\\n";\n',
    "pypy3": "x = bytearray(b'1') * (@ << 20)\nprint(chr(x[99]))\n",
    "python3": "x = b'1' * (@ << 20)\nprint(chr(x[99]))\n",
    "ruby": "s = '1' * (@ << 20)\nputs s[99]\n",
    "rust": 'fn main() { let b = vec![1u8; @ << 20]; println!("{}", b[99]); }'
            "\n",
    "sqlite": "SELECT length(randomblob(@ << 20)) > 0;\n",
}


@pytest.mark.parametrize("name", [
    name if name in NEEDED else pytest.param(name, marks=pytest.mark.long)
    for name in NAMES])
def test_memory_is_accounted_honestly(tmp_path, name):
    """What fits is accepted, and all of it is shown; what does not is MLE, and
    no error of a program that was refused; a small program needs little."""
    with open(f"{SOURCE}/src/runner/languages.d/{name}.yaml",
              encoding="utf-8") as f:
        language = yaml.safe_load(f)
    main = language["main_file"]
    # These two copy what they make.
    fits = 100 if name in ("bash", "lua") else 200
    large = [("accepted", f"fits/{main}", TAKE[name].replace("@", str(fits))),
             ("memory_limit_exceeded", f"greedy/{main}",
              TAKE[name].replace("@", "300"))]
    small = [("accepted", f"small/{main}", language["self_test"]["hello"])]
    lines = {}
    for memory, programs, answer in ((256, large, "1"),
                                     (64, small, "Hello, World!")):
        package = make_package(tmp_path / str(memory), programs,
                               tests=[("secret/1", "", answer)],
                               limits={"time_limit": 5, "memory": memory})
        with open(f"{package}/submissions/submissions.yaml", "w",
                  encoding="utf-8") as f:
            f.write("".join(f"{p[0]}/{p[1].split('/')[0]}: "
                            f"{{language: {name}}}\n" for p in programs))
        lines |= {path.split("/")[-1]: line
                  for path, line in judge(package)[1].items()}
    if name not in NEEDED and "is not here" in str(lines):
        pytest.skip(ABSENT)
    assert {k: v.get("verdict") for k, v in lines.items()} == {
        "fits": "AC", "greedy": "MLE", "small": "AC"}, lines
    assert fits * 1024 <= lines["fits"]["memory_kb"] <= 256 * 1024
    assert lines["small"]["memory_kb"] <= 64 * 1024


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
        ("compile_error", "long.java", "public class " + "L" * 300 +
         " { public static void main(String[] args) { } }\n"),
        ("compile_error", "none.java", "class N { void main() { } }\n"),
    ], tests=[("secret/1", "1 2", "3")],
        limits={"time_limit": 3, "memory": 128})
    status, lines = judge(package)
    assert status == 0, {p: (x["verdict"], x.get("cause"))
                         for p, x in lines.items() if not x["ok"]}
    slowly = lines["submissions/memory_limit_exceeded/slowly.java"]
    assert slowly["memory_kb"] > 128 * 1024
