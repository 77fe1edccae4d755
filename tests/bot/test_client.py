"""Where and how the bot answers: threads, forwards, replies, and what it may post."""

from __future__ import annotations

import discord
import pytest
from discord import ui

from bot.client.client import intents_for
from tests.support.bot.world import MESSAGES, World, parts_of, text_of
from training.scene.demo_set import DemoPhoto


def channel_without(world: World, **rights: bool):
    """A channel in which photos are answered and the bot lacks rights."""
    denied = discord.PermissionOverwrite(**dict.fromkeys(rights, False))
    channel = world.guild.create_text_channel("limited", overwrites={world.guild.me: denied})
    world.answer_also(channel)
    return channel


async def test_a_thread_of_an_answered_channel_is_answered(world: World, demo_single_photo: DemoPhoto):
    thread = world.thread_in(world.answered)
    await world.post(thread, ("one.jpg", demo_single_photo.jpeg))
    (reply,) = world.replies(thread)
    assert demo_single_photo.names[0] in text_of(reply)


async def test_a_thread_elsewhere_is_not(world: World, demo_single_photo: DemoPhoto):
    thread = world.thread_in(world.quiet)
    await world.post(thread, ("one.jpg", demo_single_photo.jpeg))
    assert world.replies(thread) == []


async def test_a_forwarded_photo_is_answered_as_a_posted_one(world: World, demo_single_photo: DemoPhoto):
    posted = await world.post(world.quiet, ("one.jpg", demo_single_photo.jpeg))
    await world.alice.forward(posted, world.answered)
    (reply,) = world.replies(world.answered)
    assert demo_single_photo.names[0] in text_of(reply)


async def test_a_mention_in_a_reply_asks_for_the_photo_replied_to(world: World, demo_single_photo: DemoPhoto):
    posted = await world.post(world.quiet, ("one.jpg", demo_single_photo.jpeg))
    await world.alice.send(world.quiet, f"<@{world.client.user.id}>", reply_to=posted)
    (reply,) = world.replies(world.quiet)
    assert demo_single_photo.names[0] in text_of(reply)


async def test_a_reply_to_the_bot_that_asks_nothing_is_left_in_peace(world: World, demo_single_photo: DemoPhoto):
    await world.post(world.answered, ("one.jpg", demo_single_photo.jpeg))
    (reply,) = world.replies(world.answered)
    await world.alice.send(world.answered, "thanks!", reply_to=reply)
    assert len(world.replies(world.answered)) == 1


async def test_a_mention_without_a_photo_is_told_what_is_needed(world: World):
    await world.alice.send(world.quiet, f"<@{world.client.user.id}> hello")
    (reply,) = world.replies(world.quiet)
    assert text_of(reply) == MESSAGES.words("en")("no-photo")


async def test_where_it_may_not_write_it_does_not_try(world: World, demo_single_photo: DemoPhoto):
    channel = channel_without(world, send_messages=False)
    await world.post(channel, ("one.jpg", demo_single_photo.jpeg))
    assert world.replies(channel) == []
    assert not [r for r in world.env.http_requests if r.path == f"/channels/{channel.id}/messages"]


async def test_where_it_may_not_embed_links_it_says_the_same(world: World, demo_single_photo: DemoPhoto):
    channel = channel_without(world, embed_links=False)
    await world.post(channel, ("one.jpg", demo_single_photo.jpeg))
    (reply,) = world.replies(channel)
    assert demo_single_photo.names[0] in text_of(reply)


async def test_where_it_may_not_attach_it_sends_the_list_alone(world: World, demo_table_photo: DemoPhoto):
    channel = channel_without(world, attach_files=False)
    await world.post(channel, ("table.jpg", demo_table_photo.jpeg))
    (reply,) = world.replies(channel)
    assert not reply.attachments
    assert not parts_of(reply, ui.MediaGallery)
    assert all(name in text_of(reply) for name in demo_table_photo.names)


async def test_a_bot_that_is_stopping_begins_no_answer(world: World, demo_single_photo: DemoPhoto):
    await world.client.answers.finish(1)
    await world.post(world.answered, ("one.jpg", demo_single_photo.jpeg))
    assert world.replies(world.answered) == []


@pytest.mark.parametrize("content", [True, False])
def test_no_privileged_intent_but_message_content_is_asked_for_and_that_only_where_it_is_wanted(content):
    intents = intents_for(message_content=content)
    assert intents.message_content is content
    assert not intents.members
    assert not intents.presences


async def test_without_the_right_to_see_the_history_the_answer_stands_by_itself(
    world: World, demo_single_photo: DemoPhoto
):
    channel = channel_without(world, read_message_history=False)
    await world.post(channel, ("one.jpg", demo_single_photo.jpeg))
    (reply,) = world.replies(channel)
    assert reply.reference is None


async def test_a_server_that_the_bot_is_removed_from_is_forgotten(world: World):
    await world.client.on_guild_remove(world.client.get_guild(world.guild.id))
    assert world.client.store.counts()["guilds"] == 0
