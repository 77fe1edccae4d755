"""The layout of answers to photos."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from discord import ui
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import Busy, PhotoGone, UserError
from bot.messages import Messages
from bot.recognition.photo_worker import PhotoResult
from bot.replies.compose import compose, filter_unasked, hide_unwanted_names
from bot.replies.facts import Facts
from bot.replies.layout import answer_layout
from bot.replies.wording import REASONS
from bot.store import NO_PRICE, GuildSettings
from engine import Card, CardEvidence, Reason, Status
from tests.support.bot.discord_rules import message_faults
from tests.support.bot.entries import printing
from tests.support.bot.layouts import items, message_of, text_of
from tests.support.bot.results import card, looked, priced, unknown, unsure, uri
from tests.support.bot.stored_values import answer

EN = Messages.open().words("en")
BARE = answer()
FACTS = printing()
PRICES = priced(45, 30)
NOTE = "-# Prices as of Jan 31, 2026, from Scryfall. For near mint copies in English; I can’t tell condition or foil."


def layout(photos: Sequence[PhotoResult], facts: Facts = None) -> ui.LayoutView:
    composed, _ = compose(photos, BARE, EN)
    return answer_layout(composed, EN, [facts] * len(composed.cards))


names = st.text(max_size=150)
cards = st.one_of(
    st.builds(
        card,
        names.filter(bool),
        st.floats(0, 1),
        others=st.lists(names.filter(bool), max_size=5),
        prices=st.sampled_from([NO_PRICE, PRICES, priced((30, 90000), (20, 80000))]),
    ),
    st.builds(
        lambda name, others: card(name, 0.5, Status.UNSURE, others=others),
        names.filter(bool),
        st.lists(names.filter(bool), max_size=5),
    ),
    st.builds(unknown),
)
photos = st.one_of(
    st.builds(lambda found, spoiler: looked(*found, spoiler=spoiler), st.lists(cards, max_size=120), st.booleans()),
    st.just(PhotoResult(error=UserError("photo-damaged-image"))),
)


@given(st.lists(photos, min_size=1, max_size=10), st.sampled_from([None, FACTS]))
def test_a_reply_keeps_within_discords_limits(results, facts):
    view = layout(results, facts)
    # The OpenAPI document is left out here: checking so many messages against it takes long.
    assert list(message_faults(message_of(view))) == []
    assert all(text.content for text in items(view, ui.TextDisplay))
    assert len(items(view, ui.Container)) == len(results)


bracketed = st.text("ab[]()*_ ", min_size=1, max_size=80)
linked = st.builds(card, bracketed) | st.builds(
    lambda name, others: unsure(name, 0.7, *others), bracketed, st.lists(bracketed, max_size=5)
)


@given(st.lists(st.lists(linked, min_size=1, max_size=40), min_size=1, max_size=10))
def test_no_link_is_cut_in_the_middle(found):
    text = text_of(layout([looked(*group) for group in found]))
    assert text.count("](") == len(re.findall(r"\[[^\[\]]+\]\([^()\s]+\)", text))


def test_a_single_card_has_a_linked_name_its_picture_and_its_price():
    view = layout([looked(card("Fog", prices=PRICES))], FACTS)
    (section,) = items(view, ui.Section)
    assert section.accessory.media.url == FACTS.image_uri
    assert text_of(view).splitlines() == [
        f"### [Fog]({uri('Fog')})",
        "Sure, 98%",
        "$0.45 / €0.30",
        NOTE,
    ]


def test_a_few_cards_come_with_their_pictures_under_the_numbered_photo():
    view = layout([looked(card("Fog"), unsure("Dog"))], FACTS)
    (gallery,) = items(view, ui.MediaGallery)
    assert gallery.items[0].media.url == "attachment://cards-1.jpg"
    assert len(items(view, ui.Section)) == 2
    assert text_of(view).startswith(f"### 1. [Fog]({uri('Fog')})")


def test_many_cards_are_a_numbered_list():
    view = layout([looked(*(card(f"Card {n}", prices=PRICES) for n in range(9)))], FACTS)
    assert not items(view, ui.Section)
    lines = text_of(view).splitlines()
    assert lines[0] == "### 9 cards"
    assert lines[9].startswith("**9.** [Card 8]")
    assert lines[9].endswith("$0.45 / €0.30")
    assert lines[10:] == ["**Together:** $4.05 / €2.70", NOTE]


def test_a_long_list_keeps_what_its_cards_cost_together():
    found = [card(f"{'A very long name ' * 7}{i}", prices=PRICES) for i in range(100)]
    assert text_of(layout([looked(*found)])).endswith(f"more\n**Together:** $45.00 / €30.00\n{NOTE}")


def test_a_list_that_gets_long_leaves_out_prices_of_foil_copies_first():
    dear = priced(45, 30, usd_foil=300, eur_foil=200)
    for different, told in [(12, True), (32, False)]:
        text = text_of(layout([looked(*(replace(one, prices=dear) for one in deck(different, 1)))]))
        assert ("(foil $3.00)" in text) == told
        assert "$0.45" in text


def test_what_hidden_cards_cost_together_is_hidden():
    found = [card("Fog", prices=PRICES), card("Dog", prices=PRICES)]
    assert f"||**Together:** $0.90 / €0.60||\n{NOTE}" in text_of(layout([looked(*found, spoiler=True)]))


def deck(different: int, copies: int, letters: int = 18) -> list[Card]:
    """So many different cards, with so many copies of each next to each other."""
    names = [f"{'Emberwing Matriarch of the Highmeadow '[: letters - 3]} {n:02}" for n in range(different)]
    return [card(name, printing=("m10", "Magic 2010", f"{n}")) for n, name in enumerate(names) for _ in range(copies)]


def test_the_copies_in_a_deck_are_counted():
    lines = text_of(layout([looked(*deck(15, 4))], FACTS)).splitlines()
    assert lines[0] == "### 60 cards"
    assert lines[1].startswith("**1–4.** 4× [Emberwing Matri 00]")
    assert len(lines) == 16


def test_a_list_that_gets_long_leaves_out_details_before_cards():
    for different, kept in [(12, "M10"), (40, "]("), (75, "Matri 74")]:
        text = text_of(layout([looked(*deck(different, 1))], FACTS))
        assert kept in text
        assert f"**{different}.**" in text
    assert "](" not in text


def test_a_deck_with_many_different_cards_is_listed_whole():
    text = text_of(layout([looked(*deck(75, 1, letters=30))]))
    assert text.count("\n") == 75
    assert "more" not in text


def test_cards_that_do_not_fit_are_counted():
    found = [card(f"{'A very long name ' * 7}{i}") for i in range(100)]
    lines = text_of(layout([looked(*found)])).splitlines()
    told = len(lines) - 2
    assert lines[-1] == f"… and {101 - 1 - told} more"


def test_a_failed_photo_keeps_its_place_among_several():
    view = layout([PhotoResult(error=UserError("photo-damaged-image")), looked(card("Fog"))])
    text = text_of(view)
    assert text.index("### Photo 1") < text.index("damaged") < text.index("### Photo 2") < text.index("Fog")


@pytest.mark.parametrize("photo", [looked(), looked(unknown())])
def test_a_photo_without_a_named_card_brings_advice(photo):
    assert EN.format("better-photo") in text_of(layout([photo]))


@pytest.mark.parametrize("reason", [Reason.TOO_SMALL, Reason.TOO_BLURRED, Reason.UNREADABLE])
def test_a_reason_that_says_what_would_help_replaces_the_general_advice(reason: str):
    text = text_of(layout([looked(replace(unknown(), evidence=CardEvidence(reason=reason)))]))
    assert EN.format(REASONS[reason]) in text
    assert EN.format("better-photo") not in text


@pytest.mark.parametrize("found", [[card("Fog")], [card("Fog"), card("Dog")]])
def test_the_whole_answer_to_a_spoiler_is_hidden(found):
    (box,) = items(layout([looked(*found, spoiler=True)], FACTS), ui.Container)
    assert box.spoiler


def test_pictures_of_several_photos_do_not_share_a_name():
    _, pictures = compose([looked(card("A"), card("B")), looked(card("C"), card("D"))], BARE, EN)
    assert len({picture.filename for picture in pictures}) == 2


def test_a_reply_without_files_refers_to_none():
    composed, pictures = compose([looked(card("A"), card("B"))], BARE, EN, with_files=False)
    assert not pictures
    assert composed.photos[0].picture is None


def test_only_unsure_cards_have_a_menu_of_candidates():
    view = layout([looked(card("Fog"), unsure("Dog", 0.7, "Bog"))])
    assert [[option.value for option in menu.options] for menu in items(view, ui.Select)] == [["Dog", "Bog"]]


@pytest.mark.parametrize(
    ("photo", "labels"),
    [
        (looked(card("Fog")), ["Not this one?", "Export", "Remove"]),
        (looked(unknown()), ["Not this one?", "Remove"]),
        (looked(), ["Remove"]),
        (looked(*[card("Fog")] * 16), ["Not this one?", "All cards", "Export", "Remove"]),
    ],
)
def test_there_are_buttons_for_what_can_be_done(photo, labels):
    assert [button.label for button in items(layout([photo]), ui.Button)] == labels


class TestUnasked:
    sure, doubtful = card("Fog", 0.97), unsure("Dog", 0.6)

    def told(self, guild: GuildSettings, *found) -> list[Status]:
        (photo,) = [hide_unwanted_names(looked(*found), guild)]
        return [one.status for one in photo.result.cards]

    def test_by_default_all_names_are_told(self):
        assert self.told(GuildSettings(1), self.sure, self.doubtful) == [Status.IDENTIFIED, Status.UNSURE]

    def test_a_quiet_server_is_told_sure_names_only(self):
        assert self.told(GuildSettings(1, quiet=True), self.sure, self.doubtful) == [
            Status.IDENTIFIED,
            Status.UNKNOWN,
        ]

    def test_names_below_the_least_confidence_are_not_told(self):
        guild = GuildSettings(1, min_confidence=0.98)
        assert self.told(guild, self.sure, self.doubtful) == [Status.UNKNOWN, Status.UNKNOWN]

    def test_a_photo_without_a_wanted_name_gets_no_reply(self):
        photos = [looked(self.doubtful), looked(self.sure), looked(), PhotoResult(error=PhotoGone("photo-gone"))]
        assert filter_unasked(photos, GuildSettings(1, quiet=True)) == [photos[1]]

    def test_a_photo_that_could_not_be_processed_is_reported(self):
        busy = PhotoResult(error=Busy("busy", waiting=1))
        assert filter_unasked([busy], GuildSettings(1, quiet=True)) == [busy]


def test_the_colour_shows_the_least_certain_card():
    layouts = [layout([looked(*found)]) for found in ([card("A")], [card("A"), unsure("B")], [unknown()])]
    assert len({items(view, ui.Container)[0].to_component_dict()["accent_color"] for view in layouts}) == 3
