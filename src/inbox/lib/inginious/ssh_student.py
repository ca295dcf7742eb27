"""See inginious_container_api.ssh_student."""

from inginious_container_api.ssh_student import *  # noqa: F401,F403
