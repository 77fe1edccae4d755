"""Look-ups in simcord's Discord, with the real client and engine: all names of Magic, pictures of the demo cards."""

from __future__ import annotations

from typing import Any

import pytest
from discord import ui

from bot.lookups.commands import choices
from engine import Engine
from tests.support.bot.entries import LONGEST, FewCards, entry
from tests.support.bot.world import World, parts_of, small_world, text_of
from training.scene.demo_set import DemoPhoto

AMBIGUOUS = "jace, the"


@pytest.fixture(name="world")
def world_with_lookups(world: World) -> World:
    """The bot's client on a server whose admins have switched look-ups on."""
    world.choose(lookups=True)
    return world


async def ask(world: World, text: str) -> Any:
    """Post as alice and return the bot's reply, or None."""
    message = await world.alice.send(world.quiet, text)
    last = world.quiet.last_message
    return None if last.id == message.id else last


def ids_of(message: Any) -> dict[str, str]:
    """Custom ids of a message's buttons, by label."""
    return {item.label: item.custom_id for item in parts_of(message, ui.Button)}


class TestMessages:
    async def test_names_in_brackets_are_answered_in_one_reply(self, world: World):
        asked = "is [[lightning bolt]] better than [[$Counterspell]], or [[#Fog]], or [[!Delver of Secrets]]?"
        reply = await ask(world, asked)
        assert reply.flags.components_v2
        said = text_of(reply)
        for name in ("Lightning Bolt", "Counterspell", "Fog", "Delver of Secrets // Insectile Aberration"):
            assert f"### [{name}](https://scryfall.com/card/" in said
        assert "(on Jan 31, 2026)" in said
        assert "Commander: legal" in said
        (gallery,) = parts_of(reply, ui.MediaGallery)
        assert ["/front/" in picture.media.url for picture in gallery.items] == [True, False]

    async def test_nobody_is_pinged(self, world: World):
        await ask(world, "[[Lightning Bolt]] [[@everyone]]")
        (sent,) = [r for r in world.env.http_requests if r.method == "POST" and r.path.endswith("/messages")]
        assert sent.json["allowed_mentions"] == {"parse": [], "replied_user": False}

    async def test_a_message_without_a_query_gets_no_reply(self, world: World):
        assert await ask(world, "`[[Lightning Bolt]]` is the syntax") is None

    async def test_ten_look_ups_are_one_message(self, world: World):
        reply = await ask(world, " ".join(f"[[{name}]]" for name in ["Lightning Bolt", AMBIGUOUS, *"abcdefgh"]))
        assert len(parts_of(reply, ui.Item)) <= 40


class TestCommands:
    async def test_card(self, world: World):
        answer = await world.alice.slash(world.quiet, "card", name="lightnig bolt")
        assert not answer.ephemeral
        assert "### [Lightning Bolt](" in text_of(answer.response.message)
        assert "I took “lightnig bolt” to mean Lightning Bolt." in text_of(answer.response.message)

    @pytest.mark.parametrize("command", ["card", "printings", "similar"])
    async def test_an_unknown_name_is_reported_to_the_asker_only(self, world: World, command):
        answer = await world.alice.slash(world.quiet, command, name="qqqqqqqqqqqqxxxxx")
        assert answer.ephemeral
        assert text_of(answer.response.message) == "I don’t know a card with a name like “qqqqqqqqqqqqxxxxx”."

    async def test_the_asker_turns_the_pages_of_printings(self, world: World):
        answer = await world.alice.slash(world.quiet, "printings", name="Lightning Bolt")
        first = answer.response.message
        assert "Page 1 of 4" in text_of(first)
        assert list(ids_of(first)) == ["Older"]
        turned = await world.alice.click(first, custom_id=ids_of(first)["Older"])
        assert not turned.ephemeral
        second = world.quiet.last_message
        assert second.id == first.id
        assert "Page 2 of 4" in text_of(second)
        assert list(ids_of(second)) == ["Newer", "Older"]

    async def test_similar_to_a_photo(self, world: World, demo_single_photo: DemoPhoto):
        photo = ("one.jpg", demo_single_photo.jpeg)
        answer = await world.alice.slash(world.quiet, "similar", image=photo, top_k=3)
        said = text_of(answer.response.message)
        assert f"**1.** [{demo_single_photo.names[0]}](" in said
        assert "**3.** [" in said
        assert "**4.** [" not in said

    async def test_similar_to_a_name(self, world: World, demo_single_photo: DemoPhoto):
        name = demo_single_photo.names[0]
        said = text_of((await world.alice.slash(world.quiet, "similar", name=name)).response.message)
        assert said.startswith(f"### Cards that look like {name}")
        assert f"[{name}]" not in said
        assert "**5.** [" in said

    async def test_similar_to_a_name_without_a_picture_says_so(self, world: World):
        answer = await world.alice.slash(world.quiet, "similar", name="Lightning Bolt")
        assert answer.ephemeral
        assert text_of(answer.response.message) == "I don’t have a picture of Lightning Bolt to compare others with."

    async def test_similar_needs_either_a_photo_or_a_name(self, world: World):
        photo = ("one.jpg", b"x")
        for options in ({}, {"image": photo, "name": "Fog"}):
            answer = await world.alice.slash(world.quiet, "similar", **options)
            assert answer.ephemeral
            assert answer.response.content.startswith("Give me either")

    async def test_a_file_that_is_no_photo_is_not_downloaded(self, world: World):
        answer = await world.alice.slash(world.quiet, "similar", image=("notes.txt", b"x"))
        assert answer.ephemeral
        assert answer.response.content.startswith("That isn’t a photo")


class TestAutocomplete:
    async def test_beginnings_and_misspellings_are_completed(self, world: World):
        for command in ("card", "printings", "similar"):
            found = await world.alice.autocomplete(world.quiet, command, "name", "lightning bo")
            assert found[0]["value"] == "Lightning Bolt"
        (first, *_) = await world.alice.autocomplete(world.quiet, "card", "name", "lihgtning bolt")
        assert first["value"] == "Lightning Bolt"

    async def test_without_input_nothing_is_offered(self, world: World):
        assert await world.alice.autocomplete(world.quiet, "card", "name", " ") == []

    def test_a_long_name_is_offered_shortened_and_understood(self, demo_engine: Engine):
        (choice, *_) = choices("our market res", demo_engine)
        assert len(choice.name) == len(choice.value) == 100
        assert demo_engine.lookup(choice.value, top_k=1)[0].name == LONGEST

    def test_a_foreign_name_is_offered_with_the_english_one(self, demo_engine: Engine):
        offered = {choice.name: choice.value for choice in choices("blitzschl", demo_engine)}
        assert offered["Lightning Bolt (Blitzschlag)"] == "Lightning Bolt"

    @pytest.mark.parametrize("typed", ["a", "the", "goblin", "//", "稲", "our market research shows"])
    def test_choices_keep_discords_limits(self, demo_engine: Engine, typed):
        found = choices(typed, demo_engine)
        assert len(found) <= 25
        assert all(1 <= len(one.name) <= 100 and 1 <= len(one.value) <= 100 for one in found)


class TestControls:
    async def test_controls_work_after_a_restart(self, world: World):
        card = (await world.alice.slash(world.quiet, "card", name="Lightning Bolt")).response.message
        printings = (await world.alice.slash(world.quiet, "printings", name="Forest")).response.message
        question = await ask(world, f"[[$ {AMBIGUOUS}]]")
        await world.restart()

        opened = await world.alice.click(card, custom_id=ids_of(card)["Printings"])
        assert opened.ephemeral
        assert "Page 1 of 4" in text_of(opened.response.message)
        await world.alice.click(printings, custom_id=ids_of(printings)["Older"])
        assert "Page 2 of" in text_of(next(one for one in world.quiet.history() if one.id == printings.id))
        (select,) = parts_of(question, ui.Select)
        await world.alice.select(question, [select.options[0].value], custom_id=select.custom_id)
        answered = world.quiet.last_message
        assert answered.id == question.id
        assert text_of(answered).startswith(f"### [{select.options[0].label}](")
        assert not parts_of(answered, ui.Select)

    async def test_anybody_else_gets_the_page_privately_and_may_turn_it(self, world: World):
        first = (await world.alice.slash(world.quiet, "printings", name="Forest")).response.message
        before = text_of(first)
        answer = await world.bob.click(first, custom_id=ids_of(first)["Older"])
        assert answer.ephemeral
        own = answer.response.message
        assert "Page 2 of" in text_of(own)
        assert text_of(world.quiet.last_message) == before
        turned = await world.bob.click(own, custom_id=ids_of(own)["Newer"])
        assert "Page 1 of" in text_of(turned.response.message)

    async def test_a_choice_next_to_other_lookups_is_answered_in_a_new_message(self, world: World):
        question = await ask(world, f"[[Lightning Bolt]] or [[{AMBIGUOUS}]]")
        (select,) = parts_of(question, ui.Select)
        chosen = await world.alice.select(question, [select.options[1].value], custom_id=select.custom_id)
        assert not chosen.ephemeral
        answer = world.quiet.last_message
        assert answer.id != question.id
        assert text_of(answer).startswith(f"### [{select.options[1].label}](")

    async def test_the_choice_of_anybody_else_is_answered_privately(self, world: World):
        question = await ask(world, f"[[{AMBIGUOUS}]]")
        (select,) = parts_of(question, ui.Select)
        chosen = await world.bob.select(question, [select.options[0].value], custom_id=select.custom_id)
        assert chosen.ephemeral
        assert world.quiet.last_message.id == question.id

    async def test_a_card_no_longer_in_the_catalogue_is_explained(self):
        engine = FewCards(entry("Fog"))
        async with small_world(engine) as world:
            card = (await world.alice.slash(world.quiet, "card", name="Fog")).response.message
            engine.entries.clear()
            answer = await world.alice.click(card, custom_id=ids_of(card)["Printings"])
            assert answer.ephemeral
            assert answer.response.content.startswith("I don’t know that card any more")
