"""The image files of a reply."""

from __future__ import annotations

import io
from dataclasses import dataclass

import discord


@dataclass(frozen=True, slots=True)
class Picture:
    """An image file of a reply; unlike :class:`discord.File` it can be sent any number of times.

    Attributes:
        filename: what follows ``attachment://`` in the layout.
        data: its bytes.
        description: its description for screen readers; at most 1,024 letters.
    """

    filename: str
    data: bytes
    description: str = ""

    def to_file(self) -> discord.File:
        """Return a file that can be sent once."""
        # Never as a spoiler: the layout hides it, and a name beginning with "SPOILER_" would break its reference.
        return discord.File(io.BytesIO(self.data), self.filename, description=self.description or None)
