"""The reply: everything told, nothing over Discord's limits, a spoiler kept."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import wording
from bot.reply import Looked, build_reply
from engine import Status
from tests.bot.results import card, looked, unknown, unsure, uri

names = st.text(max_size=150)
cards = st.one_of(
    st.builds(card, names.filter(bool), st.floats(0, 1), others=st.lists(names, max_size=5)),
    st.builds(lambda name, others: card(name, 0.5, Status.UNSURE, others=others), names, st.lists(names, max_size=5)),
    st.builds(unknown),
)
photos = st.one_of(
    st.builds(
        lambda found, spoiler: looked(*found, spoiler=spoiler, picture_uri="https://x.example/1.jpg"),
        st.lists(cards, max_size=40),
        st.booleans(),
    ),
    st.builds(lambda words: Looked(error=words), st.text(min_size=1, max_size=6000)),
)


@given(st.lists(photos, min_size=1, max_size=10))
def test_a_reply_keeps_within_discords_limits(seen):
    reply = build_reply(seen)
    assert len(reply.embeds) == len(seen) <= 10
    assert sum(len(embed) for embed in reply.embeds) <= 6000
    assert all(len(embed.description) <= 4096 and len(embed.title or "") <= 256 for embed in reply.embeds)
    assert all(embed.description for embed in reply.embeds)
    assert all(len(picture.description) <= 1024 for picture in reply.pictures)
    assert len(reply.as_text()) <= 2000


bracketed = st.text("ab[]()*_ ", min_size=1, max_size=80)
linked = st.builds(card, bracketed) | st.builds(
    lambda name, others: unsure(name, 0.7, *others), bracketed, st.lists(bracketed)
)


@given(st.lists(st.lists(linked, max_size=40), min_size=1, max_size=10))
def test_no_link_is_cut_in_the_middle(found):
    reply = build_reply([looked(*group) for group in found])
    for text in (*(embed.description for embed in reply.embeds), reply.as_text()):
        assert text.count("](") == len(re.findall(r"\[[^\[\]]+\]\([^()\s]+\)", text))


def test_one_card_is_told_by_its_name_as_a_link_with_its_picture():
    (embed,) = build_reply([looked(card("Fog"), picture_uri="https://x.example/fog.jpg")]).embeds
    assert (embed.title, embed.url) == ("Fog", uri("Fog"))
    assert embed.thumbnail.url == "https://x.example/fog.jpg"


def test_several_cards_are_a_list_under_the_numbered_photo():
    reply = build_reply([looked(card("Fog"), unsure("Dog"))])
    (embed,), (picture,) = reply.embeds, reply.pictures
    assert embed.title == "2 cards"
    assert embed.description.splitlines() == wording.list_of([card("Fog"), unsure("Dog")])
    assert embed.image.url == f"attachment://{picture.filename}"
    assert picture.to_file().filename == picture.filename


def test_more_cards_than_fit_are_counted():
    found = [card(f"{'A very long name ' * 7}{i}") for i in range(40)]
    (embed,) = build_reply([looked(*found)]).embeds
    shown, left = embed.description.splitlines()[:-1], embed.description.splitlines()[-1]
    assert shown == wording.list_of(found)[: len(shown)]
    assert left == f"… and {40 - len(shown)} more"


def test_of_two_photos_of_which_one_failed_both_are_told_in_order():
    reply = build_reply([Looked(error="The file is damaged."), looked(card("Fog"))])
    assert [embed.description for embed in reply.embeds] == ["The file is damaged.", "Sure, 98%"]


@pytest.mark.parametrize("seen", [looked(), looked(unknown())])
def test_a_photo_in_which_no_card_is_named_brings_advice(seen):
    assert build_reply([seen]).embeds[0].description == wording.NO_CARD


def test_pictures_of_several_photos_do_not_share_a_name():
    reply = build_reply([looked(card("A"), card("B")), looked(card("C"), card("D"))])
    assert len({picture.filename for picture in reply.pictures}) == 2


@pytest.mark.parametrize("found", [[card("Fog")], [card("Fog"), card("Dog")]])
def test_under_a_spoiler_no_embed_shows_a_picture_and_the_copy_is_hidden_too(found):
    reply = build_reply([looked(*found, spoiler=True, picture_uri="https://x.example/fog.jpg")])
    (embed,) = reply.embeds
    assert embed.image.url is None
    assert embed.thumbnail.url is None
    assert all(picture.to_file().spoiler for picture in reply.pictures)


def test_where_embeds_are_not_allowed_the_text_says_the_same():
    text = build_reply([looked(card("Fog")), looked(card("A"), card("B"))]).as_text()
    assert text.startswith(f"**Fog**\n{uri('Fog')}\nSure, 98%\n\n**2 cards**")
    assert all(uri(name) in text for name in ("A", "B"))
