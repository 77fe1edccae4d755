"""The drawn cards as a source for the tests' Scryfall server."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

from engine.core.values import Rgb
from stress.scale.drawing import draw_printing, webp
from stress.scale.objects import PICTURES, card_object
from stress.scale.plan import BACKED, Printing
from stress.scale.store import Store

JPEG_QUALITY = 88


class ScaleSource:
    """Some of a store's printings, as a source for the tests' Scryfall server; thread-safe.

    Args:
        store: the file that ``python -m stress.scale draw`` wrote.
        without: number of last printings that are not released yet.
        cards: serve only printings of this many cards, and all tokens.
        updated_at: ISO time of the bulk files.
    """

    def __init__(
        self,
        store: Path,
        *,
        without: int = 0,
        cards: int | None = None,
        updated_at: str = "2026-11-23T21:09:00.000+00:00",
    ) -> None:
        self._path = store
        self._own = threading.local()
        self._end = self._store.count - without
        self._cards: frozenset[str] | None = None
        if cards is not None:
            rows = self._store.printings(0, self._end)
            known = dict.fromkeys(row.card_id for row in rows if not row.is_token)
            self._cards = frozenset(list(known)[:cards])
        self.updated_at = updated_at

    @property
    def _store(self) -> Store:
        """The store, opened once by each thread."""
        if not hasattr(self._own, "store"):
            self._own.store = Store(self._path)
        store: Store = self._own.store
        return store

    def printings(self) -> Iterator[Printing]:
        """Yield the served printings in order."""
        for printing in self._store.printings(0, self._end):
            if self._cards is None or printing.is_token or printing.card_id in self._cards:
                yield printing

    def bulk(self, kind: str) -> Iterator[dict[str, Any]]:
        """Yield card objects: one for each card or illustration in those two kinds of file, else for each printing."""
        seen: set[str] = set()
        for printing in self.printings():
            of = {"oracle_cards": printing.card_id, "unique_artwork": printing.illustration_id}.get(kind, printing.id)
            if of not in seen:
                seen.add(of)
                yield card_object(printing)

    def picture(self, key: str, side: str, ident: str) -> bytes | None:
        """Return a picture: thumbnails from the store, larger ones drawn now."""
        found = self._store.find(ident)
        if found is None or found[0] >= self._end or key not in PICTURES or side not in {"front", "back"}:
            return None
        place, printing = found
        if side == "back" and printing.layout not in BACKED:
            return None
        if key == "thumb":
            return self._store.picture(place, printing, back=side == "back")
        face = draw_printing(printing, side == "back", PICTURES[key].height)
        return encode(face, PICTURES[key].extension)

    def migrations(self) -> list[dict[str, Any]]:
        """Return none: no card was merged or deleted."""
        return []


def encode(face: Rgb, extension: str) -> bytes:
    """Return a picture as a file of a kind: ``webp``, ``jpg`` or ``png``."""
    if extension == "webp":
        return webp(face)
    file = io.BytesIO()
    Image.fromarray(face).save(file, {"jpg": "JPEG", "png": "PNG"}[extension], quality=JPEG_QUALITY)
    return file.getvalue()
