"""Where and how the bot answers: threads, forwards, replies, and what it may post."""

from __future__ import annotations

import discord
import pytest

from bot import wording
from bot.client import intents_for
from bot.settings import Settings
from tests.bot.world import World
from training.demo_set import DemoPhoto


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
    assert reply.embeds[0].title == demo_single_photo.names[0]


async def test_a_thread_elsewhere_is_not(world: World, demo_single_photo: DemoPhoto):
    thread = world.thread_in(world.quiet)
    await world.post(thread, ("one.jpg", demo_single_photo.jpeg))
    assert world.replies(thread) == []


async def test_a_forwarded_photo_is_answered_as_a_posted_one(world: World, demo_single_photo: DemoPhoto):
    posted = await world.post(world.quiet, ("one.jpg", demo_single_photo.jpeg))
    await world.alice.forward(posted, world.answered)
    (reply,) = world.replies(world.answered)
    assert reply.embeds[0].title == demo_single_photo.names[0]


async def test_a_mention_in_a_reply_asks_for_the_photo_replied_to(world: World, demo_single_photo: DemoPhoto):
    posted = await world.post(world.quiet, ("one.jpg", demo_single_photo.jpeg))
    await world.alice.send(world.quiet, f"<@{world.client.user.id}>", reply_to=posted)
    (reply,) = world.replies(world.quiet)
    assert reply.embeds[0].title == demo_single_photo.names[0]


async def test_a_reply_to_the_bot_that_asks_nothing_is_left_in_peace(world: World, demo_single_photo: DemoPhoto):
    await world.post(world.answered, ("one.jpg", demo_single_photo.jpeg))
    (reply,) = world.replies(world.answered)
    await world.alice.send(world.answered, "thanks!", reply_to=reply)
    assert len(world.replies(world.answered)) == 1


async def test_a_mention_without_a_photo_is_told_what_is_needed(world: World):
    await world.alice.send(world.quiet, f"<@{world.client.user.id}> hello")
    (reply,) = world.replies(world.quiet)
    assert reply.embeds[0].description == wording.NO_PHOTO


async def test_where_it_may_not_write_it_does_not_try(world: World, demo_single_photo: DemoPhoto):
    channel = channel_without(world, send_messages=False)
    await world.post(channel, ("one.jpg", demo_single_photo.jpeg))
    assert world.replies(channel) == []
    assert not [r for r in world.env.http_requests if r.path == f"/channels/{channel.id}/messages"]


async def test_where_it_may_not_embed_it_says_the_same_in_text(world: World, demo_single_photo: DemoPhoto):
    channel = channel_without(world, embed_links=False)
    await world.post(channel, ("one.jpg", demo_single_photo.jpeg))
    (reply,) = world.replies(channel)
    assert not reply.embeds
    assert demo_single_photo.names[0] in reply.content


async def test_where_it_may_not_attach_it_sends_the_list_alone(world: World, demo_table_photo: DemoPhoto):
    channel = channel_without(world, attach_files=False)
    await world.post(channel, ("table.jpg", demo_table_photo.jpeg))
    (reply,) = world.replies(channel)
    assert not reply.attachments
    assert reply.embeds[0].image.url is None
    assert all(name in reply.embeds[0].description for name in demo_table_photo.names)


async def test_a_bot_that_is_stopping_begins_no_answer(world: World, demo_single_photo: DemoPhoto):
    await world.client.answers.finish(1)
    await world.post(world.answered, ("one.jpg", demo_single_photo.jpeg))
    assert world.replies(world.answered) == []


@pytest.mark.parametrize(("channels", "content"), [(set(), False), ({1}, True)])
def test_message_content_is_asked_for_only_where_channels_are_answered(channels, content):
    intents = intents_for(Settings(channels=frozenset(channels)))
    assert intents.message_content is content
    assert not intents.members
    assert not intents.presences
