"""``/settings`` and its controls."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord import app_commands

from bot.components.controls import Action, Control, Handler
from bot.components.interaction import person_of
from bot.core.errors import UserError
from bot.guild_settings.panel import CHANGES, apply_choice, settings_panel
from bot.messages import Messages, Words
from bot.messages.localisation import CommandTexts
from bot.store import GuildSettings, Store


class SettingsCommand:
    """Shows and changes a server's settings."""

    def __init__(self, store: Store, messages: Messages) -> None:
        self._store, self._messages = store, messages

    def by_action(self) -> Mapping[Action, Handler]:
        """Return the handler of each action."""
        return dict.fromkeys(CHANGES, self.change)

    async def show(self, interaction: discord.Interaction[Any]) -> None:
        """Show the panel to an admin."""
        guild = await self._guild(interaction)
        await interaction.response.send_message(view=self._panel(interaction, guild), ephemeral=True)

    async def change(self, interaction: discord.Interaction[Any], control: Control, values: Sequence[str]) -> None:
        """Store a choice and show the panel again."""
        before = await self._guild(interaction)
        after = apply_choice(before, control.action, values)
        await asyncio.to_thread(self._store.save_guild, after)
        await interaction.response.edit_message(view=self._panel(interaction, after))

    async def _guild(self, interaction: discord.Interaction[Any]) -> GuildSettings:
        if interaction.guild_id is None or not person_of(interaction).manages:
            raise UserError("admins-only")
        return await asyncio.to_thread(self._store.guild, interaction.guild_id)

    def _panel(self, interaction: discord.Interaction[Any], guild: GuildSettings) -> discord.ui.LayoutView:
        words = self._messages.words(str(interaction.locale))
        return settings_panel(guild, self._messages, words, settings_warnings(interaction.client, guild, words))


def settings_warnings(client: discord.Client, guild: GuildSettings, words: Words) -> list[str]:
    """Return warnings about settings that don't work at present; channels the bot can't see are skipped."""
    warnings = []
    if (guild.channels or guild.lookups) and not client.intents.message_content:
        warnings.append(words.format("warning-no-content"))
    discord_guild = client.get_guild(guild.guild_id)
    forbidden = []
    for channel_id in sorted(guild.channels):
        channel = discord_guild.get_channel(channel_id) if discord_guild else None
        rights = channel.permissions_for(channel.guild.me) if channel else discord.Permissions.all()
        if not (rights.view_channel and rights.send_messages and rights.read_message_history):
            forbidden.append(f"<#{channel_id}>")
    if forbidden:
        warnings.append(words.format("warning-no-rights", channel=" ".join(forbidden)))
    return warnings


def add_settings_command(tree: app_commands.CommandTree[Any], settings: SettingsCommand, texts: CommandTexts) -> None:
    """Add ``/settings``, for members who may manage the server."""

    @tree.command(name=texts.get("command-settings"), description=texts.get("command-settings-description"))
    @app_commands.guild_only()
    @app_commands.default_permissions(manage_guild=True)
    async def command(interaction: discord.Interaction[Any]) -> None:
        await settings.show(interaction)
