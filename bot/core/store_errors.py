"""What goes wrong with the bot's memory."""

from __future__ import annotations

from bot.core.errors import BotError


class StoreError(BotError):
    """The store can't be opened, read or written; the text tells the operator why, and what to do.

    It may name a file of the operator's: it belongs in the log, not into a reply.
    """

    told_as = "memory-away"


class ServerLost(StoreError):
    """The database's server can't be reached, or went away under way: another try may help."""
