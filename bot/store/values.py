"""What the bot remembers: frozen, and checked where it is made. Ids are Discord's, moments are UTC."""

from __future__ import annotations

import math
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Self

from bot.messages import LANGUAGES
from engine import Candidate, Card, Printing, Status

KEY_BYTES = 9
"""Random bytes of an answer's key, twelve letters: nobody guesses another's, and much else fits into a custom id."""
KEY_LETTERS = 16
"""Letters a key may have at most: a button's custom id holds 100 in all."""
MAX_ID = 2**63 - 1
"""Databases keep whole numbers up to here; Discord's ids stay below it until the year 2084."""

_KEY = re.compile(rf"[\w-]{{1,{KEY_LETTERS}}}", re.ASCII)


def new_key() -> str:
    """Return a new answer's key: short, URL-safe and random."""
    return secrets.token_urlsafe(KEY_BYTES)


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """What a server's admins chose.

    Attributes:
        channels: channels in which every photo is answered.
        auto_answer: whether they are answered at present; switching it off keeps the list.
        quiet: tell in them only what is identified: no hints, and no reply where nothing is.
        min_confidence: 0..1; names below it are not told in them.
        language: one of :data:`bot.messages.LANGUAGES`, or None for the server's own.
        lookups: whether ``[[card]]`` is answered.
        confirmers: roles that may correct others' answers, and from whom the engine learns.
    """

    guild_id: int
    channels: frozenset[int] = frozenset()
    auto_answer: bool = True
    quiet: bool = False
    min_confidence: float = 0.0
    language: str | None = None
    lookups: bool = False
    confirmers: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        _check_ids("guild_id", [self.guild_id])
        _check_ids("channels", self.channels)
        _check_ids("confirmers", self.confirmers)
        _check_probability("min_confidence", self.min_confidence)
        if self.language is not None:
            _check_language(self.language)


@dataclass(frozen=True, slots=True)
class Source:
    """The message that has the photos."""

    channel_id: int
    message_id: int

    def __post_init__(self) -> None:
        _check_ids("channel_id", [self.channel_id])
        _check_ids("message_id", [self.message_id])


@dataclass(frozen=True, slots=True)
class AnsweredCard:
    """A card as it was told, kept so that it can be corrected and exported later.

    Attributes:
        photo: which of the answer's photos shows it, from 0.
        corners: four ``(x, y)``, photo pixels, as in :class:`engine.Card`.
        token: it is a token or an emblem.
        reason: for an unknown card what stood in the way of a name, see :class:`engine.Reason`.
        corrected: whether somebody set the engine right.
        printings_possible: how many printings it may be; ``printings`` are the newest few of them.
    """

    photo: int
    corners: tuple[tuple[float, float], ...]
    status: Status
    name: str | None
    confidence: float
    scryfall_uri: str | None = None
    oracle_id: str | None = None
    printing: Printing | None = None
    printings: tuple[Printing, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    token: bool = False
    reason: str | None = None
    corrected: bool = False
    printings_possible: int = 0

    def __post_init__(self) -> None:
        if self.photo < 0:
            raise ValueError(f"photos are numbered from 0, not {self.photo}")
        if len(self.corners) != 4 or not all(math.isfinite(x) and math.isfinite(y) for x, y in self.corners):
            raise ValueError("a card has four corners, all finite")
        if self.status is Status.IDENTIFIED and self.name is None:
            raise ValueError("an identified card needs a name")
        _check_probability("confidence", self.confidence)

    @property
    def shown_name(self) -> str | None:
        """The name people are told; None for an unknown card, even where the engine has a guess."""
        return None if self.status is Status.UNKNOWN else self.name

    @classmethod
    def of(cls, card: Card, photo: int) -> Self:
        """Return what is kept of a card the engine found in a message's photo, photos counted from 0."""
        return cls(
            photo,
            tuple((float(x), float(y)) for x, y in card.corners),
            card.status,
            card.name,
            card.confidence,
            card.scryfall_uri,
            card.oracle_id,
            card.printing,
            card.printings,
            card.candidates,
            token=card.evidence.token,
            reason=str(card.evidence.reason) if card.evidence.reason else None,
            printings_possible=card.printings_possible,
        )


@dataclass(frozen=True, slots=True)
class AnsweredPhoto:
    """A photo of an answer: how it was shown, never the photo itself.

    Attributes:
        number: its place among the photos of its message, from 0.
        picture: name of the reply's file that shows it with outlines, None where there is none.
        spoiler: whether the poster hid it.
        fault: key of the message that says what was wrong with it, None where nothing was.
        fault_values: that message's values.
    """

    number: int = 0
    picture: str | None = None
    spoiler: bool = False
    fault: str | None = None
    fault_values: Mapping[str, str | int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.number < 0:
            raise ValueError(f"photos are numbered from 0, not {self.number}")


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply the bot gave, so that its buttons work after a restart.

    Attributes:
        key: stands in the buttons' custom ids; see :func:`new_key`.
        guild_id: None in direct messages.
        channel_id: where the reply stands; a thread is a channel of its own.
        reply_id: the bot's own message, None where it isn't known.
        asker_id: who may press the buttons.
        source: the message with the photos; None where they were uploaded to a command and only the asker sees them.
        language: one of :data:`bot.messages.LANGUAGES`.
        created_at: with a time zone.
    """

    key: str
    guild_id: int | None
    channel_id: int
    reply_id: int | None
    asker_id: int
    source: Source | None
    language: str
    created_at: datetime
    cards: tuple[AnsweredCard, ...]
    photos: tuple[AnsweredPhoto, ...] = (AnsweredPhoto(),)

    def __post_init__(self) -> None:
        if any(card.photo >= len(self.photos) for card in self.cards):
            raise ValueError("a card is in a photo that the answer doesn't have")
        _check_key(self.key)
        _check_ids("guild_id, channel_id, reply_id, asker_id", _given(self.guild_id, self.reply_id))
        _check_ids("channel_id, asker_id", [self.channel_id, self.asker_id])
        _check_language(self.language)
        _check_moment("created_at", self.created_at)

    def with_card(self, at: int, card: AnsweredCard) -> Answer:
        """Return the answer with another card in the place ``at``, counted from 0."""
        return replace(self, cards=(*self.cards[:at], card, *self.cards[at + 1 :]))


@dataclass(frozen=True, slots=True)
class Correction:
    """Somebody set an answer right.

    Attributes:
        answer_key: the answer's key.
        card: which of the answer's cards, from 0.
        by: the user who did it.
        was_name, was_status, was_confidence: what the engine had said.
        name, set, collector_number: what it is said to be; each may be "".
        at: with a time zone.
        confirmation_id: the engine's confirmation that came of it, None where it didn't learn from it.
    """

    answer_key: str
    card: int
    by: int
    guild_id: int | None
    was_name: str | None
    was_status: Status
    was_confidence: float
    name: str
    set: str
    collector_number: str
    at: datetime
    confirmation_id: int | None = None

    def __post_init__(self) -> None:
        _check_key(self.answer_key)
        if self.card < 0:
            raise ValueError(f"cards are numbered from 0, not {self.card}")
        _check_ids("by, guild_id", [self.by, *_given(self.guild_id)])
        _check_probability("was_confidence", self.was_confidence)
        _check_moment("at", self.at)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much was deleted.

    Attributes:
        confirmations: the engine's confirmations that came of the deleted corrections. They are still there: where
            somebody must be forgotten wholly the engine has to revoke them, too.
    """

    guilds: int = 0
    answers: int = 0
    corrections: int = 0
    confirmations: tuple[int, ...] = ()


def utc(moment: datetime) -> datetime:
    """Return a moment in UTC; raises ValueError where its time zone isn't known."""
    _check_moment("a moment", moment)
    return moment.astimezone(UTC)


def _given(*ids: int | None) -> list[int]:
    return [number for number in ids if number is not None]


def _check_ids(what: str, ids: Iterable[int]) -> None:
    for number in ids:
        if not 0 < number <= MAX_ID:
            raise ValueError(f"{what}: {number} is no id of Discord's")


def _check_key(key: str) -> None:
    if not _KEY.fullmatch(key):
        raise ValueError(f"a key has 1 to {KEY_LETTERS} URL-safe letters, not {key!r}")


def _check_language(language: str) -> None:
    if language not in LANGUAGES:
        raise ValueError(f"language must be one of {', '.join(LANGUAGES)}, not {language}")


def _check_probability(what: str, value: float) -> None:
    if not 0.0 <= value <= 1.0:  # false for NaN, too
        raise ValueError(f"{what} must lie in 0..1, not {value}")


def _check_moment(what: str, moment: datetime) -> None:
    if moment.utcoffset() is None:
        raise ValueError(f"{what} needs a time zone")
