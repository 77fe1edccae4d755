"""Slash commands and the message menu: thin adapters over the engine."""

from __future__ import annotations

import discord
from discord import app_commands

from bot import wording
from bot.answers import Answers
from bot.errors import words_for
from bot.looking import Looker, Recogniser
from bot.reply import Reply, build_reply
from bot.triggers import photos_of

MAX_CHOICES = 25
MAX_CHOICE_LENGTH = 100
DEFAULT_TOP_K = 5


def add_commands(
    tree: app_commands.CommandTree[discord.AutoShardedClient], recogniser: Recogniser, look: Looker, answers: Answers
) -> None:
    """Add ``/identify``, ``/card`` and the menu "Identify cards" to the tree."""

    @tree.command(name="identify", description="Name the Magic cards in a photo")
    @app_commands.describe(image="The photo", top_k="How many candidates to consider for each card (1 to 10)")
    async def identify(
        interaction: discord.Interaction[discord.AutoShardedClient],
        image: discord.Attachment,
        top_k: app_commands.Range[int, 1, 10] = DEFAULT_TOP_K,
    ) -> None:
        # Looking takes longer than the three seconds Discord waits for a first answer.
        await interaction.response.defer(thinking=True)
        with answers:
            await _follow_up(interaction, build_reply(await look([image], top_k)))

    @tree.command(name="card", description="Show a Magic card by its name")
    @app_commands.describe(name="The card's name, or something like it")
    async def card(interaction: discord.Interaction[discord.AutoShardedClient], name: str) -> None:
        found = recogniser.card(name) or next(iter(recogniser.lookup(name, top_k=1)), None)
        if found is None:
            text = discord.utils.escape_markdown(name[:MAX_CHOICE_LENGTH])
            await interaction.response.send_message(f"I know no card named like “{text}”.", ephemeral=True)
        else:
            await interaction.response.send_message(embed=wording.entry_embed(found))

    @card.autocomplete("name")
    async def complete(
        interaction: discord.Interaction[discord.AutoShardedClient],  # noqa: ARG001 - discord.py passes it
        current: str,
    ) -> list[app_commands.Choice[str]]:
        names = recogniser.complete(current, limit=MAX_CHOICES) if current.strip() else []
        return [app_commands.Choice(name=name, value=name) for name in names if len(name) <= MAX_CHOICE_LENGTH]

    @tree.context_menu(name="Identify cards")
    async def identify_cards(
        interaction: discord.Interaction[discord.AutoShardedClient], message: discord.Message
    ) -> None:
        forwarded = [attachment for snapshot in message.message_snapshots for attachment in snapshot.attachments]
        photos = photos_of(message.attachments or forwarded)
        if not photos:
            await interaction.response.send_message(wording.NO_PHOTO, ephemeral=True)
            return
        # Only for the one who asked: the photo is somebody else's, and they did not ask.
        await interaction.response.defer(thinking=True, ephemeral=True)
        with answers:
            await _follow_up(interaction, build_reply(await look(photos, DEFAULT_TOP_K)))

    @tree.error
    async def on_error(
        interaction: discord.Interaction[discord.AutoShardedClient], error: app_commands.AppCommandError
    ) -> None:
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        if isinstance(cause, discord.NotFound):
            return  # the interaction is gone: nobody waits for an answer any more
        words = words_for(cause)
        if interaction.response.is_done():
            await interaction.followup.send(words, ephemeral=True)
        else:
            await interaction.response.send_message(words, ephemeral=True)


async def _follow_up(interaction: discord.Interaction[discord.AutoShardedClient], reply: Reply) -> None:
    await interaction.followup.send(embeds=list(reply.embeds), files=[p.to_file() for p in reply.pictures])
