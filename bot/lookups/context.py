"""What look-ups need: the engine's part in them, and what stands around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from bot.messages import Messages
from bot.recognition.download import Fetch
from bot.recognition.recogniser import LookupEngine
from bot.recognition.schedule import Asker

Result = TypeVar("Result")


class Work(Protocol):
    """Runs heavy work off the event loop: the bot's one queue for photos."""

    async def __call__(self, work: Callable[[], Result], asker: Asker, /) -> Result:
        """Return what ``work`` returns, done in the asker's turn."""


@dataclass(frozen=True, slots=True)
class Lookups:
    """What the commands and buttons of look-ups work with.

    Attributes:
        engine: answers.
        messages: what users read.
        fetch: the bytes of a photo at its address.
        work: where photos are looked at; names are looked up in a thread of their own, for they take milliseconds
            and must not wait behind photos.
    """

    engine: LookupEngine
    messages: Messages
    fetch: Fetch
    work: Work
