"""The manual against the tables of the program, both ways."""

import re

import source

# A configuration table, and the page that explains its keys.
CONFIGS = {
    "src/assized/config.c": "docs/man/assized.conf.5",
    "src/exporter/config.c": "docs/man/assize-exporter.conf.5",
    "src/runner/config.c": "docs/man/assize-runner.conf.5",
}

# Tables of options, and the page that explains them.
OPTIONS = (
    ("src/assized/main.c", "long_options", "docs/man/assized.8"),
    ("src/exporter/main.c", "long_options", "docs/man/assize-exporter.8"),
    ("src/runner/main.c", "long_options", "docs/man/assize-runner.8"),
    ("src/cli/main.c", "global_option_table", "docs/man/assize.1"),
)


def items(path, macro):
    """The arguments of `.It MACRO name` lines of a page."""
    return re.findall(rf"^\.It {macro} (\S+)", source.read(path), re.M)


def compare(what, table, page, path):
    faults = []
    for name in sorted(set(table) - set(page)):
        faults.append(f"{path}: {what} {name} is not explained")
    for name in sorted(set(page) - set(table)):
        faults.append(f"{path}: {what} {name} is not in the program")
    for name in sorted({x for x in page if page.count(x) > 1}):
        faults.append(f"{path}: {what} {name} is explained twice")
    return faults


def check_errors():
    table = re.findall(r'^X\((\w+), "([a-z-]+)", (\d+),',
                       source.read("src/base/errors.def"), re.M)
    text = source.read("docs/man/assize-errors.7")
    page = re.findall(r"^\.It Li (\S+) Pq (\d+)", text, re.M)
    assert len(table) > 20, "errors.def cannot be read"
    return compare("error", [f"{slug} {status}" for _, slug, status in table],
                   [f"{slug} {status}" for slug, status in page],
                   "assize-errors.7")


def check_verdicts():
    """The table of causes, row by row, in docs/judging.md."""
    table = re.findall(r"\{ CAUSE_\w+, +VERDICT_(\w+)[, ]",
                       source.read("src/grade/verdict.c"))
    text = source.read("docs/judging.md")
    page = re.findall(r"^\| .+ \| (\w+) \|$",
                      text[text.index("## Verdicts"):text.index("## Limits")],
                      re.M)[1:]
    assert len(table) > 5, "verdict.c cannot be read"
    if page[:-1] != table:
        return [f"docs/judging.md: causes are {table}, not {page[:-1]}"]
    return []


def check_config(code, page):
    keys = re.findall(r'^\t\{ "(\w+)", CONF_', source.read(code), re.M)
    assert len(keys) > 5, f"{code} cannot be read"
    return compare("key", keys, items(page, "Ic"), page)


def options_of(path, table):
    """The names in a table of options."""
    body = re.search(rf"\b{table}\[\] = \{{(.*?)\n\}};", source.read(path),
                     re.S)[1]
    return re.findall(r'^\t\{ "([\w-]+)",', body, re.M)


def check_options():
    """--options of the daemons, and those that every command takes."""
    faults = []
    for code, table, page in OPTIONS:
        lines = re.findall(r"^\.It (Fl .*)", source.read(page), re.M)
        faults += compare("option", options_of(code, table), re.findall(
            r"Fl -([\w-]+)", "\n".join(lines)), page)
    return faults


def check_commands():
    """Each command and its options stand in the synopsis of assize(1)."""
    page = "docs/man/assize.1"
    text = source.read(page)
    synopsis = text[text.index(".Sh SYNOPSIS"):text.index(".Sh DESCRIPTION")]
    told = {}
    for usage in synopsis.split("\n.Nm\n")[1:]:
        told[re.match(r"\.Cm (.*)", usage)[1]] = re.findall(
            r"Fl -([\w-]+)", usage)
    table = re.findall(r'^\t\{ "([a-z ]+)", "[^"]*", \w+, \w+,\n\t +(\w+),',
                       source.read("src/cli/command.c"), re.M)
    assert len(table) > 5, "command.c cannot be read"
    names = [name for name, _ in table]
    faults = compare("command", names, list(told), page)
    faults += compare("command", names, [
        x.replace('"', "") for x in re.findall(r"^\.It Cm (.*)", text, re.M)],
        page)
    for name, options in table:
        for path in source.files("src/cli", ".c"):
            if f"struct cli_option {options}[] = {{\n" in source.read(path):
                faults += compare(f"{name}: option",
                                  options_of(path, options),
                                  told.get(name, []), page)
    return faults


def check_languages():
    """Each language passed its programs: it has a row that says so."""
    rows = dict(re.findall(r"^\| `(\w+)` ((?:\| (?:ok|-|[A-Z]+) ){7}\| .+) \|$",
                           source.read("docs/languages.md"), re.M))
    names = {path.split("/")[-1][:-len(".yaml")]: path
             for path in source.files("src/runner/languages.d", ".yaml")}
    assert len(names) > 20, "languages.d cannot be read"
    faults = compare("language", list(names), list(rows), "docs/languages.md")
    for name, row in rows.items():
        cells = re.findall(r"(?<=\| )\S+(?= )", row)[:7]
        programs = set(re.findall(r"^  (hello|fast|ac|ce|re|tle|mle):",
                                  source.read(names[name]), re.M))
        if cells.count("ok") != len(programs) or \
                cells.count("-") != 7 - len(programs):
            faults.append(f"docs/languages.md: {name}: {' '.join(cells)}")
    return faults


def check_nginx_slugs():
    """nginx may only use slugs that exist, with their status."""
    table = dict(re.findall(r'^X\(\w+, "([a-z-]+)", (\d+),',
                            source.read("src/base/errors.def"), re.M))
    text = source.read("nginx/snippets/assize-problem-map.conf.in")
    faults = []
    for status, slug in re.findall(r'(\d+)\s+"@error_base@([\w-]+)"', text):
        if table.get(slug) != status:
            faults.append(f"nginx answers {status} as {slug}")
    return faults


def main():
    faults = check_errors() + check_nginx_slugs() + check_options() + \
        check_commands() + check_languages() + check_verdicts()
    for code, page in CONFIGS.items():
        faults += check_config(code, page)
    source.finish(faults)


if __name__ == "__main__":
    main()
