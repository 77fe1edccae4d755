"""A server with Scryfall's API and invented cards, and a sync from it that hardly waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.support.scryfall.made_up import MadeUpSource
from tests.support.scryfall.server import ScryfallServer
from training.data.face_list import read_faces_csv
from training.scryfall.options import Options, Politeness, Unique
from training.scryfall.sync import SyncSummary, sync

SPACING_S, LOCKOUT_S = 0.01, 0.3
HURRIED = Politeness(
    between_calls=SPACING_S * 1.1,
    lockout=LOCKOUT_S * 1.1,
    first_wait=0.01,
    longest_wait=0.02,
    attempts=4,
    connect=5,
    silence=0.5,
    answer=5,
)
TODAY = date(2026, 11, 24)

EVERYTHING = {"tokens": True, "art_cards": True, "unique": Unique.PRINTINGS}
"""Options for all pictures."""

FOREIGN_URLS = (
    "https://errors.scryfall.com/soon.jpg?1",
    "//d]o[@",
    "https://xn--0.example.org/a.webp?1",
    "https://example.org/a.webp?1",
    "https://scryfall.io.example.org/a.webp?1",
    "https://notscryfall.io/a.webp?1",
    "https://cards.scryfall.io@example.org/a.webp?1",
    "http://cards.scryfall.io/a.webp?1",
    "http://api.scryfall.com/sets",
    "https://api.scryfall.com:444/sets",
    "file:///etc/passwd?1",
    "https://[cards.scryfall.io/a.webp?1",
    "https://cards.scryfall.io:99999/a.webp?1",
    "https://cards.scryfall.io/\ud83d.webp?1",
    "https://cards.scryfall.io/a.webp?1\n",
    "",
)
"""Addresses that a sync from Scryfall does not request."""

Sync = Callable[..., SyncSummary]


@pytest.fixture(name="source")
def _source() -> MadeUpSource:
    return MadeUpSource()


@pytest.fixture(name="server")
def _server(source: MadeUpSource, tmp_path: Path) -> Iterator[ScryfallServer]:
    """A server; the test fails if a client breaks its rules."""
    folder = tmp_path / "server"
    folder.mkdir()
    with ScryfallServer(source, folder, spacing_s=SPACING_S, lockout_s=LOCKOUT_S) as server:
        yield server
    assert server.offences == []


@pytest.fixture(name="data")
def _data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture(name="run")
def _run(server: ScryfallServer, data: Path) -> Sync:
    """Sync once; options are those of :class:`Options`."""

    def run(today: date = TODAY, politeness: Politeness = HURRIED, **options: Any) -> SyncSummary:
        return sync_once(server, politeness, today, **({"data": data} | options))

    return run


def sync_once(
    server: ScryfallServer, politeness: Politeness = HURRIED, today: date = TODAY, **options: Any
) -> SyncSummary:
    """Sync from a server; options are those of :class:`Options`."""
    return asyncio.run(sync(Options(api=server.url, **options), politeness, today))


def listed(data: Path) -> set[tuple[str, str, str, str]]:
    """Return (name, face, set, number) of every picture in the list."""
    return {(row.name, row.face, row.set, row.collector_number) for row in read_faces_csv(data / "faces.csv")}


def names(data: Path) -> set[str]:
    """Return the names in the list."""
    return {name for name, *_ in listed(data)}
