"""Downloading pictures, several at a time; each is checked before it gets its final name."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from engine.core.atomic_write import write_atomically
from engine.core.errors import PhotoError
from engine.image.photo import open_photo
from training.data.face_list import MAX_FACE_SIDE_PX
from training.scryfall.client import ScryfallClient
from training.scryfall.errors import ForeignHost, NotFound, Refused, SyncError, Unreachable
from training.scryfall.wanted_pictures import WantedPicture

MAX_FAILURES_IN_A_ROW = 10
"""More mean that something is wrong with the server rather than with single pictures."""


class NotAPicture(SyncError):
    """The bytes received can't be read as a picture."""


@dataclass(slots=True)
class PictureCounts:
    """Results of a download.

    Attributes:
        missing: pictures that are not there or not readable; tried again on another day.
        failed: pictures for which the server reported errors; tried again on another day, too.
    """

    fetched: int = 0
    fetched_bytes: int = 0
    missing: int = 0
    failed: int = 0


async def fetch_pictures(
    client: ScryfallClient,
    pictures: Iterable[WantedPicture],
    folder: Path,
    on_missing: Callable[[str], object],
    on_done: Callable[[], object],
) -> PictureCounts:
    """Download pictures, each to its path in a folder.

    Args:
        client: sends the requests.
        pictures: read one at a time.
        folder: which the pictures' paths are relative to.
        on_missing: called with the path of each picture that could not be fetched.
        on_done: called after each picture, fetched or not.

    Raises:
        Unreachable, Refused: many in a row failed, so something is wrong with the server or with us.
        OSError: the disk is full, or the folder can't be written to.
    """
    counts, failures_in_a_row = PictureCounts(), 0
    # Workers share one iterator: nothing is read ahead, however many there are.
    remaining = iter(pictures)

    async def work() -> None:
        nonlocal failures_in_a_row
        for picture in remaining:
            try:
                body = await client.get_picture(picture.url)
                await asyncio.to_thread(save_picture, body, folder / picture.path)
            except (NotFound, NotAPicture, ForeignHost):
                counts.missing += 1
                on_missing(picture.path)
            except (Unreachable, Refused):
                failures_in_a_row += 1
                counts.failed += 1
                if failures_in_a_row >= MAX_FAILURES_IN_A_ROW:
                    raise
                on_missing(picture.path)
            else:
                failures_in_a_row = 0
                counts.fetched += 1
                counts.fetched_bytes += len(body)
            on_done()

    try:
        async with asyncio.TaskGroup() as workers:
            for _ in range(client.politeness.downloads):
                workers.create_task(work())
    except* (OSError, SyncError) as group:
        error: BaseException = group
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        raise error from group
    return counts


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
