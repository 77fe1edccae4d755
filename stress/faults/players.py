"""People on the simulated server: they post photos all the time, put answers right, and look cards up."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from contextvars import Context
from dataclasses import dataclass, field
from typing import Any

from simcord.results import to_discord_message

from stress.faults.answers import EN, refusal_in
from stress.faults.ledger import FIRST_ANSWER_S, Ledger, Photo
from stress.faults.memory import Memory, names_of
from stress.faults.real_time import ids_of, text_of, walk
from tests.support.fleet.photos import distinct

WAYS = {"channel": 70, "mention": 12, "direct": 6, "command": 8, "similar": 4}
"""How photos are asked about, of a hundred."""
CORRECTED, TAUGHT, LOOKED_UP = 0.12, 0.08, 0.15
"""Shares of the photos after which somebody corrects the answer, confirms it for the engine to learn, looks up."""
SEVERAL = 0.04
"""Share of the photos that show several cards, which the last of the drawn ones does."""
CARDS = ("Lightning Bolt", "Storm Crow", "Fog")
ANSWER_WITHIN_S = 90.0
POLL_S = 0.1
THANKS = EN("corrected", card="").split("!")[0]


@dataclass
class Players:
    """Acts for all of them.

    Attributes:
        world: as :class:`bot.rehearsal.world.World` has it.
        people: who post.
        jpegs: the drawn photos.
    """

    world: Any
    people: Sequence[Any]
    jpegs: Sequence[bytes]
    ledger: Ledger
    memory: Memory
    rng: random.Random
    posted: int = 0
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)

    async def post_all(self, rate: float, until: float) -> None:
        """Post so many photos a second on average, until a moment by the monotonic clock."""
        while time.monotonic() < until:
            self.post_one(self.rng.choices(list(WAYS), list(WAYS.values()))[0])
            if self.rng.random() < LOOKED_UP:
                self._do(self._look_up())
            await asyncio.sleep(self.rng.expovariate(rate))

    def post_one(self, way: str) -> None:
        """Post a photo."""
        self._do(self._post(way))

    async def finish(self) -> None:
        """Wait until all that people do has come to its end."""
        while self._under_way or self.ledger.waiting:  # noqa: ASYNC110 - both end in many ways
            await asyncio.sleep(POLL_S)

    def react(self, photo: Photo) -> None:
        """Do with an answer what people do."""
        if photo.way == "similar":
            return
        right = self.ledger.rights[self.ledger.versions[-1]]
        self._do(self._afterwards(photo, right.names[photo.number]))

    async def _afterwards(self, photo: Photo, names: tuple[str, ...]) -> None:
        chance = self.rng.random()
        await self.memory.look_soon(photo, names)
        if photo.way != "channel" or len(names) != 1:
            return
        if chance < CORRECTED:
            await self._correct(photo)
        elif chance < CORRECTED + TAUGHT:
            await self._teach(photo)

    def _do(self, work: Any) -> None:
        # An answer is heard of in the bot's own context, in which simcord lets nobody act.
        task = asyncio.create_task(work, context=Context())
        self._under_way.add(task)
        task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self.ledger.find(f"a player stumbled: {task.exception()!r}")

    async def _post(self, way: str) -> None:
        several = self.rng.random() < SEVERAL
        number, self.posted = -1 if several else self.rng.randrange(len(self.jpegs) - 1), self.posted + 1
        member = self.rng.choice(self.people)
        photo = (f"{self.posted}.jpg", distinct(self.jpegs[number], self.posted))
        world, env = self.world, self.world.env
        if way in ("command", "similar"):
            result = await member.slash(world.quiet, "identify" if way == "command" else "similar", image=photo)
            noted = self.ledger.post(result._interaction.id, number, way, member.id)
            await self._hear(noted, result)
            return
        if way == "direct":
            channel = member.user.dm_channel
            ident = (await member.send_dm("", attachments=env.backend.store_attachments(channel.id, [photo]))).id
        else:
            channel, text = (world.quiet, f"<@{world.client.user.id}>") if way == "mention" else (world.answered, "")
            ident = (await member.send(channel, text, attachments=[photo])).id
        self.ledger.post(ident, number, way, member.id)

    async def _hear(self, photo: Photo, result: Any) -> None:
        """Wait for the answer to a command, which is no message that replies to another."""
        await asyncio.sleep(FIRST_ANSWER_S + POLL_S)
        if not result.acknowledged:
            self.ledger.expire(photo)
            return
        message = await self._told(result)
        if message is None or photo.outcome is not None:
            return
        self.ledger.answered(photo.ident, message)
        await asyncio.sleep(POLL_S)
        for more in result.followups:
            self.ledger.answered(photo.ident, as_event(more))

    async def _told(self, result: Any, *, having: str = "") -> dict[str, Any] | None:
        """Return what an interaction is answered with; None where it isn't in time."""
        begun = time.monotonic()
        while time.monotonic() - begun < ANSWER_WITHIN_S:
            if not result.acknowledged and time.monotonic() - begun > 2 * FIRST_ANSWER_S:
                self._expired(begun)
                return None
            response = result.response
            if response is not None and not result._interaction.loading:
                message = as_event(response)
                if having in text_of(message) and text_of(message):
                    return message
            await asyncio.sleep(POLL_S)
        self.ledger.find(f"{result!r} was acknowledged and never answered")
        return None

    async def _look_up(self) -> None:
        name, member = self.rng.choice(CARDS), self.rng.choice(self.people)
        message = await self._told(await member.slash(self.world.quiet, "card", name=name))
        self.memory.counts["look-ups"] += 1
        if message is not None and name not in text_of(message):
            self.ledger.find(f"/card {name} was answered with {text_of(message)!r}")

    async def _panel(self, actor: Any, photo: Photo) -> tuple[Any, dict[str, Any]] | None:
        """Open the corrections of an answer."""
        env = self.world.env
        reply = to_discord_message(env, env.backend.get_message(photo.channel, photo.reply))
        result = await actor.click(reply, custom_id=f"v1:wrong:{photo.key}:")
        message = await self._told(result)
        if message is None or not ids_of(message):
            if message is not None:
                self._refused("panels", photo, message)
            return None
        return result.response, message

    async def _correct(self, photo: Photo) -> None:
        actor = next(one for one in self.people if one.id == photo.user)
        opened = await self._panel(actor, photo)
        if opened is None:
            return
        panel, message = opened
        menu = next(
            (one for one in walk(message["components"]) if one.get("custom_id", "").startswith("v1:name:")), None
        )
        if menu is None:
            self.memory.counts["panels without a menu"] += 1
            return
        name = self.rng.choice([option["value"] for option in menu["options"]][1:])
        result = await actor.select(panel, [name], custom_id=menu["custom_id"])
        told = await self._outcome(result, panel)
        if told is not None and THANKS in text_of(told):
            await self._hold_correction(photo, name)
        elif told is not None:
            self._refused("corrections", photo, told)
        else:
            # Discord gave it up; what the bot had begun by then is done all the same.
            answer = await self.memory.find(photo.key or "")
            if answer and names_of(answer) == (name,):
                self.memory.kept[answer.key] = (name,)

    async def _hold_correction(self, photo: Photo, name: str) -> None:
        self.memory.counts["corrections"] += 1
        answer = await self.memory.find(photo.key or "")
        found = answer.cards[0].name if answer else None
        if found != name:
            self.ledger.find(f"the answer {photo.key} was corrected to {name}, and is {found}")
        self.memory.kept[photo.key or ""] = (name,)

    async def _teach(self, photo: Photo) -> None:
        bob = self.world.bob
        opened = await self._panel(bob, photo)
        if opened is None:
            return
        panel, message = opened
        right = next((ident for ident in ids_of(message) if ident.startswith("v1:right:")), None)
        if right is None:
            return
        result = await bob.click(panel, custom_id=right)
        told = await self._outcome(result, panel, having=EN("learnt"))
        if told is not None and EN("learnt") in text_of(told):
            self.memory.counts["confirmations learnt"] += 1
        elif told is not None and THANKS in text_of(told):
            self.memory.counts["confirmations taken, and nothing learnt"] += 1
        elif told is not None:
            self._refused("confirmations", photo, told)

    async def _outcome(self, result: Any, panel: Any, having: str = "") -> dict[str, Any] | None:
        """Return what a panel says once its control was used, or the notice beside it."""
        begun = time.monotonic()
        while time.monotonic() - begun < ANSWER_WITHIN_S:
            await asyncio.sleep(POLL_S)
            if not result.acknowledged and time.monotonic() - begun > 2 * FIRST_ANSWER_S:
                self._expired(begun)
                return None
            notices = [as_event(one) for one in (result.response, *result.followups) if one and one.id != panel.id]
            if notices:
                return notices[0]
            now = as_event(panel)
            if THANKS in text_of(now) and having in text_of(now):
                return now
            if THANKS in text_of(now) and time.monotonic() - begun > ANSWER_WITHIN_S / 3:
                return now
        self.ledger.find(f"{result!r} was acknowledged and never answered")
        return None

    def _expired(self, begun: float) -> None:
        self.memory.counts["presses and look-ups without a first answer in 3 s"] += 1
        self.ledger.hold_late(begun, "a press or a look-up")

    def _refused(self, what: str, photo: Photo, message: dict[str, Any]) -> None:
        text = text_of(message)
        key = "too-old" if text == EN("too-old") else refusal_in(text)
        self.memory.counts[f"{what} refused: {key or text}"] += 1
        if key is None:
            self.ledger.find(f"{what} of {photo.key} was answered with {text!r}")


def as_event(response: Any) -> dict[str, Any]:
    """Return a response as Discord's events have messages."""
    message = response._message
    return {
        "id": message.id,
        "channel_id": message.channel_id,
        "content": message.content,
        "components": message.components,
        "attachments": message.attachments,
    }
