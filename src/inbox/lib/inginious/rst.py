"""See inginious_container_api.rst."""

from inginious_container_api.rst import *  # noqa: F401,F403
