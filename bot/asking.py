"""Who asks, and where: what Discord says of an interaction, in our values."""

from __future__ import annotations

from typing import Any

import discord

from bot.corrections.changes import Person
from bot.messages import language_of
from bot.servers.chosen import Chosen


def person_of(interaction: discord.Interaction[Any]) -> Person:
    """Return who pressed, with what they may do in the guild."""
    user = interaction.user
    roles = frozenset(role.id for role in user.roles) if isinstance(user, discord.Member) else frozenset()
    manages = interaction.guild_id is not None and interaction.permissions.manage_guild
    return Person(user.id, roles, manages)


async def language_for(interaction: discord.Interaction[Any], chosen: Chosen) -> str:
    """Return the language of a public answer: the one its guild's admins chose, else the asker's own."""
    if interaction.guild_id is not None:
        language = (await chosen(interaction.guild_id)).language
        if language:
            return language
    return language_of(str(interaction.locale))
