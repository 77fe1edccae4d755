"""``/help``, ``/about`` and ``/privacy``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from importlib.metadata import version
from typing import Any

import discord
from discord import app_commands, ui

from bot.components.controls import Action, Control, Handler, button
from bot.components.layout import Block, Box, Row, render
from bot.core.cards_report import CardsReport
from bot.messages import Messages, Words
from bot.messages.localisation import CommandTexts
from bot.recognition.reloadable_engine import Recogniser
from bot.store import Store
from engine import ConfirmationRefused

Interaction = discord.Interaction[Any]
HELP = ("help-photos", "help-answers", "help-names", "help-prices", "help-tips", "help-admins")
PRIVACY = ("privacy-photos", "privacy-answers", "privacy-learning", "privacy-servers", "privacy-logs", "privacy-delete")


def help_view(words: Words) -> ui.LayoutView:
    """Return the page on what the bot can do."""
    return _page(words.format("help-title"), [words.format(key) for key in HELP])


def about_view(
    info: Mapping[str, Any], servers: int, contact: str, words: Words, cards: CardsReport | None = None
) -> ui.LayoutView:
    """Return the page about the bot.

    Args:
        cards: how current they are; None if the bot doesn't refresh them.
        info: the result of :meth:`engine.Engine.info`.
        contact: how to reach the operator, "" if they didn't say.
    """
    catalogue, index = info["catalogue"], info["artifacts"]["index"]
    known = words.format(
        "about-knows",
        cards=int(catalogue["cards"]),
        pictures=int(index["rows"]),
        date=date.fromisoformat(catalogue["source_date"]),
    )
    lines = [known, *_cards_lines(cards or CardsReport(), words), words.format("about-runs", servers=servers)]
    if contact:
        lines.append(words.format("about-contact", contact=contact))
    lines += [f"-# {words.format(key)}" for key in ("about-rights", "about-thanks")]
    return _page(words.format("about-title", version=version("cardglass")), lines)


def _cards_lines(cards: CardsReport, words: Words) -> list[str]:
    lines = []
    if cards.fetched_on:
        lines.append(words.format("about-cards-fetched", date=cards.fetched_on))
    if cards.running:
        lines.append(words.format("about-cards-running", progress=cards.progress or "…"))
    elif cards.problem:
        lines.append(words.format("about-cards-failed", code=cards.problem))
    return lines


def privacy_view(keep_days: int, contact: str, words: Words) -> ui.LayoutView:
    """Return what is stored, answers for ``keep_days`` days, and the button that deletes it."""
    lines = [words.format(key, days=keep_days) for key in PRIVACY]
    if contact:
        lines.append(words.format("privacy-contact", contact=contact))
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
    """Answers these commands privately; see :class:`bot.core.settings.Settings` for ``contact`` and ``keep_days``.

    ``cards`` tells how current they are.
    """

    def __init__(
        self,
        recogniser: Recogniser,
        store: Store,
        messages: Messages,
        *,
        contact: str,
        keep_days: int,
        cards: Callable[[], CardsReport] | None = None,
    ) -> None:
        self._recogniser, self._store, self._messages = recogniser, store, messages
        self._contact, self._keep_days, self._cards = contact, keep_days, cards

    def by_action(self) -> Mapping[Action, Handler]:
        """Return the handler of each action."""
        return {Action.FORGET: self.forget}

    def add_to(self, tree: app_commands.CommandTree[Any]) -> None:
        """Add the commands to the tree."""

        # discord.py reads a callback's parameters: it would take a bound method's "self" for an option.
        async def send_help(interaction: Interaction) -> None:
            await interaction.response.send_message(view=help_view(self._words(interaction)), ephemeral=True)

        async def send_about(interaction: Interaction) -> None:
            info, servers = await asyncio.to_thread(self._recogniser.info), count_servers(interaction.client)
            cards = self._cards() if self._cards else None
            view = about_view(info, servers, self._contact, self._words(interaction), cards)
            await interaction.response.send_message(view=view, ephemeral=True)

        async def send_privacy(interaction: Interaction) -> None:
            view = privacy_view(self._keep_days, self._contact, self._words(interaction))
            await interaction.response.send_message(view=view, ephemeral=True)

        texts = CommandTexts(self._messages)
        for key, callback in (("help", send_help), ("about", send_about), ("privacy", send_privacy)):
            name, description = texts.get(f"command-{key}"), texts.get(f"command-{key}-description")
            tree.add_command(app_commands.Command(name=name, description=description, callback=callback))

    async def forget(self, interaction: Interaction, _: Control, __: Sequence[str]) -> None:
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

    def _words(self, interaction: Interaction) -> Words:
        return self._messages.words(str(interaction.locale))
