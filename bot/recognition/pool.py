"""The one place where blocking work leaves the event loop: photos wait in line, are fetched, and run in threads."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from bot.core.errors import Busy, Stopping, TooLate
from bot.recognition.schedule import Asker, QueueEntry, QueueFull, Schedule
from bot.recognition.threads import Threads

Result = TypeVar("Result")

AHEAD = 4
"""Jobs fetched while the threads are busy: enough to keep them fed, few enough to bound what lies in memory."""
STOPPING = "stopping"
"""Key of what people are told then."""


@dataclass(frozen=True, slots=True)
class Work(Generic[Result]):
    """What is left to do once everything is fetched.

    Attributes:
        key: work of equal keys under way at the same time is done once.
        run: blocks; called in a thread.
    """

    key: Hashable
    run: Callable[[], Result]


Prepare = Callable[[], Awaitable[Work[Result]]]


@dataclass(slots=True, eq=False)
class _Job(Generic[Result]):
    """What several may wait for; in line as long as it has no task."""

    key: Hashable
    prepare: Prepare[Result]
    answers: set[asyncio.Future[Result]] = field(default_factory=set)
    task: asyncio.Task[None] | None = None


class WorkerPool(Generic[Result]):
    """Runs work in threads, for whoever's turn it is. Belongs to one event loop.

    Args:
        workers: threads.
        max_waiting: places in line in all.
        max_per_user: places of one person.
        deadline_s: seconds from being asked to being answered.
    """

    def __init__(self, workers: int, max_waiting: int, *, max_per_user: int, deadline_s: float) -> None:
        self._threads: Threads[Result] = Threads(workers)
        self._schedule: Schedule[_Job[Result]] = Schedule(max_waiting, max_per_user)
        self._jobs: dict[Hashable, _Job[Result]] = {}
        self._free = workers + AHEAD
        self.deadline_s = deadline_s
        self._stopping = False

    @property
    def waiting(self) -> int:
        """Places taken in line."""
        return len(self._schedule)

    @property
    def running(self) -> int:
        """Pieces of work in a thread or next to one, those included that nobody waits for any more."""
        return len(self._threads)

    @property
    def stuck(self) -> bool:
        """Whether every thread is at work that nobody waits for any more: then nothing moves."""
        return self._threads.stuck

    async def run(self, key: Hashable, prepare: Prepare[Result], asker: Asker) -> Result:
        """Return what the work gives that ``prepare`` makes ready; its errors are raised.

        Args:
            key: whoever asks for what another asked for under the same key gets the same result.
            prepare: called on the event loop when its turn is near.
            asker: whose turn it uses up.

        Raises:
            Busy: too many are waiting already, in all or of this asker.
            TooLate: the deadline passed first.
            Stopping: the pool was stopped before its turn came.
        """
        if self._stopping:
            raise Stopping(STOPPING)
        job = self._jobs.get(key) or _Job(key, prepare)
        place = None if job.task else self._line_up(job, asker)
        self._jobs[key] = job
        answer: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        job.answers.add(answer)
        self._begin()
        try:
            async with asyncio.timeout(self.deadline_s) as deadline:
                return await answer
        except TimeoutError:
            if deadline.expired():
                raise TooLate("too-late") from None
            raise
        finally:
            self._leave(job, answer, place)

    def stop(self) -> None:
        """Take no more work, and refuse what waits in line; what is begun goes on."""
        self._stopping = True
        while (job := self._schedule.take()) is not None:
            self._give(job, Stopping(STOPPING))

    async def close(self, within_s: float | None = None) -> bool:
        """Stop, wait for what is begun, and return whether all threads came to an end.

        Args:
            within_s: seconds to wait, as long as it takes unless given; what isn't done then is left to its thread.
        """
        self.stop()
        begun = [job.task for job in self._jobs.values() if job.task]
        if begun:
            _, late = await asyncio.wait(begun, timeout=within_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late)
        return await self._threads.close(None if within_s is None else 0)

    def _line_up(self, job: _Job[Result], asker: Asker) -> QueueEntry[_Job[Result]]:
        try:
            return self._schedule.add(job, asker)
        except QueueFull as full:
            raise Busy("busy", waiting=full.waiting) from None

    def _leave(self, job: _Job[Result], answer: asyncio.Future[Result], place: QueueEntry[_Job[Result]] | None) -> None:
        job.answers.discard(answer)
        if place:
            self._schedule.leave(place)
        if not job.answers:
            if job.task:
                job.task.cancel()
            self._forget(job)

    def _forget(self, job: _Job[Result]) -> None:
        # Another job may stand under the key by now, where everybody had left this one.
        if self._jobs.get(job.key) is job:
            del self._jobs[job.key]

    def _begin(self) -> None:
        while self._free and (job := self._schedule.take()) is not None:
            self._free -= 1
            job.task = asyncio.create_task(self._see_to(job))
            # Not in the task: one that is cancelled before its first step never runs.
            job.task.add_done_callback(self._end)

    def _end(self, _: asyncio.Task[None]) -> None:
        self._free += 1
        self._begin()

    async def _see_to(self, job: _Job[Result]) -> None:
        try:
            work = await job.prepare()
            result: Result | Exception = await self._threads.run(work.key, work.run)
        except asyncio.CancelledError:
            result = Stopping(STOPPING)
        except Exception as error:  # noqa: BLE001 - handed on to those who asked
            result = error
        self._give(job, result)

    def _give(self, job: _Job[Result], result: Result | Exception) -> None:
        self._forget(job)
        for answer in job.answers:
            if answer.done():
                continue
            if isinstance(result, Exception):
                answer.set_exception(result)
            else:
                answer.set_result(result)
