"""The commands of grading scripts: one function each, called by its name.

A script calls many, and each starts anew: what few need is imported there."""

import argparse
import json
import os
import sys

from assize_box import Refused
from inginious_container_api import feedback
from inginious_container_api import input as answers

# Bytes of UTF-8, or else characters; all others are Python's.
ESCAPED_BYTES = r"(?:\\(?:x[0-9a-fA-F]{2}|[0-7]{1,3}))+"
ESCAPES = (ESCAPED_BYTES + r"|\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|"
           r"N\{[^}\n]*\}|[\\'\"abfnrtv\n])")


def _form(prog):
    """Of a width of its own: asking the terminal takes as long as all else."""
    return argparse.HelpFormatter(prog, width=80)


def _parse(description, *options):
    parser = argparse.ArgumentParser(
        prog=os.path.basename(sys.argv[0]), description=description,
        formatter_class=_form)
    for names, settings in options:
        parser.add_argument(*names, **settings)
    return parser.parse_args()


def _option(*names, **settings):
    return names, settings


ESCAPE = _option("-e", "--escape", action="store_true",
                 help="interpret backslash escapes")
APPEND = _option("-a", "--append", action="store_true",
                 help="behind what is there")
ID = _option("-i", "--id", default="", help="id of the question")


def _message(text, escape):
    text = text or sys.stdin.read()
    if escape:
        import re
        text = re.sub(ESCAPES, _unescape, text)
    return text


def _unescape(match):
    import codecs
    try:
        text = codecs.decode(match.group(), "unicode-escape")
        return text.encode("latin-1").decode()
    except UnicodeDecodeError:
        return match.group() if match.group()[1] == "N" else text
    except UnicodeEncodeError:
        return text


def _getinput():
    o = _parse("Print an answer.", _option("problem"))
    value = answers.get_input(o.problem)
    if isinstance(value, (list, dict)):
        value = json.dumps(value)
    if not isinstance(value, bytes):
        value = str(value).encode()
    sys.stdout.buffer.write(value)


def _parsetemplate():
    o = _parse("Fill answers into a file.",
               _option("-o", "--output", default=""), _option("input"))
    answers.parse_template(o.input, o.output)


def _feedback_result():
    o = _parse("Say how it went.", ID, _option("result"))
    if o.id:
        feedback.set_problem_result(o.result, o.id)
    else:
        feedback.set_global_result(o.result)


def _feedback_grade():
    o = _parse("Set the grade.", _option("grade", type=float))
    feedback.set_grade(o.grade)


def _feedback_msg():
    o = _parse("Say something about the whole or a question.", APPEND, ID,
               ESCAPE, _option("-m", "--message", default=""))
    text = _message(o.message, o.escape)
    if o.id:
        feedback.set_problem_feedback(text, o.id, o.append)
    else:
        feedback.set_global_feedback(text, o.append)


def _feedback_msg_tpl():
    o = _parse("Say what a template says, with NAME=VALUE filled in.", APPEND,
               ID, _option("template"), _option("parameters", nargs="*"))
    parameters = dict(p.partition("=")[::2] for p in o.parameters)
    # What went wrong is in the feedback: a script goes on.
    if not feedback.set_feedback_from_tpl(o.template, parameters,
                                          o.id or None, o.append):
        print(f"feedback-msg-tpl: {o.template} could not be filled in",
              file=sys.stderr)


def _number(text):
    """As one, if it is one that JSON has."""
    for kind in (int, float):
        try:
            value = kind(text)
        except ValueError:
            continue
        return value if abs(value) < float("inf") else text
    return text


def _set_custom(key, text, is_json):
    try:
        value = json.loads(text) if is_json else _number(text)
    except ValueError as e:
        sys.exit(f"{os.path.basename(sys.argv[0])}: not JSON: {e}")
    feedback.set_custom_value(key, value)


def _feedback_custom():
    o = _parse("Give a value of the script's own back.",
               _option("-j", "--json", action="store_true"),
               _option("key"), _option("value"))
    _set_custom(o.key, o.value, o.json)


def _feedback():
    o = _parse("Say how it went, in one (older than the others).", ID, ESCAPE,
               _option("-r", "--result", default=""),
               _option("-g", "--grade", default=""),
               _option("-f", "--feedback", default=""),
               _option("-c", "--custom", default="", help="KEY:VALUE"),
               _option("-j", "--custom-json", default="", help="KEY:JSON"),
               _option("-p", "--print", action="store_true",
                       help="what was said so far, as JSON"))
    if o.result:
        feedback.set_problem_result(o.result, o.id) if o.id else \
            feedback.set_global_result(o.result)
    if o.grade:
        feedback.set_grade(o.grade)
    if o.feedback:
        text = _message(o.feedback, o.escape)
        feedback.set_problem_feedback(text, o.id) if o.id else \
            feedback.set_global_feedback(text)
    if o.custom or o.custom_json:
        key, _, value = (o.custom_json or o.custom).partition(":")
        _set_custom(key, value, bool(o.custom_json))
    if o.print:
        print(json.dumps(feedback.get_feedback()))


def _feedback_state():
    o = _parse("Set what the next submission gets as @state.",
               _option("state"))
    feedback.set_state(o.state)


def _tag_set():
    o = _parse("Set a tag.", _option("tag"), _option("value"))
    feedback.set_tag(o.tag, o.value.lower() == "true")


def _tag():
    o = _parse("Add a tag.", _option("value"))
    feedback.tag(o.value)


def _definetest():
    o = _parse("Set a tag to a text (older than tag-set).", _option("tag"),
               _option("value"))
    feedback.set_text_tag(o.tag, o.value)


def _rst_code():
    from inginious_container_api import rst
    o = _parse("Print code as a block.",
               _option("-l", "--language", default=""), ESCAPE,
               _option("-c", "--code", default=""))
    print(rst.get_codeblock(o.language, _message(o.code, o.escape)))


def _rst_msgblock():
    from inginious_container_api import rst
    o = _parse("Print a message as a block.",
               _option("-c", "--class", dest="css", default=""), ESCAPE,
               _option("-t", "--title", default=""),
               _option("-m", "--message", default=""))
    print(rst.get_admonition(o.css, o.title, _message(o.message, o.escape)))


def _rst_image():
    from inginious_container_api import rst
    o = _parse("Print an image as a block.",
               _option("-f", "--format", default=""), _option("filename"))
    print(rst.get_imageblock(o.filename, o.format))


def _rst_indent():
    from inginious_container_api import rst
    o = _parse("Indent a text.", ESCAPE,
               _option("-c", "--indent-char", dest="char", default="\t"),
               _option("-a", "--amount", type=int, default=1),
               _option("-m", "--message", default=""))
    print(rst.indent_block(o.amount, _message(o.message, o.escape), o.char))


def _archive():
    import shutil
    o = _parse("Copy a file to /archive, or remove it there; whatever is "
               "there is kept.",
               _option("-o", "--outsubdir", default=""),
               _option("-a", "--add", default=""),
               _option("-r", "--remove", default=""))
    where = os.path.join("/archive", o.outsubdir.lstrip("/"))
    if o.add:
        os.makedirs(where, exist_ok=True)
        shutil.copy(o.add, where)
    if o.remove:
        os.remove(os.path.join(where, o.remove))


def _student_options():
    return (_option("--container", default=None),
            _option("--time", type=int, default=0, help="CPU seconds"),
            _option("--hard-time", type=int, default=0, help="real seconds"),
            _option("--memory", type=int, default=0, help="MiB"),
            _option("--share-network", action="store_true"),
            _option("--run-as-root", action="store_true"),
            _option("--setup-script", default=""),
            _option("--teardown-script", default=""),
            _option("cmd", nargs=argparse.REMAINDER))


def _run(ssh):
    o = _parse("Run a command in a student box.", *_student_options())
    from inginious_container_api import run_student
    words = o.cmd[1:] if o.cmd[:1] == ["--"] else o.cmd
    command = " ".join(words) or o.setup_script
    sys.exit(run_student.run_student(
        command, o.container, o.time, o.hard_time, o.memory, o.share_network,
        stdin=0, stdout=1, stderr=2, ssh=ssh, run_as_root=o.run_as_root,
        signal_handler_callback=run_student._hack_signals,
        teardown_script=o.teardown_script))


def _run_student():
    _run(False)


def _ssh_student():
    _run(True)


def _ipython():
    here = os.path.dirname(os.path.abspath(__file__))
    os.execv("/usr/bin/python3", [
        "python3", here + "/assize_ipython.py", *sys.argv[1:]])


COMMANDS = {
    "archive": _archive, "definetest": _definetest, "feedback": _feedback,
    "feedback-custom": _feedback_custom,
    "feedback-grade": _feedback_grade, "feedback-msg": _feedback_msg,
    "feedback-msg-tpl": _feedback_msg_tpl,
    "feedback-result": _feedback_result, "feedback-state": _feedback_state,
    "getinput": _getinput, "inginious-ipython": _ipython,
    "parsetemplate": _parsetemplate,
    "rst-code": _rst_code, "rst-image": _rst_image,
    "rst-indent": _rst_indent, "rst-msgblock": _rst_msgblock,
    "run_student": _run_student, "ssh_student": _ssh_student, "tag": _tag,
    "tag-set": _tag_set,
}


def main():
    name = os.path.basename(sys.argv[0])
    try:
        COMMANDS[name]()
    except KeyError as e:
        sys.exit(f"{name}: there is no {e.args[0]}")
    except (Refused, OSError, ValueError) as e:
        print(f"{name}: {e}", file=sys.stderr)
        sys.exit(2)
