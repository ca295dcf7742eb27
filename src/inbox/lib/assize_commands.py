"""The commands of grading scripts: one function each, called by its name.

A script calls many, and each starts anew: what few need is imported there."""

import argparse
import json
import os
import sys

from assize_box import Refused
from inginious_container_api import feedback
from inginious_container_api import input as answers

ESCAPES = (r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|"
           r"U[0-9a-fA-F]{8}|[0-7]{1,3}|[\\'\"abfnrtv])")


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
        import codecs
        import re
        text = re.sub(
            ESCAPES, lambda m: codecs.decode(m.group(), "unicode-escape"),
            text)
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
    if not feedback.set_feedback_from_tpl(o.template, parameters,
                                          o.id or None, o.append):
        sys.exit(1)


def _number(text):
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return text


def _feedback_custom():
    o = _parse("Give a value of the script's own back.",
               _option("-j", "--json", action="store_true"),
               _option("custom_key"), _option("custom_val"))
    value = json.loads(o.custom_val) if o.json else _number(o.custom_val)
    feedback.set_custom_value(o.custom_key, value)


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
    """Once copied files to /archive; whatever is there is kept by itself."""


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
    command = " ".join(o.cmd) or o.setup_script
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
    "archive": _archive, "feedback-custom": _feedback_custom,
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
