"""The older names of inginious_container_api."""

from inginious_container_api import DEBUG  # noqa: F401
