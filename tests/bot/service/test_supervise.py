"""Work beside the bot goes on after an error nobody foresaw."""

from __future__ import annotations

import asyncio

import pytest

from bot.service.supervise import supervise


async def test_what_failed_is_told_and_begins_again(caplog: pytest.LogCaptureFixture):
    begun, going = [], asyncio.Event()

    async def work() -> None:
        begun.append(len(begun))
        if len(begun) < 3:
            raise MemoryError("no room")
        going.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(supervise("the watch", work, again_s=0))
    await going.wait()
    task.cancel()
    assert begun == [0, 1, 2]
    assert caplog.text.count("the watch failed and begins again") == 2
    assert "no room" in caplog.text


async def test_it_ends_when_it_is_cancelled():
    async def work() -> None:
        await asyncio.Event().wait()

    task = asyncio.create_task(supervise("the watch", work))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
