"""Prefork: open one engine, then fork worker processes that share its memory.

A child shares its parent's memory until one of them writes to it. Threads don't survive a fork, and a lock that another
thread held stays locked in the child for ever: the forking process must have no other threads.
:func:`restart_without_thread_pools` keeps libraries from starting any.
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
"""Exit code of a child that fails for a reason that would stop every other too; all end, the parent with this code."""
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OPENCV_FOR_THREADS_NUM": "1"}
"""Read on import by OpenMP (of Faiss), OpenBLAS (of NumPy, OpenCV and Faiss) and OpenCV."""
STOPS = (signal.SIGTERM, signal.SIGINT)
SOUND_S = 5.0
"""Seconds that a child must live for its end not to count as early."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0
"""Pause before the second child in a row that ended early is replaced; it doubles with each further one."""
STOP_WITHIN_S = 13.0
"""Time for children to stop: more than a photo may take in the queue, less than containers get."""

Work = Callable[[int], None]
"""What a child runs. Its argument is a file descriptor; once that is readable, it must call :func:`accept_stop`."""


def can_fork() -> bool:
    """Return whether this system can fork processes."""
    return "fork" in multiprocessing.get_all_start_methods()


def restart_without_thread_pools() -> None:
    """Restart this program in the same process, unless its libraries were imported with one thread each.

    Call it before anything is opened: thread pools don't survive a fork, and many processes need none.
    """
    if any(os.environ.get(name) != value for name, value in ONE_THREAD.items()):
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], os.environ | ONE_THREAD)  # noqa: S606


def accept_stop() -> None:
    """Act in this child as on SIGTERM, once; to be called in the main thread.

    Children block signals that ask them to stop, and keep them blocked: a terminal and systemd send them to parent and
    children alike, and a second one would interrupt a child that is still finishing what the first one interrupted.
    """
    handler = signal.getsignal(signal.SIGTERM)
    if not callable(handler):
        os.kill(os.getpid(), signal.SIGTERM)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
        return
    # As the interpreter does when a signal arrives: wake the event loop, if there is one, and call the handler.
    wakeup_fd = signal.set_wakeup_fd(-1)
    if wakeup_fd >= 0:
        signal.set_wakeup_fd(wakeup_fd)
        os.write(wakeup_fd, bytes([signal.SIGTERM]))
    handler(signal.SIGTERM, None)


def pause_after(early_ends: int) -> float:
    """Return the seconds to wait before replacing a child after so many in a row ended early."""
    return min(FIRST_PAUSE_S * 2.0 ** (early_ends - 2), LONGEST_PAUSE_S) if early_ends > 1 else 0.0


@dataclass(slots=True)
class _Slot:
    """One child process and its successors, of which ``early_ends`` in a row ended early.

    ``started`` and ``due`` are when the child was forked and the next one may be, on :func:`time.monotonic`'s clock.
    """

    child: BaseProcess | None = None
    started: float = 0.0
    due: float = 0.0
    early_ends: int = 0

    def fork(self, work: Callable[[], None]) -> None:
        self.started = monotonic()
        child = multiprocessing.get_context("fork").Process(target=work)
        try:
            child.start()
        except OSError as error:
            self._schedule_next(f"no process can be forked: {error}")
        else:
            self.child = child

    def reap(self) -> int:
        """Collect the child that has ended and return its exit code."""
        child, self.child = self.child, None
        if child is None:
            return 0
        child.join()
        code = child.exitcode or 0
        self._schedule_next(f"process {child.pid} ended with {signal.Signals(-code).name if code < 0 else code}")
        return code

    def _schedule_next(self, reason: str) -> None:
        now = monotonic()
        self.early_ends = self.early_ends + 1 if now - self.started < SOUND_S else 0
        pause = pause_after(self.early_ends)
        self.due = now + pause
        log.warning("%s; another takes its place %s", reason, f"in {pause:.0f} s" if pause else "at once")


@dataclass(slots=True)
class Prefork:
    """Children forked from this process that run ``work``; each that ends is replaced, until a signal says to stop."""

    work: Work
    count: int
    _slots: list[_Slot] = field(init=False)
    _lifeline: tuple[int, int] = field(init=False)

    def run(self) -> int:
        """Supervise the children until a signal, and return the exit code: 0, or :data:`GIVE_UP` if a child gave up."""
        # Otherwise the first collection in each child would write to, and so copy, every object.
        gc.collect()
        gc.freeze()
        self._slots = [_Slot() for _ in range(self.count)]
        self._lifeline = os.pipe()
        with _wake_on_signals() as alarm:
            try:
                return self._supervise(alarm)
            finally:
                # Closing the lifeline asks all children to stop; those that don't are killed.
                os.close(self._lifeline[1])
                deadline = monotonic() + STOP_WITHIN_S
                for child in filter(None, [slot.child for slot in self._slots]):
                    child.join(max(0.0, deadline - monotonic()))
                    if child.exitcode is None:
                        log.warning("process %d did not stop within %.0f s and is killed", child.pid, STOP_WITHIN_S)
                        child.kill()
                        child.join()
                os.close(self._lifeline[0])
                gc.unfreeze()

    def _supervise(self, alarm: socket.socket) -> int:
        while True:
            for slot in self._slots:
                if slot.child is None and slot.due <= monotonic():
                    # A signal that arrives meanwhile is for the parent; the child keeps them blocked, see accept_stop.
                    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
                    slot.fork(self._run_child)
                    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
            children = {slot.child.sentinel: slot for slot in self._slots if slot.child}
            due = [slot.due for slot in self._slots if slot.child is None]
            ready = wait([alarm, *children], max(0.0, min(due) - monotonic()) if due else None)
            if alarm in ready:
                return 0
            if GIVE_UP in [children[sentinel].reap() for sentinel in ready if isinstance(sentinel, int)]:
                return GIVE_UP

    def _run_child(self) -> None:
        signal.set_wakeup_fd(-1)
        for number in STOPS:
            signal.signal(number, signal.SIG_DFL)
        # With the other end only in the parent, this end becomes readable when the parent ends, however that happens.
        os.close(self._lifeline[1])
        self.work(self._lifeline[0])


@contextmanager
def _wake_on_signals() -> Iterator[socket.socket]:
    """Yield a socket that becomes readable when a signal says to stop."""
    alarm, bell = socket.socketpair()
    bell.setblocking(False)
    handlers = {number: signal.signal(number, lambda *_: None) for number in STOPS}
    wakeup_fd = signal.set_wakeup_fd(bell.fileno(), warn_on_full_buffer=False)
    try:
        yield alarm
    finally:
        signal.set_wakeup_fd(wakeup_fd)
        for number, handler in handlers.items():
            signal.signal(number, handler)
        alarm.close()
        bell.close()
