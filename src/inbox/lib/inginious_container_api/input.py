"""The answers, and what else is known of the submission."""

import os

from assize_box import run_message


def load_input():
    return run_message()


_load_input = load_input


def _is_file(value):
    return isinstance(value, dict) and "filename" in value and "value" in value


def get_input(problem):
    """The answer: text, a list, or the bytes of a file; ID:filename, ID:value
    of files."""
    name, _, part = problem.partition(":")
    value = run_message()["input"][name]
    if not _is_file(value):
        return value
    if part == "filename":
        return value["filename"]
    with open(value["value"], "rb") as f:
        return f.read()


def get_username():
    return get_input("@username")


def get_lang():
    return get_input("@lang")


def get_submission_time():
    import datetime
    return datetime.datetime.strptime(get_input("@time"),
                                      "%Y-%m-%d %H:%M:%S.%f")


def _fields(answers):
    """What may stand between the signs, and the text for it."""
    for name, value in answers.items():
        if _is_file(value):
            yield name + ":filename", value["filename"]
            with open(value["value"], "rb") as f:
                yield name + ":value", f.read().decode("utf-8", "replace")
        elif isinstance(value, str):
            yield name, value
        else:
            yield name, str(value)


def fill_in(template, answers):
    """@prefix@id@suffix@ becomes the answer, each line of it between prefix
    and suffix.  In one pass: an answer that looks like a sign stays as it
    is."""
    import re
    texts = dict(_fields(answers))
    if not texts:
        return template
    names = "|".join(re.escape(n) for n in sorted(texts, key=len,
                                                  reverse=True))

    def replace(match):
        prefix, name, suffix = match.groups()
        return "\n".join(prefix + line + suffix
                         for line in texts[name].splitlines())
    return re.sub(f"@([^@]*)@({names})@([^@]*)@", replace, template)


def parse_template(input_filename, output_filename=""):
    """Fills the file in, into the other one or in place."""
    data = run_message()
    if "input" not in data:
        raise ValueError("there is no input")
    with open(input_filename, "rb") as f:
        text = f.read().decode("utf-8")
    output_filename = output_filename or input_filename
    directory = os.path.dirname(output_filename)
    if directory:
        os.makedirs(directory, exist_ok=True)
    with open(output_filename, "wb") as f:
        f.write(fill_in(text, data["input"]).encode("utf-8"))
