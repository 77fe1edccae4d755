"""A small client that has look-ups alone, in simcord's Discord: what the bot's own client joins them to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import discord
import simcord
from discord import app_commands, ui

from bot.lookups import Lookups, add_lookup_commands, dynamic_items, lookup_reply
from bot.messages import Messages
from bot.recognition.recogniser import LookupEngine
from bot.recognition.schedule import Asker
from bot.rehearsal.reading import parts_of
from tests.support.bot.discord_rules import check

MESSAGES = Messages.open()


class LookupClient(discord.AutoShardedClient):
    """Answers look-ups in commands, in messages and by its buttons."""

    def __init__(self, engine: LookupEngine, env: list[Any]) -> None:
        intents = discord.Intents(guilds=True, guild_messages=True, message_content=True)
        super().__init__(intents=intents, allowed_mentions=discord.AllowedMentions.none())
        self.engine, self.tree = engine, app_commands.CommandTree(self)

        async def fetch(url: str, _: int) -> bytes:
            return env[0].backend.cdn.get(url)

        async def work(run: Any, _: Asker) -> Any:
            return await asyncio.to_thread(run)

        self.lookups = Lookups(engine, MESSAGES, fetch, work)
        add_lookup_commands(self.tree, self.lookups)

    async def setup_hook(self) -> None:
        self.add_dynamic_items(*dynamic_items(self.lookups))
        await self.tree.sync()

    async def on_message(self, message: discord.Message) -> None:
        if message.author.bot:
            return
        words = MESSAGES.words(None)
        answer = await asyncio.to_thread(lookup_reply, message.content, self.engine, words, message.author.id)
        if answer is not None:
            await message.reply(view=answer, mention_author=False)


@dataclass
class LookupWorld:
    env: Any
    engine: LookupEngine
    channel: Any
    alice: Any
    bob: Any
    holder: list[Any]

    async def ask(self, text: str) -> Any:
        """Post as alice; returns the bot's reply, or None where it is silent."""
        message = await self.alice.send(self.channel, text)
        last = self.channel.last_message
        return None if last.id == message.id else last

    async def restart(self) -> None:
        await self.env.restart_bot(LookupClient(self.engine, self.holder))


@asynccontextmanager
async def lookup_world(engine: LookupEngine) -> AsyncIterator[LookupWorld]:
    holder: list[Any] = []
    env = simcord.Env(LookupClient(engine, holder), shard_count=1, settle_timeout=60)
    holder.append(env)
    await env.start()
    try:
        guild = env.create_guild()
        alice, bob = (guild.add_member(env.create_user(name)) for name in ("alice", "bob"))
        yield LookupWorld(env, engine, guild.create_text_channel("talk"), alice, bob, holder)
        assert check(env.http_requests) == []
    finally:
        await env.shutdown()


def ids_of(message: discord.Message) -> dict[str, str]:
    """Custom ids of a message's buttons, by label."""
    return {item.label: item.custom_id for item in parts_of(message, ui.Button)}
