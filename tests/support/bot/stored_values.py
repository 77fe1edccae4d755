"""Factories and hypothesis strategies for stored values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from bot.messages import LANGUAGES
from bot.store import Answer, AnsweredCard, AnsweredPhoto, Correction, Source
from engine import Candidate, PriceRange, Printing, Status
from tests.support.bot.results import QUAD, uri

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
M10 = Printing("b2c6aa39", "m10", "Magic 2010", "146", uri("Lightning Bolt"), 0.9)


def card(
    name: str | None = "Lightning Bolt",
    *,
    printing: Printing | None = None,
    token: bool = False,
    lang: str | None = None,
) -> AnsweredCard:
    status = Status.IDENTIFIED if name else Status.UNKNOWN
    return AnsweredCard(0, QUAD, status, name, 0.97 if name else 0.0, printing=printing, token=token, lang=lang)


def answer(
    key: str = "first",
    *,
    asker: int = 5,
    guild: int | None = 1,
    channel: int = 2,
    reply: int | None = None,
    public: bool = True,
    minutes: int = 0,
    cards: tuple[AnsweredCard, ...] = (card(),),
) -> Answer:
    """An answer, ``minutes`` after noon."""
    source = Source(channel, 77) if public else None
    return Answer(key, guild, channel, reply, asker, source, "en", NOON + timedelta(minutes=minutes), cards)


def correction(
    key: str = "first",
    *,
    by: int = 5,
    guild: int | None = 1,
    name: str = "Shock",
    minutes: int = 0,
    confirmation: int | None = None,
) -> Correction:
    at = NOON + timedelta(minutes=minutes)
    return Correction(key, 0, by, guild, "Lightning Bolt", Status.UNSURE, 0.6, name, "m10", "", at, confirmation)


ids = st.integers(1, 2**63 - 1)
shares = st.floats(0, 1)
moments = st.datetimes(timezones=st.timezones(), allow_imaginary=False, min_value=datetime(2015, 1, 1))  # noqa: DTZ001
printings = st.builds(Printing, st.none() | st.text(), st.text(), st.text(), st.text(), st.text(), shares)
ranges = st.none() | st.lists(st.integers(0, 10**7), min_size=2, max_size=2).map(sorted).map(tuple)
prices = st.builds(PriceRange, ranges, ranges, ranges, ranges, st.none() | st.text())
points = st.tuples(*[st.floats(allow_nan=False, allow_infinity=False)] * 2)
answered_cards = st.builds(
    AnsweredCard,
    photo=st.integers(0, 9),
    corners=st.tuples(*[points] * 4),
    status=st.sampled_from(Status),
    name=st.text(),
    confidence=shares,
    scryfall_uri=st.none() | st.text(),
    oracle_id=st.none() | st.text(),
    printing=st.none() | printings,
    printings=st.lists(printings, max_size=2).map(tuple),
    candidates=st.lists(st.builds(Candidate, st.text(), shares, st.text()), max_size=2).map(tuple),
    token=st.booleans(),
    reason=st.none() | st.text(),
    corrected=st.booleans(),
    printings_possible=st.integers(0, 900),
    printing_years=ranges,
    prices=prices,
)
exported_cards = st.builds(
    AnsweredCard,
    photo=st.just(0),
    corners=st.just(QUAD),
    status=st.sampled_from(Status),
    name=st.text(),
    confidence=st.just(0.5),
    printing=st.none() | printings,
    token=st.booleans(),
)
"""Cards that differ in what an export shows."""
answered_photos = st.builds(
    AnsweredPhoto,
    number=st.integers(0, 9),
    picture=st.none() | st.text(),
    spoiler=st.booleans(),
    fault=st.none() | st.text(),
    fault_values=st.dictionaries(st.text(), st.text() | st.integers(0, 1000), max_size=2),
)
answers = st.builds(
    Answer,
    key=st.from_regex(r"[A-Za-z0-9_-]{1,16}", fullmatch=True),
    guild_id=st.none() | ids,
    channel_id=ids,
    reply_id=st.none() | ids,
    asker_id=ids,
    source=st.none() | st.builds(Source, ids, ids),
    language=st.sampled_from(LANGUAGES),
    created_at=moments,
    cards=st.lists(answered_cards, max_size=2).map(tuple),
    photos=st.lists(answered_photos, min_size=10, max_size=10).map(tuple),
)
