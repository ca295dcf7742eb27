"""Runs a grading script as INGInious' interpreter does (inginious-ipython).

The names of inginious_container_api are there without an import, and lines
may be commands of a shell (! and x = !) and a few magics (%env, %cd, %run):
what scripts use of IPython.  A script that is plain Python runs as it is.
"""

import os
import re
import sys

# What a name that is used needs; modules also came with those of the API.
API = {
    "input": "load_input get_input get_username get_lang get_submission_time "
             "parse_template",
    "feedback": "set_global_result set_problem_result set_grade "
                "set_global_feedback set_problem_feedback set_state set_tag "
                "tag set_custom_value get_feedback save_feedback "
                "load_feedback "
                "set_feedback_from_tpl",
    "lang": "init get_lang_dir_path",
    "rst": "get_codeblock get_imageblock get_admonition indent_block",
    "run_student": "run_student run_student_simple run run_simple",
    "ssh_student": "ssh_student",
}
MODULES = ("array", "asyncio", "base64", "builtins", "codecs", "datetime",
           "gettext", "inginious_container_api", "json", "os", "re", "shlex",
           "signal", "socket", "struct", "subprocess", "sys", "tempfile",
           "traceback")
SHELL = "/usr/bin/bash"
COMMAND = re.compile(r"(\s*)!(.*)")
ASSIGNED = re.compile(r"(\s*)([A-Za-z_][\w.,\s\[\]'\"]*?)\s*=\s*([!%])(.*)")
MAGIC = re.compile(r"(\s*)%(\w+)\s*(.*)")
NAME = re.compile(r"\$(\$|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)")


class Lines(list):
    """The lines that a command printed; joined: s with blanks, n as they
    were."""

    s = spstr = property(" ".join)
    n = nlstr = property("\n".join)
    l = list = property(lambda self: self)


def _fill_in(text, names):
    """{expression} and $name; as it is if one of them is unknown."""
    import string
    parts = []
    try:
        for literal, field, _, _ in string.Formatter().parse(text):
            parts.append(NAME.sub(lambda m: _value(m, names), literal))
            if field is not None:
                parts.append(str(eval(field, names)))
    except Exception:
        return text
    return "".join(parts)


def _value(match, names):
    """Of a variable of the script; others are the shell's."""
    name = match[1]
    if name == "$" or name.split(".")[0] not in names:
        return "$" if name == "$" else match[0]
    return str(eval(name, names))


def _names():
    frame = sys._getframe(2)
    return {**frame.f_globals, **frame.f_locals}


def run_command(text):
    """! and %: nothing is returned but the status, as _exit_code."""
    import subprocess
    text = _fill_in(text, _names())
    sys.stdout.flush()
    done = subprocess.run([SHELL, "-c", text], check=False)
    sys._getframe(1).f_globals["_exit_code"] = done.returncode


def read_command(text):
    import subprocess
    text = _fill_in(text, _names())
    done = subprocess.run([SHELL, "-c", text], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    return Lines(done.stdout.decode("utf-8", "replace").splitlines())


def _env(text, _):
    name, sign, value = text.partition("=")
    if not sign:
        name, sign, value = text.partition(" ")
    if sign:
        os.environ[name.strip()] = value.strip()
    return os.environ.get(name.strip())


def _cd(text, _):
    os.chdir(os.path.expanduser(text or "~"))


def _run(text, names):
    run_file(text.split()[0], names)


def run_magic(name, text):
    names = sys._getframe(1).f_globals
    text = _fill_in(text, _names())
    known = {"env": _env, "set_env": _env, "cd": _cd, "run": _run,
             "pwd": lambda *_: os.getcwd()}
    if name in ("sx", "system"):
        return read_command(text)
    if name not in known:
        print(f"assize: there is no magic %{name} here", file=sys.stderr)
        return None
    return known[name](text, names)


class _Scanner:
    """Is the next line inside a long string or brackets?"""

    TOKEN = re.compile(r"\\.|'''|\"\"\"|'|\"|#.*|[()\[\]{}]|[^\\'\"#()\[\]{}]+",
                       re.S)

    def __init__(self):
        self.quote = None
        self.depth = 0

    def feed(self, line):
        for token in self.TOKEN.findall(line):
            if self.quote:
                if token == self.quote:
                    self.quote = None
            elif token in ("'''", '"""', "'", '"'):
                self.quote = token
            elif token in "([{":
                self.depth += 1
            elif token in ")]}":
                self.depth = max(0, self.depth - 1)
        # Short strings end with their line.
        if self.quote in ("'", '"'):
            self.quote = None

    def is_inside(self):
        return self.quote is not None or self.depth > 0


def _translate_line(line):
    for form in (COMMAND, MAGIC, ASSIGNED):
        m = form.fullmatch(line)
        if m is None:
            continue
        if form is COMMAND:
            if m[2].startswith("!"):
                return f"{m[1]}_assize.read_command({m[2][1:]!r})"
            return f"{m[1]}_assize.run_command({m[2]!r})"
        if form is MAGIC:
            return f"{m[1]}_assize.run_magic({m[2]!r}, {m[3]!r})"
        if m[3] == "!":
            return f"{m[1]}{m[2]} = _assize.read_command({m[4]!r})"
        name, _, rest = m[4].partition(" ")
        return f"{m[1]}{m[2]} = _assize.run_magic({name!r}, {rest!r})"
    return None


def translate(source):
    """As Python; line numbers stay."""
    scanner, out = _Scanner(), []
    lines = iter(source.split("\n"))
    for line in lines:
        more = 0
        whole = line
        while not scanner.is_inside() and whole.endswith("\\") and \
                _translate_line(whole) is not None:
            following = next(lines, None)
            if following is None:
                break
            whole = whole[:-1] + following
            more += 1
        made = None if scanner.is_inside() else _translate_line(whole)
        if made is None:
            scanner.feed(line + "\n")
        out.append(line if made is None else made + "\n" * more)
    return "\n".join(out)


def _preload(source, names):
    import importlib
    words = set(re.findall(r"[A-Za-z_]\w*", source))
    is_all = "%run" in source or "exec" in words
    for module in MODULES:
        if module in words or is_all:
            names.setdefault(module, importlib.import_module(module))
    for module, known in API.items():
        if is_all or words & set(known.split()):
            found = importlib.import_module("inginious_container_api."
                                            + module)
            names.update({k: getattr(found, k) for k in known.split()
                          if hasattr(found, k)})


def run_file(path, names):
    with open(path, encoding="utf-8") as f:
        source = f.read()
    _preload(source, names)
    try:
        code = compile(source, path, "exec")
    except SyntaxError:
        code = compile(translate(source), path, "exec")
    exec(code, names)


def main():
    sys.argv = sys.argv[1:]
    path = sys.argv[0]
    sys.path[0] = os.path.dirname(os.path.abspath(path))
    module = sys.modules["__main__"]
    names = {"__name__": "__main__", "__file__": path,
             "__builtins__": __builtins__, "_assize": module}
    # Who asks for __main__ asks for the script.
    script = type(sys)("__main__")
    script.__dict__.update(names)
    sys.modules["_assize"], sys.modules["__main__"] = module, script
    run_file(path, script.__dict__)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("inginious-ipython: which file?")
    main()
