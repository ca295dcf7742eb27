"""The older names of inginious_container_api."""
