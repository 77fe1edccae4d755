"""Values passed between the stages: frozen, and validated on construction.

Points are ``(x, y)`` in pixels, with the origin at the photo's top left, x to the right and y downwards.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rgb = NDArray[np.uint8]
"""uint8 (height, width, 3), channels in the order red, green, blue."""

Corners = NDArray[np.float32]
"""float32 (4, 2): points clockwise from the card's own top left."""


class Status(StrEnum):
    """How much an answer can be trusted."""

    IDENTIFIED = "identified"
    """The name is right; show it."""
    UNSURE = "unsure"
    """The name is the best of several; show the candidates."""
    UNKNOWN = "unknown"
    """There seems to be a card, but nothing is known about it."""


class Witness(StrEnum):
    """Which evidence the ranker may use."""

    BOTH = "both"
    PICTURE = "picture"
    TITLE = "title"


@dataclass(frozen=True, slots=True, eq=False)
class Quad:
    """A quadrilateral that may be a card.

    Attributes:
        corners: float32 (4, 2), photo pixels, clockwise from the card's own top left as far as that is known.
        score: 0..1, how card-like it is; only for ranking quads of one photo.
        magic: 0..1, probability that it is a Magic card's face, not a back or another game's card;
            1 if the detector can't tell.
    """

    corners: Corners
    score: float
    magic: float = 1.0

    def __post_init__(self) -> None:
        if self.corners.shape != (4, 2) or self.corners.dtype != np.float32:
            raise ValueError(f"corners must be float32 (4, 2), not {self.corners.dtype} {self.corners.shape}")
        if not np.isfinite(self.corners).all():
            raise ValueError("corners must be finite")
        _check_probability("score", self.score)
        _check_probability("magic", self.magic)

    @property
    def height(self) -> float:
        """Mean length of the two long (left and right) sides, in photo pixels."""
        c = self.corners
        return float((np.linalg.norm(c[3] - c[0]) + np.linalg.norm(c[2] - c[1])) / 2)

    @property
    def area(self) -> float:
        """Area in square photo pixels (shoelace formula), never negative."""
        x, y = self.corners[:, 0].astype(np.float64), self.corners[:, 1].astype(np.float64)
        return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)

    def rotate(self, quarter_turns: int) -> Quad:
        """Return the same quad starting ``quarter_turns`` corners later, clockwise."""
        return replace(self, corners=np.roll(self.corners, -quarter_turns, axis=0))


@dataclass(frozen=True, slots=True, eq=False)
class Plate:
    """The visible part of a name plate: the bar with a card's title and mana cost.

    Attributes:
        title: float32 (4, 2), the title's line, photo pixels, clockwise from the start of its upper edge as it reads.
        score: 0..1, how much it looks like the title of a Magic card.
        cost: float32 (4, 2), the mana cost in the same order; None where there is none or it is hidden.
    """

    title: Corners
    score: float
    cost: Corners | None = None

    @property
    def height(self) -> float:
        """Height of the title's line, photo pixels."""
        t = self.title
        return float((np.linalg.norm(t[3] - t[0]) + np.linalg.norm(t[2] - t[1])) / 2)

    @property
    def quad(self) -> Corners:
        """The line from the title's start to the end of the cost, or of the title: float32 (4, 2), photo pixels."""
        return self.title if self.cost is None else np.stack([self.title[0], *self.cost[1:3], self.title[3]])

    def moved(self, scale: float | NDArray[np.float32], shift: float | NDArray[np.float32] = 0.0) -> Plate:
        """Return the plate with each point multiplied by ``scale``, then moved by ``shift``."""
        title = (self.title * scale + shift).astype(np.float32)
        return replace(
            self, title=title, cost=None if self.cost is None else (self.cost * scale + shift).astype(np.float32)
        )


class Reason(StrEnum):
    """Why a card has no name."""

    NOT_MAGIC = "not a Magic card"
    """Another game's card, or the back of a card."""
    TOO_SMALL = "too small"
    TOO_BLURRED = "too blurred"
    NOT_KNOWN = "title not known"
    """The title is legible, but no card has it."""
    UNREADABLE = "title unreadable"


@dataclass(frozen=True, slots=True)
class CardEvidence:
    """What the witnesses saw of a card: for explaining an answer, and in a few cases for wording it.

    Attributes:
        similarity: cosine of the nearest known face, None where pictures were not compared.
        margin: its lead over the nearest face of another name, None where pictures were not compared.
        title_read: the text of the title, None where none was read.
        title_score: 0..1, how close it is to the title matched, None where none matched.
        text_score: 0..1, mean character probability of the text.
        type_line: the text of the type line, None where none was read.
        token: whether the card is a token or an emblem.
        outline: whether the card's outline was found, and not only its title.
        height_px: of the card in the photo.
        reason: why an unknown card has no name; None for others.
        mirrored: whether the photo shows the card as a mirror does.
        lang: the language that the card is printed in, Scryfall's code, or None if it can't be told.
    """

    similarity: float | None = None
    margin: float | None = None
    title_read: str | None = None
    title_score: float | None = None
    text_score: float | None = None
    type_line: str | None = None
    token: bool = False
    outline: bool = True
    height_px: float | None = None
    reason: Reason | None = None
    mirrored: bool = False
    lang: str | None = None

    def to_dict(self) -> dict[str, float | str | bool | None]:
        """Return plain JSON values; ``reason`` and ``mirrored`` are there only where they apply."""
        values = _rounded(asdict(self))
        if self.reason is None:
            del values["reason"]
        if not self.mirrored:
            del values["mirrored"]
        return values


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible name of the card."""

    name: str
    confidence: float
    scryfall_uri: str

    def __post_init__(self) -> None:
        _check_probability("confidence", self.confidence)


@dataclass(frozen=True, slots=True)
class Printing:
    """A printing of the card.

    Attributes:
        confidence: the printing's, given the name.
        lang: the language of the card in the photo, Scryfall's code, or None if it can't be told.
    """

    scryfall_id: str | None
    set: str
    set_name: str
    collector_number: str
    scryfall_uri: str
    confidence: float
    lang: str | None = None

    def __post_init__(self) -> None:
        _check_probability("confidence", self.confidence)


Range = tuple[int, int]
"""Lowest and highest."""


@dataclass(frozen=True, slots=True)
class PriceRange:
    """What a card costs: the lowest and the highest price of the printings that it may be, in cents.

    Attributes:
        usd, eur: in US dollars and in euros, of plain copies, or of foil ones where there are no others; None unless
            the price of nearly every possible printing is known.
        usd_foil, eur_foil: of foil copies; None unless known.
        date: ISO date of the prices.
    """

    usd: Range | None = None
    usd_foil: Range | None = None
    eur: Range | None = None
    eur_foil: Range | None = None
    date: str | None = None

    def __post_init__(self) -> None:
        for one in (self.usd, self.usd_foil, self.eur, self.eur_foil):
            if one is not None and not 0 <= one[0] <= one[1]:
                raise ValueError(f"a price range goes from low to high, not {one}")

    def __bool__(self) -> bool:
        """Whether any price is known."""
        return any(one is not None for one in (self.usd, self.usd_foil, self.eur, self.eur_foil))


NO_PRICE = PriceRange()


@dataclass(frozen=True, slots=True)
class Card:
    """One card of a photo, as identified by the engine.

    Attributes:
        corners: four ``(x, y)``, photo pixels, clockwise on the card's face from its own top left; anticlockwise
            in a mirrored photo.
        status: see :class:`Status`.
        name: best guess, or None.
        confidence: 0..1, the probability that ``name`` is right.
        oracle_id: Scryfall's id of the card (not of the printing), where known.
        scryfall_uri: page of the printing if known, else of the card.
        printing: None if printings can't be told apart.
        printings: if they can't, the likeliest of the possible ones, best first, each with its own confidence.
        printings_possible: the number of possible printings, which may exceed ``printings``.
        printing_years: years of the first and of the last of the possible printings; None if the printing is known.
        prices: of the printing, or the range of all possible ones.
        candidates: at most top-k distinct names, best first.
        evidence: what the witnesses saw, see :class:`CardEvidence`.
    """

    corners: tuple[tuple[float, float], ...]
    status: Status
    name: str | None
    confidence: float
    oracle_id: str | None = None
    scryfall_uri: str | None = None
    printing: Printing | None = None
    printings: tuple[Printing, ...] = ()
    printings_possible: int = 0
    printing_years: Range | None = None
    prices: PriceRange = NO_PRICE
    candidates: tuple[Candidate, ...] = ()
    evidence: CardEvidence = CardEvidence()

    def __post_init__(self) -> None:
        if len(self.corners) != 4:
            raise ValueError(f"a card has four corners, not {len(self.corners)}")
        if self.status is Status.IDENTIFIED and self.name is None:
            raise ValueError("an identified card needs a name")
        _check_probability("confidence", self.confidence)

    def to_dict(self) -> dict[str, Any]:
        """Return the card as plain JSON values. The keys are a contract; later additions go into ``evidence``."""
        return {
            "corners": [[round(x, 1), round(y, 1)] for x, y in self.corners],
            "status": str(self.status),
            "name": self.name,
            "confidence": round(self.confidence, 4),
            "oracle_id": self.oracle_id,
            "scryfall_uri": self.scryfall_uri,
            "printing": _rounded(asdict(self.printing)) if self.printing else None,
            "candidates": [_rounded(asdict(c)) for c in self.candidates],
            "evidence": {
                **self.evidence.to_dict(),
                "printings": [_rounded(asdict(p)) for p in self.printings],
                "printings_possible": self.printings_possible,
                "printing_years": self.printing_years,
                "prices": asdict(self.prices) if self.prices else None,
            },
        }


STAGES = ("decode", "detect", "rectify", "embed", "search", "read", "judge")
"""The timed stages, in order."""


@dataclass(frozen=True, slots=True)
class Identification:
    """The cards found in one photo.

    Attributes:
        width, height: the photo's size in pixels, after EXIF orientation.
        cards: in reading order (rows from the top, each from the left).
        timings_ms: wall-clock milliseconds of each of :data:`STAGES`, and ``total``.
    """

    width: int
    height: int
    cards: tuple[Card, ...]
    timings_ms: Mapping[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain JSON values, as the command line prints it (without ``file``)."""
        return {
            "width": self.width,
            "height": self.height,
            "cards": [card.to_dict() for card in self.cards],
            "timings_ms": {stage: round(ms, 2) for stage, ms in self.timings_ms.items()},
        }


@dataclass(frozen=True, slots=True)
class Confirmation:
    """An answer that somebody confirmed; its photo's vector is searched like a known face's.

    Attributes:
        name: the card's name, as the catalogue spells it.
        set, collector_number: the printing, both empty if only the name was confirmed.
        origin: where it came from; its parts are separated by `` / ``.
        created_at: UTC, ISO 8601, to the second.
        searched: whether the engine's picture network made the vector and the catalogue has the name; otherwise
            it is kept and can be revoked, but is never searched.
    """

    id: int
    name: str
    set: str
    collector_number: str
    origin: str
    created_at: str
    searched: bool

    def to_dict(self) -> dict[str, Any]:
        """Return the confirmation as plain JSON values."""
        return asdict(self)


def _check_probability(what: str, value: float) -> None:
    if not 0.0 <= value <= 1.0 or math.isnan(value):
        raise ValueError(f"{what} must be in 0..1, not {value}")


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    return {key: round(value, 4) if isinstance(value, float) else value for key, value in values.items()}
