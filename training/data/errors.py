"""The base of errors that end a command."""

from __future__ import annotations


class CommandError(Exception):
    """A command can't do its work; the message says why and what to do."""
