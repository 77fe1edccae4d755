"""The whole program: starting, stopping and missing intents."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import discord
import pytest

from bot.client.client import CardglassClient
from bot.core.errors import SettingsError, ShardsTaken, Stopping
from bot.core.settings import Settings
from bot.core.shards import Shards
from bot.recognition.schedule import Asker
from bot.service import service, shard_lease
from bot.service.exit_codes import NO_CONTENT, Exit, exit_code_for
from bot.service.registration import skip_registration
from bot.service.service import open_engine, parts_of, prepare_data_folder, serve
from bot.store import StoreError
from engine import ArtifactMissing, ConfirmationsError
from tests.support.postgres_server import Server, running_or_skipped

NOBODY = "not.a-real-one"


@pytest.fixture(name="server", scope="module")
def running_server() -> Iterator[Server]:
    yield from running_or_skipped()


class Offline(CardglassClient):
    """The real client without a connection."""

    made: list[Offline]
    up: asyncio.Queue[Offline]
    refuses = False

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.made.append(self)

    async def start(self, token: str, *, reconnect: bool = True) -> None:
        if self.refuses and self.intents.message_content:
            raise discord.PrivilegedIntentsRequired(None)
        self.up.put_nowait(self)
        await asyncio.Event().wait()


@pytest.fixture(name="clients")
def offline_clients(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Offline]]:
    class Fresh(Offline):
        made: list[Offline] = []  # noqa: RUF012 - emptied by being a class of its own
        up: asyncio.Queue[Offline] = asyncio.Queue()

    monkeypatch.setattr(service, "CardglassClient", Fresh)
    return Fresh


@pytest.fixture(name="settings")
def own_folder(tmp_path: Path, demo_artifacts: Path) -> Settings:
    return Settings(token=NOBODY, artifacts=demo_artifacts, data=tmp_path / "data")


async def first_up(serving: asyncio.Task[bool], clients: type[Offline]) -> Offline:
    """Wait for the next client to connect; raise the error that prevents it."""
    up = asyncio.create_task(clients.up.get())
    await asyncio.wait({serving, up}, return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        serving.result()
    return await up


async def test_it_stops_in_order(settings: Settings, clients: type[Offline]):
    stop = asyncio.Event()
    serving = asyncio.create_task(serve(settings, stop))
    client = await first_up(serving, clients)
    stop.set()
    assert await serving
    assert client.is_closed()
    assert client.answers.stopping
    assert settings.overlay_file.exists()


async def test_without_the_message_content_intent_it_warns_and_goes_on(
    settings: Settings, clients: type[Offline], caplog: pytest.LogCaptureFixture
):
    clients.refuses = True
    stop = asyncio.Event()
    with caplog.at_level(logging.WARNING):
        serving = asyncio.create_task(serve(settings, stop))
        await first_up(serving, clients)
    stop.set()
    assert await serving
    assert [client.intents.message_content for client in clients.made] == [True, False]
    assert [client.is_closed() for client in clients.made] == [True, True]
    assert NO_CONTENT in caplog.messages


async def test_an_answer_in_progress_is_finished_and_waiting_ones_are_refused(
    settings: Settings, clients: type[Offline]
):
    stop, go = asyncio.Event(), asyncio.Event()
    serving = asyncio.create_task(serve(settings, stop))
    client = await first_up(serving, clients)

    async def answer() -> str:
        with client.answers:
            await go.wait()
            return "sent"

    answering = asyncio.create_task(answer())
    await asyncio.sleep(0)
    stop.set()
    for _ in range(20):  # turns of the event loop
        await asyncio.sleep(0)
    assert client.answers.stopping
    with pytest.raises(Stopping):
        await client.photo_worker._pool.run("late", None, Asker(1))
    assert not serving.done()
    go.set()
    assert await answering == "sent"
    assert await serving


class TestApart:
    @pytest.fixture(name="forgetting")
    def note_who_deletes(self, monkeypatch: pytest.MonkeyPatch) -> list[int]:
        noted: list[int] = []

        async def forget(store: Any, keep_days: int) -> None:
            noted.append(keep_days)

        monkeypatch.setattr(service, "forget_old", forget)
        return noted

    @pytest.mark.parametrize(("shards", "leads"), [(None, True), (Shards(0, 3, 16), True), (Shards(4, 7, 16), False)])
    async def test_only_the_process_with_shard_0_deletes_old_answers(
        self, settings: Settings, clients: type[Offline], forgetting: list[int], shards: Shards | None, leads: bool
    ):
        stop = asyncio.Event()
        serving = asyncio.create_task(serve(replace(settings, shards=shards), stop))
        client = await first_up(serving, clients)
        stop.set()
        assert await serving
        assert forgetting == ([settings.keep_days] if leads else [])
        assert (client._register is skip_registration) is not leads
        assert client.shard_ids == (list(shards.ids) if shards else None)
        assert client.shard_count == (shards.count if shards else None)

    async def test_a_second_process_with_the_same_shards_and_database_is_refused(
        self, settings: Settings, clients: type[Offline], server: Server, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(shard_lease, "HEARTBEAT_S", 0.01)
        monkeypatch.setattr(shard_lease, "SILENT_S", 2.0)
        shared = replace(settings, shards=Shards(4, 7, 16), database=server.empty_database())
        stop = asyncio.Event()
        serving = asyncio.create_task(serve(shared, stop))
        await first_up(serving, clients)
        with pytest.raises(ShardsTaken):
            await serve(shared, asyncio.Event())
        stop.set()
        assert await serving

    async def test_metrics_show_the_shards(self, settings: Settings):
        async with parts_of(replace(settings, shards=Shards(4, 7, 16))) as parts:
            told = parts.metrics.render().decode()
        assert 'shards="4-7/16"' in told
        assert "cardglass_shards_connected 0.0" in told

    def test_many_processes_can_check_one_data_folder_at_once(self, tmp_path: Path):
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: prepare_data_folder(Settings(data=tmp_path)), range(200)))
        assert list(tmp_path.iterdir()) == []


class TestDataFolder:
    def test_it_is_created_if_missing_and_nothing_is_left_in_it(self, tmp_path: Path):
        folder = prepare_data_folder(Settings(data=tmp_path / "a" / "b"))
        assert list(folder.iterdir()) == []

    def test_an_unwritable_one_is_reported_as_a_setting(self, tmp_path: Path):
        (tmp_path / "file").touch()
        with pytest.raises(SettingsError, match="CARDGLASS_DATA"):
            prepare_data_folder(Settings(data=tmp_path / "file"))


def test_an_invalid_overlay_is_named(settings: Settings, tmp_path: Path):
    prepare_data_folder(settings)
    settings.overlay_file.write_bytes(b"something else" * 100)
    with pytest.raises(ConfirmationsError, match=r"overlay\.sqlite"):
        open_engine(settings, settings.artifacts, settings.overlay_file)


class TestExits:
    @pytest.mark.parametrize(
        ("error", "code"),
        [
            (SettingsError("CARDGLASS_HTTP=x can't be used."), Exit.SETTINGS),
            (StoreError("cardglass.sqlite is damaged."), Exit.SETTINGS),
            (ArtifactMissing("no folder"), Exit.ARTIFACTS),
            (ConfirmationsError("overlay_damaged", "It is damaged."), Exit.ARTIFACTS),
            (discord.LoginFailure("Improper token has been passed."), Exit.LOGIN),
            (discord.PrivilegedIntentsRequired(None), Exit.SETTINGS),
            (discord.GatewayNotFound(), Exit.DISCORD),
            (aiohttp.ClientConnectionError("no route"), Exit.DISCORD),
        ],
    )
    def test_each_error_has_an_exit_code_and_a_message_of_one_line(self, error: Exception, code: Exit):
        told = exit_code_for(error)
        assert told is not None
        assert told[0] is code
        assert "\n" not in told[1]

    def test_unexpected_errors_have_none(self):
        assert exit_code_for(KeyError("x")) is None
        assert exit_code_for(PermissionError(13, "denied")) is None
