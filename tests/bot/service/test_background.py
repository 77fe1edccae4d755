"""Work beside the bot goes on after unexpected errors, and old answers are deleted in time."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.service.background import forget_old, supervise
from bot.store import Store
from tests.support.bot.stored_values import answer


async def test_failed_work_is_logged_and_restarted(caplog: pytest.LogCaptureFixture):
    begun, going = [], asyncio.Event()

    async def work() -> None:
        begun.append(len(begun))
        if len(begun) < 3:
            raise MemoryError("no room")
        going.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(supervise("the watch", work, restart_s=0))
    await going.wait()
    task.cancel()
    assert begun == [0, 1, 2]
    assert caplog.text.count("the watch failed and will be restarted") == 2
    assert "no room" in caplog.text


async def test_it_ends_when_it_is_cancelled():
    async def work() -> None:
        await asyncio.Event().wait()

    task = asyncio.create_task(supervise("the watch", work))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_old_answers_are_deleted_and_others_stay(tmp_path: Path):
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
