"""Pieces of reStructuredText, indented so that nothing in them is markup."""

import os

CLASSES = ("info", "danger", "warning", "success")


def _indent(text):
    return "".join(f"\t{line}\n" for line in text.splitlines())


def get_codeblock(language, text):
    return f"\n\n.. code-block:: {language}\n\n{_indent(text)}\n"


def get_imageblock(filename, format=""):
    import base64
    kind = format or os.path.splitext(filename)[1][1:]
    with open(filename, "rb") as f:
        data = base64.b64encode(f.read()).decode("ascii")
    return f"\n\n.. image:: data:image/{kind};base64,{data}\n"


def get_admonition(cssclass, title, text):
    if cssclass not in CLASSES:
        cssclass = "info"
    head = f".. admonition:: {title}\n" if title else ".. note:: \n"
    return f"\n\n{head}\t:class: alert alert-{cssclass}\n\n{_indent(text)}\n"


def _dedent(line, amount, char):
    n = 0
    while n < amount and line[n:n + 1] == char:
        n += 1
    return line[n:]


def indent_block(amount, text, indent_char="\t"):
    """Further in, or with a negative amount further out."""
    if amount > 0:
        return "".join(f"{indent_char * amount}{line}\n"
                       for line in text.splitlines())
    return "".join(f"{_dedent(line, -amount, indent_char)}\n"
                   for line in text.splitlines())
