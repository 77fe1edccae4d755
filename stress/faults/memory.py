"""What the bot was heard to remember: looked up again soon after it was said, and at the end."""

from __future__ import annotations

import asyncio
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from bot.store import Answer, Store, StoreError
from stress.faults.ledger import Ledger, Photo

SOON_S = 2.0
"""Seconds after an answer until it is looked up: it is kept once more when it has been sent."""
TRIES = 30
"""Looks, a second apart, at a store that can't be read."""


@dataclass
class Memory:
    """Looks after the store.

    Attributes:
        kept: names of the cards of each answer that was found in the store, by key.
        counts: of answers that were kept and those that could not be, and of what people did with them.
    """

    store: Store
    ledger: Ledger
    kept: dict[str, tuple[str, ...]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    # The bot's own threads are not to wait for these looks.
    _threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))

    async def look_soon(self, photo: Photo, names: tuple[str, ...]) -> None:
        """See that an answer is in the store; it may be missing only where the disk was full meanwhile."""
        await asyncio.sleep(SOON_S)
        answer = await self.find(photo.key or "")
        broken = {self.ledger.group_of[fault.kind] for fault in photo.faults}
        if answer is None:
            self.counts["answers that could not be kept"] += 1
            if "disk" not in broken:
                self.ledger.find(f"the answer {photo.key} to {photo.ident} is not in the store (broken: {broken})")
            return
        self.counts["answers kept"] += 1
        if names_of(answer) != names:
            self.ledger.find(f"the store has {names_of(answer)} for {names}")
        self.kept[answer.key] = names_of(answer)
        await self.hold_its_reply(answer, photo, broken)

    async def hold_its_reply(self, answer: Answer, photo: Photo, broken: set[str]) -> None:
        """See that an answer knows which message tells it, or soon does: the bot may still be asking Discord."""
        for _ in range(TRIES):
            if answer.reply_id is not None:
                break
            await asyncio.sleep(1)
            answer = await self.find(answer.key) or answer
        if answer.reply_id != photo.reply:
            self.counts["answers kept without their reply's id"] += 1
            if "disk" not in broken:
                self.ledger.find(f"the answer {answer.key} has reply {answer.reply_id} instead of {photo.reply}")

    async def find(self, key: str) -> Answer | None:
        """Return an answer, also where the store can't be read at first."""
        for _ in range(TRIES):
            try:
                return await self._away(self.store.answer, key)
            except StoreError:
                self.counts["looks at a store that could not be read"] += 1
                await asyncio.sleep(1)
        self.ledger.find(f"the store could not be read for {TRIES} seconds")
        return None

    async def hold_all(self) -> int:
        """See that all that was kept is there still, as it was told last; returns how many answers there are."""
        for key, names in self.kept.items():
            answer = await self.find(key)
            if answer is None:
                self.ledger.find(f"the answer {key} was kept and is gone")
            elif names_of(answer) != names:
                self.ledger.find(f"the answer {key} was {names} and has become {names_of(answer)}")
        self._threads.shutdown()
        return self.store.counts()["answers"]

    async def _away(self, method: Any, value: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, method, value)


def names_of(answer: Answer) -> tuple[str, ...]:
    """Return the names that an answer's cards have now."""
    return tuple(card.name or "" for card in answer.cards)
