"""Tags, by their older name."""

from inginious_container_api.feedback import set_tag, tag  # noqa: F401
