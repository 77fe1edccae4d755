"""A whole deck in one photo: its reply, the list behind the button, and the choice of a card to correct."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from discord import ui

from bot.messages import Messages
from bot.replies.whole_list import list_page
from engine import Engine, Identification
from tests.support.bot.layouts import items, text_of
from tests.support.bot.patched_engine import PatchedEngine
from tests.support.bot.results import card, result
from tests.support.bot.world import World, control, parts_of, small_world
from tests.support.bot.world import text_of as text_in
from training.scene.demo_set import DemoPhoto

EN = Messages.open().words("en")
LINES = [f"line {n}" for n in range(40)]


def deck(_: bytes, *, top_k: int) -> Identification:
    """Find 120 cards in any photo: 30 different ones, four of each."""
    return result(*(card(f"Emberwing Matriarch {n // 4}") for n in range(120)))


@pytest.fixture(name="world")
async def world_of_decks(demo_engine: Engine) -> AsyncIterator[World]:
    async with small_world(PatchedEngine(demo_engine, identify=deck)) as world:
        yield world


@pytest.mark.parametrize(("page", "first", "last"), [(0, 0, 14), (1, 15, 29), (2, 30, 39), (9, 30, 39)])
def test_a_page_has_its_lines_and_its_number(page, first, last):
    lines = text_of(list_page(LINES, "key", page, EN)).splitlines()
    assert lines == [*LINES[first : last + 1], f"-# Page {min(page, 2) + 1} of 3"]


@pytest.mark.parametrize(("page", "labels"), [(0, ["Next"]), (1, ["Back", "Next"]), (2, ["Back"])])
def test_pages_are_turned_by_buttons(page, labels):
    assert [button.label for button in items(list_page(LINES, "key", page, EN), ui.Button)] == labels


def test_a_list_of_one_page_has_no_buttons():
    view = list_page(LINES[:9], "key", 0, EN)
    assert not items(view, ui.Button)
    assert text_of(view).splitlines() == LINES[:9]


def test_a_page_ends_with_what_is_told_of_all_prices():
    assert text_of(list_page(LINES, "key", 1, EN, "Together: $5")).endswith("Page 2 of 3\nTogether: $5")


async def test_anybody_can_read_the_whole_list_privately(world: World, demo_single_photo: DemoPhoto):
    await world.post(world.answered, ("deck.jpg", demo_single_photo.jpeg))
    (reply,) = world.replies(world.answered)
    assert "**117–120.** 4× " in text_in(reply)
    opened = (await world.bob.click(reply, custom_id=control(reply, "list"))).response
    assert opened.ephemeral
    assert "Page 1 of 2" in text_in(opened)
    (turn,) = (item.custom_id for item in parts_of(opened, ui.Button))
    turned = (await world.bob.click(opened.message, custom_id=turn)).response
    assert "**117–120.** 4× " in text_in(turned)
    assert len(world.replies(world.answered)) == 1


async def test_every_card_of_a_deck_can_be_chosen_for_correction(world: World, demo_single_photo: DemoPhoto):
    await world.post(world.answered, ("deck.jpg", demo_single_photo.jpeg))
    (reply,) = world.replies(world.answered)
    panel = (await world.alice.click(reply, custom_id=control(reply, "wrong"))).response
    menus = parts_of(panel, ui.Select)
    assert [menu.placeholder for menu in menus][-1] == "Choose among cards 101 to 120"
    assert [int(option.value) for menu in menus for option in menu.options] == list(range(120))
