"""The same module by its older name, private names and all."""

import sys

from inginious_container_api import lang

sys.modules[__name__] = lang
