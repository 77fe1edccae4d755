"""Run simcord in real time: do not wait for an idle bot, and use real timers.

simcord moves a clock of its own only while the bot is idle, and records each of the bot's tasks and timers. Here the
bot is busy for half an hour.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from simcord import _dpy_internals, _runtime

TEXT = 10
"""Discord's component type of a text."""


class TrueClock:
    """Discord's clock, which no fault moves."""

    def __init__(self) -> None:
        self._epoch, self._begun = datetime.now(UTC), time.monotonic()

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._begun

    def now(self) -> datetime:
        """Return Discord's current time."""
        return self._epoch + timedelta(seconds=self.elapsed)

    def advance(self, seconds: float) -> None:
        """Do nothing: real time passes by itself."""


def let_time_run(env: Any) -> None:
    """Restore the event loop's own methods, and execute people's actions at once."""
    _runtime._restore_loop(env)
    _dpy_internals.release_clocks(env)
    env.backend.clock = TrueClock()

    async def at_once(**_: Any) -> None:
        """Do not wait for the bot to become idle."""

    env._settle_internal = at_once


def forget(env: Any, keep_s: float) -> None:
    """Delete simcord's records older than ``keep_s`` seconds; it would keep everything for ever."""
    backend = env.backend
    backend.http_requests.clear()
    backend.transcript.clear()
    oldest = snowflake(backend.clock.now() - timedelta(seconds=keep_s))
    for kept in (*backend.messages.values(), backend.interactions):
        for ident in [ident for ident in kept if ident < oldest]:
            del kept[ident]
    for token in [token for token, ident in backend.interaction_tokens.items() if ident < oldest]:
        del backend.interaction_tokens[token]
    for url in [url for url in backend.cdn._blobs if int(url.split("/")[-2]) < oldest]:
        del backend.cdn._blobs[url]
    backend._reserved_ids -= {ident for ident in backend._reserved_ids if ident < oldest}
    backend._sequences.clear()


def snowflake(moment: datetime) -> int:
    """Return the lowest id that Discord assigns at a time."""
    return (int(moment.timestamp() * 1000) - 1420070400000) << 22


def walk(components: Any) -> Iterator[Mapping[str, Any]]:
    """Yield every component, including nested ones, in reading order."""
    for one in components or ():
        yield one
        yield from walk(one.get("components"))
        yield from walk([one["accessory"]] if one.get("accessory") else ())


def text_of(message: Mapping[str, Any]) -> str:
    """Return the whole text of a message in the form of Discord's events."""
    shown = [one["content"] for one in walk(message.get("components")) if one.get("type") == TEXT]
    return "\n".join([message["content"], *shown] if message.get("content") else shown)


def ids_of(message: Mapping[str, Any]) -> list[str]:
    """Return the ids of a message's buttons and menus."""
    return [one["custom_id"] for one in walk(message.get("components")) if one.get("custom_id")]
