"""The range of Discord's shards that a process serves; a bot in many guilds runs as several processes."""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_SHARDS = 16_384
"""Enough for forty million guilds, so more must be a typo."""

_FORMAT = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?/(\d{1,9})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Shards:
    """A range of shards.

    Attributes:
        first, last: the range, inclusive, counted from 0.
        count: total number of shards, the same in all of the bot's processes.
    """

    first: int
    last: int
    count: int

    def __post_init__(self) -> None:
        if not 1 <= self.count <= MAX_SHARDS:
            raise ValueError(f"a bot has 1 to {MAX_SHARDS} shards, not {self.count}")
        if self.first > self.last:
            raise ValueError(f"the range {self.first}-{self.last} ends before it begins")
        if not 0 <= self.first <= self.last < self.count:
            raise ValueError(f"{self.count} shards are numbered 0 to {self.count - 1}, so there is no {self.last}")

    @property
    def ids(self) -> tuple[int, ...]:
        """The shard ids in the range."""
        return tuple(range(self.first, self.last + 1))

    @property
    def leads(self) -> bool:
        """Whether this process does what must happen once for the whole bot: the one with shard 0 does."""
        return self.first == 0

    def __str__(self) -> str:
        part = str(self.first) if self.first == self.last else f"{self.first}-{self.last}"
        return f"{part}/{self.count}"


def parse_shards(text: str) -> Shards:
    """Parse ``0-3/16``, or ``5/16`` for a single shard.

    Raises:
        ValueError: it isn't valid; the message says why.
    """
    found = _FORMAT.fullmatch(text)
    if found is None:
        raise ValueError("must be FIRST-LAST/COUNT, for example 0-3/16, or NUMBER/COUNT")
    first, last, count = found[1], found[2] or found[1], found[3]
    return Shards(int(first), int(last), int(count))
