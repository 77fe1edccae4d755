"""The Discord client: events in, replies out. Decisions are made in the rooms beside it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

import discord
from discord import app_commands, ui

from bot.commands.identify import Identifying, add_identify_commands
from bot.commands.info import Operator, Telling, add_telling_commands
from bot.components.controls import Control, ControlItem, What, control_of
from bot.core.errors import UNDELIVERED, UserError, as_told
from bot.core.settings import Settings
from bot.corrections.handlers import Corrections
from bot.corrections.handlers import handlers as correction_handlers
from bot.corrections.learning import Learning
from bot.export.handler import Exporting
from bot.guild_settings.handlers import SETTINGS, ServerSettings, add_settings_command
from bot.lookups import Lookups, add_lookup_commands, dynamic_items, is_lookup_id, lookup_reply
from bot.messages import Messages, language_of
from bot.messages.localisation import CommandTranslator, Spoken
from bot.recognition.deletions import Deletions, Watch
from bot.recognition.download import Fetch
from bot.recognition.in_flight import Answers
from bot.recognition.photo_worker import Looker
from bot.recognition.recogniser import Recogniser
from bot.recognition.schedule import Asker
from bot.recognition.triggers import DEFAULT_TOP_K, Asked, Situation, how_asked, photos_of, shown_attachments
from bot.replies.compose import Occasion, unasked
from bot.replies.respond import Answering
from bot.replies.send import reply, rights_at
from bot.store import GuildSettings, Source, Store
from bot.store.guild_settings_cache import Chosen

log = logging.getLogger(__name__)

Handler = Callable[[discord.Interaction[Any], Control, Mapping[str, Sequence[str]]], Awaitable[None]]
NO_LONGER_THERE = (10008, 10062, 10015)
"""Discord's codes of a message or an interaction that is gone: nobody waits for an answer any more."""


def intents_for(*, message_content: bool) -> discord.Intents:
    """Return the fewest intents that do: message content only where channels are answered unasked."""
    return discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=message_content)


class CardglassClient(discord.AutoShardedClient):
    """Answers photos.

    Args:
        settings: the operator's choices.
        recogniser: names and completes.
        look: looks at photos.
        fetch: fetches one again to learn from it.
        store: what is remembered.
        messages: what is said.
        message_content: whether Discord lets the bot read messages.
        register: registers the commands; everywhere, at each login, unless given.
    """

    def __init__(
        self,
        settings: Settings,
        recogniser: Recogniser,
        look: Looker,
        fetch: Fetch,
        store: Store,
        messages: Messages,
        *,
        message_content: bool = True,
        register: Callable[[app_commands.CommandTree[Any]], Awaitable[object]] = app_commands.CommandTree.sync,
    ) -> None:
        intents = intents_for(message_content=message_content)
        shards = settings.shards
        part: dict[str, Any] = {} if shards is None else {"shard_ids": list(shards.ids), "shard_count": shards.count}
        super().__init__(intents=intents, allowed_mentions=discord.AllowedMentions.none(), **part)
        self.settings, self.look, self.store, self.messages = settings, look, store, messages
        self.answers, self._deletions, self._chosen = Answers(), Deletions(), Chosen(store)
        self._register = register
        self._recogniser, self._answering = recogniser, Answering(recogniser, store, messages)
        self._lookups = Lookups(recogniser, messages, fetch, look.run)
        self.tree = app_commands.CommandTree(
            self,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )
        telling = Telling(recogniser, store, messages, Operator(settings.contact, settings.keep_days))
        servers, spoken = ServerSettings(store, messages), Spoken(messages)
        add_identify_commands(self.tree, Identifying(look, self._answering, self._chosen, self.answers), spoken)
        add_telling_commands(self.tree, telling, spoken)
        add_settings_command(self.tree, servers, spoken)
        add_lookup_commands(self.tree, self._lookups)
        self.tree.error(self._on_command_error)
        exporting = Exporting(store, messages)
        self._controls: dict[What, Handler] = {
            **correction_handlers(Corrections(recogniser, store, messages, Learning(recogniser, fetch))),
            **dict.fromkeys(SETTINGS, servers.change),
            What.EXPORT: exporting.one,
            What.THREAD: exporting.thread,
            What.FORGET: telling.forget,
        }

    async def setup_hook(self) -> None:
        """Make ready what has to be there before the gateway connects."""
        await self.tree.set_translator(CommandTranslator(self.messages))
        self.add_dynamic_items(ControlItem, *dynamic_items(self._lookups))
        await self._register(self.tree)

    async def on_ready(self) -> None:
        """Say that the bot is there."""
        part = f", as shards {self.settings.shards}" if self.settings.shards else ""
        log.info("ready as %s in %d servers%s", self.user, len(self.guilds), part)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Forget a server that the bot was removed from."""
        self._chosen.forget(guild.id)
        await asyncio.to_thread(self.store.forget_guild, guild.id)

    # -- photos in messages

    async def on_message(self, message: discord.Message) -> None:
        """Answer a message with photos, if it is for us."""
        if message.author.bot or message.webhook_id is not None or self.answers.stopping:
            return
        situation = self._situation(message)
        if not (situation.by_name or shown_attachments(message) or "[[" in message.content):
            # Most messages of a server are talk: the store isn't asked about those.
            return
        with self._deletions.watch(message.id, _holder_of_photos(message).id) as watch:
            await self._see_to(message, situation, watch)

    async def _see_to(self, message: discord.Message, situation: Situation, watch: Watch) -> None:
        guild = await self._guild(message)
        asked = how_asked(situation, guild.channels if guild and guild.auto_answer else ())
        looks_up = guild is None or guild.lookups
        if not (looks_up or asked is not Asked.NOT) or not _may_answer(message):
            return
        try:
            with self.answers:
                answered = looks_up and await self._look_up(message, guild)
                if asked is not Asked.NOT:
                    await self._answer(message, asked, guild, watch, needs_photo=not answered)
        except UNDELIVERED as error:
            # The channel, the message, our rights or the connection went away meanwhile: there is nobody to tell.
            log.warning("could not reply in %s: %s", message.channel.id, _what_failed(error))
        except Exception as error:  # noqa: BLE001 - the outermost handler of a message: everything becomes words
            await self._tell_poster(message, guild, error)

    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        """Answer nothing that is gone."""
        self._deletions.tell([event.message_id])

    async def on_raw_bulk_message_delete(self, event: discord.RawBulkMessageDeleteEvent) -> None:
        """Answer nothing that is gone."""
        self._deletions.tell(event.message_ids)

    async def _tell_poster(self, message: discord.Message, guild: GuildSettings | None, error: Exception) -> None:
        told = as_told(error)
        words = self.messages.words(_language(message, guild))
        with contextlib.suppress(*UNDELIVERED):
            await reply(message, _notice(words(told.key, **told.values)))

    async def _look_up(self, message: discord.Message, guild: GuildSettings | None) -> bool:
        """Answer what a message asks for by name; returns whether it asked for anything."""
        if "[[" not in message.content:
            return False
        words = self.messages.words(_language(message, guild))
        view = await asyncio.to_thread(lookup_reply, message.content, self._recogniser, words, message.author.id)
        if view is not None:
            await reply(message, view)
        return view is not None

    async def _answer(
        self, message: discord.Message, asked: Asked, guild: GuildSettings | None, watch: Watch, *, needs_photo: bool
    ) -> None:
        holder = message if asked is Asked.BY_CHANNEL else _holder_of_photos(message)
        photos = photos_of(shown_attachments(holder))
        words = self.messages.words(_language(message, guild))
        if not photos:
            if asked is Asked.DIRECTLY and message.guild is not None and needs_photo:
                await reply(message, _notice(words("no-photo")))
            return
        if asked is Asked.DIRECTLY:
            with contextlib.suppress(*UNDELIVERED):
                await message.channel.typing()
        asker = Asker(message.author.id, guild.guild_id if guild else None)
        looked = await self.look(photos, DEFAULT_TOP_K, asker)
        if watch.gone:
            # Whoever takes a photo back doesn't want a copy of it in its place.
            return
        if asked is Asked.BY_CHANNEL and guild is not None:
            looked = unasked(looked, guild)
        if not looked:
            return
        occasion = Occasion(
            guild.guild_id if guild else None,
            message.channel.id,
            message.author.id,
            Source(holder.channel.id, holder.id),
            words.language,
            datetime.now(UTC),
        )

        await self._answering(looked, occasion, partial(reply, message), with_files=_may_attach(message))

    async def _guild(self, message: discord.Message) -> GuildSettings | None:
        return None if message.guild is None else await self._chosen(message.guild.id)

    def _situation(self, message: discord.Message) -> Situation:
        channel = message.channel
        places = {channel.id}
        if isinstance(channel, discord.Thread):
            places.add(channel.parent_id)
        return Situation(
            direct=message.guild is None,
            # A reply to the bot mentions it too, without asking for anything: only the text counts.
            mentioned=self.user is not None and self.user.mentioned_in(message) and _names(message, self.user.id),
            places=frozenset(places),
        )

    # -- buttons, menus and forms

    async def on_control(
        self, interaction: discord.Interaction[Any], control: Control, values: Mapping[str, Sequence[str]]
    ) -> None:
        """Do what a control asks for."""
        try:
            await self._controls[control.what](interaction, control, values)
        except Exception as error:  # noqa: BLE001 - the outermost handler of a control: everything becomes words
            await self.tell_error(interaction, error)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Take what discord.py doesn't: forms opened before the start, controls of versions that are gone."""
        data: Mapping[str, Any] = interaction.data or {}
        custom_id = str(data.get("custom_id", ""))
        control = control_of(custom_id)
        if interaction.type is discord.InteractionType.modal_submit and control is not None:
            await self.on_control(interaction, control, filled_in(data))
        elif control is None and custom_id and not is_lookup_id(custom_id):
            await self.tell_error(interaction, UserError("too-old"))

    async def _on_command_error(
        self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError
    ) -> None:
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        await self.tell_error(interaction, cause if isinstance(cause, Exception) else error)

    async def tell_error(self, interaction: discord.Interaction[Any], error: Exception) -> None:
        """Tell who asked what went wrong, in their language."""
        if isinstance(error, discord.HTTPException) and error.code in NO_LONGER_THERE:
            return
        words = self.messages.words(str(interaction.locale))
        told = as_told(error)
        said = words(told.key, **told.values)
        try:
            if interaction.response.is_done():
                await interaction.followup.send(said, ephemeral=True)
            else:
                await interaction.response.send_message(said, ephemeral=True)
        except UNDELIVERED as failure:
            log.warning("could not tell of an error: %s", _what_failed(failure))


def filled_in(data: Mapping[str, Any]) -> dict[str, Sequence[str]]:
    """Return the fields of a form and what was filled in."""
    fields: dict[str, Sequence[str]] = {}
    for label in data.get("components", ()):
        field: Mapping[str, Any] = label.get("component") or next(iter(label.get("components", ())), {})
        if "custom_id" in field:
            fields[field["custom_id"]] = field.get("values") or [field.get("value") or ""]
    return fields


def _what_failed(error: Exception) -> str:
    """Return what the log says of a request that failed: Discord's own text may repeat what was sent."""
    if isinstance(error, discord.HTTPException):
        return f"{error.status} {error.code}"
    return type(error).__name__


def _names(message: discord.Message, user_id: int) -> bool:
    return f"<@{user_id}>" in message.content or f"<@!{user_id}>" in message.content


def _language(message: discord.Message, guild: GuildSettings | None) -> str:
    """Return the language of an answer to a message: the author's own isn't known of messages."""
    if guild is not None and guild.language:
        return guild.language
    return language_of(str(message.guild.preferred_locale) if message.guild else None)


def _holder_of_photos(message: discord.Message) -> discord.Message:
    """Return the message that has the photos: itself, or the one it replies to, as far as it can be read."""
    reference = message.reference
    if not shown_attachments(message) and reference and isinstance(reference.resolved, discord.Message):
        return reference.resolved
    return message


def _may_answer(message: discord.Message) -> bool:
    """Return whether we may write where the message stands; each refused try counts against the bot."""
    rights = rights_at(message)
    if rights is None:
        return True
    return rights.send_messages_in_threads if isinstance(message.channel, discord.Thread) else rights.send_messages


def _may_attach(message: discord.Message) -> bool:
    rights = rights_at(message)
    return rights is None or rights.attach_files


def _notice(text: str) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    return view.add_item(ui.TextDisplay(text))
