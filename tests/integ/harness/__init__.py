"""A private Assize: Postgres, Redis, nginx, assized workers, runners."""

from .client import Client, Response, multipart
from .stack import Stack, StackError

__all__ = ["Client", "Response", "Stack", "StackError", "multipart"]
