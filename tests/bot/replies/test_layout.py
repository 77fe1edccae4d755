"""The reply: everything told, nothing over Discord's limits, a spoiler kept."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import discord
import pytest
from discord import ui
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import Busy, PhotoGone, UserError
from bot.core.limits import MAX_COMPONENTS, MAX_LETTERS
from bot.messages import Messages
from bot.recognition.photo_result import Looked
from bot.replies.compose import Occasion, admitted, compose, unasked
from bot.replies.facts import NOTHING_KNOWN, Fact, price_words
from bot.replies.layout import answer_layout
from bot.replies.wording import REASONS
from bot.store import GuildSettings
from engine import Prices, Reason, Status
from tests.support.bot.results import card, looked, unknown, unsure, uri

EN = Messages.open().words("en")
OCCASION = Occasion(1, 2, 3, None, "en", datetime(2026, 5, 1, tzinfo=UTC))
FACT = Fact("https://cards.scryfall.io/1.jpg", Prices(usd=45, eur=30), "2026-01-31")


def shown(photos: Sequence[Looked], fact: Fact = NOTHING_KNOWN) -> ui.LayoutView:
    answer, _ = compose(photos, OCCASION, EN)

    async def build() -> ui.LayoutView:
        return answer_layout(answer, EN, [fact] * len(answer.cards))

    return asyncio.run(build())


def items(view: ui.LayoutView, kind: type) -> list:
    return [item for item in view.walk_children() if isinstance(item, kind)]


def components_in(sent: object) -> int:
    """How many components Discord counts in what is sent: also those within others and beside sections."""
    if isinstance(sent, list):
        return sum(map(components_in, sent))
    if not isinstance(sent, dict):
        return 0
    within = sum(components_in(sent[key]) for key in ("components", "accessory", "component") if key in sent)
    return within + ("type" in sent)


def text_of(view: ui.LayoutView) -> str:
    return "\n".join(item.content for item in items(view, ui.TextDisplay))


names = st.text(max_size=150)
cards = st.one_of(
    st.builds(card, names.filter(bool), st.floats(0, 1), others=st.lists(names.filter(bool), max_size=5)),
    st.builds(
        lambda name, others: card(name, 0.5, Status.UNSURE, others=others),
        names.filter(bool),
        st.lists(names.filter(bool), max_size=5),
    ),
    st.builds(unknown),
)
photos = st.one_of(
    st.builds(lambda found, spoiler: looked(*found, spoiler=spoiler), st.lists(cards, max_size=40), st.booleans()),
    st.just(Looked(error=UserError("photo-damaged-image"))),
)


@given(st.lists(photos, min_size=1, max_size=10), st.sampled_from([NOTHING_KNOWN, FACT]))
def test_a_reply_keeps_within_discords_limits(seen, fact):
    view = shown(seen, fact)
    parts = list(view.walk_children())
    assert components_in(view.to_components()) <= MAX_COMPONENTS
    texts = [part.content for part in parts if isinstance(part, ui.TextDisplay)]
    assert all(texts)
    assert sum(map(len, texts)) <= MAX_LETTERS
    for gallery in items(view, ui.MediaGallery):
        assert all(len(item.description or "") <= 1024 for item in gallery.items)
    for select in items(view, ui.DynamicItem):
        assert len(select.custom_id) <= 100
    assert len(items(view, ui.Container)) == len(seen)


bracketed = st.text("ab[]()*_ ", min_size=1, max_size=80)
linked = st.builds(card, bracketed) | st.builds(
    lambda name, others: unsure(name, 0.7, *others), bracketed, st.lists(bracketed, max_size=5)
)


@given(st.lists(st.lists(linked, min_size=1, max_size=40), min_size=1, max_size=10))
def test_no_link_is_cut_in_the_middle(found):
    text = text_of(shown([looked(*group) for group in found]))
    assert text.count("](") == len(re.findall(r"\[[^\[\]]+\]\([^()\s]+\)", text))


def test_one_card_is_told_by_its_name_as_a_link_with_its_picture_and_price():
    view = shown([looked(card("Fog"))], FACT)
    (section,) = items(view, ui.Section)
    assert section.accessory.media.url == FACT.picture
    assert text_of(view).splitlines() == [
        f"### [Fog]({uri('Fog')})",
        "Sure, 98%",
        "$0.45 / €0.30 (Jan 31, 2026)",
    ]


def test_a_few_cards_come_with_their_pictures_under_the_numbered_photo():
    view = shown([looked(card("Fog"), unsure("Dog"))], FACT)
    (gallery,) = items(view, ui.MediaGallery)
    assert gallery.items[0].media.url == "attachment://cards-1.jpg"
    assert len(items(view, ui.Section)) == 2
    assert text_of(view).startswith(f"### 1. [Fog]({uri('Fog')})")


def test_many_cards_are_a_numbered_list():
    view = shown([looked(*(card(f"Card {n}") for n in range(9)))], FACT)
    assert not items(view, ui.Section)
    lines = text_of(view).splitlines()
    assert lines[0] == "### 9 cards"
    assert lines[9].startswith("**9.** [Card 8]")
    assert lines[9].endswith("$0.45 / €0.30 (Jan 31, 2026)")


def test_more_cards_than_fit_are_counted():
    found = [card(f"{'A very long name ' * 7}{i}") for i in range(40)]
    lines = text_of(shown([looked(*found)])).splitlines()
    told = len(lines) - 2
    assert lines[-1] == f"… and {41 - 1 - told} more"


def test_of_two_photos_of_which_one_failed_both_are_told_in_order():
    view = shown([Looked(error=UserError("photo-damaged-image")), looked(card("Fog"))])
    text = text_of(view)
    assert text.index("### Photo 1") < text.index("damaged") < text.index("### Photo 2") < text.index("Fog")


@pytest.mark.parametrize("seen", [looked(), looked(unknown())])
def test_a_photo_in_which_no_card_is_named_brings_advice(seen):
    assert EN("better-photo") in text_of(shown([seen]))


@pytest.mark.parametrize("reason", [Reason.TOO_SMALL, Reason.TOO_BLURRED, Reason.UNREADABLE])
def test_where_the_reason_says_what_would_help_no_other_advice_stands_beside_it(reason: str):
    text = text_of(shown([looked(replace(unknown(), evidence={"reason": reason}))]))
    assert EN(REASONS[reason]) in text
    assert EN("better-photo") not in text


@pytest.mark.parametrize("found", [[card("Fog")], [card("Fog"), card("Dog")]])
def test_under_a_spoiler_everything_that_is_told_is_hidden_too(found):
    (box,) = items(shown([looked(*found, spoiler=True)], FACT), ui.Container)
    assert box.spoiler


def test_pictures_of_several_photos_do_not_share_a_name():
    _, pictures = compose([looked(card("A"), card("B")), looked(card("C"), card("D"))], OCCASION, EN)
    assert len({picture.filename for picture in pictures}) == 2


def test_where_files_may_not_be_sent_the_reply_refers_to_none():
    answer, pictures = compose([looked(card("A"), card("B"))], OCCASION, EN, with_files=False)
    assert not pictures
    assert answer.photos[0].picture is None


def test_unsure_cards_have_a_menu_of_their_candidates_and_sure_ones_none():
    view = shown([looked(card("Fog"), unsure("Dog", 0.7, "Bog"))])
    menus = [item.item for item in items(view, ui.DynamicItem) if isinstance(item.item, ui.Select)]
    assert [[option.value for option in menu.options] for menu in menus] == [["Dog", "Bog"]]


@pytest.mark.parametrize(
    ("seen", "labels"),
    [
        (looked(card("Fog")), ["Not this one?", "Export", "Remove"]),
        (looked(unknown()), ["Not this one?", "Remove"]),
        (looked(), ["Remove"]),
    ],
)
def test_there_are_buttons_for_what_can_be_done(seen, labels):
    buttons = [item.item for item in items(shown([seen]), ui.DynamicItem) if isinstance(item.item, ui.Button)]
    assert [button.label for button in buttons] == labels


@pytest.mark.parametrize(
    ("prices", "said"),
    [
        (Prices(usd=45), "$0.45 (Jan 31, 2026)"),
        (Prices(usd_foil=1234567, eur=100), "$12,345.67 / €1.00 (Jan 31, 2026)"),
        (Prices(), ""),
        (None, ""),
    ],
)
def test_a_price_comes_with_the_day_it_was_so(prices, said):
    assert price_words(Fact(None, prices, "2026-01-31"), EN) == said


class TestUnasked:
    sure, doubtful = card("Fog", 0.97), unsure("Dog", 0.6)

    def told(self, guild: GuildSettings, *found) -> list[Status]:
        (photo,) = [admitted(looked(*found), guild)]
        return [one.status for one in photo.result.cards]

    def test_what_a_server_likes_to_hear_is_told_as_it_is(self):
        assert self.told(GuildSettings(1), self.sure, self.doubtful) == [Status.IDENTIFIED, Status.UNSURE]

    def test_a_quiet_server_hears_certain_names_alone(self):
        assert self.told(GuildSettings(1, quiet=True), self.sure, self.doubtful) == [
            Status.IDENTIFIED,
            Status.UNKNOWN,
        ]

    def test_names_below_the_least_confidence_are_not_told(self):
        guild = GuildSettings(1, min_confidence=0.98)
        assert self.told(guild, self.sure, self.doubtful) == [Status.UNKNOWN, Status.UNKNOWN]

    def test_a_photo_of_which_nothing_is_told_gets_no_reply(self):
        photos = [looked(self.doubtful), looked(self.sure), looked(), Looked(error=PhotoGone("photo-gone"))]
        assert unasked(photos, GuildSettings(1, quiet=True)) == [photos[1]]

    def test_that_nobody_looked_is_said_where_a_card_might_be(self):
        busy = Looked(error=Busy("busy", waiting=1))
        assert unasked([busy], GuildSettings(1, quiet=True)) == [busy]


def test_colours_tell_the_least_certain():
    accents = [
        items(shown([looked(*found)]), ui.Container)[0].accent_colour
        for found in ([card("A")], [card("A"), unsure("B")], [unknown()])
    ]
    assert len({discord.Colour(accent if isinstance(accent, int) else accent.value) for accent in accents}) == 3
