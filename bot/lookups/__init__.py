"""Cards asked for by name or by picture: in a message (``[[Name]]``), by a command, by a button."""

from bot.lookups.commands import add_lookup_commands
from bot.lookups.context import Lookups
from bot.lookups.controls import dynamic_items
from bot.lookups.ids import is_lookup_id
from bot.lookups.replies import lookup_reply

__all__ = ["Lookups", "add_lookup_commands", "dynamic_items", "is_lookup_id", "lookup_reply"]
