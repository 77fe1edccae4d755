"""What is kept of answers is kept no longer than promised."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.service.retention import forget_old
from bot.store import Store
from tests.support.bot.stored_values import answer


async def test_answers_are_forgotten_when_their_time_is_up_and_others_stay(tmp_path: Path):
    store = Store(tmp_path / "bot.sqlite")
    now = datetime.now(UTC)
    for key, age in (("old", 31), ("new", 29)):
        store.add_answer(replace(answer(key), created_at=now - timedelta(days=age)))
    task = asyncio.create_task(forget_old(store, keep_days=30))
    while store.answer("old") is not None:  # noqa: ASYNC110 - another thread deletes it
        await asyncio.sleep(0.01)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    assert store.answer("new") is not None
    store.close()
