"""Which directory may know which: our headers by .may_include, the headers
and the types of libraries by the table below."""

import re

import source

# Header of a library -> the directories, or files, that may know it.
LIBRARIES = {
    r"libpq-fe\.h|postgres.*": ["src/store/"],
    r"hiredis/.*": ["src/dispatch/"],
    r"json-c/.*|json\.h": ["src/wire/"],
    r"jwt\.h": ["src/token/"],
    r"fcgi.*\.h": ["src/assized/fcgi.c"],
    r"archive.*\.h|yaml\.h": ["src/package/"],
    r"curl/.*": ["src/http/"],
    r"cmark.*\.h": ["src/markup/"],
    r"seccomp\.h": ["src/box/"],
    r"pcre2\.h": ["src/grade/regex.c"],
    r"gumbo\.h": ["src/runner/templates/html.c"],
    r"openssl/.*": ["src/base/", "src/token/"],
    r"cmocka\.h": ["tests/"],
}

# A type or a call of a library in a file of another directory.
WORDS = {
    r"\bPG(conn|result)\b|\bPQ[a-z]\w+\s*\(": ["src/store/"],
    r"\bredis(Context|Reply|Command\w*)\b": ["src/dispatch/"],
    r"\bjson_(object|tokener)\b|\bjson_(object|tokener)_\w+": ["src/wire/"],
    r"\bjwt_t\b|\bjwt_(new|decode|encode\w*|free)\s*\(": ["src/token/"],
    r"\bFCGX_\w+": ["src/assized/fcgi.c"],
    r"\byaml_\w+_t\b|\barchive_(read|write|entry)_\w+": ["src/package/"],
    r"\bcmark_\w+": ["src/markup/"],
    r"\bCURL\b|\bcurl_easy_\w+": ["src/http/"],
    r"\bpcre2_\w+": ["src/grade/regex.c"],
    r"\bscmp_\w+|\bseccomp_(init|load|rule)\w*": ["src/box/"],
}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+([<"])([^>"]+)[>"]', re.M)


def rules(directory):
    lines = source.read(f"{directory}/.may_include").split("\n")
    return [x for x in lines if x and not x.startswith("#")]


def check_own(path, name, faults, line):
    directory = "/".join(path.split("/")[:2])
    if "/" not in name:
        faults.append(f'{path}:{line}: "{name}" is not a path from src/')
    elif not any(re.match(r, name) for r in rules(directory)):
        faults.append(f"{path}:{line}: {directory} must not know {name}")


def check_table(path, text, table, faults, line):
    for pattern, allowed in table.items():
        if re.fullmatch(pattern, text) and not path.startswith(tuple(allowed)):
            faults.append(f"{path}:{line}: {text} belongs to "
                          f"{' '.join(allowed)}")


def check_words(path, text, faults):
    code = source.without_texts(text)
    for pattern, allowed in WORDS.items():
        if path.startswith(tuple(allowed)):
            continue
        for m in re.finditer(pattern, code):
            faults.append(f"{path}:{source.line_of(code, m.start())}: "
                          f"{m[0]} belongs to {' '.join(allowed)}")


def check_first(path, text, faults):
    """A .c file proves that its header stands alone."""
    own = re.sub(r"^src/(.*)\.c$", r"\1.h", path)
    found = [m[2] for m in INCLUDE.finditer(text) if m[1] == '"']
    if own in found and INCLUDE.search(text)[2] != own:
        faults.append(f"{path}: does not include its own header first")


def check_file(path):
    faults = []
    text = source.read(path)
    code = source.without_comments(text)
    for m in INCLUDE.finditer(code):
        line = source.line_of(code, m.start())
        if m[1] == '"':
            check_own(path, m[2], faults, line)
        else:
            check_table(path, m[2], LIBRARIES, faults, line)
    check_words(path, text, faults)
    if path.endswith(".c"):
        check_first(path, code, faults)
    return faults


def main():
    found = source.files("src", ".c", ".h")
    faults = [] if len(found) > 50 else [f"only {len(found)} files found"]
    for path in found:
        faults += check_file(path)
    source.finish(faults)


if __name__ == "__main__":
    main()
