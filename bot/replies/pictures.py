"""The files of a reply."""

from __future__ import annotations

import io
from dataclasses import dataclass

import discord


@dataclass(frozen=True, slots=True)
class Picture:
    """A file of a reply. :class:`discord.File` is used up by sending; this can make any number.

    Attributes:
        filename: as ``attachment://`` calls it in the layout.
        data: its bytes.
        description: what it shows, for those who don't see it; at most 1,024 letters.
    """

    filename: str
    data: bytes
    description: str = ""

    def to_file(self) -> discord.File:
        """Return it ready to be sent once."""
        # Never as a spoiler: the layout hides it, and "SPOILER_" before its name would break the layout's reference.
        return discord.File(io.BytesIO(self.data), self.filename, description=self.description or None)
