"""Export, settings, help, about and privacy in simcord's Discord, with the real engine."""

from __future__ import annotations

import csv
import io

import pytest
from discord import ui
from simcord.backend.errors import SetupError

from bot.store import Currency
from tests.support.bot.world import MESSAGES, World, control, parts_of, text_of
from training.scene.demo_set import DemoPhoto

EN = MESSAGES.words("en")


@pytest.fixture(name="admin")
def server_admin(world: World):
    return world.newcomer("carol", manage_guild=True)


class TestExport:
    async def files(self, result) -> dict[str, str]:
        return {file.filename: (await file.read()).decode() for file in result.response.attachments}

    async def test_a_deck_list_and_a_csv_for_each_site_are_sent_privately(
        self, world: World, demo_table_photo: DemoPhoto
    ):
        await world.post(world.answered, ("table.jpg", demo_table_photo.jpeg))
        (reply,) = world.replies(world.answered)
        result = await world.alice.click(reply, custom_id=control(reply, "export"))
        assert result.ephemeral
        files = await self.files(result)
        assert set(files) == {"decklist.txt", "moxfield.csv", "archidekt.csv", "manabox.csv"}
        assert [line.partition(" ")[0] for line in files["decklist.txt"].splitlines()] == ["1"] * 6
        rows = list(csv.DictReader(io.StringIO(files["manabox.csv"])))
        assert {row["Name"] for row in rows} == set(demo_table_photo.names)

    async def test_a_whole_thread_can_be_exported(
        self, world: World, demo_table_photo: DemoPhoto, demo_single_photo: DemoPhoto
    ):
        thread = world.thread_in(world.answered)
        await world.post(thread, ("table.jpg", demo_table_photo.jpeg))
        await world.post(thread, ("one.jpg", demo_single_photo.jpeg))
        reply = world.replies(thread)[-1]
        one = await world.alice.click(reply, custom_id=control(reply, "export"))
        everything = await world.alice.click(one.response.message, custom_id=control(one.response, "thread"))
        lines = (await self.files(everything))["decklist.txt"].splitlines()
        assert sum(int(line.partition(" ")[0]) for line in lines) == 7

    async def test_a_deleted_answer_cannot_be_exported(self, world: World, demo_single_photo: DemoPhoto):
        await world.post(world.answered, ("one.jpg", demo_single_photo.jpeg))
        (reply,) = world.replies(world.answered)
        world.client.store.forget_user(world.alice.id)
        result = await world.alice.click(reply, custom_id=control(reply, "export"))
        assert result.response.content == EN.format("too-old")


class TestSettings:
    async def test_an_admin_chooses_channels_and_the_bot_answers_there(
        self, world: World, admin, demo_single_photo: DemoPhoto
    ):
        panel = (await admin.slash(world.quiet, "settings")).response
        assert panel.ephemeral
        await admin.select(panel.message, [world.quiet], custom_id=control(panel, "channels"))
        await world.post(world.quiet, ("one.jpg", demo_single_photo.jpeg))
        assert len(world.replies(world.quiet)) == 1
        await world.post(world.answered, ("one.jpg", demo_single_photo.jpeg))
        assert world.replies(world.answered) == []

    async def test_switched_off_the_bot_is_silent_and_keeps_the_channels(
        self, world: World, admin, demo_single_photo: DemoPhoto
    ):
        panel = (await admin.slash(world.quiet, "settings")).response
        shown = await admin.click(panel.message, custom_id=control(panel, "automatic"))
        assert f"<#{world.answered.id}> (off)" in text_of(shown.response)
        await world.post(world.answered, ("one.jpg", demo_single_photo.jpeg))
        assert world.replies(world.answered) == []

    async def test_the_panel_works_after_a_restart(self, world: World, admin):
        panel = (await admin.slash(world.quiet, "settings")).response
        await world.restart()
        await admin.click(panel.message, custom_id=control(panel, "quiet"))
        assert world.client.store.guild(world.guild.id).quiet

    async def test_the_command_is_not_offered_to_members(self, world: World):
        with pytest.raises(SetupError, match="settings"):
            await world.alice.slash(world.quiet, "settings")

    async def test_names_in_brackets_are_answered_once_switched_on(self, world: World, admin):
        await world.alice.send(world.quiet, "is [[Lightning Bolt]] good?")
        assert world.replies(world.quiet) == []
        panel = (await admin.slash(world.quiet, "settings")).response
        await admin.click(panel.message, custom_id=control(panel, "lookups"))
        await world.alice.send(world.quiet, "is [[Lightning Bolt]] good?")
        (reply,) = world.replies(world.quiet)
        assert "Lightning Bolt" in text_of(reply)


class TestCurrency:
    async def test_a_person_chooses_the_prices_they_see(self, world: World):
        panel = (await world.alice.slash(world.quiet, "currency")).response
        assert panel.ephemeral
        await world.alice.select(panel.message, ["eur"], custom_id=control(panel, "mine"))
        assert world.client.store.currency(world.alice.id) is Currency.EUROS
        again = (await world.alice.slash(world.quiet, "currency")).response
        (menu,) = parts_of(again, ui.Select)
        assert [option.value for option in menu.options if option.default] == ["eur"]
        await world.alice.select(again.message, ["server"], custom_id=control(again, "mine"))
        assert world.client.store.currency(world.alice.id) is None


class TestInfo:
    @pytest.mark.parametrize(
        ("command", "said"),
        [("help", "/identify"), ("about", "Fan Content Policy"), ("privacy", "for 30 days")],
    )
    async def test_info_is_sent_privately(self, world: World, command, said):
        result = await world.alice.slash(world.quiet, command)
        assert result.ephemeral
        assert said in text_of(result.response)

    async def test_about_gives_servers_and_cards(self, world: World):
        result = await world.alice.slash(world.quiet, "about")
        assert "1 server" in text_of(result.response)
        assert "34,442 cards" in text_of(result.response)

    async def test_a_user_deletes_everything_stored_about_them(self, world: World, demo_single_photo: DemoPhoto):
        await world.post(world.answered, ("one.jpg", demo_single_photo.jpeg))
        shown = (await world.alice.slash(world.quiet, "privacy")).response
        done = await world.alice.click(shown.message, custom_id=control(shown, "forget"))
        assert done.response.content == EN.format("forgotten", answers=1, corrections=0, learnt=0)
        assert world.client.store.counts()["answers"] == 0


async def test_slash_identify_takes_as_many_photos_as_a_message(world: World, demo_single_photo: DemoPhoto):
    photo = ("one.jpg", demo_single_photo.jpeg)
    more = {f"image{n}": photo for n in range(2, 11)}
    result = await world.alice.slash(world.quiet, "identify", image=photo, **more)
    assert len(parts_of(result.response, ui.Container)) == 10


async def test_slash_identify_of_another_file_says_what_is_accepted(world: World):
    result = await world.alice.slash(world.quiet, "identify", image=("deck.txt", b"4 Lightning Bolt"))
    assert result.response.content == EN.format("no-photo")


async def test_these_are_all_commands(world: World):
    names = {command.name for command in world.client.tree.get_commands()}
    assert names == {
        *(
            "identify",
            "card",
            "printings",
            "similar",
            "help",
            "about",
            "privacy",
            "settings",
            "currency",
            "Identify cards",
        ),
    }
