"""What a sync is asked for, and how politely it asks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from engine.catalogue.names import ENGLISH

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
"""Sizes in which Scryfall has pictures, and what one weighs on average (measured in August 2026 on twelve cards)."""

STAND_INS = {"thumb": "small", "grid": "normal", "display": "large", "crop": "border_crop", "art": "art_crop"}
"""The same picture as a JPEG, for cards that lack the WebP one."""


class Unique(StrEnum):
    """Of which printings there are pictures."""

    CARDS = "cards"
    """One of every card's every face."""
    ARTWORK = "artwork"
    """One of every illustration."""
    PRINTINGS = "printings"
    """Of each."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a sync is asked for.

    Attributes:
        data: folder to fill, made where missing.
        api: address of the server that speaks Scryfall's API.
        unique: of which printings there are pictures.
        languages: whose printings and printed names are wanted besides the usual ones, which are English, or
            another language where there is no English.
        image: size of pictures, a key of :data:`MEAN_BYTES`.
        tokens: whether tokens and emblems get pictures.
        art_cards: whether art series and front cards get names and pictures.
    """

    data: Path
    api: str = SCRYFALL
    unique: Unique = Unique.ARTWORK
    languages: tuple[str, ...] = (ENGLISH,)
    image: str = "thumb"
    tokens: bool = False
    art_cards: bool = False

    @property
    def kinds(self) -> tuple[str, ...]:
        """The bulk files that hold all that is asked for."""
        return ("default_cards",) if set(self.languages) <= {ENGLISH} else ("default_cards", "all_cards")

    @property
    def bulk(self) -> Path:
        """Folder of what came from the API as it came."""
        return self.data / "bulk"

    @property
    def store(self) -> Path:
        """The cards as they were told, with all that is needed of them."""
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
    """How a server is treated; all in seconds unless named otherwise.

    Scryfall allows ten calls a second to the addresses of its API that a sync uses, and locks out for thirty seconds
    whoever asks more; its files have no limit.

    Attributes:
        between_calls: from the end of one call of the API to the next.
        lockout: pause of everything after an answer 429, unless the server asks for a longer one.
        first_wait, longest_wait: bounds of the random wait after a failure, which doubles with each.
        attempts: how often the same is asked before it counts as failed.
        connect: until a connection stands.
        silence: between two pieces of an answer.
        answer: for a whole answer of the API, or a whole picture.
        stretch: for one stretch of a bulk file, which is then continued by another request.
        downloads: number of pictures that are fetched at the same time.
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
