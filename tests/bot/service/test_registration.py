"""Commands are registered only if they have changed."""

from __future__ import annotations

from pathlib import Path

from discord import app_commands

from bot.service.registration import fingerprint, register_commands, register_in, skip_registration
from tests.support.bot.world import World


def asked(world: World) -> list[str]:
    """Return the paths of registrations since the last call."""
    paths = [r.path for r in world.env.http_requests if r.method == "PUT" and r.path.endswith("/commands")]
    world.env.http_requests.clear()
    return paths


async def test_they_are_registered_once_as_long_as_they_do_not_change(world: World, tmp_path: Path):
    asked(world)
    tree = world.client.tree
    assert await register_commands(tree, tmp_path)
    assert not await register_commands(tree, tmp_path)
    assert asked(world) == [f"/applications/{world.client.application_id}/commands"]


async def test_they_are_registered_again_when_one_changes(world: World, tmp_path: Path):
    tree = world.client.tree
    await register_commands(tree, tmp_path)
    command = tree.get_command("card")
    command.description = f"{command.description}!"
    assert await register_commands(tree, tmp_path)


async def test_their_order_makes_no_difference(world: World):
    tree = world.client.tree
    before = await fingerprint(tree)
    tree.add_command(tree.remove_command("card"))
    assert await fingerprint(tree) == before


async def test_a_translation_that_changes_is_a_change(world: World):
    class Shout(app_commands.Translator):
        async def translate(self, string, locale, context) -> str:
            return string.message

    before = await fingerprint(world.client.tree)
    await world.client.tree.set_translator(Shout())
    assert await fingerprint(world.client.tree) != before


async def test_they_are_registered_for_each_application(world: World, tmp_path: Path):
    (tmp_path / "commands.json").write_text('{"application": 1, "sha256": "%s"}' % await fingerprint(world.client.tree))
    assert await register_commands(world.client.tree, tmp_path)


async def test_they_are_registered_unchanged_on_request(world: World, tmp_path: Path):
    await register_commands(world.client.tree, tmp_path)
    assert await register_commands(world.client.tree, tmp_path, always=True)


async def test_an_unreadable_or_unwritable_file_is_no_obstacle(world: World, tmp_path: Path):
    (tmp_path / "commands.json").write_text("{")
    assert await register_commands(world.client.tree, tmp_path)
    assert await register_commands(world.client.tree, tmp_path / "nowhere")


async def test_they_can_be_registered_in_one_server(world: World):
    asked(world)
    await register_in(world.client.tree, world.guild.id)
    assert asked(world) == [f"/applications/{world.client.application_id}/guilds/{world.guild.id}/commands"]


async def test_nothing_is_registered_if_another_process_does_it(world: World):
    asked(world)
    await skip_registration(world.client.tree)
    assert asked(world) == []
