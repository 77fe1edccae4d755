"""Stored values: validation, and the way to JSON and back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store import Answer, AnsweredCard, AnsweredPhoto, GuildSettings, Source, new_key
from bot.store.rows import answer_to_row, from_row
from engine import CardEvidence, PriceRange, Reason, Status
from tests.support.bot import results
from tests.support.bot.stored_values import answer, answered_cards, card, correction


@given(st.lists(answered_cards, max_size=3).map(tuple))
def test_cards_come_back_unchanged_from_json(cards: tuple[AnsweredCard, ...]):
    kept = replace(answer(), cards=cards, photos=(AnsweredPhoto(),) * 10)
    row = answer_to_row(kept)
    stored = {name: json.loads(json.dumps(row[name])) for name in ("cards", "photos")}
    assert from_row(Answer, {**row, **stored}) == kept


def test_fields_of_newer_versions_are_ignored():
    row = answer_to_row(answer())
    assert from_row(Answer, {**row, "cards": [{**row["cards"][0], "foil": True}]}) == answer()


def test_cards_of_older_versions_have_no_prices():
    row = answer_to_row(answer())
    (kept,) = row["cards"]
    old = {key: value for key, value in kept.items() if key not in ("prices", "printing_years")}
    assert from_row(Answer, {**row, "cards": [old]}) == answer()
    assert not answer().cards[0].prices


def test_everything_a_button_needs_of_an_engine_s_card_is_stored():
    found = results.card("Shock", 0.7, Status.UNSURE, others=["Spark"], printings=[("m10", "Magic 2010", "1")])
    seen = CardEvidence(token=True, similarity=0.5)
    prices = PriceRange(usd=(30, 90), date="2026-01-31")
    kept = AnsweredCard.of(
        replace(found, printings_possible=3, printing_years=(1993, 2009), prices=prices, evidence=seen), photo=2
    )
    assert (kept.photo, kept.corners, kept.status, kept.name) == (2, results.QUAD, Status.UNSURE, "Shock")
    assert (kept.confidence, kept.scryfall_uri) == (0.7, results.uri("Shock"))
    assert (kept.printings, kept.printings_possible, kept.candidates) == (found.printings, 3, found.candidates)
    assert (kept.printing_years, kept.prices) == ((1993, 2009), prices)
    assert (kept.token, kept.reason, kept.corrected) == (True, None, False)


def test_the_reason_of_an_unknown_card_is_stored():
    unknown = replace(results.unknown(), evidence=CardEvidence(reason=Reason.TOO_SMALL))
    assert Reason(AnsweredCard.of(unknown, 0).reason or "") is Reason.TOO_SMALL


def test_keys_are_short_url_safe_and_unique():
    keys = {new_key() for _ in range(1000)}
    assert len(keys) == 1000
    assert all(answer(key).key == key for key in keys)


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda: GuildSettings(0), "guild_id"),
        (lambda: GuildSettings(1, channels=frozenset({2**63})), "channels"),
        (lambda: GuildSettings(1, confirmers=frozenset({-4})), "confirmers"),
        (lambda: GuildSettings(1, min_confidence=1.5), "min_confidence"),
        (lambda: GuildSettings(1, min_confidence=float("nan")), "min_confidence"),
        (lambda: GuildSettings(1, language="tlh"), "language"),
        (lambda: Source(0, 1), "channel_id"),
        (lambda: replace(card(), photo=-1), "photos"),
        (lambda: replace(card(), corners=card().corners[:3]), "corners"),
        (lambda: replace(card(), corners=((float("nan"), 0.0),) * 4), "corners"),
        (lambda: replace(card(), name=None), "name"),
        (lambda: replace(card(), confidence=2), "confidence"),
        (lambda: answer("not url/safe"), "key"),
        (lambda: answer("x" * 17), "key"),
        (lambda: answer(asker=0), "asker_id"),
        (lambda: answer(guild=-1), "guild_id"),
        (lambda: replace(answer(), language="en-GB"), "language"),
        (lambda: replace(answer(), created_at=datetime(2026, 1, 1)), "time zone"),  # noqa: DTZ001
        (lambda: replace(correction(), card=-1), "cards"),
        (lambda: correction(by=0), "by"),
        (lambda: replace(correction(), was_confidence=-0.1), "was_confidence"),
    ],
)
def test_invalid_values_can_t_be_created(make, what):
    with pytest.raises(ValueError, match=what):
        make()
