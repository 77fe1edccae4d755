"""A small Discord: one server, two channels, a player, an admin, and the real client with the real downloader."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self, TypeVar
from unittest.mock import patch

import discord

from bot.client.client import CardglassClient
from bot.core.settings import Settings
from bot.messages import Messages
from bot.recognition.download import cdn_session, make_downloader
from bot.recognition.photo_worker import PhotoWorker
from bot.recognition.pool import WorkerPool, make_pool
from bot.recognition.reloadable_engine import Recogniser
from bot.rehearsal.cdn import LOOPBACK, Cdn
from bot.store import Store

WORKERS = 2
SETTLE_S = 60
"""Seconds simcord waits for an answer; photos take longer than it expects."""


@dataclass
class World:
    """The people and channels of a play.

    Attributes:
        again: creates another client with the same store.
        answered: a channel where every photo is answered.
        quiet: a channel where none is.
        alice: a player.
        bob: manages the server.
        cdn: serves posted files.
        pool: processes the photos.
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

    @classmethod
    def create(
        cls, env: Any, client: CardglassClient, again: Callable[[], CardglassClient], cdn: Cdn, pool: WorkerPool
    ) -> Self:
        """Create the server, its channels and its members."""
        shards = client.settings.shards
        guild = env.create_guild("Cards and Coffee", shard_id=shards.first if shards else None)
        answered, quiet = guild.create_text_channel("cards"), guild.create_text_channel("talk")
        admins = guild.create_role("admins", permissions=discord.Permissions(manage_guild=True))
        alice = guild.add_member(env.create_user("alice", global_name="Alice"))
        bob = guild.add_member(env.create_user("bob", global_name="Bob"), roles=[admins])
        world = cls(env, client, again, guild, answered, quiet, alice, bob, cdn, pool)
        world.answer_also(answered)
        return world

    async def post(self, channel: Any, *photos: tuple[str, bytes], text: str = "", **more: Any) -> Any:
        """Alice posts files, each a name and bytes, in a channel of the server."""
        return await self.alice.send(channel, text, attachments=list(photos), **more)

    async def post_direct(self, *photos: tuple[str, bytes], text: str = "") -> Any:
        """Alice sends the bot a direct message; returns its reply."""
        channel = self.alice.user.dm_channel
        # simcord takes files of direct messages only if they are stored already.
        await self.alice.send_dm(text, attachments=self.env.backend.store_attachments(channel.id, list(photos)))
        return channel.last_message

    def choose(self, **chosen: Any) -> None:
        """The server's admins change some settings."""
        store = self.client.store
        store.save_guild(replace(store.guild(self.guild.id), **chosen))

    def answer_also(self, channel: Any) -> None:
        """Answer every photo of another channel."""
        self.choose(channels=self.client.store.guild(self.guild.id).channels | {channel.id})

    def replies(self, channel: Any) -> list[Any]:
        """Return the bot's own messages in a channel, oldest first."""
        return [message for message in channel.history() if message.author.id == self.client.user.id]  # type: ignore[union-attr]


AnyWorld = TypeVar("AnyWorld", bound=World)


@asynccontextmanager
async def open_world(
    recogniser: Recogniser, settings: Settings, messages: Messages, kind: type[AnyWorld]
) -> AsyncIterator[AnyWorld]:
    """Run the real client, store, downloader and pool with ``recogniser`` in a new Discord.

    Args:
        kind: :class:`World` or a subclass.
    """
    import simcord

    async with cdn_session() as session:
        cdn = Cdn()
        with cdn.running(), files_at(cdn.base), TemporaryDirectory() as folder:
            pool = make_pool(settings, WORKERS)
            # It retries at once, because simcord's clock stands still.
            fetch = make_downloader(session, settings, hosts={LOOPBACK}, schemes={"http"}, pause_s=0).fetch
            worker, store = PhotoWorker(recogniser, fetch, pool), Store(Path(folder) / "bot.sqlite")

            def client() -> CardglassClient:
                return CardglassClient(settings, recogniser, worker, fetch, store, messages)

            first = client()
            env = simcord.Env(first, shard_count=None if settings.shards else 1, settle_timeout=SETTLE_S)
            cdn.file_at = env.backend.cdn.get
            await env.start()
            try:
                yield kind.create(env, first, client, cdn, pool)
            finally:
                await env.shutdown()
                await pool.close()
                store.close()


def files_at(base: str) -> AbstractContextManager[object]:
    """Give simcord's files URLs that can be downloaded, for the duration of the block; it has no option for that."""
    from simcord.backend import cdn

    return patch.object(cdn, "CDN_BASE", base)
