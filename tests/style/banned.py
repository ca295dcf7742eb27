"""Calls and words that have their one place."""

import re

import source

# What a library allocated with malloc is given back where it is known.
HANDLES = ("src/markup/markup.c", "src/token/jwt.c")

CODE = [
    (r"\b(malloc|calloc|realloc|reallocarray|free|strdup|strndup|asprintf|"
     r"vasprintf)\s*\(", ("src/base/", *HANDLES), "memory comes from an arena"),
    (r"\bgoto\b", (), "memory is the arena's, handles are _cleanup_"),
    (r"\b(fork|vfork)\s*\(", ("src/base/proc.c", "src/box/",
                            "src/runner/templates/probe_main.c"),
     "processes are started by base/proc.h"),
    (r"\bpthread_create\s*\(",
     ("src/assized/", "src/runner/", "src/base/", "src/box/lookahead.c",
      "src/exporter/"),
     "threads belong to the programs"),
    (r"\bNDEBUG\b", ("src/base/",), "asserts are always on"),
]

TEXTS = [
    (r'"\s*(SELECT|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|WITH\s+\w+'
     r'\s+AS|CREATE\s+(TABLE|OR)|ALTER\s+TABLE|DROP\s+\w+)\b', (),
     "SQL stands in src/store/queries or in sql"),
    (r'"\s*(HSET|HGET|ZADD|ZREM|ZRANGE\w*|EVAL|LPUSH|PUBLISH|EXPIRE|DEL|INCR)'
     r'\b[ "]', ("src/dispatch/",), "Redis is known to dispatch only"),
]

UNFINISHED = r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b"


def check(path, text, table, faults):
    for pattern, allowed, why in table:
        if allowed and path.startswith(allowed):
            continue
        for m in re.finditer(pattern, text):
            faults.append(f"{path}:{source.line_of(text, m.start())}: "
                          f"{m[0].strip()}: {why}")


def bare(text):
    """Without literals and well-formed comments."""
    return re.sub(r'"(?:\\.|[^"\\\n])*"|/\*.*?\*/',
                  lambda m: source.blank(m[0]), text, flags=re.S)


def main():
    faults = []
    for path in source.files("src", ".c", ".h", ".def"):
        text = source.read(path)
        check(path, source.without_texts(text), CODE, faults)
        check(path, source.without_comments(text), TEXTS, faults)
        check(path, text, [(UNFINISHED, (), "unfinished")], faults)
        check(path, bare(text), [("//", (), "comments are /* */")], faults)
    source.finish(faults)


if __name__ == "__main__":
    main()
