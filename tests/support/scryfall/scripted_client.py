"""A client of the API whose answers are given in advance."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, repeat

from training.scryfall.client import ApiResponse
from training.scryfall.options import SCRYFALL


class ScriptedClient:
    """Stands in for :class:`training.scryfall.client.ScryfallClient` where only the API is called.

    Attributes:
        calls: (address, ETag) of every call.
    """

    def __init__(self, responses: Iterable[ApiResponse | None], api: str = SCRYFALL) -> None:
        """Take the answers, the last of which is repeated."""
        *first, last = responses
        self.api, self._responses = api, chain(first, repeat(last))
        self.calls: list[tuple[str, str]] = []

    async def get_json(self, address: str, etag: str = "") -> ApiResponse | None:
        """Return the next answer."""
        self.calls.append((address, etag))
        return next(self._responses)
