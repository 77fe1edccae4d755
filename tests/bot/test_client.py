"""Where and how the bot answers: threads, forwards, replies, permissions."""

from __future__ import annotations

import discord
import pytest
from discord import ui

from bot.client.client import intents_for
from tests.support.bot.world import MESSAGES, World, parts_of, text_of
from training.scene.demo_set import DemoPhoto


def channel_without(world: World, **rights: bool):
    """Create a channel where photos are answered and the bot lacks permissions."""
    denied = discord.PermissionOverwrite(**dict.fromkeys(rights, False))
    channel = world.guild.create_text_channel("limited", overwrites={world.guild.me: denied})
    world.answer_also(channel)
    return channel


async def test_a_thread_of_an_answered_channel_is_answered(world: World, demo_single_photo: DemoPhoto):
    thread = world.thread_in(world.answered)
    await world.post(thread, ("one.jpg", demo_single_photo.jpeg))
    (reply,) = world.replies(thread)
    assert demo_single_photo.names[0] in text_of(reply)


async def test_a_thread_of_another_channel_is_not_answered(world: World, demo_single_photo: DemoPhoto):
    thread = world.thread_in(world.quiet)
    await world.post(thread, ("one.jpg", demo_single_photo.jpeg))
    assert world.replies(thread) == []


async def test_a_forwarded_photo_is_answered_like_a_posted_one(world: World, demo_single_photo: DemoPhoto):
    posted = await world.post(world.quiet, ("one.jpg", demo_single_photo.jpeg))
    await world.alice.forward(posted, world.answered)
    (reply,) = world.replies(world.answered)
    assert demo_single_photo.names[0] in text_of(reply)


async def test_a_mention_in_a_reply_asks_about_the_photo_replied_to(world: World, demo_single_photo: DemoPhoto):
    posted = await world.post(world.quiet, ("one.jpg", demo_single_photo.jpeg))
    await world.alice.send(world.quiet, f"<@{world.client.user.id}>", reply_to=posted)
    (reply,) = world.replies(world.quiet)
    assert demo_single_photo.names[0] in text_of(reply)


async def test_a_reply_to_the_bot_without_a_mention_is_ignored(world: World, demo_single_photo: DemoPhoto):
    await world.post(world.answered, ("one.jpg", demo_single_photo.jpeg))
    (reply,) = world.replies(world.answered)
    await world.alice.send(world.answered, "thanks!", reply_to=reply)
    assert len(world.replies(world.answered)) == 1


async def test_a_mention_without_a_photo_asks_for_one(world: World):
    await world.alice.send(world.quiet, f"<@{world.client.user.id}> hello")
    (reply,) = world.replies(world.quiet)
    assert text_of(reply) == MESSAGES.words("en").format("no-photo")


async def test_without_permission_to_write_nothing_is_sent(world: World, demo_single_photo: DemoPhoto):
    channel = channel_without(world, send_messages=False)
    await world.post(channel, ("one.jpg", demo_single_photo.jpeg))
    assert world.replies(channel) == []
    assert not [r for r in world.env.http_requests if r.path == f"/channels/{channel.id}/messages"]


async def test_without_permission_to_embed_links_the_answer_is_the_same(world: World, demo_single_photo: DemoPhoto):
    channel = channel_without(world, embed_links=False)
    await world.post(channel, ("one.jpg", demo_single_photo.jpeg))
    (reply,) = world.replies(channel)
    assert demo_single_photo.names[0] in text_of(reply)


async def test_without_permission_to_attach_files_only_the_list_is_sent(world: World, demo_table_photo: DemoPhoto):
    channel = channel_without(world, attach_files=False)
    await world.post(channel, ("table.jpg", demo_table_photo.jpeg))
    (reply,) = world.replies(channel)
    assert not reply.attachments
    assert not parts_of(reply, ui.MediaGallery)
    assert all(name in text_of(reply) for name in demo_table_photo.names)


async def test_a_stopping_bot_starts_no_answer(world: World, demo_single_photo: DemoPhoto):
    await world.client.answers.finish(1)
    await world.post(world.answered, ("one.jpg", demo_single_photo.jpeg))
    assert world.replies(world.answered) == []


@pytest.mark.parametrize("content", [True, False])
def test_message_content_is_the_only_privileged_intent_and_optional(content):
    intents = intents_for(message_content=content)
    assert intents.message_content is content
    assert not intents.members
    assert not intents.presences


async def test_without_permission_to_read_the_history_the_answer_is_no_reply(
    world: World, demo_single_photo: DemoPhoto
):
    channel = channel_without(world, read_message_history=False)
    await world.post(channel, ("one.jpg", demo_single_photo.jpeg))
    (reply,) = world.replies(channel)
    assert reply.reference is None


async def test_the_settings_of_a_server_are_deleted_when_the_bot_is_removed(world: World):
    await world.client.on_guild_remove(world.client.get_guild(world.guild.id))
    assert world.client.store.counts()["guilds"] == 0
