"""Builds the running bot from its parts, runs it, and stops it in order."""

from __future__ import annotations

import asyncio
import contextlib
import io
import logging
import os
import signal
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import discord
from PIL import Image

from bot.client.client import CardglassClient
from bot.core.errors import SettingsError
from bot.core.settings import DEFAULT_FLEET_WORKERS, Schedule, Settings
from bot.messages import Messages
from bot.monitoring.gateway import watch_gateway
from bot.monitoring.health_server import make_health_app, measure_lag, serve_http
from bot.monitoring.metrics import Metrics
from bot.recognition.download import Fetch, cdn_session, make_downloader
from bot.recognition.photo_worker import PhotoWorker
from bot.recognition.pool import WorkerPool, make_pool
from bot.recognition.reloadable_engine import ArtifactWatch, ReloadableEngine
from bot.service.background import forget_old, supervise
from bot.service.card_refresh import CardRefresh, refresh_command
from bot.service.exit_codes import NO_CONTENT
from bot.service.registration import Tree, register_commands, skip_registration
from bot.service.shard_lease import ALL, hold_shards
from bot.store import Store
from engine import ArtifactError, Confirmations, Engine

log = logging.getLogger(__name__)

ANSWERS_WITHIN_S, THREADS_WITHIN_S = 7.0, 1.0
"""Seconds for answers in progress, and then for threads, when stopping: containers are killed after ten."""
MAX_WORKERS = 4
"""Default limit on machines with many cores: each worker takes about 100 MB while it works."""
BLANK_PX = (640, 480)
"""Size of the picture a new engine is tried with."""


@dataclass(slots=True)
class Parts:
    """Everything but the client, which is replaced if it has to log in again without an intent."""

    settings: Settings
    engine: ReloadableEngine
    pool: WorkerPool
    fetch: Fetch
    photo_worker: PhotoWorker
    store: Store
    confirmations: Path | Confirmations
    messages: Messages
    metrics: Metrics
    refresh: CardRefresh | None = None
    client: CardglassClient | None = None

    def make_client(self, settings: Settings, register: Callable[[Tree], Awaitable[object]]) -> CardglassClient:
        """Return a client that is not logged in yet; :meth:`connected` refers to it from now on."""
        # The bot has no voice features, so it needs no warnings about libraries missing for them.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        self.client = CardglassClient(
            settings,
            self.engine,
            self.photo_worker,
            self.fetch,
            self.store,
            self.messages,
            register=register,
            cards=self.refresh.report if self.refresh else None,
        )
        self.client.answers.on_answered = self.metrics.answers.inc
        watch_gateway(self.client, self.metrics)
        return self.client

    def shards_connected(self) -> int:
        """Return how many of this process's shards are connected."""
        return sum(not shard.is_closed() for shard in self.client.shards.values()) if self.client else 0

    def connected(self) -> bool:
        """Return whether the client receives Discord's events on all shards."""
        client = self.client
        if client is None or client.is_closed() or not client.is_ready():
            return False
        return self.shards_connected() == len(client.shards)


def count_workers(settings: Settings) -> int:
    """Return how many photos are processed at the same time."""
    if settings.recogniser_url:
        return settings.workers or DEFAULT_FLEET_WORKERS
    return settings.workers or min(len(os.sched_getaffinity(0)), MAX_WORKERS)


def open_engine(settings: Settings, folder: Path | None, confirmations: Path | Confirmations) -> Engine:
    """Open an artifact folder by the settings, and make sure the engine works; blocks.

    Raises:
        EngineError: the folder or the confirmations can't be used.
    """
    threads = max(1, len(os.sched_getaffinity(0)) // count_workers(settings))
    engine = Engine.open(folder, threads=threads, overlay=confirmations)
    blank = io.BytesIO()
    Image.new("RGB", BLANK_PX, "grey").save(blank, "PNG")
    engine.identify(blank.getvalue())
    return engine


def prepare_data_folder(settings: Settings) -> Path:
    """Return the data folder, created if it is missing; raises SettingsError if it can't be written to."""
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        # With a unique name: other processes of the same bot may try the folder at the same moment.
        tempfile.TemporaryFile(dir=settings.data).close()
    except OSError as error:
        raise SettingsError(f"CARDGLASS_DATA={settings.data} can't be written: {error.strerror}.") from None
    return settings.data


def make_engine(settings: Settings, engine: Engine) -> ReloadableEngine:
    """Return a reloadable engine, on its own or with a fleet; raises SettingsError if the fleet's extra is missing."""
    if not settings.recogniser_url:
        return ReloadableEngine(engine)
    try:
        # Imported here because its libraries are an extra.
        from bot.fleet.fleet_engine import FleetEngine
    except ModuleNotFoundError as error:
        raise SettingsError(f"RECOGNISER_URL needs the extra: pip install '.[bot,fleet]' ({error}).") from None
    return FleetEngine(engine, settings.recogniser_url, settings.deadline_s)


def make_refresh(settings: Settings, pool: WorkerPool, metrics: Metrics) -> CardRefresh | None:
    """Return what refreshes the cards, None if this process shouldn't."""
    if settings.schedule is Schedule.OFF or not settings.leads:
        return None
    return CardRefresh(
        settings.cards,
        settings.schedule,
        is_busy=lambda: bool(pool.running or pool.waiting),
        metrics=metrics,
        command=refresh_command(settings),
    )


def open_first_engine(settings: Settings, confirmations: Path | Confirmations) -> Engine:
    """Open the artifacts of the settings, those that were fetched, or the shipped ones; blocks.

    Raises:
        EngineError: neither the settings' nor the shipped ones can be used, or the confirmations can't.
    """
    fetched = settings.fetched_artifacts
    if settings.artifacts is None and fetched.exists():
        try:
            # By its resolved path: a refresh may switch the link while the files are being opened.
            return open_engine(settings, fetched.resolve(), confirmations)
        except ArtifactError as error:
            log.error("the fetched artifacts can't be used, the shipped ones are: %s", error.message)  # noqa: TRY400 - no bug
    return open_engine(settings, settings.artifacts, confirmations)


@contextlib.asynccontextmanager
async def parts_of(settings: Settings) -> AsyncIterator[Parts]:
    """Open everything the bot needs for the duration of the block.

    Raises:
        SettingsError: the data folder can't be written.
        StoreError: the database can't be used.
        EngineError: the artifacts or the confirmations can't be used.
    """
    prepare_data_folder(settings)
    metrics = Metrics(str(settings.shards or "all"))
    async with contextlib.AsyncExitStack() as stack:
        store = await asyncio.to_thread(Store, settings.store)
        stack.callback(store.close)
        confirmations: Path | Confirmations = settings.overlay_file
        if settings.database:
            shared = await asyncio.to_thread(store.confirmations)
            # Any process may still have a file from before there was a shared database.
            await asyncio.to_thread(shared.import_file, settings.overlay_file)
            confirmations = shared
        opened = await asyncio.to_thread(open_first_engine, settings, confirmations)
        engine = make_engine(settings, opened)
        stack.callback(engine.close)
        pool = make_pool(settings, count_workers(settings))
        metrics.add_gauge("queue_length", "Photos waiting for their turn", lambda: pool.waiting)
        metrics.add_gauge("running", "Photos in a thread or next to one", lambda: pool.running)
        metrics.set_info(await asyncio.to_thread(engine.info))
        stack.enter_context(engine.connected(metrics))
        session = await stack.enter_async_context(cdn_session())
        fetch = make_downloader(session, settings).fetch
        worker = PhotoWorker(engine, fetch, pool, metrics)
        refresh = make_refresh(settings, pool, metrics)
        parts = Parts(settings, engine, pool, fetch, worker, store, confirmations, Messages.open(), metrics, refresh)
        metrics.add_gauge("shards_connected", "This process's shards that are connected", parts.shards_connected)
        yield parts


async def serve(settings: Settings, stop: asyncio.Event) -> bool:
    """Run the bot until ``stop`` is set, finish the answers in progress, and return whether all threads have ended.

    Raises:
        Exception: see :func:`bot.service.exit_codes.exit_code_for`.
    """
    async with contextlib.AsyncExitStack() as stack:
        parts = await stack.enter_async_context(parts_of(settings))
        if settings.database:
            # Only processes that share a database can notice each other.
            claim = parts.store.claim(settings.shards or ALL)
            await stack.enter_async_context(hold_shards(claim, stop))
        await stack.enter_async_context(background_work(parts))
        register = partial(register_commands, folder=settings.data) if settings.leads else skip_registration
        try:
            await _answer(parts, parts.make_client(settings, register), stop)
        except discord.PrivilegedIntentsRequired:
            if not settings.message_content:
                raise
            log.warning(NO_CONTENT)
            await _answer(parts, parts.make_client(replace(settings, message_content=False), register), stop)
        finally:
            ended = await parts.pool.close(THREADS_WITHIN_S)
    return ended


async def _answer(parts: Parts, client: CardglassClient, stop: asyncio.Event) -> None:
    """Run the client until it fails or ``stop`` is set, then finish the answers in progress."""
    if stop.is_set():
        return
    async with client:
        running = asyncio.create_task(client.start(parts.settings.token))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if running.done():
            running.result()  # raises the error that ended it
            return
        parts.pool.stop()
        unfinished = await client.answers.finish(ANSWERS_WITHIN_S)
        log.info("stopping; %d answers not finished", unfinished)
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


@contextlib.asynccontextmanager
async def background_work(parts: Parts) -> AsyncIterator[None]:
    """Serve health and metrics, measure the event loop, delete old answers, and watch for new artifacts meanwhile."""
    settings = parts.settings
    threads = {"threads": lambda: not parts.pool.stuck}
    app = make_health_app(parts.metrics, healthy=threads, ready={**threads, "gateway": parts.connected})
    work = {"measuring the event loop": lambda: measure_lag(parts.metrics)}
    if settings.leads:
        work["deleting old answers"] = lambda: forget_old(parts.store, settings.keep_days)
    if settings.artifacts is not None or settings.schedule is not Schedule.OFF:
        folder = settings.artifacts or settings.fetched_artifacts
        reopen = partial(open_engine, settings, confirmations=parts.confirmations)
        work["watching for new artifacts"] = ArtifactWatch(parts.engine, folder, reopen, parts.metrics).run
    if parts.refresh is not None:
        work["refreshing the cards"] = parts.refresh.run
    tasks = [asyncio.create_task(supervise(*one)) for one in work.items()]
    try:
        async with serve_http(app, settings.http):
            yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def stop_at_signals() -> asyncio.Event:
    """Return an event that is set when the process gets a signal to stop."""
    stop = asyncio.Event()
    # discord.py doesn't handle SIGTERM, which containers are stopped with.
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop
