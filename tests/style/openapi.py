"""docs/api/openapi.yaml against the program, both ways: routes, their callers
and parameters, and the shapes of src/wire."""

import json
import os
import re
import subprocess

import yaml

import source

BUILD = os.environ.get("ASSIZE_BUILDDIR", f"{source.ROOT}/build")
METHODS = ("get", "post", "put", "delete", "patch")
# json_w_key_str(w, "name", ...), write_grade(w, "name", ...)
WRITTEN = re.compile(r'(?:json_w_key|write_)\w*\(&?\w[\w.>-]*, "(\w+)"')
# Who may call, and the security that says so.
WHO = {"anyone": [], "user": [{"user": []}], "admin": [{"user": []}],
       "runner": [{"runner": []}], "link": [{"link": []}]}
TYPES = {"T_JSON": "application/json", "T_ZIP": "application/zip",
         "T_CSV": "text/csv", "T_MULTIPART": "multipart/form-data",
         "T_BYTES": "application/octet-stream"}


def run(*argv):
    return subprocess.run(argv, check=True, capture_output=True,
                          text=True).stdout


def routes():
    """{(method, path): (who, largest body)} of the program."""
    rows = [line.split() for line in
            run(f"{BUILD}/src/assized/assized", "--routes").splitlines()]
    assert len(rows) > 20, "assized --routes says too little"
    return {(m.lower(), path): (who, int(n)) for m, path, who, n in rows}


def table_text():
    """{(method, path): (types, fields, query keys)} of routes.c."""
    text = source.read("src/assized/routes.c")
    page = re.search(r"#define Q_PAGE(.*?[^\\])\n", text, re.S).group(1)
    text = text.replace("\tQ_PAGE,", page.replace("\\\n", ""))
    keys = {name: set(re.findall(r'\{\s+"(\w+)", QUERY_', body))
            for name, body in re.findall(
                r"query_key (\w+)\[\] = \{(.*?)\n\};", text, re.S)}
    found = {}
    for method, path, rest in re.findall(
            r'\{ M_(\w+), "([^"]+)",(.*?) \}', text, re.S):
        words = [w.strip() for w in rest.split(",")]
        types = {TYPES[t] for t in re.findall(r"T_\w+", words[3])}
        found[method.lower(), path] = (
            types, words[4], keys.get(words[5], set()))
    return found


def resolve(doc, node):
    while "$ref" in node:
        at = doc
        for part in node["$ref"].removeprefix("#/").split("/"):
            at = at[part]
        node = at
    return node


def check_refs(doc, node, where):
    faults = []
    if isinstance(node, dict):
        if "$ref" in node:
            try:
                resolve(doc, node)
            except KeyError:
                faults.append(f"{where}: {node['$ref']} does not exist")
        for key, value in node.items():
            faults += check_refs(doc, value, f"{where}/{key}")
    elif isinstance(node, list):
        for i, value in enumerate(node):
            faults += check_refs(doc, value, f"{where}/{i}")
    return faults


def operations(doc):
    return {(method, path): (op, item.get("parameters", []))
            for path, item in doc["paths"].items()
            for method, op in item.items() if method in METHODS}


def differ(what, program, page):
    return [f"{what}: {x} is not in openapi.yaml"
            for x in sorted(program - page)] + \
           [f"{what}: {x} is not in the program"
            for x in sorted(page - program)]


def check_operation(doc, op, shared, route, text):
    """One route: caller, parameters, bodies, answers."""
    (method, path), (who, body_max), (types, fields, keys) = route, *text
    name = f"{method} {path}"
    params = [resolve(doc, p) for p in shared + op.get("parameters", [])]
    content = op.get("requestBody", {}).get("content", {})
    faults = differ(f"{name} query", keys,
                    {p["name"] for p in params if p["in"] == "query"})
    faults += differ(f"{name} path", set(re.findall(r"\{(\w+)\}", path)),
                     {p["name"] for p in params if p["in"] == "path"})
    faults += differ(f"{name} body", types if body_max else set(),
                     set(content))
    if op.get("security", doc["security"]) != WHO[who]:
        faults.append(f"{name}: security is not for {who}")
    if not any(code.startswith("2") for code in op["responses"]):
        faults.append(f"{name}: no success")
    if who not in ("anyone", "link") and "401" not in op["responses"]:
        faults.append(f"{name}: no 401")
    if fields != "NULL":
        ref = content["application/json"]["schema"].get("$ref", "")
        shape = SHAPES[fields.strip("&")]
        if ref != f"#/components/schemas/{shape}":
            faults.append(f"{name}: the body is {shape}")
    return faults


# The tables that routes.c names, by the name of their schema.
SHAPES = {
    "wire_abort_fields": "Abort",
    "wire_course_create_fields": "CourseCreate",
    "wire_course_fields": "CourseChange",
    "wire_enrol_fields": "Enrol",
    "wire_extension_fields": "ExtensionPut",
    "wire_grade_fields": "GradePut",
    "wire_heartbeat_fields": "Heartbeat",
    "wire_member_fields": "MemberPut",
    "wire_problem_fields": "ProblemChange",
    "wire_progress_fields": "Progress",
    "wire_register_fields": "Register",
    "wire_ssh_fields": "Ssh",
    "wire_rejudging_apply_fields": "RejudgingApply",
    "wire_rejudging_fields": "RejudgingCreate",
    "wire_team_fields": "TeamPut",
}


def check_routes(doc):
    page, program, text = operations(doc), routes(), table_text()
    assert set(text) == set(program), "routes.c cannot be read"
    faults = differ("route", {f"{m} {p}" for m, p in program},
                    {f"{m} {p}" for m, p in page})
    ids = [op["operationId"] for op, _ in page.values()]
    faults += [f"operationId {i} twice" for i in set(ids)
               if ids.count(i) > 1]
    for route in set(page) & set(program):
        op, shared = page[route]
        faults += check_operation(doc, op, shared, route,
                                  (program[route], text[route]))
    return faults


def bare(doc, node):
    """A schema without its prose, references followed."""
    if isinstance(node, list):
        return [bare(doc, x) for x in node]
    if not isinstance(node, dict):
        return node
    node = resolve(doc, node)
    return {key: bare(doc, value) for key, value in node.items()
            if not (key in ("title", "description")
                    and isinstance(value, str))}


def check_shapes(doc):
    faults = []
    program = json.loads(run(f"{BUILD}/tests/style/schemas"))
    assert set(SHAPES.values()) <= set(program)
    for name, shape in program.items():
        page = doc["components"]["schemas"].get(name)
        if page is None:
            faults.append(f"schema {name} is missing")
        elif bare(doc, page) != bare(doc, shape):
            faults.append(f"schema {name} is not what the program takes:\n"
                          f"  page    {json.dumps(bare(doc, page))}\n"
                          f"  program {json.dumps(bare(doc, shape))}")
    return faults


def check_answers(doc):
    """Every member that the handlers write stands in some schema."""
    known = set()

    def collect(node):
        if isinstance(node, dict):
            known.update(node.get("properties", {}))
            for value in node.values():
                collect(value)
        elif isinstance(node, list):
            for value in node:
                collect(value)

    collect(doc["components"])
    collect(doc["paths"])
    faults = []
    folder = f"{source.ROOT}/src/assized"
    for file in sorted(os.listdir(folder)):
        if not file.endswith(".c"):
            continue
        with open(f"{folder}/{file}", encoding="utf-8") as f:
            text = f.read()
        faults += [f"{file}: member {key} is not in openapi.yaml"
                   for key in WRITTEN.findall(text) if key not in known]
    return faults


def main():
    with open(f"{source.ROOT}/docs/api/openapi.yaml", encoding="utf-8") as f:
        doc = yaml.safe_load(f)
    assert doc["openapi"].startswith("3.1.")
    source.finish(check_refs(doc, doc, "") + check_routes(doc) +
                  check_shapes(doc) + check_answers(doc))


if __name__ == "__main__":
    main()
