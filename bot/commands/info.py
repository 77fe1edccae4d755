"""``/help``, ``/about`` and ``/privacy``: what the bot says of itself."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from typing import Any

import discord
from discord import app_commands, ui

from bot.components.controls import Control, What, button
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
        contact: how to reach them, "" where they didn't say.
        keep_days: days after which answers are forgotten.
    """

    contact: str
    keep_days: int


def help_view(words: Words) -> ui.LayoutView:
    """Return what the bot can do."""
    return _page(words("help-title"), [words(key) for key in HELP])


def about_view(info: Mapping[str, Any], servers: int, operator: Operator, words: Words) -> ui.LayoutView:
    """Return what the bot is; ``info`` as :meth:`engine.Engine.info` gives it."""
    catalogue, index = info["catalogue"], info["artifacts"]["index"]
    known = words(
        "about-knows",
        cards=int(catalogue["cards"]),
        pictures=int(index["rows"]),
        date=date.fromisoformat(catalogue["source_date"]),
    )
    contact = [words("about-contact", contact=operator.contact)] if operator.contact else []
    rights = [f"-# {words(key)}" for key in ("about-rights", "about-thanks")]
    lines = [known, words("about-runs", servers=servers), *contact, *rights]
    return _page(words("about-title", version=version("cardglass")), lines)


def privacy_view(operator: Operator, words: Words) -> ui.LayoutView:
    """Return what is stored, and the button that deletes it."""
    lines = [words(key, days=operator.keep_days) for key in PRIVACY]
    if operator.contact:
        lines.append(words("privacy-contact", contact=operator.contact))
    view = _page(words("privacy-title"), lines)
    forget = button(Control(What.FORGET), words("button-forget"), style=discord.ButtonStyle.danger)
    return view.add_item(ui.ActionRow(forget))


def servers_of(client: discord.Client) -> int:
    """Return in how many servers the bot is: where this process sees a part of them, as many as Discord counted."""
    seen = len(client.guilds)
    whole = client.application.approximate_guild_count if client.application else 0
    return max(seen, whole) if isinstance(client, discord.AutoShardedClient) and client.shard_ids else seen


def _page(title: str, lines: Sequence[str]) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    text = "\n".join([f"### {title}", "\n\n".join(lines)])
    return view.add_item(ui.Container(ui.TextDisplay(text)))


class Telling:
    """Answers these commands, to whoever asked alone."""

    def __init__(self, recogniser: Recogniser, store: Store, messages: Messages, operator: Operator) -> None:
        self._recogniser, self._store = recogniser, store
        self._messages, self._operator = messages, operator

    async def help(self, interaction: discord.Interaction[Any]) -> None:
        """Answer ``/help``."""
        await self._tell(interaction, help_view(self._words(interaction)))

    async def about(self, interaction: discord.Interaction[Any]) -> None:
        """Answer ``/about``."""
        info = await asyncio.to_thread(self._recogniser.info)
        servers = servers_of(interaction.client)
        await self._tell(interaction, about_view(info, servers, self._operator, self._words(interaction)))

    async def privacy(self, interaction: discord.Interaction[Any]) -> None:
        """Answer ``/privacy``."""
        await self._tell(interaction, privacy_view(self._operator, self._words(interaction)))

    async def forget(self, interaction: discord.Interaction[Any], *_: object) -> None:
        """Delete all that is stored of whoever pressed, what the engine learnt from them included."""
        user = interaction.user.id
        forgotten = await asyncio.to_thread(self._store.forget_user, user)
        learnt = await asyncio.to_thread(self._unlearn, user, forgotten.confirmations)
        said = self._words(interaction)(
            "forgotten", answers=forgotten.answers, corrections=forgotten.corrections, learnt=learnt
        )
        await interaction.response.send_message(said, ephemeral=True)

    def _unlearn(self, user: int, confirmations: Sequence[int]) -> int:
        """Revoke what others confirmed of the user's photos, and what the user confirmed; returns how much that was."""
        try:
            others = sum(self._recogniser.revoke(ident) for ident in confirmations)
            return others + self._recogniser.revoke_origin(f"user {user}")
        except ConfirmationRefused:
            return 0  # an engine without an overlay has learnt nothing

    def _words(self, interaction: discord.Interaction[Any]) -> Words:
        return self._messages.words(str(interaction.locale))

    @staticmethod
    async def _tell(interaction: discord.Interaction[Any], view: ui.LayoutView) -> None:
        await interaction.response.send_message(view=view, ephemeral=True)


def add_telling_commands(tree: app_commands.CommandTree[Any], telling: Telling, spoken: Spoken) -> None:
    """Add ``/help``, ``/about`` and ``/privacy`` to the tree."""
    for key, answer in (("help", telling.help), ("about", telling.about), ("privacy", telling.privacy)):
        name, description = spoken(f"command-{key}"), spoken(f"command-{key}-description")
        tree.add_command(app_commands.Command(name=name, description=description, callback=_callback(answer)))


def _callback(answer: Any) -> Any:
    # discord.py reads a callback's parameters: a bound method would show it "self".
    async def callback(interaction: discord.Interaction[Any]) -> None:
        await answer(interaction)

    return callback
