"""Simulated people: they post photos all the time, correct answers, and look cards up."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from contextvars import Context
from dataclasses import dataclass, field
from typing import Any

from simcord.results import to_discord_message

from stress.faults.answers import EN, refusal_key
from stress.faults.ledger import FIRST_ANSWER_S, Ledger, Photo
from stress.faults.memory import StoreChecker, names_of
from stress.faults.real_time import ids_of, text_of, walk
from tests.support.fleet.photos import distinct

WAYS = {"channel": 70, "mention": 12, "direct": 6, "command": 8, "similar": 4}
"""Ways to post a photo, and their share in percent."""
CORRECTED, CONFIRMED, LOOKED_UP = 0.12, 0.08, 0.15
"""Share of the photos after which somebody corrects the answer, confirms it, or looks a card up."""
SEVERAL = 0.04
"""Share of the photos that show several cards: the last of the drawn photos."""
CARDS = ("Lightning Bolt", "Storm Crow", "Fog")
ANSWER_WITHIN_S = 90.0
POLL_S = 0.1
THANKS = EN.format("corrected", card="").split("!")[0]


@dataclass
class Players:
    """Acts for all people.

    Attributes:
        world: see :class:`bot.rehearsal.world.World`.
        people: members who post photos.
        jpegs: the drawn photos.
    """

    world: Any
    people: Sequence[Any]
    jpegs: Sequence[bytes]
    ledger: Ledger
    checker: StoreChecker
    rng: random.Random
    posted: int = 0
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)

    async def post_all(self, rate: float, until: float) -> None:
        """Post ``rate`` photos a second on average, until a time of the monotonic clock."""
        while time.monotonic() < until:
            self.post_one(self.rng.choices(list(WAYS), list(WAYS.values()))[0])
            if self.rng.random() < LOOKED_UP:
                self._start(self._look_up())
            await asyncio.sleep(self.rng.expovariate(rate))

    def post_one(self, way: str) -> None:
        """Post a photo."""
        self._start(self._post(way))

    async def finish(self) -> None:
        """Wait until all actions are finished and all photos answered."""
        while self._under_way or self.ledger.waiting:  # noqa: ASYNC110 - both end in many ways
            await asyncio.sleep(POLL_S)

    def react(self, photo: Photo) -> None:
        """React to an answer as people do."""
        if photo.way == "similar":
            return
        expected = self.ledger.expected[self.ledger.versions[-1]]
        self._start(self._afterwards(photo, expected.names[photo.number]))

    async def _afterwards(self, photo: Photo, names: tuple[str, ...]) -> None:
        chance = self.rng.random()
        await self.checker.check_soon(photo, names)
        if photo.way != "channel" or len(names) != 1:
            return
        if chance < CORRECTED:
            await self._correct(photo)
        elif chance < CORRECTED + CONFIRMED:
            await self._confirm(photo)

    def _start(self, work: Any) -> None:
        def end(task: asyncio.Task[None]) -> None:
            self._under_way.discard(task)
            if not task.cancelled() and task.exception() is not None:
                self.ledger.report(f"a player stumbled: {task.exception()!r}")

        # Answers arrive in the bot's own context, in which simcord lets nobody act.
        task = asyncio.create_task(work, context=Context())
        self._under_way.add(task)
        task.add_done_callback(end)

    async def _post(self, way: str) -> None:
        several = self.rng.random() < SEVERAL
        number, self.posted = -1 if several else self.rng.randrange(len(self.jpegs) - 1), self.posted + 1
        member = self.rng.choice(self.people)
        photo = (f"{self.posted}.jpg", distinct(self.jpegs[number], self.posted))
        world, env = self.world, self.world.env
        if way in ("command", "similar"):
            result = await member.slash(world.quiet, "identify" if way == "command" else "similar", image=photo)
            posted = self.ledger.post(result._interaction.id, number, way, member.id)
            await self._wait_for_answer(posted, result)
            return
        if way == "direct":
            channel = member.user.dm_channel
            ident = (await member.send_dm("", attachments=env.backend.store_attachments(channel.id, [photo]))).id
        else:
            channel, text = (world.quiet, f"<@{world.client.user.id}>") if way == "mention" else (world.answered, "")
            ident = (await member.send(channel, text, attachments=[photo])).id
        self.ledger.post(ident, number, way, member.id)

    async def _wait_for_answer(self, photo: Photo, result: Any) -> None:
        """Wait for the answer to a command, which is not a reply to a message."""
        await asyncio.sleep(FIRST_ANSWER_S + POLL_S)
        if not result.acknowledged:
            self.ledger.expire(photo)
            return
        message = await self._response_to(result)
        if message is None or photo.outcome is not None:
            return
        self.ledger.add_answer(photo.ident, message)
        await asyncio.sleep(POLL_S)
        for more in result.followups:
            self.ledger.add_answer(photo.ident, as_event(more))

    async def _response_to(self, result: Any) -> dict[str, Any] | None:
        """Return the response to an interaction; None if there is none in time."""
        begun = time.monotonic()
        while time.monotonic() - begun < ANSWER_WITHIN_S:
            if not result.acknowledged and time.monotonic() - begun > 2 * FIRST_ANSWER_S:
                self._expired(begun)
                return None
            response = result.response
            if response is not None and not result._interaction.loading:
                message = as_event(response)
                if text_of(message):
                    return message
            await asyncio.sleep(POLL_S)
        self.ledger.report(f"{result!r} was acknowledged and never answered")
        return None

    async def _look_up(self) -> None:
        name, member = self.rng.choice(CARDS), self.rng.choice(self.people)
        message = await self._response_to(await member.slash(self.world.quiet, "card", name=name))
        self.checker.counts["look-ups"] += 1
        if message is not None and name not in text_of(message):
            self.ledger.report(f"/card {name} was answered with {text_of(message)!r}")

    async def _open_panel(self, member: Any, photo: Photo) -> tuple[Any, dict[str, Any]] | None:
        """Open the corrections panel of an answer; None if there is none."""
        env = self.world.env
        reply = to_discord_message(env, env.backend.get_message(photo.channel, photo.reply))
        result = await member.click(reply, custom_id=f"v1:wrong:{photo.key}:")
        message = await self._response_to(result)
        if message is None or not ids_of(message):
            if message is not None:
                self._count_refusal("panels", photo, message)
            return None
        return result.response, message

    async def _correct(self, photo: Photo) -> None:
        member = next(one for one in self.people if one.id == photo.user)
        opened = await self._open_panel(member, photo)
        if opened is None:
            return
        panel, message = opened
        menu = next(
            (one for one in walk(message["components"]) if one.get("custom_id", "").startswith("v1:name:")), None
        )
        if menu is None:
            self.checker.counts["panels without a menu"] += 1
            return
        name = self.rng.choice([option["value"] for option in menu["options"]][1:])
        result = await member.select(panel, [name], custom_id=menu["custom_id"])
        shown = await self._panel_after(result, panel)
        if shown is not None and THANKS in text_of(shown):
            self.checker.counts["corrections"] += 1
            answer = await self.checker.find(photo.key or "")
            found = answer.cards[0].name if answer else None
            if found != name:
                self.ledger.report(f"the answer {photo.key} was corrected to {name}, and is {found}")
            self.checker.kept[photo.key or ""] = (name,)
        elif shown is not None:
            self._count_refusal("corrections", photo, shown)
        else:
            # The interaction expired, but the bot may have made the correction.
            answer = await self.checker.find(photo.key or "")
            if answer and names_of(answer) == (name,):
                self.checker.kept[answer.key] = (name,)

    async def _confirm(self, photo: Photo) -> None:
        bob = self.world.bob
        opened = await self._open_panel(bob, photo)
        if opened is None:
            return
        panel, message = opened
        right = next((ident for ident in ids_of(message) if ident.startswith("v1:right:")), None)
        if right is None:
            return
        result = await bob.click(panel, custom_id=right)
        shown = await self._panel_after(result, panel, having=EN.format("learnt"))
        if shown is not None and EN.format("learnt") in text_of(shown):
            self.checker.counts["confirmations learnt"] += 1
        elif shown is not None and THANKS in text_of(shown):
            self.checker.counts["confirmations taken, and nothing learnt"] += 1
        elif shown is not None:
            self._count_refusal("confirmations", photo, shown)

    async def _panel_after(self, result: Any, panel: Any, having: str = "") -> dict[str, Any] | None:
        """Return the panel after one of its controls was used, or the notice next to it."""
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
        self.ledger.report(f"{result!r} was acknowledged and never answered")
        return None

    def _expired(self, begun: float) -> None:
        self.checker.counts["presses and look-ups without a first answer in 3 s"] += 1
        self.ledger.check_delayed(begun, "a press or a look-up")

    def _count_refusal(self, what: str, photo: Photo, message: dict[str, Any]) -> None:
        text = text_of(message)
        key = "too-old" if text == EN.format("too-old") else refusal_key(text)
        self.checker.counts[f"{what} refused: {key or text}"] += 1
        if key is None:
            self.ledger.report(f"{what} of {photo.key} was answered with {text!r}")


def as_event(response: Any) -> dict[str, Any]:
    """Return a response in the form of messages in Discord's events."""
    message = response._message
    return {
        "id": message.id,
        "channel_id": message.channel_id,
        "content": message.content,
        "components": message.components,
        "attachments": message.attachments,
    }
