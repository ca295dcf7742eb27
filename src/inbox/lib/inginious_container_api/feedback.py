"""Feedback: held by the supervisor, outside of this box.

A command is short: what few need is imported where they need it."""

import os

from assize_box import ask
from inginious_container_api.input import get_lang


def _set(key, value, **more):
    ask({"type": "set", "key": key, "value": value, **more})


def set_global_result(result):
    _set("result", result)


def set_problem_result(result, problem_id):
    _set("result", result, problem=problem_id)


def set_grade(grade):
    """From 0 to 100; what is beyond is clamped, and said so."""
    _set("grade", float(grade))


def _begin(text):
    """Somewhat more than is kept: what is cut there says so."""
    return text[:256 << 10] if isinstance(text, str) else text


def set_global_feedback(feedback, append=False):
    _set("text", _begin(feedback), append=append)


def set_problem_feedback(feedback, problem_id, append=False):
    _set("text", _begin(feedback), append=append, problem=problem_id)


def set_state(state):
    """What the next submission gets as @state."""
    _set("state", state)


def set_tag(tag, value):
    """Only what equals True is true."""
    if not tag.startswith("*auto-tag-"):
        _set("tag", bool(value == True), name=tag)  # noqa: E712


def set_text_tag(tag, value):
    _set("tag", value if isinstance(value, bool) else str(value), name=tag)


def tag(value):
    import hashlib
    text = str(value)
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    _set("tag", text, name="*auto-tag-" + digest)


def set_custom_value(custom_name, custom_val):
    _set("custom", custom_val, name=custom_name)


def get_feedback():
    """What was said so far, in the form that scripts know: {} if nothing;
    a question without a result is its text alone."""
    said = ask({"type": "get"})["feedback"]
    said["problems"] = {k: v if v[0] else v[1]
                        for k, v in said["problems"].items()}
    return {k: v for k, v in said.items()
            if v or k not in ("problems", "custom", "tests")}


load_feedback = _load_feedback = get_feedback


def save_feedback(rdict):
    """What is in the dictionary, as get_feedback returns it, and nothing
    else."""
    ask({"type": "clear"})
    for key in ("result", "grade", "text", "state"):
        if key in rdict:
            _set(key, rdict[key])
    for problem, value in rdict.get("problems", {}).items():
        if isinstance(value, str):
            set_problem_feedback(value, problem)
        else:
            set_problem_result(value[0], problem)
            set_problem_feedback(value[1], problem)
    for name, value in rdict.get("custom", {}).items():
        set_custom_value(name, value)
    for name, value in rdict.get("tests", {}).items():
        _set("tag", value, name=name)


def _find_template(name):
    from inginious_container_api import lang
    language = get_lang()
    for path in (f"{name}.{language}.tpl",
                 os.path.join(lang.get_lang_dir_path(), language,
                              name + ".tpl"),
                 name + ".tpl"):
        if os.path.exists(path):
            return path
    return None


def _render(name, parameters):
    path = _find_template(name)
    if path is None:
        return False, ("\n.. error::\n\n\tThere is no template named "
                       f"{name}.\n")
    try:
        import sys
        # Where commands that begin without site find it.
        sys.path.append("/usr/lib/python3/dist-packages")
        from jinja2 import Template
        with open(path, encoding="utf-8") as f:
            return True, Template(f.read()).render(parameters)
    except Exception:
        import traceback
        lines = "".join(f"\t\t{line}\n"
                        for line in traceback.format_exc().splitlines())
        return False, ("\n.. error::\n\n\tThe template could not be filled "
                       f"in:\n\n\t::\n\n{lines}\n")


def set_feedback_from_tpl(tpl_name, parameters, problem_id=None, append=False):
    """Fills in a Jinja2 template in the user's language; did it work?"""
    import builtins
    from inginious_container_api import lang
    lang.init()
    parameters = {**parameters, "_": builtins.__dict__.get("_", str)}
    done, text = _render(tpl_name, parameters)
    if problem_id is None:
        set_global_feedback(text, append)
    else:
        set_problem_feedback(text, problem_id, append)
    return done
