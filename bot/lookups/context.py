"""What the commands and buttons of look-ups work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from bot.messages import Messages
from bot.recognition.download import Fetch
from bot.recognition.recogniser import LookupEngine
from bot.recognition.schedule import Asker

Result = TypeVar("Result")


class RunWork(Protocol):
    """Runs heavy work off the event loop: the bot's one queue for photos."""

    async def __call__(self, work: Callable[[], Result], asker: Asker, /) -> Result:
        """Run ``work`` when it is the asker's turn, and return its result."""


@dataclass(frozen=True, slots=True)
class Lookups:
    """What the commands and buttons of look-ups work with.

    Attributes:
        fetch: downloads a photo.
        run: runs the search with a photo. Names are looked up in threads of their own: that takes milliseconds and
            must not wait behind photos.
    """

    engine: LookupEngine
    messages: Messages
    fetch: Fetch
    run: RunWork
