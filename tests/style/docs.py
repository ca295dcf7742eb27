"""The manual against the tables of the program, both ways."""

import re

import source

# A configuration table, and the page that explains its keys.
CONFIGS = {
    "src/assized/config.c": "docs/man/assized.conf.5",
    "src/runner/config.c": "docs/man/assize-runner.conf.5",
}


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


def check_config(code, page):
    keys = re.findall(r'^\t\{ "(\w+)", CONF_', source.read(code), re.M)
    assert len(keys) > 5, f"{code} cannot be read"
    return compare("key", keys, items(page, "Ic"), page)


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
    faults = check_errors() + check_nginx_slugs()
    for code, page in CONFIGS.items():
        faults += check_config(code, page)
    source.finish(faults)


if __name__ == "__main__":
    main()
