"""Cards looked up by name or by picture: in a message (``[[Name]]``), by a command, by a button."""

from bot.lookups.commands import add_lookup_commands
from bot.lookups.handlers import LookupHandlers
from bot.lookups.replies import lookup_reply

__all__ = ["LookupHandlers", "add_lookup_commands", "lookup_reply"]
