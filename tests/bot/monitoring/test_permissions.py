"""Missing permissions are logged in one line per server."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from types import SimpleNamespace

import discord
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.monitoring.permissions import MAX_CHANNELS, NEEDED, report_missing
from tests.support.bot.world import World

INVITED_WITH = 274878024704
"""The number in the README's link."""


def reported(denied: Mapping[int, Collection[str]], caplog: pytest.LogCaptureFixture) -> list[str]:
    """Report a server whose channels deny permissions; return the log lines."""
    caplog.clear()
    channels = []
    for number, names in denied.items():
        rights = discord.Permissions(INVITED_WITH)
        rights.update(**dict.fromkeys(names, False))
        channels.append(SimpleNamespace(id=number, permissions_for=lambda _, rights=rights: rights))
    report_missing(SimpleNamespace(id=1, me=None, text_channels=channels, forums=[]))
    return [record.message for record in caplog.records]


def test_the_readme_s_number_has_all_needed_permissions():
    assert discord.Permissions(**dict.fromkeys(NEEDED, True)).value == INVITED_WITH


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(st.sampled_from([name for name in NEEDED if name != "view_channel"]), min_size=1))
def test_exactly_the_denied_permissions_are_missing(caplog: pytest.LogCaptureFixture, denied: set[str]):
    missing = [f"{name.replace('_', ' ')} (channel 10)" for name in NEEDED if name in denied]
    assert reported({10: denied}, caplog) == [f"server 1: not allowed to {'; '.join(missing)}"]


def test_a_server_without_missing_permissions_is_not_logged(caplog: pytest.LogCaptureFixture):
    assert reported({10: [], 11: []}, caplog) == []


def test_channels_are_listed_by_what_is_missing_in_them_and_many_by_their_number(caplog: pytest.LogCaptureFixture):
    many = {channel: ["embed_links"] for channel in range(100, 101 + MAX_CHANNELS)}
    assert reported({10: ["attach_files"], 11: [], **many}, caplog) == [
        f"server 1: not allowed to embed links ({MAX_CHANNELS + 1} channels); attach files (channel 10)"
    ]


@pytest.mark.parametrize("hidden", [False, True])
async def test_channels_it_cannot_see_are_skipped(world: World, caplog: pytest.LogCaptureFixture, hidden: bool):
    denied = discord.PermissionOverwrite(embed_links=False, view_channel=not hidden)
    channel = world.guild.create_text_channel("limited", overwrites={world.guild.me: denied})
    with caplog.at_level(logging.WARNING):
        report_missing(world.client.get_guild(world.guild.id))
    told = [record.message for record in caplog.records]
    expected = f"server {world.guild.id}: not allowed to embed links (channel {channel.id})"
    assert told == ([] if hidden else [expected])
