"""A client of the API that is given its answers beforehand, and asks nobody."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, repeat

from training.scryfall.client import Answer
from training.scryfall.options import SCRYFALL


class Saying:
    """Stands in for :class:`training.scryfall.client.Web` where only calls of the API are made.

    Attributes:
        asked: (address, tag) of every call.
    """

    def __init__(self, answers: Iterable[Answer | None], api: str = SCRYFALL) -> None:
        """Prepare the answers, of which the last is given again and again."""
        *first, last = answers
        self.api, self._answers = api, chain(first, repeat(last))
        self.asked: list[tuple[str, str]] = []

    async def call(self, address: str, etag: str = "") -> Answer | None:
        """Return the next answer."""
        self.asked.append((address, etag))
        return next(self._answers)
