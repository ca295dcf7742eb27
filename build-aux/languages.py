"""languages.py PAGE < JSON of assize-runner --languages: replaces the rows of
the page's table of languages by what was seen; rows of others stay."""

import json
import sys

HEAD = "| language | hello | fast | ac | ce | re | tle | mle | version |\n"
RULE = "|---|---|---|---|---|---|---|---|---|\n"
PROGRAMS = ("hello", "fast", "ac", "ce", "re", "tle", "mle")


def cell(program):
    if program is None:
        return "-"
    return "ok" if program["ok"] else program["verdict"]


def row(language):
    cells = [cell(language["programs"].get(p)) for p in PROGRAMS]
    return "| " + " | ".join([f"`{language['name']}`", *cells,
                              language["version"]]) + " |\n"


def main():
    path = sys.argv[1]
    with open(path, encoding="utf-8") as f:
        before, table = f.read().split(HEAD + RULE)
    lines = table.splitlines(keepends=True)
    n = next((i for i, line in enumerate(lines) if not line.startswith("|")),
             len(lines))
    rows = {line.split("`")[1]: line for line in lines[:n]}
    failed = False
    for language in json.load(sys.stdin):
        if language["version"] is not None:
            rows[language["name"]] = row(language)
        if language.get("fault"):
            failed = True
            print(f"{language['name']}: {language['fault']}", file=sys.stderr)
    with open(path, "w", encoding="utf-8") as f:
        f.write(before + HEAD + RULE + "".join(rows[k] for k in sorted(rows)) +
                "".join(lines[n:]))
    sys.exit(failed)


if __name__ == "__main__":
    main()
