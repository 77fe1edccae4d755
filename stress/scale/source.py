"""The drawn cards as what the tests' Scryfall serves."""

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
    """A part of a store's printings, as a source of the tests' Scryfall; its methods may be called from any thread.

    Args:
        store: the file that ``python -m stress.scale draw`` made.
        without: how many of its last printings there are not yet.
        cards: only printings of so many cards; tokens come on top of them.
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
        self._cards = None if cards is None else self._first_cards(cards)
        self.updated_at = updated_at

    @property
    def _store(self) -> Store:
        """The store, opened once by each thread."""
        if not hasattr(self._own, "store"):
            self._own.store = Store(self._path)
        store: Store = self._own.store
        return store

    def _first_cards(self, count: int) -> frozenset[str]:
        wanted: dict[str, None] = {}
        for printing in self._store.printings(0, self._end):
            if not printing.is_token and len(wanted) < count:
                wanted[printing.card_id] = None
        return frozenset(wanted)

    def printings(self) -> Iterator[Printing]:
        """Yield the printings that are served, in order."""
        for printing in self._store.printings(0, self._end):
            if self._cards is None or printing.is_token or printing.card_id in self._cards:
                yield printing

    def bulk(self, kind: str) -> Iterator[dict[str, Any]]:
        """Yield card objects: one of each card or illustration for those two kinds of file, else all printings."""
        seen: set[str] = set()
        for printing in self.printings():
            of = {"oracle_cards": printing.card_id, "unique_artwork": printing.illustration_id}.get(kind, printing.id)
            if of not in seen:
                seen.add(of)
                yield card_object(printing)

    def picture(self, key: str, side: str, ident: str) -> bytes | None:
        """Return a picture: thumbnails as they are in the store, larger ones drawn now."""
        found = self._store.find(ident)
        if found is None or found[0] >= self._end or key not in PICTURES or side not in {"front", "back"}:
            return None
        place, printing = found
        if side == "back" and printing.layout not in BACKED:
            return None
        if key == "thumb":
            return self._store.picture(place, printing, back=side == "back")
        face = draw_printing(printing, side == "back", PICTURES[key].height)
        return encoded(face, PICTURES[key].extension)

    def migrations(self) -> list[dict[str, Any]]:
        """Return none: no card was merged or deleted."""
        return []


def encoded(face: Rgb, extension: str) -> bytes:
    """Return a picture as a file of a kind: ``webp``, ``jpg`` or ``png``."""
    if extension == "webp":
        return webp(face)
    file = io.BytesIO()
    Image.fromarray(face).save(file, {"jpg": "JPEG", "png": "PNG"}[extension], quality=JPEG_QUALITY)
    return file.getvalue()
