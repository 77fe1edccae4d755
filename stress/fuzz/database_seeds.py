"""Seeds that are SQLite files: a valid one of the overlay, of the store and of a sync's state, and an empty one."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

from bot.store import Store
from engine.learning.confirmations import StoredConfirmation
from engine.learning.sqlite_confirmations import SqliteConfirmations
from tests.support.bot.stored_values import answer, correction
from training.scryfall.state import SyncState

PAGE_BYTES = 512
"""SQLite's smallest page."""


def overlays() -> Iterator[tuple[str, bytes]]:
    """Yield overlay files by name."""

    def fill(path: Path) -> None:
        with closing(SqliteConfirmations.open(path)) as overlay:
            overlay.add(
                StoredConfirmation(
                    "Fog", "", "", "guild 1 / user 2", "2026-01-01T00:00:00", "abc", b"\0\x3c" + bytes(6)
                )
            )

    return _seeds("overlay.sqlite", fill)


def stores() -> Iterator[tuple[str, bytes]]:
    """Yield store files by name."""

    def fill(path: Path) -> None:
        with closing(Store(path)) as store:
            store.add_answer(answer())
            store.add_correction(correction())

    return _seeds("store.sqlite", fill)


def states() -> Iterator[tuple[str, bytes]]:
    """Yield files of a sync's state by name."""

    def fill(path: Path) -> None:
        with SyncState(path.parent) as state:
            state.set_note("catalogue", "made from this")
            state.set_note("pause_until", "1795600000.5")
            state.set_missing("images/thumb/aa/a.webp", date(2026, 11, 24))

    return _seeds("state.sqlite", fill)


def _seeds(name: str, fill: Callable[[Path], None]) -> Iterator[tuple[str, bytes]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        # Before any table exists: the page size can't be changed later.
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
            connection.execute("VACUUM")
        fill(path)
        yield "whole.sqlite", path.read_bytes()
    yield "empty.sqlite", b""
