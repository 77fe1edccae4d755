"""The user and the language of an interaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import discord

from bot.messages import language_of
from bot.store.guild_settings_cache import GuildSettingsCache


@dataclass(frozen=True, slots=True)
class Person:
    """A user who pressed a button.

    Attributes:
        roles: ids of their roles in the guild, none in a direct message.
        manages: whether they may manage the guild.
    """

    user_id: int
    roles: frozenset[int] = frozenset()
    manages: bool = False


def person_of(interaction: discord.Interaction[Any]) -> Person:
    """Return the user of an interaction, with their rights in the guild."""
    user = interaction.user
    roles = frozenset(role.id for role in user.roles) if isinstance(user, discord.Member) else frozenset()
    manages = interaction.guild_id is not None and interaction.permissions.manage_guild
    return Person(user.id, roles, manages)


async def language_for(interaction: discord.Interaction[Any], chosen: GuildSettingsCache) -> str:
    """Return the language of a public answer: the one the guild's admins chose, or else the user's own."""
    if interaction.guild_id is not None:
        language = (await chosen.get(interaction.guild_id)).language
        if language:
            return language
    return language_of(str(interaction.locale))
