"""The one place where blocking work leaves the event loop: photos wait in turn, are prepared, and run in threads."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from bot.core.errors import Stopping, TooLate
from bot.core.settings import Settings
from bot.recognition.schedule import Asker, Schedule
from bot.recognition.threads import Threads

Result = TypeVar("Result")

AHEAD = 4
"""Jobs prepared while all threads are busy: enough to keep the threads fed, few enough to bound memory."""
STOPPING = "stopping"
"""Key of the message users get when the bot is stopping."""


@dataclass(frozen=True, slots=True)
class Work(Generic[Result]):
    """The part of a job that is left once everything is downloaded.

    Attributes:
        key: work with equal keys in progress at the same time is done once.
        run: blocks; called in a thread.
    """

    key: Hashable
    run: Callable[[], Result]


Prepare = Callable[[], Awaitable[Work[Result]]]


@dataclass(slots=True, eq=False)
class _Job:
    """A job that several callers may wait for; it is queued until it has a task."""

    key: Hashable
    prepare: Prepare[Any]
    answers: set[asyncio.Future[Any]] = field(default_factory=set)
    task: asyncio.Task[None] | None = None


class WorkerPool:
    """Runs work in threads, fairly among askers. Belongs to one event loop.

    Equal photos are joined twice: before the download those with the same key, after it those with the same bytes.

    Args:
        workers: number of threads.
        max_waiting: queue size.
        max_per_user: queue entries per user.
        deadline_s: seconds from request to result.
    """

    def __init__(self, workers: int, max_waiting: int, *, max_per_user: int, deadline_s: float) -> None:
        self._threads = Threads(workers)
        self._schedule: Schedule[_Job] = Schedule(max_waiting, max_per_user)
        self._jobs: dict[Hashable, _Job] = {}
        self._free = workers + AHEAD
        self.deadline_s = deadline_s
        self._stopping = False

    @property
    def waiting(self) -> int:
        """Number of queue entries."""
        return len(self._schedule)

    @property
    def running(self) -> int:
        """Number of calls in or waiting for a thread, including those nobody waits for any more."""
        return len(self._threads)

    @property
    def stuck(self) -> bool:
        """Whether every thread is busy with abandoned work, so that nothing moves."""
        return self._threads.stuck

    async def run(self, key: Hashable, prepare: Prepare[Result], asker: Asker) -> Result:
        """Return the result of the work that ``prepare`` returns; raises its errors.

        Args:
            key: callers with equal keys share one result.
            prepare: called on the event loop shortly before the work's turn.
            asker: whose turn it uses.

        Raises:
            Busy: the queue, or this asker's share of it, is full.
            TooLate: the deadline passed first.
            Stopping: the pool was stopped before the work's turn came.
        """
        if self._stopping:
            raise Stopping(STOPPING)
        job = self._jobs.get(key) or _Job(key, prepare)
        entry = None if job.task else self._schedule.add(job, asker)
        self._jobs[key] = job
        answer: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        job.answers.add(answer)
        self._start_jobs()
        try:
            async with asyncio.timeout(self.deadline_s) as deadline:
                return await answer
        except TimeoutError:
            if deadline.expired():
                raise TooLate("too-late") from None
            raise
        finally:
            job.answers.discard(answer)
            if entry:
                self._schedule.leave(entry)
            if not job.answers:
                if job.task:
                    job.task.cancel()
                self._forget(job)

    def stop(self) -> None:
        """Accept no more work and refuse what is queued; running work continues."""
        self._stopping = True
        while (job := self._schedule.take()) is not None:
            self._finish(job, Stopping(STOPPING))

    async def close(self, within_s: float | None = None) -> bool:
        """Stop, wait for running work, and return whether all threads ended.

        Args:
            within_s: seconds to wait, without limit by default; unfinished work is then left to its thread.
        """
        self.stop()
        tasks = [job.task for job in self._jobs.values() if job.task]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=within_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late)
        return await self._threads.close(None if within_s is None else 0)

    def _forget(self, job: _Job) -> None:
        # If everybody left this job, another may have taken its key since.
        if self._jobs.get(job.key) is job:
            del self._jobs[job.key]

    def _start_jobs(self, ended: asyncio.Task[None] | None = None) -> None:
        """Start jobs while there is room; called with a task when it has ended."""
        if ended is not None:
            self._free += 1
        while self._free and (job := self._schedule.take()) is not None:
            self._free -= 1
            job.task = asyncio.create_task(self._run_job(job))
            # Not at the end of the task itself: one cancelled before its first step never runs.
            job.task.add_done_callback(self._start_jobs)

    async def _run_job(self, job: _Job) -> None:
        try:
            work = await job.prepare()
            result = await self._threads.run(work.key, work.run)
        except asyncio.CancelledError:
            result = Stopping(STOPPING)
        except Exception as error:  # noqa: BLE001 - handed on to those who asked
            result = error
        self._finish(job, result)

    def _finish(self, job: _Job, result: Any) -> None:
        """Hand the result, which may be an exception, to everybody who waits for it."""
        self._forget(job)
        for answer in job.answers:
            if not answer.done():
                finish = answer.set_exception if isinstance(result, Exception) else answer.set_result
                finish(result)


def make_pool(settings: Settings, workers: int) -> WorkerPool:
    """Return a pool for ``workers`` photos at a time, within the operator's limits."""
    return WorkerPool(
        workers, settings.max_waiting, max_per_user=settings.max_waiting_per_user, deadline_s=settings.deadline_s
    )
