"""Programs that attack by being compiled: each is a compile error within its
limits, or harmless; nothing leaks, nothing is left, and the next is judged."""

import json
import os
import socket
import subprocess
import time

import pytest

import proctree
from test_runner_check import C_SUM, RUNNER, environment, judge, make_package

# What a runner has and nobody may see; also in its environment.
SECRET = "rt-5b1f0e7c9a"

# directory, name, text, what the compiler's output must say (or None).
QUICK = [
    ("compile_error", "time.cpp",
     "template<int a, int b> struct F { enum { v = F<a - 1, b>::v + "
     "F<a - 1, b + (1 << (a % 20))>::v }; };\n"
     "template<int b> struct F<0, b> { enum { v = 1 }; };\n"
     "int main() { return F<40, 0>::v; }\n", None),
    ("compile_error", "constexpr.cpp",
     "constexpr int f(int n) { int s = 0; for (int i = 0; i < n; i++) "
     "for (int j = 0; j < n; j++) s ^= i * j; return s; }\n"
     "static_assert(f(30000) != 1);\nint main() {}\n", None),
    ("compile_error", "memory.c",
     "int x[] = { [0 ... 300000000] = 1, [7] = 2 };\n"
     "int main(void) { return x[5]; }\n", None),
    ("compile_error", "errors.c",
     "#define A x; y; z; x; y; z; x; y; z;\n#define B A A A A A A A A A\n"
     "#define C B B B B B B B B B\n#define D C C C C C C C C C\n"
     "int main(void) { D D D D D D }\n", None),
    ("compile_error", "random.c", '#include "/dev/random"\n', None),
    ("compile_error", "zero.c", '#include "/dev/zero"\n', None),
    ("compile_error", "binary.c",
     "char x[1 << 30] = { 1 };\nint main(void) { return x[7]; }\n", None),
    ("compile_error", "recursion.c",
     '#include __FILE__\nint main(void) { return 0; }\n', "nested"),
    ("compile_error", "doubling.c",
     "#if __INCLUDE_LEVEL__ < 25\n#include __FILE__\n#include __FILE__\n"
     "#include __FILE__\n#endif\nint x = ;\n", None),
    ("compile_error", "shadow.c", '#include "/etc/shadow"\n', "No such file"),
    ("compile_error", "environ.c", '#include "/proc/1/environ"\n', None),
    ("compile_error", "parent.c", '#include "../../problem.yaml"\n',
     "No such file"),
    ("compile_error", "incbin.c",
     'asm(".incbin \\"/etc/shadow\\"");\nint main(void) { return 0; }\n',
     "file not found"),
    ("compile_error", "answers.c",
     'asm(".incbin \\"/case/answer\\"");\nint main(void) { return 0; }\n',
     "file not found"),
    ("compile_error", "script.c", "INPUT(/etc/shadow)\nENTRY(main)\n", None),
    ("compile_error", "nul.c", "int main(void) { \"\x01\x02\x1b[2J\" @ }\n",
     None),
    ("compile_error", "asm.c",
     "asm(\".rept 1000000000\\n.quad 1\\n.endr\");\n"
     "int main(void) { return 0; }\n", None),
    ("compile_error", "deep.py", "(" * 100000 + ")" * 100000 + "\n", None),
    ("compile_error", "unary.py", "x = " + "-" * 2000000 + "1\n", None),
    ("compile_error", "bomb.pl",
     "BEGIN { setpgrp; $SIG{TERM} = 'IGNORE'; 1 while defined fork; "
     "sleep 1000; }\n", None),
    ("compile_error", "leave.pl",
     "BEGIN { if (!fork) { setpgrp; close STDOUT; close STDERR; "
     "sleep 1000 } die 'left'; }\n", "left"),
    ("compile_error", "disk.pl",
     "BEGIN { open F, '>/tmp/full'; print F 'x' x 1000000 or die 'full' "
     "for 1 .. 100000; close F or die 'full'; die 'full'; }\n", None),
    ("compile_error", "write.pl",
     "BEGIN { for (qw(/source/x /program/x /usr/x /etc/passwd /proc/1/mem)) "
     "{ open F, \">$_\" and die 'written' } die 'refused'; }\n", "refused"),
    ("compile_error", "read.pl",
     "BEGIN { local $/; my $t = join '', %ENV, map { open F, $_; <F> } "
     "glob('/proc/*/environ /proc/*/cmdline /root/* /home/*/* "
     "/var/lib/*/* /run/*/* /tmp/* /source/*'); die \"seen $t\"; }\n",
     "seen"),
    ("compile_error", "rust-token.rs",
     'fn main() { println!("{}", env!("ASSIZE_REGISTRATION_TOKEN")); }\n',
     "not defined"),
    ("compile_error", "rust-shadow.rs",
     'fn main() { println!("{}", include_str!("/etc/shadow")); }\n',
     "read"),
    ("compile_error", "rust-macro.rs",
     '#![crate_type = "proc-macro"]\nextern crate proc_macro;\n'
     "use proc_macro::TokenStream;\n#[proc_macro]\n"
     "pub fn f(_: TokenStream) -> TokenStream { loop {} }\n", None),
    # Harmless, and judged: the compiler is told nothing by the source.
    ("accepted", "plugin.c",
     '#pragma GCC optimize("-fplugin=/source/evil.so")\n'
     '#pragma GCC push_options\n' + C_SUM, None),
]
SLOW = [
    ("compile_error", "Huge.java",
     "class Huge { static String s; public static void main(String[] a) {\n" +
     "".join(f's = "text {i}";\n' for i in range(20000)) + "} }\n",
     "too large"),
    ("compile_error", "Many.java",
     "class Many { public static void main(String[] a) {}\n" +
     "".join(f"class A{i} {{}}\n" for i in range(1500)) + "}\n", None),
    ("compile_error", "Deep.java",
     "class Deep { int x = " + "(" * 300000 + "1" + ")" * 300000 +
     "; public static void main(String[] a) {} }\n", None),
    ("compile_error", "template.hs",
     "{-# LANGUAGE TemplateHaskell #-}\nimport Language.Haskell.TH\n"
     'main = putStrLn $(runIO (readFile "/etc/shadow") >>= litE . stringL)\n',
     "does not exist"),
    ("compile_error", "library.go", "package library\nfunc F() {}\n", None),
    ("compile_error", "cgo.go",
     "package main\n// #cgo LDFLAGS: -fplugin=/source/x.so\n"
     'import "C"\nfunc main() {}\n', None),
    ("compile_error", "embed.go",
     'package main\nimport _ "embed"\n//go:embed /etc/shadow\n'
     "var s string\nfunc main() { println(s) }\n", None),
]
TOOLS = {".rs": "/usr/bin/rustc", ".java": "/usr/bin/javac",
         ".hs": "/usr/bin/ghc", ".go": "/usr/bin/go", ".pl": "/usr/bin/perl",
         ".c": "/usr/bin/gcc", ".cpp": "/usr/bin/g++",
         ".py": "/usr/bin/python3"}




def can_compile(program):
    return os.path.exists(TOOLS[os.path.splitext(program[1])[1]])


def run(base, programs, limits):
    """What each came to, by its name; an honest one is judged at the end."""
    package = make_package(
        base, [p[:3] for p in programs] + [("accepted", "zz.c", C_SUM)],
        tests=[("secret/1", "1 2", "3")],
        limits={"memory": 128, **limits})
    scratch = base / "scratch"
    scratch.mkdir()
    for path in (scratch, base, base.parent, base.parent.parent):
        os.chmod(path, 0o711)
    seen, groups = set(), set()
    with open(base / "out", "w+", encoding="utf-8") as out, \
            subprocess.Popen([RUNNER, "--json", "--check", package],
                             stdout=out, env=environment(
                                 ASSIZE_REGISTRATION_TOKEN=SECRET,
                                 TMPDIR=str(scratch))) as runner:
        while runner.poll() is None:
            fresh = proctree.below(runner.pid) - seen
            groups |= proctree.groups(fresh)
            seen |= fresh
            time.sleep(0.005)
        out.seek(0)
        lines = json.load(out)
    # The machine is as before: no process, group, mount or file.
    assert seen and not proctree.alive(seen)
    assert groups and not proctree.groups_left(groups)
    assert not proctree.mounts(str(base))
    assert os.listdir(scratch) == []
    return {os.path.basename(line["submission"]): line for line in lines}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    found = {}
    for programs, limits in (
            (QUICK, {"compilation_time": 1, "compilation_memory": 256}),
            (SLOW, {"compilation_time": 15, "compilation_memory": 1024})):
        base = tmp_path_factory.mktemp("hostile")
        one = run(base, [p for p in programs if can_compile(p)], limits)
        # After all of that an honest program is judged as ever.
        assert one["zz.c"]["verdict"] == "AC"
        assert one["zz.c"]["time_ms"] < 500
        found.update(one)
    return found


@pytest.mark.parametrize("program", QUICK + SLOW, ids=lambda p: p[1])
def test_hostile_source(results, program):
    expected, name, _, says = program
    if not can_compile(program):
        pytest.skip("./dev languages installs its compiler")
    line = results[name]
    assert line["verdict"] == {"compile_error": "CE", "accepted": "AC"}[
        expected], line
    text = line["compile"] or ""
    assert len(text) <= 17 * 1024
    assert SECRET not in text and "root:" not in text
    if says is not None:
        assert says in text, text[:2000]


def test_no_network_for_a_compiler(tmp_path):
    """Even the machine's own loopback is another one."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        # The control: outside of a box the same words get through.
        code = (f"BEGIN {{ open my $s, '+<', '/dev/tcp/127.0.0.1/{port}'; "
                "use IO::Socket::INET; my $c = IO::Socket::INET->new("
                f"PeerAddr => '127.0.0.1', PeerPort => {port}, "
                "Timeout => 2); die $c ? 'connected' : 'alone'; }\n")
        bash = f"exec 3<>/dev/tcp/127.0.0.1/{port}\nif\n"
        for text, tool in ((code, "perl"), (bash, "bash")):
            path = tmp_path / "control"
            path.write_text(text)
            done = subprocess.run([tool, str(path)], capture_output=True,
                                  text=True, check=False)
            assert "alone" not in done.stderr
        server.settimeout(0.2)
        for _ in range(2):
            server.accept()[0].close()
        base = tmp_path / "boxed"
        base.mkdir()
        lines = run(base, [("compile_error", "net.pl", code),
                           ("compile_error", "net.sh", bash)], {})
        assert lines["net.pl"]["verdict"] == "CE"
        assert "alone" in lines["net.pl"]["compile"]
        assert lines["net.sh"]["verdict"] == "CE"
        with pytest.raises(TimeoutError):
            server.accept()


def test_annotation_processors_do_not_run(tmp_path):
    """A processor beside the source is a file, and no more."""
    if not os.path.exists("/usr/bin/javac"):
        pytest.skip("./dev languages installs its compiler")
    package = make_package(tmp_path, [
        ("accepted", "p/Sum.java",
         "import java.util.*;\nclass Sum { public static void main(String[] a)"
         "{ Scanner s = new Scanner(System.in); "
         "System.out.println(s.nextInt() + s.nextInt()); } }\n"),
        ("accepted", "p/Evil.java",
         "import javax.annotation.processing.*;\n"
         "public class Evil extends AbstractProcessor { static { "
         "Runtime.getRuntime().halt(7); } public boolean process("
         "Set<? extends javax.lang.model.element.TypeElement> s, "
         "RoundEnvironment r) { return false; } }\n".replace(
             "Set<", "java.util.Set<")),
        ("accepted", "p/META-INF/services/"
         "javax.annotation.processing.Processor", "Evil\n"),
    ], tests=[("secret/1", "1 2", "3")])
    _, lines = judge(package)
    assert [line["verdict"] for line in lines.values()] == ["AC"], lines
