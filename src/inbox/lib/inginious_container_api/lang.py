"""Translations of the script's own texts, in /task/lang."""

import builtins
import gettext
import os

from inginious_container_api.input import get_lang


def get_lang_dir_path():
    return "/task/lang"


def init():
    """Makes _() known, once."""
    if "_" not in builtins.__dict__:
        os.environ["LANGUAGE"] = get_lang()
        gettext.install("messages", get_lang_dir_path())
