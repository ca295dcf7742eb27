"""The same module by its older name, private names and all."""

import sys

from inginious_container_api import input

sys.modules[__name__] = input
