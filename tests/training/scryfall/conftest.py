"""A server that speaks Scryfall's API over invented cards, and a sync against it that wastes no time waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.support.scryfall.made_up import MadeUp
from tests.support.scryfall.server import ScryfallServer
from training.data.face_list import read_faces_csv
from training.scryfall.options import Options, Politeness, Unique
from training.scryfall.sync import Summary, sync

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
"""Options that ask for all pictures there are."""

Sync = Callable[..., Summary]


@pytest.fixture(name="source")
def _source() -> MadeUp:
    return MadeUp()


@pytest.fixture(name="server")
def _server(source: MadeUp, tmp_path: Path) -> Iterator[ScryfallServer]:
    """A server that no test may treat impolitely."""
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

    def run(today: date = TODAY, politeness: Politeness = HURRIED, **options: Any) -> Summary:
        return sync_once(server, politeness, today, **({"data": data} | options))

    return run


def sync_once(server: ScryfallServer, politeness: Politeness = HURRIED, today: date = TODAY, **options: Any) -> Summary:
    """Sync from a server; options are those of :class:`Options`."""
    return asyncio.run(sync(Options(api=server.url, **options), politeness, today))


def listed(data: Path) -> set[tuple[str, str, str, str]]:
    """Return (name, face, set, number) of every picture in the list."""
    return {(row.name, row.face, row.set, row.collector_number) for row in read_faces_csv(data / "faces.csv")}


def names(data: Path) -> set[str]:
    """Return the names in the list."""
    return {name for name, *_ in listed(data)}
