"""Forked processes: each that ends is replaced; all end together, finishing what they are doing."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.core import prefork
from engine.core.prefork import ONE_THREAD, Prefork, pause_after

pytestmark = pytest.mark.skipif(not prefork.can_fork(), reason="this system can't fork processes")
PROGRAM = """
import logging, os, signal, sys, time
from pathlib import Path
from engine.core import prefork
from engine.core.prefork import Prefork, accept_stop
journal = Path({journal!r})
def note(word):
    with journal.open("a") as lines:
        lines.write(f"{{word}} {{os.getpid()}}\\n")
def finish(*_):
    note("told")
    time.sleep(0.2)
    note("done")
    sys.exit(0)
def wait(lifeline):
    signal.signal(signal.SIGTERM, finish)
    note("begun")
    os.read(lifeline, 1)
    accept_stop()
    note("never")
def fail(lifeline):
    note("begun")
    sys.exit(int(sys.argv[1]))
def hang(lifeline):
    note("begun")
    time.sleep(600)
logging.basicConfig()
prefork.STOP_WITHIN_S = {stop_within}
sys.exit(Prefork({work}, {count}).run())
"""


class Program:
    """A program whose children note what they do."""

    def __init__(self, work: str, count: int, folder: Path, words: tuple[str, ...], stop_within: float) -> None:
        self._journal, self._log = folder / "journal", folder / "log"
        self._journal.touch()
        text = PROGRAM.format(work=work, count=count, journal=str(self._journal), stop_within=stop_within)
        with self._log.open("wb") as log:
            self.process = subprocess.Popen([sys.executable, "-c", text, *words], stderr=log)

    def noted(self, word: str) -> list[int]:
        """Return the children that noted this word."""
        lines = (line.split() for line in self._journal.read_text(encoding="ascii").splitlines())
        return [int(pid) for noted, pid in lines if noted == word]

    def said(self) -> str:
        return self._log.read_text(encoding="utf-8")

    def end(self) -> int:
        self.process.terminate()
        return self.process.wait()


@pytest.fixture(name="begin")
def begin_program(tmp_path: Path) -> Iterator[Callable[..., Program]]:
    begun: list[Program] = []

    def begin(work: str, count: int, *words: str, stop_within: float = 60) -> Program:
        begun.append(Program(work, count, tmp_path, words, stop_within))
        return begun[-1]

    yield begin
    for one in begun:
        one.process.kill()  # its children end with it
        one.process.wait()


def until(happened: Callable[[], object]) -> None:
    while not happened():
        time.sleep(0.02)


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_child_that_is_killed_is_replaced_at_once_and_the_others_stay(begin):
    begun = begin("wait", 3)
    until(lambda: len(begun.noted("begun")) == 3)
    killed, *others = begun.noted("begun")
    os.kill(killed, signal.SIGKILL)
    until(lambda: len(begun.noted("begun")) == 4)
    assert f"process {killed} ended with SIGKILL; another takes its place at once" in begun.said()
    assert begun.end() == 0
    assert sorted(begun.noted("done")) == sorted({*begun.noted("begun")} - {killed})
    assert set(others) < set(begun.noted("done"))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_that_reaches_parent_and_children_alike_stops_each_once_and_lets_it_finish(begin, number):
    begun = begin("wait", 2)
    until(lambda: len(begun.noted("begun")) == 2)
    children = begun.noted("begun")
    for pid in (*children, begun.process.pid, *children):
        os.kill(pid, number)
    until(lambda: len(begun.noted("told")) == 2)
    for pid in children:
        with suppress(ProcessLookupError):  # one that has finished already
            os.kill(pid, number)
    assert begun.process.wait() == 0
    assert sorted(begun.noted("told")) == sorted(begun.noted("done")) == sorted(children)


def test_children_of_a_killed_parent_finish_and_end(begin):
    begun = begin("wait", 2)
    until(lambda: len(begun.noted("begun")) == 2)
    begun.process.kill()
    until(lambda: len(begun.noted("done")) == 2)
    until(lambda: not any(map(lives, begun.noted("begun"))))


def test_a_child_that_does_not_stop_in_time_is_killed(begin):
    begun = begin("hang", 2, stop_within=0.2)
    until(lambda: len(begun.noted("begun")) == 2)
    assert begun.end() == 0
    assert not any(map(lives, begun.noted("begun")))
    assert begun.said().count("did not stop within") == 2


def test_children_that_keep_ending_early_are_replaced_more_and_more_slowly(begin):
    begun = begin("fail", 1, "1")
    until(lambda: len(begun.noted("begun")) == 3)
    first, second = begun.said().splitlines()[:2]
    assert first.endswith("ended with 1; another takes its place at once")
    assert second.endswith("ended with 1; another takes its place in 1 s")
    assert begun.end() == 0


def test_the_pause_doubles_up_to_a_minute():
    assert [pause_after(number) for number in range(5)] == [0, 0, 1, 2, 4]
    assert pause_after(1000) == 60


def test_all_end_when_one_gives_up(begin):
    begun = begin("fail", 2, "2")
    assert begun.process.wait() == 2


def test_a_failed_fork_is_tried_again(monkeypatch, caplog):
    def start() -> None:
        raise BlockingIOError("Resource temporarily unavailable")

    context = SimpleNamespace(Process=lambda target: SimpleNamespace(start=start))
    monkeypatch.setattr(multiprocessing, "get_context", lambda _: context)
    slot = prefork._Slot()
    for _ in range(2):
        slot.fork(lambda: None)
    assert slot.child is None
    assert "no process can be forked: Resource temporarily unavailable; another takes its place in 1 s" in caplog.text


def test_a_restarted_program_is_the_same_process_with_one_thread():
    program = (
        "import os, sys; from engine.core.prefork import restart_without_thread_pools; restart_without_thread_pools();"
        "import cv2, numpy as np; a = np.ones((600, 600), np.float32); a @ a; cv2.GaussianBlur(a, (31, 31), 5);"
        "print(os.getpid(), len(os.listdir('/proc/self/task')), sys.argv[1], sys.flags.dev_mode)"
    )
    environment = {name: value for name, value in os.environ.items() if name not in ONE_THREAD}
    words = [sys.executable, "-X", "dev", "-W", "ignore", "-c", program, "word"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, env=environment, text=True) as process:
        said, _ = process.communicate()
    assert said.split() == [str(process.pid), "1", "word", "True"]


def test_the_caller_s_signal_handlers_are_restored(monkeypatch):
    before = [signal.getsignal(number) for number in prefork.STOPS]
    monkeypatch.setattr(Prefork, "_supervise", lambda *_: 0)
    assert Prefork(lambda _: None, 1).run() == 0
    assert [signal.getsignal(number) for number in prefork.STOPS] == before
