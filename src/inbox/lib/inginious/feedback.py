"""See inginious_container_api.feedback."""

from inginious_container_api.feedback import *  # noqa: F401,F403
