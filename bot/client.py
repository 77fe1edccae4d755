"""The Discord client: events in, replies out. Decisions are made in the modules beside it."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import discord
from discord import app_commands

from bot import wording
from bot.answers import Answers
from bot.commands import add_commands
from bot.looking import Looker, Recogniser
from bot.reply import Reply, build_reply
from bot.settings import Settings
from bot.triggers import Asked, Attachment, Situation, how_asked, photos_of

log = logging.getLogger(__name__)

MESSAGE_TOP_K = 5


def intents_for(settings: Settings) -> discord.Intents:
    """Return the fewest intents that do: message content only where whole channels are answered."""
    return discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=bool(settings.channels))


class CardglassClient(discord.AutoShardedClient):
    """Answers photos.

    Args:
        settings: the operator's choices.
        recogniser: names and completes.
        looker: looks at photos.
    """

    def __init__(self, settings: Settings, recogniser: Recogniser, looker: Looker) -> None:
        super().__init__(intents=intents_for(settings), allowed_mentions=discord.AllowedMentions.none())
        self.settings = settings
        self.look = looker
        self.answers = Answers()
        self.tree = app_commands.CommandTree(
            self,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )
        add_commands(self.tree, recogniser, looker, self.answers)

    async def setup_hook(self) -> None:
        """Register the commands: once a start, before the gateway connects; Discord ignores what is unchanged."""
        await self.tree.sync()

    async def on_ready(self) -> None:
        """Say that the bot is there."""
        log.info("ready as %s in %d servers", self.user, len(self.guilds))

    async def on_message(self, message: discord.Message) -> None:
        """Answer a message with photos, if it is for us."""
        asked = how_asked(self._situation(message), self.settings.channels)
        if asked is Asked.NOT or self.answers.stopping or not _may_answer(message):
            return
        try:
            with self.answers:
                await self._answer(message, asked)
        except discord.HTTPException as error:
            # The channel, the message or our rights went away meanwhile: there is nobody to tell.
            log.warning("could not reply in %s: %s %s", message.channel.id, error.status, error.code)

    async def _answer(self, message: discord.Message, asked: Asked) -> None:
        photos = photos_of(await _attachments(message))
        if not photos:
            if asked is Asked.DIRECTLY and message.guild is not None:
                await _send(message, Reply((discord.Embed(description=wording.NO_PHOTO),)))
            return
        looked = await self.look(photos, MESSAGE_TOP_K)
        if asked is Asked.BY_CHANNEL:
            looked = [photo for photo in looked if photo.has_card]
        if looked:
            await _send(message, build_reply(looked))

    def _situation(self, message: discord.Message) -> Situation:
        channel = message.channel
        places = {channel.id}
        if isinstance(channel, discord.Thread):
            places.add(channel.parent_id)
        return Situation(
            by_bot=message.author.bot or message.webhook_id is not None,
            direct=message.guild is None,
            # A reply to the bot mentions it too, without asking for anything: only the text counts.
            mentioned=self.user is not None and self.user.mentioned_in(message) and _names(message, self.user.id),
            places=frozenset(places),
        )


def _names(message: discord.Message, user_id: int) -> bool:
    return f"<@{user_id}>" in message.content or f"<@!{user_id}>" in message.content


def _may_answer(message: discord.Message) -> bool:
    """Return whether we may write where the message stands; each refused try counts against the bot."""
    guild = message.guild
    if guild is None or isinstance(message.channel, discord.PartialMessageable):
        return True
    rights = message.channel.permissions_for(guild.me)
    return rights.send_messages_in_threads if isinstance(message.channel, discord.Thread) else rights.send_messages


async def _attachments(message: discord.Message) -> Sequence[Attachment]:
    """Return the message's attachments, a forwarded one's, or those of the message it replies to."""
    if message.attachments:
        return message.attachments
    forwarded = [attachment for snapshot in message.message_snapshots for attachment in snapshot.attachments]
    if forwarded:
        return forwarded
    reference = message.reference
    if reference is not None and isinstance(reference.resolved, discord.Message):
        return reference.resolved.attachments
    return ()


async def _send(message: discord.Message, reply: Reply) -> None:
    """Send one reply, with what the bot may post in the channel; a deleted photo is no obstacle."""
    reference = message.to_reference(fail_if_not_exists=False)
    embeds, files = True, True
    if message.guild is not None and not isinstance(message.channel, discord.PartialMessageable):
        rights = message.channel.permissions_for(message.guild.me)
        embeds, files = rights.embed_links, rights.attach_files
    pictures = [picture.to_file() for picture in reply.pictures] if files else []
    if embeds:
        shown = [embed if files else embed.copy().set_image(url=None) for embed in reply.embeds]
        await message.channel.send(embeds=shown, files=pictures, reference=reference, mention_author=False)
    else:
        await message.channel.send(reply.as_text(), files=pictures, reference=reference, mention_author=False)
