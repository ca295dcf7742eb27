"""reStructuredText as HTML that is safe in a page.

Standard input: a list of texts, standard output the same list with HTML; null
where a text is beyond help.  Runs in a box of its own, since a text may be
made to take for ever.
"""

import collections
import datetime
import json
import re
import sys

# Where Debian's modules are, also without site.
sys.path.append("/usr/lib/python3/dist-packages")

import bleach  # noqa: E402
from docutils import nodes  # noqa: E402
from docutils.core import publish_parts  # noqa: E402
from docutils.parsers.rst import Directive, directives  # noqa: E402

HTML_MAX = 1 << 20
SETTINGS = {
    # Nothing raw, nothing of this machine, nothing about mistakes.
    "raw_enabled": False, "file_insertion_enabled": False,
    "_disable_config": True, "report_level": 5, "halt_level": 5,
    "embed_stylesheet": False, "stylesheet_path": "", "stylesheet": "",
    "input_encoding": "unicode", "line_length_limit": 1 << 20,
    # A fragment of somebody else's page.
    "doctitle_xform": False, "initial_header_level": 2,
    "id_prefix": "feedback-", "syntax_highlight": "none",
    "math_output": "LaTeX", "smart_quotes": False,
}
TAGS = [
    "a", "abbr", "aside", "blockquote", "br", "caption", "cite", "code", "col",
    "colgroup", "dd", "del", "dfn", "div", "dl", "dt", "em", "figcaption",
    "figure", "footer", "h2", "h3", "h4", "h5", "h6", "header", "hr", "img",
    "ins", "kbd", "li", "ol", "p", "pre", "q", "s", "samp", "section",
    "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot",
    "th", "thead", "tr", "tt", "ul", "var"]
PLAIN = {"class", "id", "title", "alt", "colspan", "rowspan", "start"}
LINK = re.compile(r"(https?://|mailto:|#feedback-)", re.I)
IMAGE = re.compile(r"(https?://|data:image/(png|gif|jpeg|webp);base64,"
                   r"[A-Za-z0-9+/=]*\Z)", re.I)


def may_stand(tag, name, value):
    """Of an attribute; which protocols there are bleach checks, too."""
    if name == "href":
        return tag == "a" and LINK.match(value) is not None
    if name == "src":
        return tag == "img" and IMAGE.match(value) is not None
    return name in PLAIN


class HiddenUntil(Directive):
    """INGInious': what it holds is shown from that day on (UTC).

    The server leaves it out until then (src/markup/hidden.c), by the class.
    """

    required_arguments = 1
    optional_arguments = 1
    has_content = True

    def run(self):
        text = " ".join(self.arguments)
        day = "9" * 14
        for form in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d",
                     "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y"):
            try:
                until = datetime.datetime.strptime(text, form)
                day = until.strftime("%4Y%m%d%H%M%S")
                break
            except ValueError:
                continue
        box = nodes.container(classes=[f"hidden-until-{day}"])
        self.state.nested_parse(self.content, self.content_offset, box)
        return [box]


class Unknown(Directive):
    """Of somebody else: shown as it was written."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = collections.defaultdict(lambda: directives.unchanged)

    def run(self):
        return [nodes.literal_block(self.block_text, self.block_text)]


def find_directive(name, language, document, known=directives.directive):
    found, messages = known(name, language, document)
    return (Unknown, []) if found is None else (found, messages)


def convert(text):
    try:
        body = publish_parts(text, writer_name="html5",
                             settings_overrides=SETTINGS)["body"]
        if len(body) > HTML_MAX:
            return None
        return bleach.clean(body, tags=TAGS, attributes=may_stand,
                            protocols=["http", "https", "mailto", "data"],
                            strip=True, strip_comments=True)
    except Exception as e:
        print(f"{type(e).__name__}: {e}"[:500], file=sys.stderr)
        return None


def main():
    directives.register_directive("hidden-until", HiddenUntil)
    directives.register_directive("raw", Unknown)
    directives.directive = find_directive
    json.dump([convert(text) for text in json.load(sys.stdin)], sys.stdout)


if __name__ == "__main__":
    main()
