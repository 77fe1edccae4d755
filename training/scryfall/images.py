"""Downloading pictures, several at a time; each is checked before it gets its final name."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from engine.core.atomic_write import write_atomically
from engine.core.errors import PhotoError
from engine.image.photo import open_photo
from training.data.face_list import MAX_FACE_SIDE_PX
from training.scryfall.client import ScryfallClient
from training.scryfall.errors import ForeignHost, NotFound, Refused, SyncError, Unreachable
from training.scryfall.face_list import WantedPicture
from training.scryfall.state import SyncState

MAX_FAILURES_IN_A_ROW = 10
"""More mean that something is wrong with the server rather than with single pictures."""


class NotAPicture(SyncError):
    """The bytes received can't be read as a picture."""


@dataclass(slots=True)
class PictureCounts:
    """Numbers of downloaded pictures.

    Attributes:
        missing: not there, or not readable; tried again on another day.
        failed: the server answered with errors; tried again on another day, too.
    """

    fetched: int = 0
    bytes: int = 0
    missing: int = 0
    failed: int = 0


class PictureFetcher:
    """Downloads pictures into a folder, and notes those that could not be fetched.

    Args:
        client: for the requests.
        folder: the pictures' paths are relative to it.
        state: gets the missing pictures.
        today: the day of their attempts.
        on_done: called after each picture, fetched or not.
    """

    def __init__(
        self, client: ScryfallClient, folder: Path, state: SyncState, today: date, on_done: Callable[[], object]
    ) -> None:
        self._client, self._folder, self._state, self._today, self._on_done = client, folder, state, today, on_done
        self._failures_in_a_row = 0
        self.counts = PictureCounts()

    async def fetch(self, pictures: Iterable[WantedPicture]) -> None:
        """Download pictures.

        Raises:
            Unreachable, Refused: many in a row failed, so that something is wrong with the server or with us.
            OSError: the disk is full, or the folder can't be written to.
        """
        # Workers share one iterator: nothing is read ahead, however many there are.
        remaining = iter(pictures)

        async def work() -> None:
            for picture in remaining:
                await self._fetch_one(picture)

        try:
            async with asyncio.TaskGroup() as workers:
                for _ in range(self._client.politeness.downloads):
                    workers.create_task(work())
        except* (OSError, SyncError) as group:
            error: BaseException = group
            while isinstance(error, BaseExceptionGroup):
                error = error.exceptions[0]
            raise error from group

    async def _fetch_one(self, picture: WantedPicture) -> None:
        try:
            body = await self._client.get_picture(picture.url)
            await asyncio.to_thread(save_picture, body, self._folder / picture.path)
        except (NotFound, NotAPicture, ForeignHost):
            self.counts.missing += 1
            self._state.set_missing(picture.path, self._today)
        except (Unreachable, Refused):
            self._failures_in_a_row += 1
            self.counts.failed += 1
            if self._failures_in_a_row >= MAX_FAILURES_IN_A_ROW:
                raise
            self._state.set_missing(picture.path, self._today)
        else:
            self._failures_in_a_row = 0
            self.counts.fetched += 1
            self.counts.bytes += len(body)
        self._on_done()


def save_picture(body: bytes, path: Path) -> None:
    """Write a picture under its final name once it has been decoded and is complete on disk.

    Raises:
        NotAPicture: the engine can't decode it, or it is larger than any card's.
        OSError: the disk is full, or the folder can't be written to.
    """
    try:
        photo = open_photo(body)
        if max(photo.width, photo.height) > MAX_FACE_SIDE_PX:
            raise NotAPicture(f"a picture of {photo.width} x {photo.height} pixels")
        photo.at_scale(1.0)
    except PhotoError as error:
        raise NotAPicture(str(error)) from error
    path.parent.mkdir(parents=True, exist_ok=True)
    with write_atomically(path) as part:
        part.write_bytes(body)
