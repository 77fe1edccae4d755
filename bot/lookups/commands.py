"""The slash commands ``/card``, ``/printings`` and ``/similar``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import discord
from discord import app_commands

from bot.components.layout import shorten
from bot.core.limits import MAX_OPTION, MAX_OPTIONS
from bot.lookups.replies import LookupReply, card_reply, printings_reply, similar_photo_reply, similar_reply
from bot.lookups.syntax import MAX_NAME
from bot.messages import Messages, Words
from bot.messages.localisation import CommandTexts
from bot.recognition.download import Fetch
from bot.recognition.photo_worker import PhotoWorker
from bot.recognition.reloadable_engine import Recogniser
from bot.recognition.schedule import Asker
from bot.recognition.triggers import DEFAULT_TOP_K, MAX_TOP_K, select_photos
from bot.store import Currency
from bot.store.guild_settings_cache import GuildSettingsCache

Interaction = discord.Interaction[Any]
Choices = list[app_commands.Choice[str]]
Name = app_commands.Range[str, 1, MAX_NAME]


def add_lookup_commands(
    tree: app_commands.CommandTree[Any],
    engine: Recogniser,
    messages: Messages,
    fetch: Fetch,
    look: PhotoWorker,
    chosen: GuildSettingsCache,
) -> None:
    """Add the commands to a tree. Names are looked up at once; only photos wait for their turn with ``look``.

    Errors of ``/similar image`` (``DownloadError``, ``PhotoError``, ``Busy``) reach ``tree.error``.
    """
    texts = CommandTexts(messages)

    async def complete(_: Interaction, current: str) -> Choices:
        return await asyncio.to_thread(choices, current, engine)

    async def respond(interaction: Interaction, build: Callable[[Words, int, Currency], LookupReply]) -> None:
        words, asker = messages.words(str(interaction.locale)), interaction.user.id
        currency = await chosen.currency(asker, interaction.guild_id)
        reply = await asyncio.to_thread(build, words, asker, currency)
        await interaction.response.send_message(view=reply.view, ephemeral=reply.private)

    @tree.command(name=texts.get("command-card"), description=texts.get("command-card-description"))
    @app_commands.rename(name=texts.get("option-name"))
    @app_commands.describe(name=texts.get("option-name-description"))
    @app_commands.autocomplete(name=complete)
    async def card(interaction: Interaction, name: Name) -> None:
        await respond(interaction, partial(card_reply, name.strip(), engine))

    @tree.command(name=texts.get("command-printings"), description=texts.get("command-printings-description"))
    @app_commands.rename(name=texts.get("option-name"))
    @app_commands.describe(name=texts.get("option-name-description"))
    @app_commands.autocomplete(name=complete)
    async def printings(interaction: Interaction, name: Name) -> None:
        await respond(interaction, partial(printings_reply, name, engine))

    @tree.command(name=texts.get("command-similar"), description=texts.get("command-similar-description"))
    @app_commands.rename(
        image=texts.get("option-image"), name=texts.get("option-name"), top_k=texts.get("option-top-k")
    )
    @app_commands.describe(
        image=texts.get("option-image-description"),
        name=texts.get("option-name-description"),
        top_k=texts.get("option-top-k-description"),
    )
    @app_commands.autocomplete(name=complete)
    async def similar(
        interaction: Interaction,
        image: discord.Attachment | None = None,
        name: Name | None = None,
        top_k: app_commands.Range[int, 1, MAX_TOP_K] = DEFAULT_TOP_K,
    ) -> None:
        words = messages.words(str(interaction.locale))
        if name is not None and image is None:
            await respond(interaction, partial(similar_reply, name, top_k, engine))
        elif image is None or name is not None:
            await interaction.response.send_message(words.format("lookup-similar-one"), ephemeral=True)
        elif not select_photos([image]):
            await interaction.response.send_message(words.format("lookup-not-a-photo"), ephemeral=True)
        else:
            # This takes longer than the three seconds Discord waits for a first response.
            await interaction.response.defer(thinking=True)
            photo = await fetch(image.url, image.size)
            asker = Asker(interaction.user.id, interaction.guild_id)
            view = await look.run(lambda: similar_photo_reply(photo, top_k, engine, words), asker)
            await interaction.followup.send(view=view)


def choices(current: str, engine: Recogniser) -> Choices:
    """Return the names to offer for what was typed so far: at most 25, each shortened to 100 letters.

    A foreign name is offered with the English one in front. A shortened name is understood as the name that begins
    with it.
    """
    found = engine.complete(current, limit=MAX_OPTIONS) if current.strip() else []
    shown = [f"{one.name} ({one.printed.text})" if one.printed else one.name for one in found]
    return [
        app_commands.Choice(name=shorten(text, MAX_OPTION), value=one.name[:MAX_NAME])
        for text, one in zip(shown, found, strict=True)
    ]
