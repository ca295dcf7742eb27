"""The rows of ./dev bench grade: trees, pages, and boxes that wait."""

import json
import shutil
import statistics
import subprocess

from judging import environment, lines_of, measure, write

PAGE_KB = 200
HTML = [
    ("has_tag", {"tag": "p", "required_count": 100}),
    ("has_class", {"class_names": ["row", "col-*"], "required_count": 5}),
    ("has_attribute", {"attribute": "id", "required_count": 50}),
    ("has_forbidden_tag", {"tag": "font"}),
    ("check_bootstrap_usage", {}),
    ("check_internal_links", {"required_count": 3}),
    ("check_no_unclosed_tags", {}),
    ("check_no_inline_styles", {}),
    ("uses_semantic_tags", {}),
    ("check_css_linked", {}),
    ("check_headings_sequential", {}),
    ("check_all_images_have_alt", {}),
    ("check_html_direct_children", {}),
    ("check_tag_not_inside", {"child_tag": "div", "parent_tag": "span"}),
    ("check_head_details", {"detail_tag": "title"}),
    ("check_attribute_and_value", {"tag": "p", "attribute": "class",
                                   "value": "row"}),
]
CSS = [
    ("css_uses_property", {"prop": "color", "value": "navy"}),
    ("has_style", {"style": "margin", "count": 10}),
    ("uses_relative_units", {}),
    ("check_media_queries", {}),
    ("check_flexbox_usage", {}),
    ("count_over_usage", {"text": "!important", "max_allowed": 5}),
    ("check_id_selector_over_usage", {"max_allowed": 3}),
]


def grade(build, *words):
    """What tests/bench/grade says of each round."""
    done = subprocess.run([f"{build}/tests/bench/grade", *words],
                          check=True, stdout=subprocess.PIPE, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def page():
    rows = ["<!DOCTYPE html><html lang=\"en\"><head><title>x</title>"
            "<link rel=\"stylesheet\" href=\"style.css\"></head><body>"
            "<h1>x</h1>"]
    i = 0
    while sum(map(len, rows)) < PAGE_KB * 1000:
        rows += [f"<p id=\"p{i}\" class=\"row col-{i % 12}\">Text {i} "
                 f"<a href=\"#p{i // 2}\">link</a></p>\n" for _ in range(20)]
        i += 1
    return "".join(rows) + "</body></html>\n"


class Tree:
    name = "tree"

    def rows(self, build, *_):
        raw = grade(build, "tree", "50")
        assert all(r["leaves"] == 10000 for r in raw)
        yield ("tree", "scores and focus of 10,000 leaves, in ms of CPU", 5,
               statistics.median(r["cpu_ms"] for r in raw), raw[:5])


class Page:
    name = "page"

    def rows(self, build, rounds, base):
        """36 tests: each of the table, and the first again."""
        top = f"{base}/page"
        tests = [(name, "index.html", p) for name, p in HTML] + \
            [(name, "style.css", p) for name, p in CSS]
        tests = (tests + tests)[:36]
        write(f"{top}/problem.yaml", "name: x\n")
        write(f"{top}/assize.yaml", "template: webdev\n")
        write(f"{top}/criteria.json", json.dumps({"base": {
            "weight": 100, "tests": [
                {"name": f"{i} {name}", "type": name, "file": file,
                 "parameters": p}
                for i, (name, file, p) in enumerate(tests)]}}))
        where = f"{top}/submissions/rejected/page"
        write(f"{where}/index.html", page())
        write(f"{where}/style.css", "p { color: navy; margin: 1em; }\n" * 200)
        raw = []
        for _ in range(rounds):
            done = subprocess.run(
                [f"{build}/src/runner/assize-runner", "--json", "--check",
                 top], check=False, stdout=subprocess.PIPE, text=True,
                env=environment(build))
            raw.append({"took_ms": json.loads(done.stdout)[0]["took_ms"]})
        yield ("page", f"webdev: 36 tests on a page of {PAGE_KB} kB, in ms",
               20, statistics.median(r["took_ms"] for r in raw), raw)
        shutil.copy(f"{top}/criteria.json", where)
        raw = grade(build, "page", where, "20")
        assert all(r["tests"] == 36 for r in raw)
        yield ("page-cpu", "the same without the pipeline, in ms of CPU", 20,
               statistics.median(r["cpu_ms"] for r in raw), raw[:5])


class Pool:
    name = "pool"

    def rows(self, build, rounds, _):
        raw = [{"warm_ms": round(lines_of(build, "true", "50")[0]["warm"]
                                 / 1000, 3)} for _ in range(rounds)]
        yield ("pool", "a box that waits, until its program has ended, in ms",
               5, statistics.median(r["warm_ms"] for r in raw), raw)


ROWS = [Tree, Page, Pool]

__all__ = ["ROWS", "measure"]
