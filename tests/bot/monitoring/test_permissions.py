"""What the bot is not allowed to do, and where, told in one line a server."""

from __future__ import annotations

import logging

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.monitoring.permissions import MAX_CHANNELS, NEEDED, format_missing, missing, needed_permissions, report
from tests.support.bot.world import World

INVITED_WITH = 274878024704
"""The number in the README's link."""


def test_what_is_needed_is_what_the_readme_s_number_says():
    assert needed_permissions().value == INVITED_WITH
    assert missing(discord.Permissions(INVITED_WITH)) == []


@given(st.sets(st.sampled_from(list(NEEDED))))
def test_exactly_what_was_not_granted_is_missing(denied: set[str]):
    granted = needed_permissions()
    granted.update(**dict.fromkeys(denied, False))
    assert missing(granted) == [name for name in NEEDED if name in denied]


def test_a_server_where_nothing_is_missing_gets_no_line():
    assert format_missing(1, {10: [], 11: []}) is None


def test_channels_are_told_by_what_is_missing_in_them_and_many_by_their_number():
    many = {channel: ["embed_links"] for channel in range(100, 101 + MAX_CHANNELS)}
    assert format_missing(1, {10: ["attach_files"], 11: [], **many}) == (
        f"server 1: not allowed to embed links ({MAX_CHANNELS + 1} channels); attach files (channel 10)"
    )


@pytest.mark.parametrize("hidden", [False, True])
async def test_of_a_channel_it_cannot_see_nothing_is_missing(
    world: World, caplog: pytest.LogCaptureFixture, hidden: bool
):
    denied = discord.PermissionOverwrite(embed_links=False, view_channel=not hidden)
    channel = world.guild.create_text_channel("limited", overwrites={world.guild.me: denied})
    with caplog.at_level(logging.WARNING):
        report(world.client.get_guild(world.guild.id))
    told = [record.message for record in caplog.records]
    expected = f"server {world.guild.id}: not allowed to embed links (channel {channel.id})"
    assert told == ([] if hidden else [expected])
