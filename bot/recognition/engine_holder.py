"""An engine that can be changed while it works."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from threading import Lock
from typing import Concatenate, ParamSpec, TypeVar

from bot.monitoring.metrics import Metrics
from engine import Engine, EngineError

log = logging.getLogger(__name__)

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")

POLL_S = 5.0
"""Seconds between two looks at the artifact folder."""
Seen = tuple[str, tuple[tuple[str, int, int, int], ...]]
"""A folder's own path and each file's name, inode, size and time of change."""


def _forwarded(
    method: Callable[Concatenate[Engine, Asked], Answer],
) -> Callable[Concatenate[EngineHolder, Asked], Answer]:
    """Return a method of the holder that does what the current engine's does."""

    @wraps(method)
    def call(holder: EngineHolder, /, *args: Asked.args, **named: Asked.kwargs) -> Answer:
        with holder.engine() as engine:
            return method(engine, *args, **named)

    return call


@dataclass(slots=True)
class _Held:
    """An engine, how many calls it is busy with, and whether it has a successor."""

    engine: Engine
    calls: int = 0
    retired: bool = False


class EngineHolder:
    """Forwards to the current engine; a new one takes over between two calls. Thread-safe.

    Args:
        engine: the first one; from now on the holder closes it.
    """

    def __init__(self, engine: Engine) -> None:
        self._held = _Held(engine)
        self._lock = Lock()

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        """Give the current engine, which stays open as long as the block lasts."""
        with self._lock:
            held = self._held
            held.calls += 1
        try:
            yield held.engine
        finally:
            with self._lock:
                held.calls -= 1
                last = held.retired and not held.calls
            if last:
                held.engine.close()

    @contextmanager
    def connected(self, metrics: Metrics) -> Iterator[None]:  # noqa: ARG002 - a fleet shows itself there
        """Do what is needed to answer as long as the block lasts; an engine alone needs nothing."""
        yield

    def swap(self, engine: Engine) -> None:
        """Let ``engine`` answer from now on; the one before is closed when its last call has ended."""
        with self._lock:
            before, self._held = self._held, _Held(engine)
        self._retire(before)

    def close(self) -> None:
        """Close the engine when its last call has ended; nothing may be asked any more."""
        self._retire(self._held)

    def _retire(self, held: _Held) -> None:
        with self._lock:
            idle = not held.calls and not held.retired
            held.retired = True
        if idle:
            held.engine.close()

    identify = _forwarded(Engine.identify)
    confirm = _forwarded(Engine.confirm)
    revoke = _forwarded(Engine.revoke)
    revoke_origin = _forwarded(Engine.revoke_origin)
    confirmations = _forwarded(Engine.confirmations)
    active_confirmations = _forwarded(Engine.active_confirmations)
    lookup = _forwarded(Engine.lookup)
    complete = _forwarded(Engine.complete)
    card = _forwarded(Engine.card)
    by_key = _forwarded(Engine.by_key)
    numbered = _forwarded(Engine.numbered)
    printings = _forwarded(Engine.printings)
    legalities = _forwarded(Engine.legalities)
    similar = _forwarded(Engine.similar)
    info = _forwarded(Engine.info)

    @property
    def version(self) -> str:
        """Of the current engine."""
        with self.engine() as engine:
            return engine.version

    @property
    def legalities_date(self) -> str | None:
        """Of when the legalities are."""
        with self.engine() as engine:
            return engine.legalities_date


class ArtifactWatch:
    """Opens an artifact folder anew when it changes: a symlink turned to another, or other files in it.

    Args:
        holder: gets the new engine.
        folder: what is watched.
        open_engine: opens the engine of a folder; blocks.
        metrics: told of each try.
    """

    def __init__(
        self, holder: EngineHolder, folder: Path, open_engine: Callable[[Path], Engine], metrics: Metrics
    ) -> None:
        self._holder, self._folder, self._open, self._metrics = holder, folder, open_engine, metrics
        self._before = self._tried = self._used = seen(folder)

    async def run(self, poll_s: float = POLL_S) -> None:
        """Look every ``poll_s`` seconds, for ever."""
        while True:
            await asyncio.sleep(poll_s)
            await self.look()

    async def look(self) -> None:
        """Look once: a folder that is not as it was tried last, and has stopped changing, is tried."""
        now = await asyncio.to_thread(seen, self._folder)
        settled, self._before = now == self._before, now
        if not settled or now == self._tried:
            return
        self._tried = now
        if now != self._used:
            await self._take_up(now)

    async def _take_up(self, now: Seen) -> None:
        try:
            # By its own path: a symlink might turn once more while its files are opened.
            engine = await asyncio.to_thread(self._open, Path(now[0]))
        except EngineError as error:
            self._metrics.swapped("refused")
            log.error("new artifacts in %s are not used, the old ones go on: %s", self._folder, error.message)  # noqa: TRY400
            return
        if (await asyncio.to_thread(seen, self._folder))[0] != now[0]:
            # Turned further, or back, while it was opened, which takes a busy machine a minute.
            engine.close()
            self._tried = self._used
            return
        self._holder.swap(engine)
        self._used = now
        self._metrics.swapped("changed")
        self._metrics.running(await asyncio.to_thread(self._holder.info))
        log.info("new artifacts in %s are in use", self._folder)


def seen(folder: Path) -> Seen:
    """Return what tells whether a folder has changed."""
    real = folder.resolve()
    try:
        stats = [(path.name, path.stat()) for path in sorted(real.iterdir())]
    except OSError:
        # Not there, or a file vanished meanwhile: the next look will see more.
        return (str(real), ())
    return (str(real), tuple((name, stat.st_ino, stat.st_size, stat.st_mtime_ns) for name, stat in stats))
