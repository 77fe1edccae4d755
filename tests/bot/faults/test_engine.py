"""A bug in the engine: users read a code that the log explains, and no details."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
from discord import ui

from engine import Engine
from tests.support.bot.patched_engine import NAME, PHOTO, PRIVATE, PatchedEngine, broken, one_card
from tests.support.bot.world import MESSAGES, World, control, parts_of, small_world, text_of

CODE = re.compile(r"\(code ([0-9A-F]{4})\)")


@pytest.fixture(name="blind")
async def world_that_cannot_see(demo_engine: Engine) -> AsyncIterator[World]:
    async with small_world(PatchedEngine(demo_engine, identify=broken)) as world:
        yield world


@pytest.fixture(name="ignorant")
async def world_without_catalogue(demo_engine: Engine) -> AsyncIterator[World]:
    methods = ("card", "by_key", "lookup", "complete", "printings", "legalities", "numbered", "similar", "info")
    engine = PatchedEngine(demo_engine, identify=one_card, **dict.fromkeys(methods, broken))
    async with small_world(engine) as world:
        yield world


def explained(said: str, caplog: pytest.LogCaptureFixture) -> bool:
    """Whether the text has a code that the log explains, and no details."""
    assert PRIVATE not in said
    assert "RuntimeError" not in said
    (record,) = [record for record in caplog.records if f"incident {CODE.search(said)[1]}" in record.message]
    return PRIVATE in str(record.exc_info[1])


async def test_in_an_answered_channel(blind: World, caplog: pytest.LogCaptureFixture):
    await blind.post(blind.answered, PHOTO)
    (reply,) = blind.replies(blind.answered)
    assert explained(text_of(reply), caplog)


async def test_in_a_direct_message(blind: World, caplog: pytest.LogCaptureFixture):
    assert explained(text_of(await blind.post_direct(PHOTO)), caplog)


async def test_in_slash_identify(blind: World, caplog: pytest.LogCaptureFixture):
    answer = await blind.alice.slash(blind.quiet, "identify", image=PHOTO)
    assert explained(text_of(answer.response), caplog)


async def test_in_the_message_menu(blind: World, caplog: pytest.LogCaptureFixture):
    message = await blind.post(blind.quiet, PHOTO)
    answer = await blind.alice.context_menu(blind.quiet, "Identify cards", message)
    assert explained(text_of(answer.response), caplog)


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("card", {"name": NAME}),
        ("printings", {"name": NAME}),
        ("similar", {"name": NAME}),
        ("similar", {"image": PHOTO}),
        ("about", {}),
    ],
)
async def test_in_the_other_commands(ignorant: World, command: str, options: dict, caplog: pytest.LogCaptureFixture):
    answer = await ignorant.alice.slash(ignorant.quiet, command, **options)
    told = answer.followups[-1] if answer.followups else answer.response
    assert explained(text_of(told), caplog)
    assert ignorant.env.errors


async def test_in_names_in_brackets(ignorant: World, caplog: pytest.LogCaptureFixture):
    ignorant.choose(lookups=True)
    await ignorant.alice.send(ignorant.quiet, f"[[{NAME}]]")
    (reply,) = ignorant.replies(ignorant.quiet)
    assert explained(text_of(reply), caplog)


async def test_in_a_button(ignorant: World, caplog: pytest.LogCaptureFixture):
    await ignorant.post(ignorant.answered, PHOTO)
    (reply,) = ignorant.replies(ignorant.answered)
    answer = await ignorant.alice.click(reply, custom_id=control(reply, "wrong"))
    assert explained(text_of(answer.response), caplog)


async def test_in_a_button_of_a_look_up(demo_engine: Engine, caplog: pytest.LogCaptureFixture):
    engine = PatchedEngine(demo_engine)
    async with small_world(engine) as world:
        card = await world.alice.slash(world.quiet, "card", name="Lightning Bolt")
        (button,) = [part for part in parts_of(card.response, ui.Button) if part.custom_id]
        engine.by_key = broken
        answer = await world.alice.click(card.response, custom_id=button.custom_id)
        assert explained(text_of(answer.response), caplog)


async def test_without_the_catalogue_an_answer_has_names_only(ignorant: World, caplog: pytest.LogCaptureFixture):
    await ignorant.post(ignorant.answered, PHOTO)
    (reply,) = ignorant.replies(ignorant.answered)
    assert NAME in text_of(reply)
    assert not CODE.search(text_of(reply))
    assert any("without the cards' pictures" in line for line in caplog.messages)


async def test_without_the_catalogue_nothing_is_completed(ignorant: World):
    assert await ignorant.alice.autocomplete(ignorant.quiet, "card", "name", "ember") == []


async def test_one_of_two_photos_may_fail(demo_engine: Engine):
    def picky(image: bytes, *, top_k: int):
        return broken() if image == b"bad" else one_card(image, top_k=top_k)

    async with small_world(PatchedEngine(demo_engine, identify=picky)) as world:
        await world.post(world.answered, PHOTO, ("bad.jpg", b"bad"))
        (reply,) = world.replies(world.answered)
        assert NAME in text_of(reply)
        assert CODE.search(text_of(reply))
        assert MESSAGES.words("en").format("photo-number", number=2) in text_of(reply)
