"""The bot's stored values: frozen, and validated when created. Ids are Discord's, times are UTC."""

from __future__ import annotations

import math
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Self

from bot.messages import LANGUAGES
from engine import Candidate, Card, PriceRange, Printing, Status

KEY_BYTES = 9
"""Random bytes of an answer's key: twelve characters, impossible to guess and short enough for a custom id."""
KEY_LETTERS = 16
"""Maximum length of a key."""
MAX_ID = 2**63 - 1
"""The largest integer databases store; Discord's ids stay below it until the year 2084."""

NO_PRICE = PriceRange()

_KEY = re.compile(rf"[\w-]{{1,{KEY_LETTERS}}}", re.ASCII)


def new_key() -> str:
    """Return a random, short, URL-safe key for a new answer."""
    return secrets.token_urlsafe(KEY_BYTES)


class Currency(StrEnum):
    """The currencies that prices are shown in."""

    DOLLARS = "usd"
    EUROS = "eur"
    BOTH = "both"
    NONE = "none"
    """No prices at all."""

    def shows(self, code: str) -> bool:
        """Return whether prices in a currency are shown, given by its ISO 4217 code."""
        return self is Currency.BOTH or self == code.lower()


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """A guild's settings, chosen by its admins.

    Attributes:
        channels: channels where every photo is answered.
        auto_answer: whether these channels are active; switching it off keeps the list.
        quiet: in these channels show only identified cards: no hints, and no reply if there are none.
        min_confidence: 0..1; names below it are not shown in these channels.
        language: one of :data:`bot.messages.LANGUAGES`, or None for the guild's own.
        lookups: whether ``[[card]]`` is answered.
        confirmers: roles that may correct others' answers and teach the engine.
        currency: of prices, unless whoever asks has chosen another.
    """

    guild_id: int
    channels: frozenset[int] = frozenset()
    auto_answer: bool = True
    quiet: bool = False
    min_confidence: float = 0.0
    language: str | None = None
    lookups: bool = False
    confirmers: frozenset[int] = frozenset()
    currency: Currency = Currency.BOTH

    def __post_init__(self) -> None:
        _check_ids("guild_id", self.guild_id)
        _check_ids("channels", *self.channels)
        _check_ids("confirmers", *self.confirmers)
        _check_probability("min_confidence", self.min_confidence)
        if self.language is not None:
            _check_language(self.language)


@dataclass(frozen=True, slots=True)
class Source:
    """The message with the photos."""

    channel_id: int
    message_id: int

    def __post_init__(self) -> None:
        _check_ids("channel_id, message_id", self.channel_id, self.message_id)


@dataclass(frozen=True, slots=True)
class AnsweredCard:
    """A card as it was shown, stored so that it can be corrected and exported later.

    Attributes:
        photo: index of the answer's photo, from 0.
        corners: four ``(x, y)``, photo pixels, as in :class:`engine.Card`.
        token: whether it is a token or an emblem.
        reason: the :class:`engine.Reason` why an unknown card has no name.
        corrected: whether somebody corrected the engine.
        printings_possible: number of possible printings; ``printings`` has the likeliest few.
        lang: the language it is printed in, Scryfall's code, or None if it can't be told.
        printing_years: of the first and the last possible printing; None if the printing is known.
        prices: of the printing, or of all possible ones, as they were when it was shown.
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
    lang: str | None = None
    printing_years: tuple[int, int] | None = None
    prices: PriceRange = NO_PRICE

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
        """The name shown to users; None for an unknown card, even if the engine has a guess."""
        return None if self.status is Status.UNKNOWN else self.name

    @classmethod
    def of(cls, card: Card, photo: int) -> Self:
        """Return the stored form of a card the engine found in the photo with this index."""
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
            lang=card.evidence.lang,
            printing_years=card.printing_years,
            prices=card.prices,
        )


@dataclass(frozen=True, slots=True)
class AnsweredPhoto:
    """How a photo of an answer was shown; never the photo itself.

    Attributes:
        number: its index among the photos of its message, from 0.
        picture: name of the reply's annotated image, None if there is none.
        spoiler: whether the poster marked it as a spoiler.
        fault: key of the message saying what was wrong with it, None if nothing was.
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
    """A reply the bot gave, stored so that its buttons work after a restart.

    Attributes:
        key: part of the buttons' custom ids; see :func:`new_key`.
        guild_id: None in direct messages.
        channel_id: the reply's channel; a thread is a channel of its own.
        reply_id: the bot's own message, None if unknown.
        asker_id: the user who may press the buttons.
        source: the message with the photos; None if they were uploaded to a command, so that only the asker sees them.
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
    cards: tuple[AnsweredCard, ...] = ()
    photos: tuple[AnsweredPhoto, ...] = (AnsweredPhoto(),)

    def __post_init__(self) -> None:
        if any(card.photo >= len(self.photos) for card in self.cards):
            raise ValueError("a card is in a photo that the answer doesn't have")
        _check_key(self.key)
        ids = (self.guild_id, self.channel_id, self.reply_id, self.asker_id)
        _check_ids("guild_id, channel_id, reply_id, asker_id", *ids)
        _check_language(self.language)
        _check_moment("created_at", self.created_at)

    def with_card(self, at: int, card: AnsweredCard) -> Answer:
        """Return the answer with the card at index ``at`` replaced."""
        return replace(self, cards=(*self.cards[:at], card, *self.cards[at + 1 :]))


@dataclass(frozen=True, slots=True)
class Correction:
    """A user's correction of an answer.

    Attributes:
        answer_key: the answer's key.
        card: index of the answer's card, from 0.
        by: the user who made it.
        was_name, was_status, was_confidence: what the engine had said.
        name, set, collector_number: what the user says it is; each may be "".
        at: with a time zone.
        confirmation_id: the engine's resulting confirmation, None if it didn't learn from this.
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
        _check_ids("by, guild_id", self.by, self.guild_id)
        _check_probability("was_confidence", self.was_confidence)
        _check_moment("at", self.at)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many rows were deleted.

    Attributes:
        confirmations: ids of the engine's confirmations that resulted from the deleted corrections. They still exist:
            to forget a user completely, have the engine revoke them as well.
    """

    guilds: int = 0
    answers: int = 0
    corrections: int = 0
    confirmations: tuple[int, ...] = ()


def utc(moment: datetime) -> datetime:
    """Return a time in UTC; raises ValueError if it has no time zone."""
    _check_moment("a moment", moment)
    return moment.astimezone(UTC)


def _check_ids(what: str, *ids: int | None) -> None:
    for number in ids:
        if number is not None and not 0 < number <= MAX_ID:
            raise ValueError(f"{what}: {number} is not a Discord id")


def _check_key(key: str) -> None:
    if not _KEY.fullmatch(key):
        raise ValueError(f"a key has 1 to {KEY_LETTERS} URL-safe letters, not {key!r}")


def _check_language(language: str) -> None:
    if language not in LANGUAGES:
        raise ValueError(f"language must be one of {', '.join(LANGUAGES)}, not {language}")


def _check_probability(what: str, value: float) -> None:
    if not 0.0 <= value <= 1.0:  # false for NaN, too
        raise ValueError(f"{what} must be in 0..1, not {value}")


def _check_moment(what: str, moment: datetime) -> None:
    if moment.utcoffset() is None:
        raise ValueError(f"{what} needs a time zone")
