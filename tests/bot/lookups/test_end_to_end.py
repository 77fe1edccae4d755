"""Look-ups as players meet them: simcord's Discord, the real engine, all of Magic's names, the demo cards' pictures."""

from __future__ import annotations

from collections.abc import AsyncIterator

import discord
import pytest
from discord import ui

from bot.lookups.commands import choices
from bot.rehearsal.reading import parts_of, text_of
from engine import Engine
from tests.support.bot.entries import LONGEST, FewCards, entry
from tests.support.bot.lookup_world import LookupWorld, ids_of, lookup_world
from training.scene.demo_set import DemoPhoto

AMBIGUOUS = "jace, the"


@pytest.fixture(name="world")
async def _world(demo_engine: Engine) -> AsyncIterator[LookupWorld]:
    """Look-ups over the real engine; every request is held against Discord's document."""
    async with lookup_world(demo_engine) as world:
        yield world


class TestMessages:
    async def test_names_in_brackets_are_answered_by_one_reply(self, world: LookupWorld):
        asked = "is [[lightning bolt]] better than [[$Counterspell]], or [[#Fog]], or [[!Delver of Secrets]]?"
        reply = await world.ask(asked)
        assert reply.flags.components_v2
        said = text_of(reply)
        for name in ("Lightning Bolt", "Counterspell", "Fog", "Delver of Secrets // Insectile Aberration"):
            assert f"### [{name}](https://scryfall.com/card/" in said
        assert "(on Jan 31, 2026)" in said
        assert "Commander: legal" in said
        (gallery,) = parts_of(reply, ui.MediaGallery)
        assert ["/front/" in picture.media.url for picture in gallery.items] == [True, False]

    async def test_nobody_is_pinged(self, world: LookupWorld):
        await world.ask("[[Lightning Bolt]] [[@everyone]]")
        (sent,) = [r for r in world.env.http_requests if r.method == "POST" and r.path.endswith("/messages")]
        assert sent.json["allowed_mentions"] == {"parse": [], "replied_user": False}

    async def test_a_message_that_asks_nothing_gets_no_reply(self, world: LookupWorld):
        assert await world.ask("`[[Lightning Bolt]]` is the syntax") is None

    async def test_ten_look_ups_are_one_message(self, world: LookupWorld):
        reply = await world.ask(" ".join(f"[[{name}]]" for name in ["Lightning Bolt", AMBIGUOUS, *"abcdefgh"]))
        assert len(parts_of(reply, ui.Item)) <= 40


class TestCommands:
    async def test_card(self, world: LookupWorld):
        answer = await world.alice.slash(world.channel, "card", name="lightnig bolt")
        assert not answer.ephemeral
        assert "### [Lightning Bolt](" in text_of(answer.response.message)
        assert "I took “lightnig bolt” for Lightning Bolt." in text_of(answer.response.message)

    @pytest.mark.parametrize("command", ["card", "printings", "similar"])
    async def test_a_name_like_none_is_said_to_be_unknown_to_who_asked_alone(self, world: LookupWorld, command):
        answer = await world.alice.slash(world.channel, command, name="qqqqqqqqqqqqxxxxx")
        assert answer.ephemeral
        assert text_of(answer.response.message) == "I know no card named like “qqqqqqqqqqqqxxxxx”."

    async def test_printings_are_turned_over_by_who_asked(self, world: LookupWorld):
        answer = await world.alice.slash(world.channel, "printings", name="Lightning Bolt")
        first = answer.response.message
        assert "Page 1 of 4" in text_of(first)
        assert list(ids_of(first)) == ["Older"]
        turned = await world.alice.click(first, custom_id=ids_of(first)["Older"])
        assert not turned.ephemeral
        second = world.channel.last_message
        assert second.id == first.id
        assert "Page 2 of 4" in text_of(second)
        assert list(ids_of(second)) == ["Newer", "Older"]

    async def test_similar_to_a_photo(self, world: LookupWorld, demo_single_photo: DemoPhoto):
        photo = ("one.jpg", demo_single_photo.jpeg)
        answer = await world.alice.slash(world.channel, "similar", image=photo, top_k=3)
        said = text_of(answer.response.message)
        assert f"**1.** [{demo_single_photo.names[0]}](" in said
        assert "**3.** [" in said
        assert "**4.** [" not in said

    async def test_similar_to_a_name(self, world: LookupWorld, demo_single_photo: DemoPhoto):
        name = demo_single_photo.names[0]
        said = text_of((await world.alice.slash(world.channel, "similar", name=name)).response.message)
        assert said.startswith(f"### Looks like {name}")
        assert f"[{name}]" not in said
        assert "**5.** [" in said

    async def test_similar_to_a_name_without_a_picture_says_so(self, world: LookupWorld):
        answer = await world.alice.slash(world.channel, "similar", name="Lightning Bolt")
        assert answer.ephemeral
        assert text_of(answer.response.message) == "I know no picture of Lightning Bolt to compare others with."

    async def test_similar_wants_either_a_photo_or_a_name(self, world: LookupWorld):
        photo = ("one.jpg", b"x")
        for options in ({}, {"image": photo, "name": "Fog"}):
            answer = await world.alice.slash(world.channel, "similar", **options)
            assert answer.ephemeral
            assert answer.response.content.startswith("Give me either")

    async def test_what_is_no_photo_is_not_fetched(self, world: LookupWorld):
        answer = await world.alice.slash(world.channel, "similar", image=("notes.txt", b"x"))
        assert answer.ephemeral
        assert answer.response.content.startswith("That is no photo")


class TestAutocomplete:
    async def test_beginnings_and_misspellings_are_completed(self, world: LookupWorld):
        for command in ("card", "printings", "similar"):
            found = await world.alice.autocomplete(world.channel, command, "name", "lightning bo")
            assert found[0]["value"] == "Lightning Bolt"
        (first, *_) = await world.alice.autocomplete(world.channel, "card", "name", "lihgtning bolt")
        assert first["value"] == "Lightning Bolt"

    async def test_nothing_typed_offers_nothing(self, world: LookupWorld):
        assert await world.alice.autocomplete(world.channel, "card", "name", " ") == []

    def test_a_name_too_long_to_offer_is_offered_by_its_beginning_and_understood(self, demo_engine: Engine):
        (choice, *_) = choices("our market res", demo_engine)
        assert len(choice.name) == len(choice.value) == 100
        assert demo_engine.lookup(choice.value, top_k=1)[0].name == LONGEST

    @pytest.mark.parametrize("typed", ["a", "the", "goblin", "//", "稲", "our market research shows"])
    def test_choices_keep_discord_s_limits(self, demo_engine: Engine, typed):
        found = choices(typed, demo_engine)
        assert len(found) <= 25
        assert all(1 <= len(one.name) <= 100 and 1 <= len(one.value) <= 100 for one in found)


class TestControls:
    async def test_all_work_after_a_restart(self, world: LookupWorld):
        card = (await world.alice.slash(world.channel, "card", name="Lightning Bolt")).response.message
        printings = (await world.alice.slash(world.channel, "printings", name="Forest")).response.message
        question = await world.ask(f"[[$ {AMBIGUOUS}]]")
        await world.restart()

        opened = await world.alice.click(card, custom_id=ids_of(card)["Printings"])
        assert opened.ephemeral
        assert "Page 1 of 4" in text_of(opened.response.message)
        await world.alice.click(printings, custom_id=ids_of(printings)["Older"])
        assert "Page 2 of" in text_of(next(one for one in world.channel.history() if one.id == printings.id))
        (select,) = parts_of(question, ui.Select)
        await world.alice.select(question, [select.options[0].value], custom_id=select.custom_id)
        answered = world.channel.last_message
        assert answered.id == question.id
        assert text_of(answered).startswith(f"### [{select.options[0].label}](")
        assert not parts_of(answered, ui.Select)

    async def test_somebody_else_gets_the_page_for_themselves_and_may_turn_that_over(self, world: LookupWorld):
        first = (await world.alice.slash(world.channel, "printings", name="Forest")).response.message
        before = text_of(first)
        answer = await world.bob.click(first, custom_id=ids_of(first)["Older"])
        assert answer.ephemeral
        own = answer.response.message
        assert "Page 2 of" in text_of(own)
        assert text_of(world.channel.last_message) == before
        turned = await world.bob.click(own, custom_id=ids_of(own)["Newer"])
        assert "Page 1 of" in text_of(turned.response.message)

    async def test_a_choice_among_other_look_ups_is_answered_beside_them(self, world: LookupWorld):
        question = await world.ask(f"[[Lightning Bolt]] or [[{AMBIGUOUS}]]")
        (select,) = parts_of(question, ui.Select)
        chosen = await world.alice.select(question, [select.options[1].value], custom_id=select.custom_id)
        assert not chosen.ephemeral
        answer = world.channel.last_message
        assert answer.id != question.id
        assert text_of(answer).startswith(f"### [{select.options[1].label}](")

    async def test_somebody_else_s_choice_is_answered_to_them_alone(self, world: LookupWorld):
        question = await world.ask(f"[[{AMBIGUOUS}]]")
        (select,) = parts_of(question, ui.Select)
        chosen = await world.bob.select(question, [select.options[0].value], custom_id=select.custom_id)
        assert chosen.ephemeral
        assert world.channel.last_message.id == question.id

    async def test_a_card_that_is_gone_from_the_catalogue_is_explained(self):
        engine = FewCards(entry("Fog"))
        async with lookup_world(engine) as world:
            card = (await world.alice.slash(world.channel, "card", name="Fog")).response.message
            engine.entries.clear()
            answer = await world.alice.click(card, custom_id=ids_of(card)["Printings"])
            assert answer.ephemeral
            assert answer.response.content.startswith("I don’t know that card any more")


async def test_names_and_descriptions_of_commands_bear_keys_of_the_catalogue(world: LookupWorld):
    tree = world.env.bot.tree
    for command in tree.get_commands():
        named = [command._locale_name, command._locale_description]
        for parameter in command.parameters:
            named += [parameter._Parameter__parent._rename, parameter._Parameter__parent.description]
        keys = [one.extras["key"] for one in named]
        assert all(world.env.bot.lookups.messages.words("en").knows(key) for key in keys)
    assert {command.name for command in tree.get_commands()} == {"card", "printings", "similar"}
    assert isinstance(world.env.bot, discord.AutoShardedClient)
