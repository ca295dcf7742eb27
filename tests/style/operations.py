"""docs/operations.md against the views and functions of operators: a section
for each alert, a line for each view and function."""

import re

import source


def sql(folder):
    return "".join(source.read(path)
                   for path in source.files(f"sql/{folder}", ".sql"))


def main():
    page = source.read("docs/operations.md")
    view = source.read("sql/views/op_attention.sql")
    alerts = set(re.findall(r"^SELECT '([^']+)'", view, re.M)) | \
        set(re.findall(r"^SELECT CASE .*?THEN '([^']+)'\s+ELSE '([^']+)' END",
                       view, re.M | re.S)[0])
    assert len(alerts) > 5, "op_attention.sql cannot be read"
    part = page.partition("\n## Alerts\n")[2].partition("\n## ")[0]
    titles = re.findall(r"^### (.+)$", part, re.M)
    faults = [f"docs/operations.md: no section for the alert {a}"
              for a in sorted(alerts - set(titles))]
    faults += [f"docs/operations.md: op_attention never shows {t}"
               for t in titles if t not in alerts]
    views = re.findall(r"^CREATE VIEW (op_\w+)", sql("views"), re.M)
    functions = re.findall(
        r"FUNCTION (op_\w+)\((?:(?!FUNCTION).)*?VOLATILE SECURITY DEFINER",
        sql("functions"), re.S)
    for name in sorted({*views, *functions} - {"op_note"}):
        if f"`{name}" not in page:
            faults.append(f"docs/operations.md: {name} is not in a table")
    known = set(re.findall(r"(?:VIEW|FUNCTION) (op_\w+)",
                           sql("views") + sql("functions")))
    faults += [f"docs/operations.md: there is no {name}" for name in
               sorted(set(re.findall(r"\bop_\w+", page)) - known - {"op_"})]
    source.finish(faults)


if __name__ == "__main__":
    main()
