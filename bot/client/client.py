"""The Discord client: receives events and passes them on to the packages that handle them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

import discord
from discord import app_commands

from bot.commands.identify import IdentifyCommand, add_identify_commands
from bot.commands.info import InfoCommands
from bot.components.controls import Action, Control, ControlItem, Handler, parse_control
from bot.components.layout import notice
from bot.core.cards_report import CardsReport
from bot.core.errors import UNDELIVERED, UserError, to_user_error
from bot.core.settings import Settings
from bot.corrections.handlers import Corrections
from bot.corrections.learning import Learner
from bot.corrections.panel import FORM_HANDLED
from bot.export.handler import Exporter
from bot.guild_settings.currency_command import CurrencyCommand
from bot.guild_settings.handlers import SettingsCommand, add_settings_command
from bot.lookups import LookupHandlers, add_lookup_commands, lookup_reply
from bot.messages import Messages, language_of
from bot.messages.localisation import CommandTexts, CommandTranslator
from bot.recognition.deletion_watch import Deletions, Watch
from bot.recognition.download import Fetch
from bot.recognition.in_flight import AnswersInFlight
from bot.recognition.photo_worker import PhotoWorker
from bot.recognition.reloadable_engine import Recogniser
from bot.recognition.schedule import Asker
from bot.recognition.triggers import (
    DEFAULT_TOP_K,
    MessageContext,
    Trigger,
    find_trigger,
    select_photos,
    visible_attachments,
)
from bot.replies.compose import filter_unasked
from bot.replies.respond import Responder
from bot.replies.send import reply, rights_at
from bot.replies.whole_list import WholeLists
from bot.store import Answer, GuildSettings, Source, Store, new_key
from bot.store.guild_settings_cache import GuildSettingsCache

log = logging.getLogger(__name__)

GONE = (10008, 10062, 10015)
"""Discord's error codes for deleted messages and expired interactions: nobody is waiting for an answer."""


def intents_for(*, message_content: bool) -> discord.Intents:
    """Return the intents the bot needs; message content only for answers without being asked."""
    return discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=message_content)


class CardglassClient(discord.AutoShardedClient):
    """Answers photos.

    Args:
        settings: the operator's settings.
        recogniser: identifies cards and looks up names.
        photo_worker: identifies the cards in photos.
        fetch: downloads a photo again to learn from it.
        store: stores answers and settings.
        messages: the texts users read.
        register: registers the commands; by default globally, at each login.
        cards: tells how current the cards are.
    """

    def __init__(
        self,
        settings: Settings,
        recogniser: Recogniser,
        photo_worker: PhotoWorker,
        fetch: Fetch,
        store: Store,
        messages: Messages,
        *,
        register: Callable[[app_commands.CommandTree[Any]], Awaitable[object]] = app_commands.CommandTree.sync,
        cards: Callable[[], CardsReport] | None = None,
    ) -> None:
        intents = intents_for(message_content=settings.message_content)
        shards = settings.shards
        part: dict[str, Any] = {} if shards is None else {"shard_ids": list(shards.ids), "shard_count": shards.count}
        super().__init__(intents=intents, allowed_mentions=discord.AllowedMentions.none(), **part)
        self.settings, self.photo_worker, self.store, self.messages = settings, photo_worker, store, messages
        self.answers, self._deletions, self._chosen = AnswersInFlight(), Deletions(), GuildSettingsCache(store)
        self._register = register
        self._recogniser, self._responder = recogniser, Responder(recogniser, store, messages, self._chosen)
        self.tree = app_commands.CommandTree(
            self,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )
        info = InfoCommands(
            recogniser, store, messages, contact=settings.contact, keep_days=settings.keep_days, cards=cards
        )
        settings_command, texts = SettingsCommand(store, messages), CommandTexts(messages)
        identify = IdentifyCommand(photo_worker, self._responder, self._chosen, self.answers)
        add_identify_commands(self.tree, identify, texts)
        info.add_to(self.tree)
        currency = CurrencyCommand(store, messages)
        currency.add_to(self.tree)
        add_settings_command(self.tree, settings_command, texts)
        add_lookup_commands(self.tree, recogniser, messages, fetch, photo_worker, self._chosen)
        self.tree.error(self._on_command_error)
        self._control_handlers: Mapping[Action, Handler] = {
            **Corrections(recogniser, store, messages, Learner(recogniser, fetch), self._chosen).by_action(),
            **settings_command.by_action(),
            **currency.by_action(),
            **Exporter(store, messages).by_action(),
            **WholeLists(store, messages, self._chosen).by_action(),
            **info.by_action(),
            **LookupHandlers(recogniser, messages, self._chosen).by_action(),
        }

    async def setup_hook(self) -> None:
        """Prepare what must be ready before the gateway connects."""
        await self.tree.set_translator(CommandTranslator(self.messages))
        self.add_dynamic_items(ControlItem)
        await self._register(self.tree)

    async def on_ready(self) -> None:
        """Log that the bot is ready."""
        part = f", as shards {self.settings.shards}" if self.settings.shards else ""
        log.info("ready as %s in %d servers%s", self.user, len(self.guilds), part)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Delete what is stored about a server that the bot was removed from."""
        self._chosen.forget(guild.id)
        await asyncio.to_thread(self.store.forget_guild, guild.id)

    # -- photos in messages

    async def on_message(self, message: discord.Message) -> None:
        """Answer a message that has photos or look-ups, if the bot should."""
        if message.author.bot or message.webhook_id is not None or self.answers.stopping:
            return
        context = self._message_context(message)
        if not (context.addressed or visible_attachments(message) or "[[" in message.content):
            # Most messages are ordinary conversation, which shouldn't cost a query.
            return
        with self._deletions.watch(message.id, _photo_message(message).id) as watch:
            await self._handle_message(message, context, watch)

    async def _handle_message(self, message: discord.Message, context: MessageContext, watch: Watch) -> None:
        guild = None if message.guild is None else await self._chosen.get(message.guild.id)
        asked = find_trigger(context, guild.channels if guild and guild.auto_answer else ())
        looks_up = guild is None or guild.lookups
        rights = rights_at(message)
        in_thread = isinstance(message.channel, discord.Thread)
        # Discord counts refused requests against the bot.
        may_answer = rights is None or (rights.send_messages_in_threads if in_thread else rights.send_messages)
        if not (looks_up or asked is not Trigger.NONE) or not may_answer:
            return
        words = self.messages.words(_language(message, guild))
        try:
            with self.answers:
                found = None
                if looks_up and "[[" in message.content:
                    author = message.author.id
                    currency = await self._chosen.currency(author, guild.guild_id if guild else None)
                    found = await asyncio.to_thread(
                        lookup_reply, message.content, self._recogniser, words, author, currency
                    )
                    if found is not None:
                        await reply(message, found.view)
                if asked is not Trigger.NONE:
                    await self._answer_photos(message, asked, guild, watch, needs_photo=found is None)
        except UNDELIVERED as error:
            # The channel, the message, our permissions or the connection are gone, so the user can't be told.
            log.warning("could not reply in %s: %s", message.channel.id, _describe(error))
        except Exception as error:  # noqa: BLE001 - the outermost handler of a message: every error becomes a text
            report = to_user_error(error)
            with contextlib.suppress(*UNDELIVERED):
                await reply(message, notice(words.format(report.key, **report.values)))

    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        """Don't answer a deleted message."""
        self._deletions.mark_deleted([event.message_id])

    async def on_raw_bulk_message_delete(self, event: discord.RawBulkMessageDeleteEvent) -> None:
        """Don't answer deleted messages."""
        self._deletions.mark_deleted(event.message_ids)

    async def _answer_photos(
        self, message: discord.Message, asked: Trigger, guild: GuildSettings | None, watch: Watch, *, needs_photo: bool
    ) -> None:
        holder = message if asked is Trigger.CHANNEL else _photo_message(message)
        photos = select_photos(visible_attachments(holder))
        words = self.messages.words(_language(message, guild))
        if not photos:
            if asked is Trigger.DIRECT and message.guild is not None and needs_photo:
                await reply(message, notice(words.format("no-photo")))
            return
        if asked is Trigger.DIRECT:
            with contextlib.suppress(*UNDELIVERED):
                await message.channel.typing()
        asker = Asker(message.author.id, guild.guild_id if guild else None)
        looked = await self.photo_worker.recognise(photos, DEFAULT_TOP_K, asker)
        if watch.gone:
            # Somebody who deletes their photo doesn't want a copy in our answer.
            return
        if asked is Trigger.CHANNEL and guild is not None:
            looked = filter_unasked(looked, guild)
        if not looked:
            return
        answer = Answer(
            new_key(),
            guild.guild_id if guild else None,
            message.channel.id,
            reply_id=None,
            asker_id=message.author.id,
            source=Source(holder.channel.id, holder.id),
            language=words.language,
            created_at=datetime.now(UTC),
        )
        rights = rights_at(message)
        with_files = rights is None or rights.attach_files
        await self._responder.respond(looked, answer, partial(reply, message), with_files=with_files)

    def _message_context(self, message: discord.Message) -> MessageContext:
        channel = message.channel
        places = {channel.id}
        if isinstance(channel, discord.Thread):
            places.add(channel.parent_id)
        addressed = message.guild is None
        if self.user is not None and self.user.mentioned_in(message):
            # A reply to the bot mentions it too, so only a mention in the text counts.
            addressed = addressed or any(f"{start}{self.user.id}>" in message.content for start in ("<@", "<@!"))
        return MessageContext(addressed, frozenset(places))

    # -- buttons, menus and forms

    async def handle_control(
        self, interaction: discord.Interaction[Any], control: Control, values: Sequence[str]
    ) -> None:
        """Run the handler of a control."""
        try:
            await self._control_handlers[control.action](interaction, control, values)
        except Exception as error:  # noqa: BLE001 - the outermost handler of a control: every error becomes a text
            await self.report_error(interaction, error)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Answer controls of old versions, and forms opened before the last start."""
        data: Mapping[str, Any] = interaction.data or {}
        custom_id = str(data.get("custom_id", ""))
        if interaction.type is discord.InteractionType.modal_submit:
            # discord.py starts a form's own handler before this one.
            known = FORM_HANDLED in interaction.extras
        else:
            known = not custom_id or parse_control(custom_id) is not None
        if not known:
            await self.report_error(interaction, UserError("too-old"))

    async def _on_command_error(
        self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError
    ) -> None:
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        await self.report_error(interaction, cause if isinstance(cause, Exception) else error)

    async def report_error(self, interaction: discord.Interaction[Any], error: Exception) -> None:
        """Tell users what went wrong, in their language."""
        if isinstance(error, discord.HTTPException) and error.code in GONE:
            return
        words = self.messages.words(str(interaction.locale))
        report = to_user_error(error)
        text = words.format(report.key, **report.values)
        try:
            if interaction.response.is_done():
                await interaction.followup.send(text, ephemeral=True)
            else:
                await interaction.response.send_message(text, ephemeral=True)
        except UNDELIVERED as failure:
            log.warning("could not report an error: %s", _describe(failure))


def _describe(error: Exception) -> str:
    """Describe a failed request for the log, without Discord's text, which may quote what was sent."""
    if isinstance(error, discord.HTTPException):
        return f"{error.status} {error.code}"
    return type(error).__name__


def _language(message: discord.Message, guild: GuildSettings | None) -> str:
    """Return the language of an answer to a message; Discord doesn't tell the author's."""
    if guild is not None and guild.language:
        return guild.language
    return language_of(str(message.guild.preferred_locale) if message.guild else None)


def _photo_message(message: discord.Message) -> discord.Message:
    """Return the message with the photos: this one, or the one it replies to if it is readable."""
    reference = message.reference
    if not visible_attachments(message) and reference and isinstance(reference.resolved, discord.Message):
        return reference.resolved
    return message
