"""A store in a real file, and one on a real PostgreSQL server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store import Store
from tests.support.postgres_server import Server, running_or_skipped


@pytest.fixture(name="server", scope="session")
def running_server() -> Iterator[Server]:
    yield from running_or_skipped()


@pytest.fixture(name="path")
def file_path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite"


@pytest.fixture(name="url")
def server_url(server: Server) -> str:
    return server.empty_database()


@pytest.fixture(name="place", params=["sqlite", "postgresql"])
def store_place(request: pytest.FixtureRequest) -> str | Path:
    place: str | Path = request.getfixturevalue("path" if request.param == "sqlite" else "url")
    return place


@pytest.fixture(name="store")
def open_store(place: str | Path) -> Iterator[Store]:
    store = Store(place)
    yield store
    store.close()


@pytest.fixture(name="file_store")
def open_store_in_a_file(path: Path) -> Iterator[Store]:
    store = Store(path)
    yield store
    store.close()
