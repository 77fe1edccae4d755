"""A small Discord for tests: one server, one channel, one player, and a CDN on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import aiohttp
import simcord

from bot.client import CardglassClient
from bot.download import Downloader
from bot.looking import Looker, Recogniser
from bot.pool import WorkerPool
from bot.settings import Settings
from tests.bot.openapi import faults

LOOPBACK = "127.0.0.1"


@dataclass
class World:
    """What a test moves: ``answered`` is a channel in which every photo is answered, ``quiet`` one in which none is."""

    env: Any
    client: CardglassClient
    guild: Any
    answered: Any
    quiet: Any
    alice: Any

    async def post(self, channel: Any, *photos: tuple[str, bytes], text: str = "", **more: Any) -> Any:
        return await self.alice.send(channel, text, attachments=list(photos), **more)

    async def post_direct(self, *photos: tuple[str, bytes]) -> Any:
        """Send a direct message; simcord takes its photos only as it stores them itself."""
        channel = self.alice.user.dm_channel
        await self.alice.send_dm("", attachments=self.env.backend.store_attachments(channel.id, list(photos)))
        return channel.last_message

    def thread_in(self, channel: Any) -> Any:
        """Open a thread; simcord has no actor for it, so its backend and its handle do."""
        thread = self.env.backend.create_thread(channel.id, "thread", self.alice.id)
        return type(channel)(self.env, self.guild, thread)

    def answer_also(self, channel: Any) -> None:
        channels = self.client.settings.channels | {channel.id}
        self.client.settings = replace(self.client.settings, channels=channels)

    def replies(self, channel: Any) -> list[Any]:
        return [m for m in channel.history() if m.author.id == self.client.user.id]

    def faults(self) -> list[str]:
        """What Discord's own document has against the requests made so far."""
        return [fault for r in self.env.http_requests for fault in faults(r.method, r.path, r.json)]


class Cdn(ThreadingHTTPServer):
    """Hands out what simcord keeps of uploaded files, over real HTTP, as Discord's CDN does.

    In threads of its own: simcord waits until the event loop is idle, which a server on it never is.
    """

    def __init__(self) -> None:
        super().__init__((LOOPBACK, 0), _CdnHandler)
        self.env: Any = None

    @property
    def base(self) -> str:
        return f"http://{LOOPBACK}:{self.server_port}"


class _CdnHandler(BaseHTTPRequestHandler):
    server: Cdn

    def do_GET(self) -> None:
        data = self.server.env.backend.cdn.get(self.server.base + self.path)
        self.send_response(404 if data is None else 200)
        self.end_headers()
        self.wfile.write(data or b"")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server names it so
        """Keep the tests' output clean."""


@contextmanager
def running(cdn: Cdn) -> Iterator[Cdn]:
    thread = Thread(target=cdn.serve_forever, daemon=True)
    thread.start()
    try:
        yield cdn
    finally:
        cdn.shutdown()
        cdn.server_close()
        thread.join()


@asynccontextmanager
async def small_world(recogniser: Recogniser, monkeypatch: Any, **chosen: Any) -> AsyncIterator[World]:
    """Run the real client, downloader and pool over ``recogniser`` in a fresh Discord."""
    async with aiohttp.ClientSession() as session:
        with running(Cdn()) as cdn:
            monkeypatch.setattr(simcord.backend.cdn, "CDN_BASE", cdn.base)
            # An id that no channel has: the real one is known only when the channel is there.
            settings = replace(Settings(channels=frozenset({1})), **chosen)
            pool = WorkerPool(settings.workers, settings.max_waiting)
            client = CardglassClient(settings, recogniser, Looker(recogniser, downloader(session, settings), pool))
            cdn.env = env = simcord.Env(client, shard_count=1, settle_timeout=60)
            await env.start()
            try:
                yield _settled(env, client)
            finally:
                await env.shutdown()
                await pool.close()


def downloader(session: aiohttp.ClientSession, settings: Settings) -> Downloader:
    """The real downloader, allowed to ask loopback."""
    limits = {"max_bytes": settings.max_photo_bytes, "timeout_s": settings.download_timeout_s}
    return Downloader(session, hosts={LOOPBACK}, schemes={"http"}, **limits)


def _settled(env: Any, client: CardglassClient) -> World:
    guild = env.create_guild()
    answered = guild.create_text_channel("cards")
    client.settings = replace(client.settings, channels=frozenset({answered.id}))
    alice = guild.add_member(env.create_user("alice"))
    return World(env, client, guild, answered, guild.create_text_channel("talk"), alice)
