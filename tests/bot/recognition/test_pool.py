"""The pool: work runs in threads in its asker's turn, equal work is done once, and no capacity is ever lost."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import AsyncIterator, Iterator
from itertools import count

import pytest

from bot.core.errors import Busy, Stopping, TooLate
from bot.recognition.pool import AHEAD, Work, WorkerPool
from bot.recognition.schedule import Asker

ALICE, BOB = Asker(1, 10), Asker(2, 10)
LONG_S = 3600.0
ROOM = 3
OWN = 2


class Gate:
    """Work that reports its start and waits to be released; returns the name of its thread."""

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

    async def wait_until_begun(self, times: int) -> None:
        for _ in range(times):
            await asyncio.to_thread(self.begun.acquire)


class Bench:
    """A pool, and short ways to ask it for work."""

    def __init__(self, pool: WorkerPool) -> None:
        self.pool = pool
        self.prepared: list[object] = []
        self.keys = count()

    def ask(self, work, asker=ALICE, *, key=None, bytes_key=None) -> asyncio.Task[str]:
        """Ask for work, by default under new keys."""
        key = next(self.keys) if key is None else key

        async def prepare() -> Work[str]:
            self.prepared.append(key)
            return Work(key if bytes_key is None else bytes_key, work)

        return asyncio.create_task(self.pool.run(key, prepare, asker))

    async def fill(self, gate: Gate) -> list[asyncio.Task[str]]:
        """Occupy both threads and prepare as much as allowed, so that the next job waits in the queue."""
        tasks = [self.ask(gate, Asker(100 + number)) for number in range(2 + AHEAD)]
        await gate.wait_until_begun(2)
        return tasks


@pytest.fixture(name="gate")
def closed_gate() -> Iterator[Gate]:
    """A gate that is opened at the end, so that no thread is left waiting."""
    gate = Gate()
    yield gate
    gate.open()


@pytest.fixture(name="bench")
async def small_pool(gate: Gate) -> AsyncIterator[Bench]:
    """Two workers and a queue of three, at most two for one user."""
    pool: WorkerPool = WorkerPool(2, ROOM, max_per_user=OWN, deadline_s=LONG_S)
    yield Bench(pool)
    gate.open()
    await pool.close()


async def turns(number: int = 5) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


async def test_work_runs_in_a_thread_of_the_pool_and_its_result_comes_back(bench: Bench):
    name = await bench.ask(lambda: threading.current_thread().name)
    assert name.startswith("recogniser")
    assert name != threading.current_thread().name


async def test_the_event_loop_keeps_running(bench: Bench, gate: Gate):
    task = bench.ask(gate)
    await gate.wait_until_begun(1)
    assert not task.done()
    gate.open()
    assert (await task).startswith("recogniser")


async def test_only_a_few_jobs_are_prepared_ahead_of_the_workers(bench: Bench, gate: Gate):
    tasks = [*await bench.fill(gate), bench.ask(gate), bench.ask(gate)]
    await turns()
    assert len(bench.prepared) == 2 + AHEAD
    assert bench.pool.waiting == 2
    gate.open()
    await asyncio.gather(*tasks)
    assert gate.most_running == 2
    assert (bench.pool.waiting, bench.pool.running) == (0, 0)


async def test_a_full_queue_refuses_at_once(bench: Bench, gate: Gate):
    tasks = [*await bench.fill(gate), *(bench.ask(gate, Asker(user)) for user in range(ROOM))]
    await turns()
    with pytest.raises(Busy, match="'waiting': 3"):
        await bench.ask(gate, BOB)
    gate.open()
    await asyncio.gather(*tasks)


async def test_one_user_cannot_fill_the_queue(bench: Bench, gate: Gate):
    tasks = [*await bench.fill(gate), *(bench.ask(gate, ALICE) for _ in range(OWN))]
    await turns()
    with pytest.raises(Busy, match="'waiting': 2"):
        await bench.ask(gate, ALICE)
    tasks.append(bench.ask(gate, BOB))
    await turns()
    gate.open()
    await asyncio.gather(*tasks)


async def test_a_new_user_is_served_before_anothers_second_job(bench: Bench, gate: Gate):
    tasks = await bench.fill(gate)
    tasks += [bench.ask(gate, ALICE, key="alice 1"), bench.ask(gate, ALICE, key="alice 2")]
    tasks += [bench.ask(gate, BOB, key="bob")]
    await turns()
    gate.open()
    await asyncio.gather(*tasks)
    assert bench.prepared[-3:] == ["alice 1", "bob", "alice 2"]


async def test_failed_work_frees_its_capacity(bench: Bench):
    def fail() -> str:
        raise LookupError("nothing there")

    for _ in range(4 * (2 + AHEAD)):
        with pytest.raises(LookupError, match="nothing there"):
            await bench.ask(fail)
    assert (bench.pool.waiting, bench.pool.running) == (0, 0)


async def test_a_failed_preparation_is_reported_and_frees_its_capacity(bench: Bench):
    async def no_photo() -> Work[str]:
        raise TimeoutError("of the download, not ours")

    for number in range(4 * (2 + AHEAD)):
        with pytest.raises(TimeoutError, match="of the download"):
            await bench.pool.run(f"gone {number}", no_photo, ALICE)
    assert await bench.ask(lambda: "free") == "free"


async def test_a_job_requested_twice_is_done_once(bench: Bench, gate: Gate):
    tasks = [bench.ask(gate, asker, key="same") for asker in (ALICE, BOB, ALICE)]
    await gate.wait_until_begun(1)
    tasks.append(bench.ask(gate, BOB, key="same"))
    await turns()
    gate.open()
    assert len(set(await asyncio.gather(*tasks))) == 1
    assert bench.prepared == ["same"]
    assert not gate.begun.acquire(blocking=False)


async def test_equal_bytes_under_two_keys_are_processed_once(bench: Bench, gate: Gate):
    tasks = [bench.ask(gate, ALICE, bytes_key="bytes"), bench.ask(gate, BOB, bytes_key="bytes")]
    await gate.wait_until_begun(1)
    await turns()
    gate.open()
    await asyncio.gather(*tasks)
    assert len(bench.prepared) == 2
    assert not gate.begun.acquire(blocking=False)


async def test_finished_work_is_not_remembered(bench: Bench):
    results = iter(["first", "second"])
    assert [await bench.ask(lambda: next(results), key="same") for _ in range(2)] == ["first", "second"]


@pytest.mark.parametrize("leaves", [0, 1])
async def test_cancelling_one_of_two_equal_requests_keeps_the_other(bench: Bench, gate: Gate, leaves: int):
    tasks = [bench.ask(gate, asker, key="same") for asker in (ALICE, BOB)]
    await gate.wait_until_begun(1)
    tasks[leaves].cancel()
    await turns()
    gate.open()
    assert (await tasks[1 - leaves]).startswith("recogniser")


async def test_cancelling_one_of_two_requests_with_equal_bytes_keeps_the_other(bench: Bench, gate: Gate):
    stays, leaves = (bench.ask(gate, asker, bytes_key="bytes") for asker in (ALICE, BOB))
    await gate.wait_until_begun(1)
    await turns()
    leaves.cancel()
    await turns()
    gate.open()
    assert (await stays).startswith("recogniser")


async def test_a_cancelled_job_leaves_the_queue_and_never_starts(bench: Bench, gate: Gate):
    tasks = await bench.fill(gate)
    waiting = bench.ask(gate, key="given up")
    await turns()
    waiting.cancel()
    await turns()
    assert bench.pool.waiting == 0
    gate.open()
    await asyncio.gather(*tasks)
    assert "given up" not in bench.prepared


async def test_a_job_cancelled_before_its_first_step_frees_its_capacity(bench: Bench):
    for _ in range(4 * (2 + AHEAD)):
        task = bench.ask(lambda: "never")
        await asyncio.sleep(0)  # begun, but its own task has not run yet
        task.cancel()
        await turns()
    assert await bench.ask(lambda: "free") == "free"


async def test_prepared_work_that_nobody_waits_for_is_not_started(bench: Bench, gate: Gate):
    tasks = await bench.fill(gate)
    for task in tasks[2:]:
        task.cancel()
    await turns()
    assert bench.pool.running == 2
    gate.open()
    await asyncio.gather(*tasks[:2])
    assert not gate.begun.acquire(blocking=False)


async def test_abandoned_work_keeps_its_thread_until_it_ends(bench: Bench, gate: Gate):
    tasks = [bench.ask(gate), bench.ask(gate)]
    await gate.wait_until_begun(2)
    assert not bench.pool.stuck
    for task in tasks:
        task.cancel()
    next_one = bench.ask(lambda: "next")
    await turns(20)
    assert bench.pool.stuck
    assert not next_one.done()
    gate.open()
    assert await next_one == "next"
    assert not bench.pool.stuck


class TestDeadline:
    @pytest.fixture(name="hurried")
    async def no_time_at_all(self, gate: Gate) -> AsyncIterator[Bench]:
        pool: WorkerPool = WorkerPool(1, ROOM, max_per_user=OWN, deadline_s=0.01)
        yield Bench(pool)
        gate.open()
        await pool.close()

    async def test_a_late_result_is_given_up(self, hurried: Bench, gate: Gate):
        with pytest.raises(TooLate):
            await hurried.ask(gate)

    async def test_a_job_that_waited_too_long_is_not_started(self, hurried: Bench, gate: Gate):
        with pytest.raises(TooLate):
            await hurried.ask(gate)
        with pytest.raises(TooLate):
            await hurried.ask(gate)
        gate.open()
        await hurried.pool.close()
        assert gate.begun.acquire(blocking=False)
        assert not gate.begun.acquire(blocking=False)


class TestStopping:
    async def test_running_work_is_finished_and_queued_work_refused(self, bench: Bench, gate: Gate):
        begun = await bench.fill(gate)
        waiting = bench.ask(gate, BOB)
        await turns()
        closing = asyncio.create_task(bench.pool.close())
        with pytest.raises(Stopping):
            await waiting
        assert not closing.done()
        gate.open()
        assert await closing
        assert all(name.startswith("recogniser") for name in await asyncio.gather(*begun))

    async def test_no_more_work_is_accepted(self, bench: Bench):
        bench.pool.stop()
        with pytest.raises(Stopping):
            await bench.ask(lambda: "too late")

    async def test_work_unfinished_in_time_is_refused_and_left_to_its_thread(self, bench: Bench, gate: Gate):
        task = bench.ask(gate)
        await gate.wait_until_begun(1)
        assert not await bench.pool.close(0.01)
        with pytest.raises(Stopping):
            await task


async def test_failures_of_abandoned_work_are_not_logged(bench: Bench, gate: Gate):
    complaints: list[dict] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))

    def fails_late() -> str:
        gate()
        raise RuntimeError("too late to be told")

    asked = bench.ask(fails_late)
    await gate.wait_until_begun(1)
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    gate.open()
    await bench.pool.close()
    await turns()
    assert bench.pool.running == 0
    gc.collect()
    assert complaints == []
