"""See inginious_container_api.input."""

from inginious_container_api.input import *  # noqa: F401,F403
