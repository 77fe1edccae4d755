"""The simulated Discord of :mod:`bot.rehearsal`, extended for tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import discord
from discord import ui

from bot.core.settings import Settings
from bot.messages import Messages
from bot.recognition.reloadable_engine import Recogniser
from bot.rehearsal import world as rehearsal
from bot.rehearsal.reading import control, parts_of
from bot.rehearsal.world import open_world
from bot.replies.layout import answer_layout
from bot.store import Answer
from engine import Candidate, Status
from tests.support.bot.discord_rules import check

__all__ = ["MESSAGES", "World", "control", "parts_of", "small_world", "text_of"]

MESSAGES = Messages.open()


def text_of(message: Any) -> str:
    """Return everything a message says, as it was sent."""
    shown = [item.content for item in parts_of(message, ui.TextDisplay)]
    return "\n".join([message.content, *shown] if message.content else shown)


@dataclass
class World(rehearsal.World):
    """A small Discord with the bot, for tests."""

    def thread_in(self, channel: Any) -> Any:
        """Open a thread; simcord's actors can't, so its backend does."""
        thread = self.env.backend.create_thread(channel.id, "thread", self.alice.id)
        return type(channel)(self.env, self.guild, thread)

    def answer_of(self, reply: Any) -> Answer:
        """Return the stored answer of one of the bot's messages."""
        return next(one for one in self.client.store.answers_in(reply.channel.id) if one.reply_id == reply.id)

    def unsure(self, answer: Answer, names: Sequence[str]) -> Answer:
        """Store an answer's first card as unsure, with these candidates, and return the answer."""
        candidates = tuple(Candidate(name, 0.5, "https://scryfall.com/") for name in names)
        card = replace(answer.cards[0], status=Status.UNSURE, candidates=candidates, name=names[0])
        self.client.store.correct_card(answer.key, 0, card)
        return replace(answer, cards=(card, *answer.cards[1:]))

    async def layout(self, answer: Answer) -> ui.LayoutView:
        """Return the present layout of the reply."""
        return answer_layout(answer, MESSAGES.words(answer.language), [None] * len(answer.cards))

    async def restart(self) -> None:
        """Restart the bot with the same store."""
        self.client = self.again()
        await self.env.restart_bot(self.client)

    def newcomer(self, name: str, **rights: bool) -> Any:
        """Add somebody with permissions to the server; with ``manage_guild`` an admin."""
        role = self.guild.create_role(f"{name}'s", permissions=discord.Permissions(**rights))
        return self.guild.add_member(self.env.create_user(name), roles=[role])

    def join(self, name: str, **more: Any) -> Any:
        """Add somebody to the server."""
        return self.guild.add_member(self.env.create_user(name), **more)

    @asynccontextmanager
    async def at_once(self) -> AsyncIterator[None]:
        """Let everything people do in the block happen before the bot answers any of it.

        simcord waits after each action until the bot is idle, and has no option to turn that off.
        """
        settle = self.env._settle_internal

        async def not_yet(**_: Any) -> None:
            await asyncio.sleep(0)

        self.env._settle_internal = not_yet
        try:
            yield
            # With hundreds of tasks simcord takes longer to find out whether they are idle than they take.
            await until(lambda: not (self.client.answers._count or self.pool.waiting or self.pool.running))
        finally:
            self.env._settle_internal = settle
        await self.env.settle()

    def faults(self) -> list[str]:
        """Return what Discord would reject in the requests made so far."""
        return check(self.env.http_requests)


async def until(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds."""
    while not condition():  # noqa: ASYNC110 - simcord and the pool have no events for this
        await asyncio.sleep(0.01)


@asynccontextmanager
async def small_world(recogniser: Recogniser, **chosen: Any) -> AsyncIterator[World]:
    """Run the real client, downloader and pool with ``recogniser`` in a new Discord; check all requests at the end."""
    async with open_world(recogniser, replace(Settings(), **chosen), MESSAGES, World) as world:
        yield world
        assert world.faults() == []
