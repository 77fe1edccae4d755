"""A small Discord: one server, two channels, a player, an admin, and the real client over the real downloader."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import discord

from bot.client.client import CardglassClient
from bot.core.settings import Settings
from bot.messages import Messages
from bot.recognition.download import cdn_session, make_downloader
from bot.recognition.photo_worker import PhotoWorker
from bot.recognition.pool import WorkerPool, make_pool
from bot.recognition.reloadable_engine import Recogniser
from bot.rehearsal.cdn import LOOPBACK, Cdn, running
from bot.store import Store

WORKERS = 2
SETTLE_S = 60
"""Seconds that simcord waits for an answer; photos take longer than what it expects of a bot."""


@dataclass
class World:
    """What a play moves: ``answered`` is a channel in which every photo is answered, ``quiet`` one in which none is.

    Attributes:
        again: makes another client over the same store.
        alice: a player.
        bob: manages the server.
        cdn: hands out what was posted.
        pool: where photos wait and are looked at.
    """

    env: Any
    client: CardglassClient
    again: Callable[[], CardglassClient]
    guild: Any
    answered: Any
    quiet: Any
    alice: Any
    bob: Any
    cdn: Cdn
    pool: WorkerPool

    async def post(self, channel: Any, *photos: tuple[str, bytes], text: str = "", **more: Any) -> Any:
        """Let Alice post files, each a name and bytes, in a channel of the server."""
        return await self.alice.send(channel, text, attachments=list(photos), **more)

    async def post_direct(self, *photos: tuple[str, bytes], text: str = "") -> Any:
        """Let Alice send the bot a direct message and return its reply; simcord takes files only as it stores them."""
        channel = self.alice.user.dm_channel
        await self.alice.send_dm(text, attachments=self.env.backend.store_attachments(channel.id, list(photos)))
        return channel.last_message

    def choose(self, **chosen: Any) -> None:
        """Let the server's admins choose settings, besides those they chose before."""
        store = self.client.store
        store.save_guild(replace(store.guild(self.guild.id), **chosen))

    def answer_also(self, channel: Any) -> None:
        """Have every photo of a channel answered."""
        self.choose(channels=self.client.store.guild(self.guild.id).channels | {channel.id})

    def replies(self, channel: Any) -> list[Any]:
        """Return the bot's own messages in a channel, oldest first."""
        return [message for message in channel.history() if message.author.id == self.client.user.id]  # type: ignore[union-attr]


AnyWorld = TypeVar("AnyWorld", bound=World)


@asynccontextmanager
async def open_world(
    recogniser: Recogniser, settings: Settings, messages: Messages, kind: type[AnyWorld]
) -> AsyncIterator[AnyWorld]:
    """Run the real client, store, downloader and pool over ``recogniser`` in a fresh Discord.

    Args:
        kind: :class:`World`, or what a test makes of it.
    """
    import simcord

    async with cdn_session() as session:
        with running(Cdn()) as cdn, _files_at(cdn.base), TemporaryDirectory() as folder:
            pool = make_pool(settings, WORKERS)
            # It tries again at once, for simcord's clock stands still.
            fetch = make_downloader(session, settings, hosts={LOOPBACK}, schemes={"http"}, pause_s=0).fetch
            look, store = PhotoWorker(recogniser, fetch, pool), Store(Path(folder) / "bot.sqlite")

            def client() -> CardglassClient:
                return CardglassClient(settings, recogniser, look, fetch, store, messages)

            first = client()
            env = simcord.Env(first, shard_count=None if settings.shards else 1, settle_timeout=SETTLE_S)
            cdn.file_at = env.backend.cdn.get
            await env.start()
            try:
                yield _settled(env, first, client, kind, cdn, pool)
            finally:
                await env.shutdown()
                await pool.close()
                store.close()


@contextmanager
def _files_at(base: str) -> Iterator[None]:
    """Let simcord give the files it keeps addresses at which they can be fetched; it has no option for that."""
    from simcord.backend import cdn

    before = cdn.CDN_BASE
    cdn.CDN_BASE = base
    try:
        yield
    finally:
        cdn.CDN_BASE = before


def _settled(
    env: Any,
    client: CardglassClient,
    again: Callable[[], CardglassClient],
    kind: type[AnyWorld],
    cdn: Cdn,
    pool: WorkerPool,
) -> AnyWorld:
    shards = client.settings.shards
    guild = env.create_guild("Cards and Coffee", shard_id=shards.first if shards else None)
    answered, quiet = guild.create_text_channel("cards"), guild.create_text_channel("talk")
    admins = guild.create_role("admins", permissions=discord.Permissions(manage_guild=True))
    alice = guild.add_member(env.create_user("alice", global_name="Alice"))
    bob = guild.add_member(env.create_user("bob", global_name="Bob"), roles=[admins])
    world = kind(env, client, again, guild, answered, quiet, alice, bob, cdn, pool)
    world.answer_also(answered)
    return world
