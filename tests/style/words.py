"""What test functions report stands in the tables of words_*.c, and nothing
else does: so that no report is left in one language."""

import re
import sys

import source

STRINGS = r'((?:"(?:[^"\\]|\\.)*"\s*)+)'
# Where the code says something: the call, and what stands before the text.
SAYS = re.compile(r"\b(?:(?:probe_say|say_failed|probe_word|words_say)\s*\("
                  r'[^";]*?|(?:refused\s*=|return)\s*)' + STRINGS)


def text(literals):
    return "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', literals))


def is_words(said):
    return re.search(r"[A-Za-z]{3}", re.sub(r"%[.0-9]*z?[a-z]", "", said))


def said_in(path):
    code = source.read(path)
    for m in SAYS.finditer(code):
        plain = m.group(0).startswith("return")
        said = text(m.group(1))
        # Of what is only returned, the sentences.
        if is_words(said) and (not plain or said.endswith(".")):
            yield said


def main():
    directory = "src/runner/templates"
    files = source.files(directory, ".c")
    tables = [f for f in files if f.startswith(f"{directory}/words_")]
    rows = [text(m) for f in tables
            for m in re.findall(r"\{ \{\s*" + STRINGS, source.read(f))]
    said = {s for f in [*files, "src/runner/criteria_model.c",
                       "src/runner/setup.c"]
            if f not in tables for s in said_in(f)}
    faults = [f"said in English only: {s}" for s in sorted(said - set(rows))]
    faults += [f"nobody says: {s}" for s in sorted(set(rows) - said)]
    faults += [f"stands twice: {s}" for s in sorted(set(rows))
               if rows.count(s) > 1]
    assert len(rows) > 100, "the tables were not found"
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
