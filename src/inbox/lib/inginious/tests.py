"""Tags, as they were before tag-set."""

from inginious_container_api import feedback
from inginious_container_api.feedback import set_tag, tag  # noqa: F401

set_result = feedback.set_text_tag


def get_tests_results():
    return feedback.get_feedback().get("tests", {})


load_tests = get_tests_results


def save_tests(rdict):
    for name, value in rdict.items():
        set_result(name, value)
