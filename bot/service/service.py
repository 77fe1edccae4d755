"""Everything the running bot is made of, put together; started, watched, and stopped in order."""

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
from pathlib import Path

import discord
from PIL import Image

from bot.client.client import CardglassClient
from bot.core.errors import SettingsError
from bot.core.settings import DEFAULT_FLEET_WORKERS, Settings
from bot.messages import Messages
from bot.monitoring.gateway import attach
from bot.monitoring.health_server import health_app, measure_lag, serving
from bot.monitoring.metrics import Metrics
from bot.recognition.download import Fetch, cdn_session, make_downloader
from bot.recognition.photo_worker import PhotoWorker
from bot.recognition.pool import WorkerPool, make_pool
from bot.recognition.reloadable_engine import ArtifactWatch, ReloadableEngine
from bot.service.confirmations_command import confirmations_source
from bot.service.exit_codes import NO_CONTENT
from bot.service.registration import Registration, Tree, skip_registration
from bot.service.retention import forget_old
from bot.service.shard_lease import ALL, holding
from bot.service.supervise import supervise
from bot.store import Store
from engine import Confirmations, Engine

log = logging.getLogger(__name__)

ANSWERS_WITHIN_S, THREADS_WITHIN_S = 7.0, 1.0
"""Time for answers under way, and for threads after them, when told to stop: containers are killed after ten."""
MOST_WORKERS = 4
"""Workers on machines of many cores, unless told otherwise: each takes about 100 MB while it works."""
BLANK_PX = (640, 480)
"""Size of the picture a new engine is tried with."""

Register = Callable[[Tree], Awaitable[object]]
"""Registers the commands when the bot has logged in."""


@dataclass(slots=True)
class Parts:
    """What outlives a client: one that logs in again without an intent gets the same."""

    settings: Settings
    engine: ReloadableEngine
    pool: WorkerPool
    fetch: Fetch
    look: PhotoWorker
    store: Store
    kept: Path | Confirmations
    messages: Messages
    metrics: Metrics
    client: CardglassClient | None = None

    def make_client(self, settings: Settings, register: Register) -> CardglassClient:
        """Return a client that is not logged in yet; readiness is told by it from now on."""
        # The bot never speaks: that libraries for it are missing is no news.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        self.client = CardglassClient(
            settings,
            self.engine,
            self.look,
            self.fetch,
            self.store,
            self.messages,
            message_content=settings.message_content,
            register=register,
        )
        self.client.answers.on_answered = self.metrics.count_answer
        attach(self.client, self.metrics)
        return self.client

    def connected(self) -> bool:
        """Whether Discord's events reach us."""
        client = self.client
        if client is None or client.is_closed() or not client.is_ready():
            return False
        return not any(shard.is_closed() for shard in client.shards.values())

    def shards_connected(self) -> int:
        """How many of this process's shards Discord's events reach us by."""
        return sum(not shard.is_closed() for shard in self.client.shards.values()) if self.client else 0


def count_workers(settings: Settings) -> int:
    """Return how many photos are looked at at the same time."""
    if settings.recogniser_url:
        return settings.workers or DEFAULT_FLEET_WORKERS
    return settings.workers or min(len(os.sched_getaffinity(0)), MOST_WORKERS)


def open_engine(settings: Settings, folder: Path | None, kept: Path | Confirmations) -> Engine:
    """Open the engine of an artifact folder as the settings want it, and see that it works; blocks.

    Args:
        kept: where confirmed answers are kept.

    Raises:
        EngineError: the folder, or what keeps confirmed answers, can't be used.
    """
    threads = max(1, len(os.sched_getaffinity(0)) // count_workers(settings))
    engine = Engine.open(folder, threads=threads, overlay=kept)
    blank = io.BytesIO()
    Image.new("RGB", BLANK_PX, "grey").save(blank, "PNG")
    engine.identify(blank.getvalue())
    return engine


def prepare_data_folder(settings: Settings) -> Path:
    """Return the data folder, made where it is missing, and tried.

    Raises:
        SettingsError: it can't be written.
    """
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        # Of a name of its own: other processes of the same bot may try the folder at the same moment.
        tempfile.TemporaryFile(dir=settings.data).close()
    except OSError as error:
        raise SettingsError(f"CARDGLASS_DATA={settings.data} can't be written: {error.strerror}.") from None
    return settings.data


def make_engine(settings: Settings, engine: Engine) -> ReloadableEngine:
    """Return what holds an engine: it alone, or with a fleet that looks at photos for it.

    Raises:
        SettingsError: a fleet is wanted, and the extra is not installed.
    """
    if not settings.recogniser_url:
        return ReloadableEngine(engine)
    try:
        # Only here: what it needs is an extra.
        from bot.fleet.fleet_engine import FleetEngine
    except ModuleNotFoundError as error:
        raise SettingsError(f"RECOGNISER_URL needs the extra: pip install '.[bot,fleet]' ({error}).") from None
    return FleetEngine(engine, settings.recogniser_url, settings.deadline_s)


@contextlib.asynccontextmanager
async def parts_of(settings: Settings) -> AsyncIterator[Parts]:
    """Open everything that is needed, and close it at the end.

    Raises:
        SettingsError: the data folder can't be written.
        StoreError: the database can't be used.
        EngineError: artifacts or overlay can't be used.
    """
    prepare_data_folder(settings)
    metrics = Metrics(str(settings.shards or "all"))
    store = await asyncio.to_thread(Store, settings.store)
    kept = await asyncio.to_thread(confirmations_source, settings, store)
    engine = make_engine(settings, await asyncio.to_thread(open_engine, settings, settings.artifacts, kept))
    pool = make_pool(settings, count_workers(settings))
    metrics.add_gauge("queue_length", "Photos waiting for their turn", lambda: pool.waiting)
    metrics.add_gauge("running", "Photos in a thread or next to one", lambda: pool.running)
    try:
        metrics.set_info(await asyncio.to_thread(engine.info))
        with engine.connected(metrics):
            async with cdn_session() as session:
                fetch = make_downloader(session, settings).fetch
                look = PhotoWorker(engine, fetch, pool, metrics)
                parts = Parts(settings, engine, pool, fetch, look, store, kept, Messages.open(), metrics)
                metrics.add_gauge(
                    "shards_connected", "This process's shards that are connected", parts.shards_connected
                )
                yield parts
    finally:
        engine.close()
        store.close()


async def serve(settings: Settings, stop: asyncio.Event) -> bool:
    """Answer until ``stop`` is set, then finish what is at hand.

    Returns:
        whether all threads came to an end.

    Raises:
        Exception: as :func:`bot.service.exit_codes.exit_code_for` knows them.
    """
    async with parts_of(settings) as parts, _holding(parts, stop), _watching(parts):
        register = Registration(settings.data).if_changed if settings.leads else skip_registration
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


def _holding(parts: Parts, stop: asyncio.Event) -> contextlib.AbstractAsyncContextManager[None]:
    """Hold this process's shards, where a database is shared by others that could have them, too."""
    if not parts.settings.database:
        return contextlib.nullcontext()
    return holding(parts.store.claim(parts.settings.shards or ALL), stop)


async def _answer(parts: Parts, client: CardglassClient, stop: asyncio.Event) -> None:
    """Run the client until it fails or ``stop`` is set; answers under way are finished."""
    if stop.is_set():
        return
    async with client:
        running = asyncio.create_task(client.start(parts.settings.token))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if running.done():
            running.result()  # raises what ended it
            return
        parts.pool.stop()
        unfinished = await client.answers.finish(ANSWERS_WITHIN_S)
        log.info("stopping; %d answers not finished", unfinished)
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


@contextlib.asynccontextmanager
async def _watching(parts: Parts) -> AsyncIterator[None]:
    """Serve health and metrics, measure the event loop, forget old answers, and look for new artifacts meanwhile."""
    settings = parts.settings
    threads = {"threads": lambda: not parts.pool.stuck}
    app = health_app(parts.metrics, healthy=threads, ready={**threads, "gateway": parts.connected})
    works = {"measuring the event loop": lambda: measure_lag(parts.metrics)}
    if settings.leads:
        works["forgetting old answers"] = lambda: forget_old(parts.store, settings.keep_days)
    if settings.artifacts is not None:
        watch = ArtifactWatch(
            parts.engine, settings.artifacts, lambda folder: open_engine(settings, folder, parts.kept), parts.metrics
        )
        works["looking for new artifacts"] = watch.run
    tasks = [asyncio.create_task(supervise(what, work)) for what, work in works.items()]
    try:
        async with serving(app, settings.http):
            yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def stop_at_signals() -> asyncio.Event:
    """Return an event that is set when the process is told to end."""
    stop = asyncio.Event()
    # discord.py leaves SIGTERM, which containers stop with, to the application.
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop
