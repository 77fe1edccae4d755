"""``/help``, ``/about`` and ``/privacy``."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from typing import Any

import discord
from discord import app_commands, ui

from bot.components.controls import Action, Control, Handler, button
from bot.components.layout import Block, Box, Row, render
from bot.messages import Messages, Words
from bot.messages.localisation import Spoken
from bot.recognition.recogniser import Recogniser
from bot.store import Store
from engine import ConfirmationRefused

HELP = ("help-photos", "help-answers", "help-names", "help-tips", "help-admins")
PRIVACY = ("privacy-photos", "privacy-answers", "privacy-learning", "privacy-servers", "privacy-logs", "privacy-delete")


@dataclass(frozen=True, slots=True)
class Operator:
    """Who runs this bot.

    Attributes:
        contact: how to reach them, "" if they didn't say.
        keep_days: days after which answers are deleted.
    """

    contact: str
    keep_days: int


def help_view(words: Words) -> ui.LayoutView:
    """Return what the bot can do."""
    return _page(words.format("help-title"), [words.format(key) for key in HELP])


def about_view(info: Mapping[str, Any], servers: int, operator: Operator, words: Words) -> ui.LayoutView:
    """Return what the bot is; ``info`` is the result of :meth:`engine.Engine.info`."""
    catalogue, index = info["catalogue"], info["artifacts"]["index"]
    known = words.format(
        "about-knows",
        cards=int(catalogue["cards"]),
        pictures=int(index["rows"]),
        date=date.fromisoformat(catalogue["source_date"]),
    )
    contact = [words.format("about-contact", contact=operator.contact)] if operator.contact else []
    rights = [f"-# {words.format(key)}" for key in ("about-rights", "about-thanks")]
    lines = [known, words.format("about-runs", servers=servers), *contact, *rights]
    return _page(words.format("about-title", version=version("cardglass")), lines)


def privacy_view(operator: Operator, words: Words) -> ui.LayoutView:
    """Return what is stored, and the button that deletes it."""
    lines = [words.format(key, days=operator.keep_days) for key in PRIVACY]
    if operator.contact:
        lines.append(words.format("privacy-contact", contact=operator.contact))
    forget = button(Control(Action.FORGET), words.format("button-forget"), style=discord.ButtonStyle.danger)
    return _page(words.format("privacy-title"), lines, [forget])


def count_servers(client: discord.Client) -> int:
    """Return how many servers the bot is in: of all shards if this process runs some of them only."""
    seen = len(client.guilds)
    total = client.application.approximate_guild_count if client.application else 0
    return max(seen, total) if isinstance(client, discord.AutoShardedClient) and client.shard_ids else seen


def _page(title: str, paragraphs: Sequence[str], *rows: Row) -> ui.LayoutView:
    return render([Box([Block([f"### {title}", "\n\n".join(paragraphs)])])], rows)


class InfoCommands:
    """Answers these commands privately."""

    def __init__(self, recogniser: Recogniser, store: Store, messages: Messages, operator: Operator) -> None:
        self._recogniser, self._store = recogniser, store
        self._messages, self._operator = messages, operator

    def by_action(self) -> Mapping[Action, Handler]:
        """Return the handler of each action."""
        return {Action.FORGET: self.forget}

    async def help(self, interaction: discord.Interaction[Any]) -> None:
        """Answer ``/help``."""
        await interaction.response.send_message(view=help_view(self._words(interaction)), ephemeral=True)

    async def about(self, interaction: discord.Interaction[Any]) -> None:
        """Answer ``/about``."""
        info = await asyncio.to_thread(self._recogniser.info)
        view = about_view(info, count_servers(interaction.client), self._operator, self._words(interaction))
        await interaction.response.send_message(view=view, ephemeral=True)

    async def privacy(self, interaction: discord.Interaction[Any]) -> None:
        """Answer ``/privacy``."""
        view = privacy_view(self._operator, self._words(interaction))
        await interaction.response.send_message(view=view, ephemeral=True)

    async def forget(self, interaction: discord.Interaction[Any], _: Control, __: Sequence[str]) -> None:
        """Delete everything stored about the user, including what the engine learnt from them."""
        user = interaction.user.id
        forgotten = await asyncio.to_thread(self._store.forget_user, user)

        def revoke() -> int:
            """Revoke what others confirmed about the user's photos, and what the user confirmed; return how many."""
            try:
                others = sum(self._recogniser.revoke(ident) for ident in forgotten.confirmations)
                return others + self._recogniser.revoke_origin(f"user {user}")
            except ConfirmationRefused:
                return 0  # an engine without an overlay has learnt nothing

        learnt = await asyncio.to_thread(revoke)
        text = self._words(interaction).format(
            "forgotten", answers=forgotten.answers, corrections=forgotten.corrections, learnt=learnt
        )
        await interaction.response.send_message(text, ephemeral=True)

    def _words(self, interaction: discord.Interaction[Any]) -> Words:
        return self._messages.words(str(interaction.locale))


def add_info_commands(tree: app_commands.CommandTree[Any], commands: InfoCommands, spoken: Spoken) -> None:
    """Add ``/help``, ``/about`` and ``/privacy`` to the tree."""

    # discord.py reads a callback's parameters: it would take a bound method's "self" for an option.
    async def help_command(interaction: discord.Interaction[Any]) -> None:
        await commands.help(interaction)

    async def about_command(interaction: discord.Interaction[Any]) -> None:
        await commands.about(interaction)

    async def privacy_command(interaction: discord.Interaction[Any]) -> None:
        await commands.privacy(interaction)

    for key, callback in (("help", help_command), ("about", about_command), ("privacy", privacy_command)):
        name, description = spoken(f"command-{key}"), spoken(f"command-{key}-description")
        tree.add_command(app_commands.Command(name=name, description=description, callback=callback))
