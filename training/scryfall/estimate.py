"""What a sync will cost, said before it starts."""

from __future__ import annotations

import math
import shutil
from dataclasses import dataclass
from pathlib import Path

from training.scryfall.errors import DiskFull
from training.scryfall.options import MEAN_BYTES

PICTURES_PER_SECOND = 40
BYTES_PER_SECOND = 5_000_000
"""What a household's line and eight downloads at a time bring; whichever takes longer counts."""
UNPACKED = 3
"""Bytes that store and catalogue need for each of a bulk file, rounded up."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is to be fetched.

    Attributes:
        what: in words.
        bytes: about so many.
        minutes: about so many, 1 or more.
    """

    what: str
    bytes: int
    minutes: int

    def __str__(self) -> str:
        return f"{self.what}: about {self.bytes / 1e6:,.1f} MB and {self.minutes} min"


def of_cards(size: int) -> Estimate:
    """Return what it costs to fetch bulk files of so many bytes."""
    return Estimate("card data", size, _minutes(size / BYTES_PER_SECOND))


def of_pictures(count: int, key: str) -> Estimate:
    """Return what it costs to fetch so many pictures of a size."""
    size = count * MEAN_BYTES[key]
    return Estimate(
        f"{count:,} pictures ({key})", size, _minutes(max(count / PICTURES_PER_SECOND, size / BYTES_PER_SECOND))
    )


def check_room(folder: Path, estimate: Estimate, factor: int = 1) -> None:
    """Raise :class:`DiskFull` where what is to be fetched, ``factor`` times its bytes, has no room."""
    free, wanted = shutil.disk_usage(folder).free, estimate.bytes * factor
    if wanted > free:
        raise DiskFull(
            f"{estimate} will not fit: {wanted / 1e6:,.0f} MB are needed and {free / 1e6:,.0f} MB are free on the disk "
            f"of {folder}. Make room, or ask for less (--image, --unique), and run again."
        )


def _minutes(seconds: float) -> int:
    return max(1, math.ceil(seconds / 60))
