"""The pool: work leaves the event loop, so much at a time, so much waiting, and no place is ever lost."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator

import pytest

from bot.errors import Busy
from bot.pool import WorkerPool


class Gate:
    """Work that reports its beginning and waits to be let go."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.running = 0
        self.most_running = 0
        self._open = threading.Event()
        self._lock = threading.Lock()

    def __call__(self) -> str:
        with self._lock:
            self.running += 1
            self.most_running = max(self.most_running, self.running)
        self.begun.release()
        self._open.wait()
        with self._lock:
            self.running -= 1
        return threading.current_thread().name

    def open(self) -> None:
        self._open.set()

    async def wait_until_begun(self, count: int) -> None:
        for _ in range(count):
            await asyncio.to_thread(self.begun.acquire)


@pytest.fixture(name="gate")
def closed_gate() -> Iterator[Gate]:
    """A gate that is opened at the end, so that no thread is left waiting."""
    gate = Gate()
    yield gate
    gate.open()


@pytest.fixture(name="pool")
async def small_pool(gate: Gate) -> AsyncIterator[WorkerPool]:
    """Two workers, one place to wait."""
    pool = WorkerPool(workers=2, max_waiting=1)
    yield pool
    gate.open()
    await pool.close()


def begin(pool: WorkerPool, gate: Gate, count: int) -> list[asyncio.Task[str]]:
    return [asyncio.create_task(pool.run(gate)) for _ in range(count)]


async def test_work_runs_in_a_thread_of_the_pool_and_its_result_comes_back(pool: WorkerPool):
    name = await pool.run(lambda: threading.current_thread().name)
    assert name.startswith("recogniser")
    assert name != threading.current_thread().name


async def test_the_event_loop_goes_on_meanwhile(pool: WorkerPool, gate: Gate):
    (task,) = begin(pool, gate, 1)
    await gate.wait_until_begun(1)
    assert not task.done()
    gate.open()
    assert (await task).startswith("recogniser")


async def test_no_more_than_the_workers_run_at_once(pool: WorkerPool, gate: Gate):
    tasks = begin(pool, gate, 3)
    await gate.wait_until_begun(2)
    assert pool.inside == 3
    gate.open()
    await asyncio.gather(*tasks)
    assert gate.most_running == 2
    assert pool.inside == 0


async def test_whoever_finds_no_place_to_wait_is_told_so_at_once(pool: WorkerPool, gate: Gate):
    tasks = begin(pool, gate, 3)
    await gate.wait_until_begun(2)
    with pytest.raises(Busy, match="3 photos are waiting"):
        await pool.run(gate)
    gate.open()
    await asyncio.gather(*tasks)


async def test_work_that_fails_frees_its_place(pool: WorkerPool):
    def fail() -> None:
        raise LookupError("nothing there")

    for _ in range(5):
        with pytest.raises(LookupError, match="nothing there"):
            await pool.run(fail)
    assert pool.inside == 0


async def test_a_waiter_that_gives_up_frees_its_place_and_is_never_run(pool: WorkerPool, gate: Gate):
    running = begin(pool, gate, 2)
    await gate.wait_until_begun(2)
    (waiting,) = begin(pool, gate, 1)
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert pool.inside == 2
    gate.open()
    await asyncio.gather(*running)
    assert await pool.run(lambda: "free again") == "free again"
    assert not gate.begun.acquire(blocking=False)


async def test_a_photo_whose_asker_gave_up_keeps_its_place_until_its_thread_is_done(pool: WorkerPool, gate: Gate):
    (task,) = begin(pool, gate, 1)
    await gate.wait_until_begun(1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert pool.inside == 1
    gate.open()
    await pool.close()
    assert pool.inside == 0


async def test_closing_waits_for_the_running_and_forgets_the_waiting(gate: Gate):
    pool = WorkerPool(workers=1, max_waiting=1)
    running, waiting = begin(pool, gate, 2)
    await gate.wait_until_begun(1)
    closing = asyncio.create_task(pool.close())
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert not closing.done()
    gate.open()
    await closing
    assert (await running).startswith("recogniser")
