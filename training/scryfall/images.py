"""Fetching pictures, several at a time: each is checked before it is given its name."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from engine.core.errors import PhotoError
from engine.image.photo import open_photo
from training.data.face_list import MAX_FACE_SIDE_PX
from training.scryfall.client import Web
from training.scryfall.errors import ForeignHost, NotThere, Refused, SyncError, Unreachable
from training.scryfall.face_list import Wanted
from training.scryfall.json_cache import write_whole
from training.scryfall.state import State

SPREE = 10
"""So many failures with no success between them mean that it is not the pictures."""

Done = Callable[[int], None]
"""Is told how many bytes a picture had, 0 where there was none."""


class NoPicture(SyncError):
    """What came can't be read as a picture."""


@dataclass(slots=True)
class Tally:
    """What came of fetching pictures.

    Attributes:
        missing: not there, or not readable; asked for again on another day.
        failed: the server answered with errors; asked for again on another day, too.
    """

    fetched: int = 0
    bytes: int = 0
    missing: int = 0
    failed: int = 0


class Fetcher:
    """Fetches pictures into a folder, and notes those that are not to be had."""

    def __init__(self, web: Web, folder: Path, state: State, today: date, done: Done) -> None:
        self._web, self._folder, self._state, self._today, self._done = web, folder, state, today, done
        self._in_a_row = 0
        self.tally = Tally()

    async def fetch(self, pictures: Iterable[Wanted]) -> None:
        """Fetch pictures.

        Raises:
            Unreachable, Refused: many in a row failed, so that something is wrong with the server or with us.
            OSError: the disk is full, or the folder can't be written to.
        """
        # Workers share one iterator: nothing is read ahead, however many there are.
        remaining = iter(pictures)
        try:
            async with asyncio.TaskGroup() as workers:
                for _ in range(self._web.politeness.downloads):
                    workers.create_task(self._work(remaining))
        except* (OSError, SyncError) as group:
            raise _first(group) from group

    async def _work(self, remaining: Iterable[Wanted]) -> None:
        for picture in remaining:
            await self._one(picture)

    async def _one(self, picture: Wanted) -> None:
        try:
            body = await self._web.picture(picture.url)
            await asyncio.to_thread(keep, body, self._folder / picture.path)
        except (NotThere, NoPicture, ForeignHost):
            self.tally.missing += 1
            self._state.set_missing(picture.path, self._today)
            self._done(0)
        except (Unreachable, Refused):
            self._in_a_row += 1
            self.tally.failed += 1
            if self._in_a_row >= SPREE:
                raise
            self._state.set_missing(picture.path, self._today)
            self._done(0)
        else:
            self._in_a_row = 0
            self.tally.fetched += 1
            self.tally.bytes += len(body)
            self._done(len(body))


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def keep(body: bytes, path: Path) -> None:
    """Write a picture under its name once it has been decoded and is whole on disk.

    Raises:
        NoPicture: it can't be decoded by what will read it, or is larger than any card's.
        OSError: the disk is full, or the folder can't be written to.
    """
    try:
        photo = open_photo(body)
        if max(photo.width, photo.height) > MAX_FACE_SIDE_PX:
            raise NoPicture(f"a picture of {photo.width} x {photo.height} pixels")
        photo.at_scale(1.0)
    except PhotoError as error:
        raise NoPicture(str(error)) from error
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, body)
