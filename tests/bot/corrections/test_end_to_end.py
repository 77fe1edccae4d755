"""Corrections in simcord's Discord, with the real engine and demo cards."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from discord import ui

from engine import Engine, Status
from tests.support.bot.world import MESSAGES, World, control, parts_of, small_world, text_of
from training.scene.demo_set import DemoPhoto

EN = MESSAGES.words("en")
OTHER = "Emberwing Matriarch"


@pytest.fixture(scope="module", name="engine_with_overlay")
def opened_engine(demo_artifacts: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = Engine.open(demo_artifacts, overlay=tmp_path_factory.mktemp("overlay") / "overlay.sqlite")
    yield engine
    engine.close()


@pytest.fixture(name="learning_engine")
def engine_that_has_learnt_nothing(engine_with_overlay: Engine) -> Iterator[Engine]:
    yield engine_with_overlay
    for confirmation in engine_with_overlay.confirmations():
        engine_with_overlay.revoke(confirmation.id)


@pytest.fixture(name="world")
async def world_that_learns(learning_engine: Engine) -> AsyncIterator[World]:
    async with small_world(learning_engine) as world:
        yield world


async def answered(world: World, photo: DemoPhoto):
    await world.post(world.answered, ("photo.jpg", photo.jpeg))
    (reply,) = world.replies(world.answered)
    return reply


async def panel_of(world: World, who, reply):
    """Open the corrections of an answer with one card; returns what only the presser sees."""
    return (await who.click(reply, custom_id=control(reply, "wrong"))).response


async def typed(world: World, who, panel, name: str = "", printing: str = ""):
    form = await who.click(panel.message, custom_id=control(panel, "type"))
    return await who.submit_modal(form, {"name": name, "printing": printing})


def latest(world: World, reply) -> str:
    """What the reply says by now."""
    return text_of(next(m for m in world.replies(world.answered) if m.id == reply.id))


class TestName:
    async def test_the_poster_types_another_name_and_the_reply_shows_it(self, world, demo_single_photo):
        reply = await answered(world, demo_single_photo)
        panel = await panel_of(world, world.alice, reply)
        assert panel.ephemeral
        done = await typed(world, world.alice, panel, name=OTHER.lower())
        assert OTHER in text_of(done.response)
        assert f"[{OTHER}]" in latest(world, reply)
        assert "Confirmed" in latest(world, reply)

    async def test_of_several_cards_only_the_chosen_one_changes(self, world, demo_table_photo):
        reply = await answered(world, demo_table_photo)
        panel = await panel_of(world, world.alice, reply)
        chosen = await world.alice.select(panel.message, ["2"], custom_id=control(panel, "which"))
        await typed(world, world.alice, chosen.response, name="Lightning Bolt")
        assert "[Lightning Bolt]" in latest(world, reply)
        others = [name for at, name in enumerate(demo_table_photo.names) if at != 2]
        assert all(name in latest(world, reply) for name in others)

    async def test_a_name_that_is_not_clear_is_asked_about(self, world, demo_single_photo):
        panel = await panel_of(world, world.alice, await answered(world, demo_single_photo))
        again = await typed(world, world.alice, panel, name="Ligtnin")
        assert "Did you mean" in text_of(again.response)
        menu = control(again.response, "name")
        await world.alice.select(again.response.message, ["Lightning Bolt"], custom_id=menu)
        assert "[Lightning Bolt]" in text_of(world.replies(world.answered)[0])

    async def test_a_reply_whose_id_was_not_stored_is_corrected_and_its_id_stored(self, world, demo_single_photo):
        reply = await answered(world, demo_single_photo)
        store = world.client.store
        answer = replace(world.unsure(world.answer_of(reply), names=["Fog", "Lightning Bolt"]), reply_id=None)
        store.remove_answer(answer.key)
        store.add_answer(answer)
        edited = await reply.edit(view=await world.layout(answer))
        await world.alice.select(edited, ["Lightning Bolt"], custom_id=control(edited, "name"))
        assert "[Lightning Bolt]" in latest(world, reply)
        assert control(next(m for m in world.replies(world.answered) if m.id == reply.id), "wrong")
        assert world.answer_of(reply).cards[0].name == "Lightning Bolt"

    async def test_a_candidate_of_an_unsure_card_is_chosen_in_the_reply(self, world, demo_single_photo):
        reply = await answered(world, demo_single_photo)
        answer = world.answer_of(reply)
        unsure = world.unsure(answer, names=["Fog", "Lightning Bolt"])
        edited = await reply.edit(view=await world.layout(unsure))
        pressed = await world.alice.select(edited, ["Lightning Bolt"], custom_id=control(edited, "name"))
        assert "[Lightning Bolt]" in text_of(pressed.response)
        assert world.client.store.answer(answer.key).cards[0].corrected


class TestPrinting:
    async def test_set_and_number_give_name_and_printing(self, world, demo_single_photo):
        reply = await answered(world, demo_single_photo)
        await typed(world, world.alice, await panel_of(world, world.alice, reply), printing="lea #0161")
        assert "[Lightning Bolt](https://scryfall.com/card/lea/161" in latest(world, reply)
        assert "Limited Edition Alpha (LEA) 161" in latest(world, reply)

    async def test_a_printing_is_chosen_from_the_menu(self, world, demo_single_photo):
        reply = await answered(world, demo_single_photo)
        await typed(world, world.alice, await panel_of(world, world.alice, reply), name="Lightning Bolt")
        panel = await panel_of(world, world.alice, reply)
        (menu,) = [m for m in parts_of(panel, ui.Select) if m.custom_id.startswith("v1:printing:")]
        value = menu.options[3].value
        await world.alice.select(panel.message, [value], custom_id=menu.custom_id)
        assert value.split()[0] in latest(world, reply)

    async def test_a_printing_from_another_page_is_chosen(self, world, demo_single_photo):
        reply = await answered(world, demo_single_photo)
        await typed(world, world.alice, await panel_of(world, world.alice, reply), name="Lightning Bolt")
        panel = await panel_of(world, world.alice, reply)
        turned = (await world.alice.click(panel.message, custom_id=control(panel, "printings"))).response
        menu = next(m for m in parts_of(turned, ui.Select) if m.custom_id.startswith("v1:printing:"))
        assert menu.placeholder.startswith("Choose among printings 25 to ")
        value = menu.options[0].value
        await world.alice.select(turned.message, [value], custom_id=menu.custom_id)
        code, number = value.split()
        assert f"({code}) {number}" in latest(world, reply)

    async def test_who_does_not_mind_confirms_the_name_without_a_printing(self, world, demo_single_photo):
        reply = await answered(world, demo_single_photo)
        await typed(world, world.alice, await panel_of(world, world.alice, reply), printing="LEA 161")
        panel = await panel_of(world, world.alice, reply)
        await world.alice.select(panel.message, ["any"], custom_id=control(panel, "printing"))
        (card,) = world.answer_of(reply).cards
        assert (card.name, card.printing, card.corrected) == ("Lightning Bolt", None, True)
        assert f"One of {card.printings_possible} printings of 1993–" in latest(world, reply)

    async def test_a_set_is_enough_if_the_card_is_in_it_once(self, world, demo_single_photo):
        reply = await answered(world, demo_single_photo)
        panel = await panel_of(world, world.alice, reply)
        await typed(world, world.alice, panel, name="Lightning Bolt", printing="Alpha")
        assert "Limited Edition Alpha (LEA) 161" in latest(world, reply)

    async def test_of_a_set_with_several_printings_one_is_chosen(self, world, demo_single_photo):
        reply = await answered(world, demo_single_photo)
        panel = await panel_of(world, world.alice, reply)
        asked = (await typed(world, world.alice, panel, name="Forest", printing="LEA")).response
        assert EN.format("which-printing") in text_of(asked)
        (menu,) = parts_of(asked, ui.Select)
        assert len(menu.options) > 1
        assert all(option.value.startswith("LEA ") for option in menu.options)
        await world.alice.select(asked.message, [menu.options[1].value], custom_id=menu.custom_id)
        assert "[Forest]" in latest(world, reply)
        assert "Limited Edition Alpha (LEA)" in latest(world, reply)

    async def test_a_set_without_the_card_is_reported(self, world, demo_single_photo):
        panel = await panel_of(world, world.alice, await answered(world, demo_single_photo))
        refused = await typed(world, world.alice, panel, name="Lightning Bolt", printing="Ice Age")
        assert refused.response.content == EN.format("no-printing-in", name="Lightning Bolt", text="Ice Age")

    async def test_an_unknown_number_is_reported(self, world, demo_single_photo):
        panel = await panel_of(world, world.alice, await answered(world, demo_single_photo))
        refused = await typed(world, world.alice, panel, printing="LEA 9999")
        assert refused.response.content == EN.format("no-printing-like", text="LEA 9999")


class TestWho:
    async def test_a_stranger_may_not_correct(self, world, demo_single_photo):
        reply = await answered(world, demo_single_photo)
        refused = await world.newcomer("eve").click(reply, custom_id=control(reply, "wrong"))
        assert refused.ephemeral
        assert refused.response.content == EN.format("not-yours")

    async def test_an_admin_may_correct(self, world, demo_single_photo):
        reply = await answered(world, demo_single_photo)
        panel = await panel_of(world, world.newcomer("eve", manage_guild=True), reply)
        assert demo_single_photo.names[0] in text_of(panel)


class TestLearning:
    async def test_the_engine_learns_what_a_trusted_person_confirms(self, world, demo_single_photo, learning_engine):
        reply = await answered(world, demo_single_photo)
        admin = world.newcomer("eve", manage_guild=True)
        panel = await panel_of(world, admin, reply)
        done = await admin.click(panel.message, custom_id=control(panel, "right"))
        assert EN.format("learnt") in text_of(done.response)
        (confirmation,) = learning_engine.confirmations()
        assert confirmation.name == demo_single_photo.names[0]
        assert f"user {admin.id}" in confirmation.origin
        (correction,) = world.client.store.corrections()
        assert correction.confirmation_id == confirmation.id
        assert correction.was_status is Status.IDENTIFIED

    async def test_the_engine_learns_nothing_from_anybody_else(self, world, demo_single_photo, learning_engine):
        reply = await answered(world, demo_single_photo)
        panel = await panel_of(world, world.alice, reply)
        await world.alice.click(panel.message, custom_id=control(panel, "right"))
        assert learning_engine.confirmations() == []
        assert "Confirmed" in latest(world, reply)

    async def test_a_wrong_name_is_taken_but_not_learnt(self, world, demo_single_photo, learning_engine):
        reply = await answered(world, demo_single_photo)
        admin = world.newcomer("eve", manage_guild=True)
        done = await typed(world, admin, await panel_of(world, admin, reply), name="Lightning Bolt")
        assert EN.format("not-learnt", reason=EN.format("refusal-another")) in text_of(done.response)
        assert learning_engine.confirmations() == []


class TestLasting:
    async def test_buttons_and_menus_work_after_a_restart(self, world, demo_single_photo):
        reply = await answered(world, demo_single_photo)
        await world.restart()
        panel = await panel_of(world, world.alice, reply)
        await world.restart()
        await typed(world, world.alice, panel, name="Lightning Bolt")
        assert "[Lightning Bolt]" in latest(world, reply)

    async def test_a_form_opened_before_a_restart_is_refused(self, world, demo_single_photo):
        reply = await answered(world, demo_single_photo)
        panel = await panel_of(world, world.alice, reply)
        form = await world.alice.click(panel.message, custom_id=control(panel, "type"))
        await world.restart()
        refused = await world.alice.submit_modal(form, {"name": "Lightning Bolt", "printing": ""})
        assert refused.response.content == EN.format("too-old")
        assert demo_single_photo.names[0] in latest(world, reply)

    async def test_controls_of_an_unknown_version_are_refused(self, world, demo_single_photo):
        reply = await answered(world, demo_single_photo)
        old = ui.LayoutView().add_item(ui.ActionRow(ui.Button(label="Old", custom_id="v0:wrong:abc:")))
        edited = await reply.edit(view=old)
        refused = await world.alice.click(edited, custom_id="v0:wrong:abc:")
        assert refused.response.content == EN.format("too-old")

    async def test_discord_py_keeps_no_view_in_memory(self, world, demo_table_photo):
        reply = await answered(world, demo_table_photo)
        await panel_of(world, world.alice, reply)
        await world.alice.slash(world.quiet, "printings", name="Forest")
        assert world.client.persistent_views == []
        assert world.client._connection._view_store._views == {}

    async def test_controls_of_a_deleted_answer_are_refused(self, world, demo_single_photo):
        reply = await answered(world, demo_single_photo)
        world.client.store.forget_user(world.alice.id)
        refused = await world.alice.click(reply, custom_id=control(reply, "wrong"))
        assert refused.response.content == EN.format("too-old")


class TestRemove:
    async def test_the_poster_removes_the_reply_and_the_stored_answer(self, world, demo_single_photo):
        reply = await answered(world, demo_single_photo)
        await world.alice.click(reply, custom_id=control(reply, "remove"))
        assert world.replies(world.answered) == []
        assert world.client.store.counts()["answers"] == 0

    async def test_a_stranger_may_not_remove_it(self, world, demo_single_photo):
        reply = await answered(world, demo_single_photo)
        refused = await world.newcomer("eve").click(reply, custom_id=control(reply, "remove"))
        assert refused.response.content == EN.format("not-yours")
        assert len(world.replies(world.answered)) == 1


async def test_a_private_answer_is_corrected_for_its_only_reader(world, demo_single_photo):
    message = await world.post(world.quiet, ("photo.jpg", demo_single_photo.jpeg))
    shown = (await world.alice.context_menu(world.quiet, "Identify cards", message)).response
    panel = await panel_of(world, world.alice, shown.message)
    done = await typed(world, world.alice, panel, name="Lightning Bolt")
    assert "Lightning Bolt" in text_of(done.response)
