"""``/identify`` and the message menu "Identify cards"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import discord
from discord import app_commands, ui

from bot.components.interaction import language_for
from bot.core.errors import UserError
from bot.messages.localisation import CommandTexts
from bot.recognition.in_flight import AnswersInFlight
from bot.recognition.photo_worker import PhotoWorker
from bot.recognition.schedule import Asker
from bot.recognition.triggers import DEFAULT_TOP_K, MAX_PHOTOS, MAX_TOP_K, select_photos, visible_attachments
from bot.replies.compose import Picture
from bot.replies.respond import Responder
from bot.store import Answer, Source, new_key
from bot.store.guild_settings_cache import GuildSettingsCache

Interaction = discord.Interaction[Any]


class IdentifyCommand:
    """Identifies the cards in a command's photos and answers."""

    def __init__(
        self, look: PhotoWorker, responder: Responder, chosen: GuildSettingsCache, under_way: AnswersInFlight
    ) -> None:
        self._look, self._responder, self._chosen, self._under_way = look, responder, chosen, under_way

    async def identify(
        self, interaction: Interaction, attachments: Sequence[discord.Attachment], top_k: int, source: Source | None
    ) -> None:
        """Answer an interaction; with ``source``, the message that has the photos, privately.

        Raises:
            UserError: none of the attachments is a photo.
        """
        photos = select_photos(attachments)
        if not photos:
            raise UserError("no-photo")
        # This takes longer than the three seconds Discord waits for a first response.
        await interaction.response.defer(thinking=True, ephemeral=source is not None)
        with self._under_way:
            looked = await self._look.recognise(photos, top_k, Asker(interaction.user.id, interaction.guild_id))
            answer = Answer(
                new_key(),
                interaction.guild_id,
                interaction.channel_id or 0,
                reply_id=None,
                asker_id=interaction.user.id,
                source=source,
                language=await language_for(interaction, self._chosen),
                created_at=datetime.now(UTC),
            )

            async def send(view: ui.LayoutView, pictures: Sequence[Picture]) -> discord.Message:
                files = [picture.to_file() for picture in pictures]
                return await interaction.followup.send(view=view, files=files, wait=True)

            await self._responder.respond(looked, answer, send)


def add_identify_commands(
    tree: app_commands.CommandTree[Any], identifier: IdentifyCommand, texts: CommandTexts
) -> None:
    """Add ``/identify``, with as many photos as a message may have, and the menu "Identify cards" to the tree."""

    @tree.context_menu(name=texts.get("menu-identify"))
    async def identify_cards(interaction: Interaction, message: discord.Message) -> None:
        source = Source(message.channel.id, message.id)
        await identifier.identify(interaction, visible_attachments(message), DEFAULT_TOP_K, source)

    @tree.command(name=texts.get("command-identify"), description=texts.get("command-identify-description"))
    @app_commands.rename(
        image=texts.get("option-image"),
        top_k=texts.get("option-top-k"),
        **{f"image{n}": texts.get("option-image-more", number=n) for n in range(2, MAX_PHOTOS + 1)},
    )
    @app_commands.describe(
        image=texts.get("identify-image-description"),
        top_k=texts.get("identify-top-k-description"),
        **{f"image{n}": texts.get("identify-more-description") for n in range(2, MAX_PHOTOS + 1)},
    )
    async def command(
        interaction: Interaction,
        image: discord.Attachment,
        image2: discord.Attachment | None = None,
        image3: discord.Attachment | None = None,
        image4: discord.Attachment | None = None,
        image5: discord.Attachment | None = None,
        image6: discord.Attachment | None = None,
        image7: discord.Attachment | None = None,
        image8: discord.Attachment | None = None,
        image9: discord.Attachment | None = None,
        image10: discord.Attachment | None = None,
        top_k: app_commands.Range[int, 1, MAX_TOP_K] = DEFAULT_TOP_K,
    ) -> None:
        more = (image2, image3, image4, image5, image6, image7, image8, image9, image10)
        await identifier.identify(interaction, [image, *(one for one in more if one is not None)], top_k, None)
