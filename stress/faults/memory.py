"""Check that the store keeps every answer: soon after the reply, and at the end."""

from __future__ import annotations

import asyncio
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from bot.store import Answer, Store, StoreError
from stress.faults.ledger import Ledger, Photo

SOON_S = 2.0
"""Seconds from an answer until it is looked up: it is stored again after it was sent."""
TRIES = 30
"""Attempts, a second apart, to read a store that can't be read."""


@dataclass
class StoreChecker:
    """Checks the answers in the store.

    Attributes:
        kept: names of the cards of each answer that was found in the store, by key.
        counts: answers that were kept and that could not be, and what people did with them.
    """

    store: Store
    ledger: Ledger
    kept: dict[str, tuple[str, ...]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    # A thread of its own, so that the bot's threads do not wait for these reads.
    _threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))

    async def check_soon(self, photo: Photo, names: tuple[str, ...]) -> None:
        """Check that an answer is in the store; it may be missing only if the disk was full meanwhile."""
        await asyncio.sleep(SOON_S)
        answer = await self.find(photo.key or "")
        broken = {self.ledger.group_of[fault.kind] for fault in photo.faults}
        if answer is None:
            self.counts["answers that could not be kept"] += 1
            if "disk" not in broken:
                self.ledger.report(f"the answer {photo.key} to {photo.ident} is not in the store (broken: {broken})")
            return
        self.counts["answers kept"] += 1
        if names_of(answer) != names:
            self.ledger.report(f"the store has {names_of(answer)} for {names}")
        self.kept[answer.key] = names_of(answer)
        await self.check_reply_id(answer, photo, broken)

    async def check_reply_id(self, answer: Answer, photo: Photo, broken: set[str]) -> None:
        """Check that an answer has its reply's id, now or soon: the bot may still be waiting for Discord."""
        for _ in range(TRIES):
            if answer.reply_id is not None:
                break
            await asyncio.sleep(1)
            answer = await self.find(answer.key) or answer
        if answer.reply_id != photo.reply:
            self.counts["answers kept without their reply's id"] += 1
            if "disk" not in broken:
                self.ledger.report(f"the answer {answer.key} has reply {answer.reply_id} instead of {photo.reply}")

    async def find(self, key: str) -> Answer | None:
        """Return an answer; retry if the store can't be read."""
        for _ in range(TRIES):
            try:
                return await asyncio.get_running_loop().run_in_executor(self._threads, self.store.answer, key)
            except StoreError:
                self.counts["looks at a store that could not be read"] += 1
                await asyncio.sleep(1)
        self.ledger.report(f"the store could not be read for {TRIES} seconds")
        return None

    async def check_all(self) -> int:
        """Check that every kept answer is unchanged; return the number of answers in the store."""
        for key, names in self.kept.items():
            answer = await self.find(key)
            if answer is None:
                self.ledger.report(f"the answer {key} was kept and is gone")
            elif names_of(answer) != names:
                self.ledger.report(f"the answer {key} was {names} and has become {names_of(answer)}")
        self._threads.shutdown()
        return self.store.counts()["answers"]


def names_of(answer: Answer) -> tuple[str, ...]:
    """Return the current names of an answer's cards."""
    return tuple(card.name or "" for card in answer.cards)
