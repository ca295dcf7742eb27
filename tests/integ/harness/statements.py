"""The statements of the service, as build-aux/embed.awk reads them."""

import glob
import re


def statements(source):
    """Their texts by name."""
    found = {}
    for path in sorted(glob.glob(f"{source}/src/store/queries/*.sql")):
        with open(path, encoding="utf-8") as f:
            pieces = re.split(r"^-- (name|part): (\w+)\n", f.read(),
                              flags=re.M)[1:]
        parts = {}
        for kind, name, text in zip(*[iter(pieces)] * 3):
            text = re.sub(r"^-- use: (\w+)\n", lambda m: parts[m[1]], text,
                          flags=re.M)
            (parts if kind == "part" else found)[name] = \
                re.sub(r"^--.*\n", "", text, flags=re.M)
    return {name: text.strip().rstrip(";") for name, text in found.items()}
