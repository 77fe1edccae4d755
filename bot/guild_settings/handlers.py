"""``/settings`` and what its controls do."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord import app_commands

from bot.components.controls import Control, What
from bot.components.interaction import person_of
from bot.core.errors import UserError
from bot.guild_settings.panel import changed, settings_panel
from bot.messages import Messages, Words
from bot.messages.localisation import Spoken
from bot.store import GuildSettings, Store

SETTINGS = (
    What.CHANNELS,
    What.CONFIRMERS,
    What.LANGUAGE,
    What.CONFIDENCE,
    What.AUTOMATIC,
    What.QUIET,
    What.LOOKUPS,
)


class ServerSettings:
    """Shows and changes what a server's admins chose."""

    def __init__(self, store: Store, messages: Messages) -> None:
        self._store, self._messages = store, messages

    async def show(self, interaction: discord.Interaction[Any]) -> None:
        """Show the panel to the admin who asked."""
        guild = await self._guild(interaction)
        await interaction.response.send_message(view=self._panel(interaction, guild), ephemeral=True)

    async def change(
        self, interaction: discord.Interaction[Any], control: Control, values: Mapping[str, Sequence[str]]
    ) -> None:
        """Take over what was chosen and show the panel again."""
        before = await self._guild(interaction)
        after = changed(before, control.what, values.get("", ()))
        await asyncio.to_thread(self._store.save_guild, after)
        await interaction.response.edit_message(view=self._panel(interaction, after))

    async def _guild(self, interaction: discord.Interaction[Any]) -> GuildSettings:
        if interaction.guild_id is None or not person_of(interaction).manages:
            raise UserError("admins-only")
        return await asyncio.to_thread(self._store.guild, interaction.guild_id)

    def _panel(self, interaction: discord.Interaction[Any], guild: GuildSettings) -> discord.ui.LayoutView:
        words = self._messages.words(str(interaction.locale))
        return settings_panel(guild, self._messages, words, warnings(interaction.client, guild, words))


def warnings(client: discord.Client, guild: GuildSettings, words: Words) -> list[str]:
    """Return what keeps the bot from doing what the settings say."""
    said = []
    if (guild.channels or guild.lookups) and not client.intents.message_content:
        said.append(words("warning-no-content"))
    closed = [f"<#{channel}>" for channel in sorted(guild.channels) if not _may_answer_in(client, guild, channel)]
    if closed:
        said.append(words("warning-no-rights", channel=" ".join(closed)))
    return said


def _may_answer_in(client: discord.Client, guild: GuildSettings, channel_id: int) -> bool:
    """Return whether the bot may read and answer in a channel; one that it can't see yet is not complained of."""
    there = client.get_guild(guild.guild_id)
    channel = there.get_channel(channel_id) if there else None
    if channel is None:
        return True
    rights = channel.permissions_for(channel.guild.me)
    return rights.view_channel and rights.send_messages and rights.read_message_history


def add_settings_command(tree: app_commands.CommandTree[Any], settings: ServerSettings, spoken: Spoken) -> None:
    """Add ``/settings``, for those who may manage the server."""

    @tree.command(
        name=spoken("command-settings"),
        description=spoken("command-settings-description"),
    )
    @app_commands.guild_only()
    @app_commands.default_permissions(manage_guild=True)
    async def command(interaction: discord.Interaction[Any]) -> None:
        await settings.show(interaction)
