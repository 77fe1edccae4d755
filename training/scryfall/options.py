"""What a sync should do, how often it may ask the server, and what that will cost."""

from __future__ import annotations

import math
import shutil
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from engine.catalogue.names import ENGLISH
from training.scryfall.errors import DiskFull

SCRYFALL = "https://api.scryfall.com"

MEAN_BYTES = {
    "thumb": 9_000,
    "grid": 62_000,
    "display": 93_000,
    "crop": 63_000,
    "art": 58_000,
    "small": 15_000,
    "normal": 111_000,
    "large": 181_000,
    "png": 1_355_000,
    "border_crop": 100_000,
    "art_crop": 79_000,
}
"""Sizes in which Scryfall has pictures, and the mean bytes of one (measured in August 2026 on twelve cards)."""

JPEG_SIZES = {"thumb": "small", "grid": "normal", "display": "large", "crop": "border_crop", "art": "art_crop"}
"""The same picture as a JPEG, for cards that lack the WebP one."""

PICTURES_PER_SECOND = 40
BYTES_PER_SECOND = 5_000_000
"""What a household's connection and eight downloads at a time achieve; the slower of the two counts."""


class Unique(StrEnum):
    """Which printings get pictures."""

    CARDS = "cards"
    """One of each face of every card."""
    ARTWORK = "artwork"
    """One of every illustration."""
    PRINTINGS = "printings"
    """All of them."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a sync should do.

    Attributes:
        data: folder to fill, created if missing.
        api: address of a server with Scryfall's API.
        unique: which printings get pictures.
        languages: of the printings and printed names to add to the English ones, and to those in another language
            of cards without an English printing.
        image: size of pictures, a key of :data:`MEAN_BYTES`.
        tokens: whether tokens and emblems get pictures.
        art_cards: whether art series and front cards get names and pictures.
        names: a catalogue whose foreign names are added where the server's are not fetched; None for none.
    """

    data: Path
    api: str = SCRYFALL
    unique: Unique = Unique.ARTWORK
    languages: tuple[str, ...] = (ENGLISH,)
    image: str = "thumb"
    tokens: bool = False
    art_cards: bool = False
    names: Path | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """The bulk files needed."""
        return ("default_cards",) if set(self.languages) <= {ENGLISH} else ("default_cards", "all_cards")

    @property
    def bulk(self) -> Path:
        """Folder of what the API sent, unchanged."""
        return self.data / "bulk"

    @property
    def store(self) -> Path:
        """Database of the printings and pictures."""
        return self.data / "cards.sqlite"

    @property
    def catalogue(self) -> Path:
        """The catalogue that the engine reads."""
        return self.data / "catalogue.sqlite"

    @property
    def faces(self) -> Path:
        """The list of all pictures."""
        return self.data / "faces.csv"


@dataclass(frozen=True, slots=True)
class Politeness:
    """Limits and time-outs towards a server, in seconds unless stated otherwise.

    Scryfall allows ten calls a second to the API addresses that a sync uses, and locks out clients that call more
    often for thirty seconds; its files have no limit.

    Attributes:
        between_calls: from the end of one call of the API to the next.
        lockout: pause of everything after status 429, unless the server asks for a longer one.
        first_wait, longest_wait: bounds of the random wait after a failure, which doubles with each.
        attempts: number of tries before a request counts as failed.
        connect: until a connection is established.
        silence: between two pieces of an answer.
        answer: for a whole answer of the API, or a whole picture.
        stretch: for one part of a bulk file, which is then continued by another request.
        downloads: number of pictures fetched at the same time.
    """

    between_calls: float = 0.11
    lockout: float = 30.0
    first_wait: float = 1.0
    longest_wait: float = 60.0
    attempts: int = 6
    connect: float = 20.0
    silence: float = 30.0
    answer: float = 60.0
    stretch: float = 3600.0
    downloads: int = 8


@dataclass(frozen=True, slots=True)
class Estimate:
    """The approximate cost of downloading something, described in words; ``pictures`` is their number."""

    what: str
    bytes: int
    pictures: int = 0

    @property
    def minutes(self) -> int:
        """Duration, 1 or more."""
        seconds = max(self.pictures / PICTURES_PER_SECOND, self.bytes / BYTES_PER_SECOND)
        return max(1, math.ceil(seconds / 60))

    def __str__(self) -> str:
        return f"{self.what}: about {self.bytes / 1e6:,.1f} MB and {self.minutes} min"

    def check_room(self, folder: Path, factor: int = 1) -> None:
        """Raise :class:`DiskFull` if the disk of a folder has no room for ``factor`` times the bytes."""
        free, needed = shutil.disk_usage(folder).free, self.bytes * factor
        if needed > free:
            raise DiskFull(
                f"{self} will not fit: {needed / 1e6:,.0f} MB are needed and {free / 1e6:,.0f} MB are free on the disk "
                f"of {folder}. Make room, or ask for less (--image, --unique), and run again."
            )


def estimate_pictures(count: int, size: str) -> Estimate:
    """Return the cost of fetching this many pictures of a size."""
    return Estimate(f"{count:,} pictures ({size})", count * MEAN_BYTES[size], count)
