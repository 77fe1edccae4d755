"""An engine that can be replaced while calls are under way."""

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

Params = ParamSpec("Params")
Result = TypeVar("Result")

POLL_S = 5.0
"""Seconds between checks of the artifact folder."""
FolderState = tuple[str, tuple[tuple[str, int, int, int], ...]]
"""A folder's resolved path, and each file's name, inode, size and modification time."""


def _forward(
    method: Callable[Concatenate[Engine, Params], Result],
) -> Callable[Concatenate[ReloadableEngine, Params], Result]:
    """Return a method that calls the same method of the current engine."""

    @wraps(method)
    def call(self: ReloadableEngine, /, *args: Params.args, **kwargs: Params.kwargs) -> Result:
        with self.borrow() as engine:
            bound: Callable[Params, Result] = getattr(engine, method.__name__)
            return bound(*args, **kwargs)

    return call


@dataclass(slots=True)
class _EngineInUse:
    """An engine and the number of its users: each call, and :class:`ReloadableEngine` while it is the current one."""

    engine: Engine
    users: int = 1


class ReloadableEngine:
    """Forwards calls to the current engine, which can be swapped for another at any time. Thread-safe.

    Args:
        engine: the first engine; closed by this object.
    """

    def __init__(self, engine: Engine) -> None:
        self._current = _EngineInUse(engine)
        self._lock = Lock()

    @contextmanager
    def borrow(self) -> Iterator[Engine]:
        """Yield the current engine, which stays open until the block ends."""
        with self._lock:
            current = self._current
            current.users += 1
        try:
            yield current.engine
        finally:
            self._release(current)

    @contextmanager
    def connected(self, metrics: Metrics) -> Iterator[None]:  # noqa: ARG002 - a fleet adds its own gauges
        """Keep whatever connections the engine needs for the duration of the block; a local engine needs none."""
        yield

    def swap(self, engine: Engine) -> None:
        """Switch to ``engine``; the previous one is closed when its last call has ended."""
        with self._lock:
            previous, self._current = self._current, _EngineInUse(engine)
        self._release(previous)

    def close(self) -> None:
        """Close the engine when its last call has ended; make no more calls after this."""
        self._release(self._current)

    def _release(self, used: _EngineInUse) -> None:
        with self._lock:
            used.users -= 1
            unused = not used.users
        if unused:
            used.engine.close()

    identify = _forward(Engine.identify)
    confirm = _forward(Engine.confirm)
    revoke = _forward(Engine.revoke)
    revoke_origin = _forward(Engine.revoke_origin)
    confirmations = _forward(Engine.confirmations)
    active_confirmations = _forward(Engine.active_confirmations)
    lookup = _forward(Engine.lookup)
    complete = _forward(Engine.complete)
    card = _forward(Engine.card)
    by_key = _forward(Engine.by_key)
    numbered = _forward(Engine.numbered)
    printings = _forward(Engine.printings)
    legalities = _forward(Engine.legalities)
    similar = _forward(Engine.similar)
    info = _forward(Engine.info)

    @property
    def version(self) -> str:
        """The current engine's version."""
        with self.borrow() as engine:
            return engine.version

    @property
    def legalities_date(self) -> str | None:
        """The date of the legality data."""
        with self.borrow() as engine:
            return engine.legalities_date


Recogniser = Engine | ReloadableEngine
"""The engine as most of the bot sees it."""


class ArtifactWatch:
    """Reopens an artifact folder when it changes: its symlink points elsewhere, or its files were replaced.

    Args:
        engine: switched to each new engine.
        folder: the folder to watch.
        open_engine: opens the engine of a folder; blocks.
        metrics: counts each attempt.
    """

    def __init__(
        self, engine: ReloadableEngine, folder: Path, open_engine: Callable[[Path], Engine], metrics: Metrics
    ) -> None:
        self._engine, self._folder, self._open, self._metrics = engine, folder, open_engine, metrics
        self._previous = self._tried = self._used = folder_state(folder)

    async def run(self, poll_s: float = POLL_S) -> None:
        """Poll every ``poll_s`` seconds, forever."""
        while True:
            await asyncio.sleep(poll_s)
            await self.poll()

    async def poll(self) -> None:
        """Check the folder once, and open it if it differs from the last attempt and has stopped changing."""
        state = await asyncio.to_thread(folder_state, self._folder)
        settled, self._previous = state == self._previous, state
        if not settled or state == self._tried:
            return
        self._tried = state
        if state == self._used:
            return
        try:
            # By its resolved path: the symlink might change again while the files are being opened.
            engine = await asyncio.to_thread(self._open, Path(state[0]))
        except EngineError as error:
            self._metrics.swaps.labels("refused").inc()
            log.error("new artifacts in %s rejected, keeping the old ones: %s", self._folder, error.message)  # noqa: TRY400 - no bug
            return
        if (await asyncio.to_thread(folder_state, self._folder))[0] != state[0]:
            # The symlink moved on, or back, while opening (which can take a minute on a busy machine).
            engine.close()
            self._tried = self._used
            return
        self._engine.swap(engine)
        self._used = state
        self._metrics.swaps.labels("changed").inc()
        self._metrics.set_info(await asyncio.to_thread(self._engine.info))
        log.info("switched to the new artifacts in %s", self._folder)


def folder_state(folder: Path) -> FolderState:
    """Return a value that changes whenever the folder does."""
    real = folder.resolve()
    try:
        stats = [(path.name, path.stat()) for path in sorted(real.iterdir())]
    except OSError:
        # The folder is missing, or a file vanished just now: the next poll will see.
        return (str(real), ())
    return (str(real), tuple((name, stat.st_ino, stat.st_size, stat.st_mtime_ns) for name, stat in stats))
