"""The bot fetches its cards from a Scryfall of ours, with the maintainer's own command, and answers all along."""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.core.settings import Schedule, Settings
from bot.monitoring.metrics import Metrics
from bot.recognition.reloadable_engine import ArtifactWatch, ReloadableEngine
from bot.service import card_refresh
from bot.service.card_refresh import CardRefresh, refresh_command
from bot.service.service import open_first_engine
from engine import Engine
from tests.support.scryfall.made_up import card
from tests.support.scryfall.server import ScryfallServer
from training.drawing.cards import demo_cards, draw_card

FIRST_DAY, SECOND_DAY, THIRD_DAY = 12, 15, 16
"""How many cards there are."""
FULL_AT = 48
"""Blocks of 512 bytes: a limit on the size of files simulates the full disk."""


class DemoSource:
    """The first demo cards, as a Scryfall's."""

    def __init__(self) -> None:
        self.count, self.updated_at = FIRST_DAY, "2026-11-23T21:09:00.000+00:00"

    def another_day(self) -> None:
        self.count, self.updated_at = SECOND_DAY, "2026-11-24T21:09:00.000+00:00"

    def yet_another_day(self) -> None:
        self.count, self.updated_at = THIRD_DAY, "2026-11-25T21:09:00.000+00:00"

    def bulk(self, _: str) -> Iterator[dict[str, Any]]:
        for number, one in enumerate(demo_cards()[: self.count], 1):
            yield card(one.name, number=str(number))

    def picture(self, key: str, _: str, ident: str) -> bytes | None:
        by_id = {value["id"]: one for value, one in zip(self.bulk(""), demo_cards(), strict=False)}
        if key != "thumb" or ident not in by_id:
            return None
        file = io.BytesIO()
        Image.fromarray(draw_card(by_id[ident], 204)).save(file, "WEBP", quality=88)
        return file.getvalue()

    def migrations(self) -> list[dict[str, Any]]:
        return []


@pytest.fixture(name="source")
def _source():
    return DemoSource()


@pytest.fixture(name="server")
def _server(source, tmp_path):
    (tmp_path / "served").mkdir()
    with ScryfallServer(source, tmp_path / "served") as server:
        yield server


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    for name, value in {"QUIET_S": 0.1, "POLL_S": 0.05, "FIRST_ROOM": 1, "ROOM": 1}.items():
        monkeypatch.setattr(card_refresh, name, value)


class Host:
    """The parts of a bot that refreshing concerns; somebody keeps sending the same photo."""

    def __init__(self, folder: Path, photo: bytes) -> None:
        self.settings = Settings(data=folder, refresh=Schedule.DAILY)
        self.photo, self.names = photo, set[str | None]()
        self.engine = ReloadableEngine(self.open())
        self.watch = ArtifactWatch(self.engine, self.settings.fetched_artifacts, Engine.open, Metrics())

    def open(self) -> Engine:
        return open_first_engine(self.settings, self.settings.data / "overlay.sqlite")

    def refresher(self, url: str, *before: str) -> CardRefresh:
        self.settings.cards.mkdir(parents=True, exist_ok=True)
        command = [*before, *refresh_command(self.settings), "--api", url]
        assert command[len(before)] == sys.executable
        return CardRefresh(self.settings.cards, Schedule.DAILY, lambda: False, Metrics(), command)

    async def answer(self) -> None:
        """Name the card in the photo again and again."""
        while True:
            found = await asyncio.to_thread(self.engine.identify, self.photo)
            self.names.update(one.name for one in found.cards)
            await asyncio.sleep(0.2)

    async def faces(self) -> int:
        """Return how many faces the engine knows after it has looked for new artifacts."""
        await self.watch.poll()
        await self.watch.poll()
        return int(self.engine.info()["artifacts"]["index"]["rows"])


async def test_the_cards_are_fetched_and_kept_current_while_photos_are_answered(
    source, server, tmp_path, demo_single_photo
):
    (tmp_path / "data").mkdir()
    host = Host(tmp_path / "data", demo_single_photo.jpeg)
    answering = asyncio.create_task(host.answer())
    try:
        shipped = await host.faces()
        assert await host.refresher(server.url).refresh() is None
        assert await host.faces() == FIRST_DAY < shipped

        source.another_day()
        stopped = asyncio.create_task(host.refresher(server.url).refresh())
        await asyncio.sleep(1.0)
        stopped.cancel()
        with pytest.raises(asyncio.CancelledError):
            await stopped
        assert await host.faces() == FIRST_DAY
        assert await host.refresher(server.url).refresh() is None
        assert await host.faces() == SECOND_DAY

        nobody = host.refresher("http://127.0.0.1:9")
        assert await nobody.refresh() == "not_synced"
        assert nobody.report().problem == "not_synced"
        assert await host.faces() == SECOND_DAY

        source.yet_another_day()
        full = host.refresher(server.url, "sh", "-c", f'ulimit -f {FULL_AT}; exec "$@"', "sh")
        assert await full.refresh() == "not_synced"
        assert await host.faces() == SECOND_DAY
        assert await host.refresher(server.url).refresh() is None
        assert await host.faces() == THIRD_DAY
    finally:
        answering.cancel()
        with pytest.raises(asyncio.CancelledError):
            await answering
        host.engine.close()
    assert host.names
    assert server.offences == []
    again = host.open()
    assert again.info()["artifacts"]["index"]["rows"] == THIRD_DAY
    assert again.card(demo_cards()[0].name) is not None
    again.close()


def test_fetched_artifacts_that_can_t_be_used_leave_the_shipped_ones(tmp_path, caplog):
    settings = Settings(data=tmp_path, refresh=Schedule.DAILY)
    settings.fetched_artifacts.mkdir(parents=True)
    engine = open_first_engine(settings, tmp_path / "overlay.sqlite")
    assert engine.info()["artifacts"]["index"]["rows"] > FIRST_DAY
    engine.close()
    assert "the fetched artifacts can't be used" in caplog.text
