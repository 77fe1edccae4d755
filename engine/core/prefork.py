"""Many processes of one engine: it is opened once, then forked, so that what it holds lies in memory once.

A child shares its parent's memory until one of the two writes to it. Threads don't come along, and a lock that one of
them held would stay locked for ever: where this forks, no other may live. :func:`restart_without_thread_pools` sees to
libraries'.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from time import monotonic

log = logging.getLogger(__name__)

GIVE_UP = 2
"""Exit code of a child that lacks what no other would find either; all end, and the parent with the same."""
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OPENCV_FOR_THREADS_NUM": "1"}
"""What OpenMP (of Faiss), OpenBLAS (of NumPy, OpenCV and Faiss) and OpenCV read when they are imported."""
STOPS = (signal.SIGTERM, signal.SIGINT)
SOUND_S = 5.0
"""Seconds that a child has to live for its end to count as an accident, and not as one of a row."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0
"""Before another child takes the place of the second in a row that ended early; twice as long for each further one."""
STOP_WITHIN_S = 13.0
"""Time for children that are told to stop: more than the queue gives a photo, less than containers are given."""

Work = Callable[[int], None]
"""What a child does. It gets a file descriptor: when it becomes readable, the child must call :func:`accept_stop`."""


def can_fork() -> bool:
    """Return whether this system can fork processes at all."""
    return "fork" in multiprocessing.get_all_start_methods()


def restart_without_thread_pools() -> None:
    """Begin this program anew, as the same process, unless its libraries were imported with one thread each.

    To be called before anything is opened. Pools of threads don't survive a fork, and many processes want none.
    """
    if any(os.environ.get(name) != value for name, value in ONE_THREAD.items()):
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], os.environ | ONE_THREAD)  # noqa: S606


def accept_stop() -> None:
    """Let SIGTERM come to this child, once.

    Children are deaf to signals that ask them to stop: a terminal and systemd send them to parent and children alike,
    and the second one would kill whoever is still finishing what the first one interrupted.
    """
    # To the process and not to this thread: one that waits already and this one are then one.
    os.kill(os.getpid(), signal.SIGTERM)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])


def pause_after(early_ends: int) -> float:
    """Return the seconds until a place is filled again in which so many children in a row ended early."""
    return min(FIRST_PAUSE_S * 2.0 ** (early_ends - 2), LONGEST_PAUSE_S) if early_ends > 1 else 0.0


@dataclass(slots=True)
class _Place:
    """Where one child after another works.

    Attributes:
        begun, due: when its child was forked, and when the next may be, by the clock :func:`time.monotonic`.
        early_ends: children in a row that ended early.
    """

    child: BaseProcess | None = None
    begun: float = 0.0
    due: float = 0.0
    early_ends: int = 0

    def fill(self, work: Callable[[], None]) -> None:
        """Fork a child."""
        self.begun = monotonic()
        child = multiprocessing.get_context("fork").Process(target=work)
        try:
            child.start()
        except OSError as error:
            self._ended(f"no process can be forked: {error}")
        else:
            self.child = child

    def clear(self) -> int:
        """Note that the child has ended, and return its exit code."""
        child, self.child = self.child, None
        if child is None:
            return 0
        child.join()
        code = child.exitcode or 0
        self._ended(f"process {child.pid} ended with {signal.Signals(-code).name if code < 0 else code}")
        return code

    def _ended(self, how: str) -> None:
        now = monotonic()
        self.early_ends = self.early_ends + 1 if now - self.begun < SOUND_S else 0
        pause = pause_after(self.early_ends)
        self.due = now + pause
        log.warning("%s; another takes its place %s", how, f"in {pause:.0f} s" if pause else "at once")


@dataclass(slots=True)
class Prefork:
    """Children forked from this process; each that ends is replaced, until a signal says to stop.

    Args:
        work: what each of them does.
        count: how many there are.
    """

    work: Work
    count: int
    _places: list[_Place] = field(init=False)
    _lifeline: tuple[int, int] = field(init=False)

    def run(self) -> int:
        """Keep them until told to stop, and return the exit code: 0, or :data:`GIVE_UP` where one ended with that."""
        # The first collection in each child would else write to every object there is.
        gc.collect()
        gc.freeze()
        self._places = [_Place() for _ in range(self.count)]
        self._lifeline = os.pipe()
        with _woken_by_signals() as alarm:
            try:
                return self._keep(alarm)
            finally:
                self._end()
                gc.unfreeze()

    def _keep(self, alarm: socket.socket) -> int:
        while True:
            self._fill()
            children = {place.child.sentinel: place for place in self._places if place.child}
            ready = wait([alarm, *children], self._pause())
            if alarm in ready:
                return 0
            if GIVE_UP in [children[sentinel].clear() for sentinel in ready if isinstance(sentinel, int)]:
                return GIVE_UP

    def _fill(self) -> None:
        for place in self._places:
            if place.child is None and place.due <= monotonic():
                # What arrives meanwhile is the parent's to know of.
                signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
                place.fill(self._be_a_child)
                signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)

    def _be_a_child(self) -> None:
        signal.set_wakeup_fd(-1)
        for number in STOPS:
            signal.signal(number, signal.SIG_DFL)
        # Where the parent alone has the other end, its end is read at this one, however it comes.
        os.close(self._lifeline[1])
        self.work(self._lifeline[0])

    def _pause(self) -> float | None:
        """Return the seconds until a place is to be filled; None where all are."""
        due = [place.due for place in self._places if place.child is None]
        return max(0.0, min(due) - monotonic()) if due else None

    def _end(self) -> None:
        """Tell all children to stop, wait, and kill who doesn't."""
        os.close(self._lifeline[1])
        ends = monotonic() + STOP_WITHIN_S
        for child in filter(None, [place.child for place in self._places]):
            child.join(max(0.0, ends - monotonic()))
            if child.exitcode is None:
                log.warning("process %d was told to stop %.0f s ago and is killed", child.pid, STOP_WITHIN_S)
                child.kill()
                child.join()
        os.close(self._lifeline[0])


@contextmanager
def _woken_by_signals() -> Iterator[socket.socket]:
    """Give what can be read once a signal says to stop."""
    alarm, bell = socket.socketpair()
    bell.setblocking(False)
    before = {number: signal.signal(number, lambda *_: None) for number in STOPS}
    rung = signal.set_wakeup_fd(bell.fileno(), warn_on_full_buffer=False)
    try:
        yield alarm
    finally:
        signal.set_wakeup_fd(rung)
        for number, handler in before.items():
            signal.signal(number, handler)
        alarm.close()
        bell.close()
