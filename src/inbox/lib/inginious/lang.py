"""See inginious_container_api.lang."""

from inginious_container_api.lang import *  # noqa: F401,F403
