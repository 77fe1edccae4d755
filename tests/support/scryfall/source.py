"""What the tests' Scryfall serves: anything with cards, pictures and migrations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

BASE = "{base}"
"""Stands in image links for the server's own address, which fills it in: ``{base}/thumb/front/0/a/….webp?17``."""


class Source(Protocol):
    """The cards and pictures a server serves; every method may be called from any thread, and again.

    Attributes:
        updated_at: ISO time with zone of the bulk files, such as ``2026-11-23T21:09:00.000+00:00``; another one
            means that they have changed.
    """

    updated_at: str

    def bulk(self, kind: str) -> Iterator[dict[str, Any]]:
        """Yield Scryfall's card objects of a bulk file (``default_cards``, ``all_cards``), in order.

        Their ``image_uris`` begin with :data:`BASE`, then key, side, two folders, id and extension as at
        Scryfall, and end with a numeric query, the picture's epoch.
        """
        ...

    def picture(self, key: str, side: str, ident: str) -> bytes | None:
        """Return the picture that a link names, in the format its extension tells, or None where there is none.

        Args:
            key: size, as in ``image_uris``.
            side: ``front`` or ``back``.
            ident: the printing's id.
        """
        ...

    def migrations(self) -> list[dict[str, Any]]:
        """Return Scryfall's migration objects, newest first."""
        ...
