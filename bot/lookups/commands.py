"""The slash commands ``/card``, ``/printings`` and ``/similar``: thin adapters over :mod:`bot.lookups.replies`."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
from discord import app_commands

from bot.components.layout import Answer, cut
from bot.core.limits import MAX_OPTION, MAX_OPTIONS
from bot.lookups.context import Lookups
from bot.lookups.replies import card_reply, printings_reply, similar_photo_reply, similar_reply
from bot.lookups.syntax import MAX_NAME, Asked, Kind
from bot.messages import Words
from bot.messages.localisation import Spoken
from bot.recognition.recogniser import LookupEngine
from bot.recognition.schedule import Asker
from bot.recognition.triggers import DEFAULT_TOP_K, MAX_TOP_K, photos_of

Interaction = discord.Interaction[Any]
Choices = list[app_commands.Choice[str]]
Name = app_commands.Range[str, 1, MAX_NAME]


def add_lookup_commands(tree: app_commands.CommandTree[Any], lookups: Lookups) -> None:
    """Add the commands to a tree. Their names are locale strings whose keys stand in ``lookups.ftl``.

    Errors of ``/similar image`` (``DownloadError``, ``PhotoError``, ``Busy``) come to ``tree.error``.
    """
    spoken = Spoken(lookups.messages)

    async def complete(_: Interaction, current: str) -> Choices:
        return await asyncio.to_thread(choices, current, lookups.engine)

    @tree.command(name=spoken("command-card"), description=spoken("command-card-description"))
    @app_commands.rename(name=spoken("option-name"))
    @app_commands.describe(name=spoken("option-name-description"))
    @app_commands.autocomplete(name=complete)
    async def card(interaction: Interaction, name: Name) -> None:
        words, asked = _words(interaction, lookups), Asked(Kind.CARD, name.strip())
        await _respond(
            interaction, await asyncio.to_thread(card_reply, asked, lookups.engine, words, interaction.user.id)
        )

    @tree.command(name=spoken("command-printings"), description=spoken("command-printings-description"))
    @app_commands.rename(name=spoken("option-name"))
    @app_commands.describe(name=spoken("option-name-description"))
    @app_commands.autocomplete(name=complete)
    async def printings(interaction: Interaction, name: Name) -> None:
        words = _words(interaction, lookups)
        await _respond(
            interaction, await asyncio.to_thread(printings_reply, name, lookups.engine, words, interaction.user.id)
        )

    @tree.command(name=spoken("command-similar"), description=spoken("command-similar-description"))
    @app_commands.rename(image=spoken("option-image"), name=spoken("option-name"), top_k=spoken("option-top-k"))
    @app_commands.describe(
        image=spoken("option-image-description"),
        name=spoken("option-name-description"),
        top_k=spoken("option-top-k-description"),
    )
    @app_commands.autocomplete(name=complete)
    async def similar(
        interaction: Interaction,
        image: discord.Attachment | None = None,
        name: Name | None = None,
        top_k: app_commands.Range[int, 1, MAX_TOP_K] = DEFAULT_TOP_K,
    ) -> None:
        await _similar(interaction, lookups, image, name, top_k)


async def _similar(
    interaction: Interaction, lookups: Lookups, image: discord.Attachment | None, name: str | None, top_k: int
) -> None:
    words, engine = _words(interaction, lookups), lookups.engine
    if (image is None) == (name is None):
        await interaction.response.send_message(words("lookup-similar-one"), ephemeral=True)
    elif name is not None:
        await _respond(
            interaction, await asyncio.to_thread(similar_reply, name, top_k, engine, words, interaction.user.id)
        )
    elif image is not None and not photos_of([image]):
        await interaction.response.send_message(words("lookup-not-a-photo"), ephemeral=True)
    elif image is not None:
        # Looking takes longer than the three seconds Discord waits for a first answer.
        await interaction.response.defer(thinking=True)
        photo = await lookups.fetch(image.url, image.size)
        asker = Asker(interaction.user.id, interaction.guild_id)
        answer = await lookups.work(lambda: similar_photo_reply(photo, top_k, engine, words), asker)
        await interaction.followup.send(view=answer)


def choices(current: str, engine: LookupEngine) -> Choices:
    """Return what Discord offers for what was typed so far: 25 names at most, each of 100 letters at most.

    Of a longer name its beginning is offered, which is understood as that name.
    """
    names = engine.complete(current, limit=MAX_OPTIONS) if current.strip() else []
    return [app_commands.Choice(name=cut(name, MAX_OPTION), value=name[:MAX_NAME]) for name in names]


async def _respond(interaction: Interaction, answer: Answer) -> None:
    await interaction.response.send_message(view=answer, ephemeral=answer.private)


def _words(interaction: Interaction, lookups: Lookups) -> Words:
    return lookups.messages.words(str(interaction.locale))
