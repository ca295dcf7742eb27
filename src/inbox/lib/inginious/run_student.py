"""See inginious_container_api.run_student."""

from inginious_container_api.run_student import *  # noqa: F401,F403
