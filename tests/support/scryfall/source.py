"""Interface of what the tests' Scryfall server serves: cards, pictures and migrations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

BASE = "{base}"
"""Placeholder for the server's address in image links: ``{base}/thumb/front/0/a/….webp?17``."""


class Source(Protocol):
    """Cards and pictures of a server; methods may be called from any thread, and repeatedly.

    Attributes:
        updated_at: ISO time with zone of the bulk files, such as ``2026-11-23T21:09:00.000+00:00``; it changes
            with them.
    """

    updated_at: str

    def bulk(self, kind: str) -> Iterator[dict[str, Any]]:
        """Yield Scryfall's card objects of a bulk file (``default_cards``, ``all_cards``), in order.

        Their ``image_uris`` begin with :data:`BASE`, then key, side, two folders, id and extension as at
        Scryfall, and end with a numeric query, the picture's epoch.
        """
        ...

    def picture(self, key: str, side: str, ident: str) -> bytes | None:
        """Return the picture at a link, in the format of its extension, or None if there is none.

        Args:
            key: size, as in ``image_uris``.
            side: ``front`` or ``back``.
            ident: the printing's id.
        """
        ...

    def migrations(self) -> list[dict[str, Any]]:
        """Return Scryfall's migration objects, newest first."""
        ...
