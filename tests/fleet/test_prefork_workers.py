"""``--processes``: workers that share one engine's memory give the same results as separate ones."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.fleet.client import Fleet
from engine import ArtifactMismatch, Engine
from engine.core.prefork import GIVE_UP
from engine.fleet import Task, worker
from stress.fleet.siege import pid_in
from tests.fleet.conftest import ROOT, VERSION, Workers, until
from tests.support.fleet.photos import distinct, drawn, expected, said
from tests.support.fleet.stand_in import name_of
from tests.support.redis_server import RedisServer, workers_of

pytestmark = pytest.mark.filterwarnings("ignore:Unclosed <MemoryObject:ResourceWarning")


async def pids_of(redis: RedisServer, count: int, but: set[int] = frozenset()) -> set[int]:
    """The processes of the workers who are there, once there are so many other than ``but``."""
    while True:
        found = {pid_in(name) for name in await workers_of(redis.url)} - but
        if len(found) == count:
            return found
        await asyncio.sleep(0.05)


async def all_there(fleet: Fleet, redis: RedisServer, count: int) -> set[int]:
    """The processes of so many workers, once the bot knows of them, too."""
    found = await pids_of(redis, count)
    await until(lambda: fleet.status.workers == count)
    return found


async def seen(fleet: Fleet, numbers: range) -> tuple[set[str], set[str]]:
    """What a fleet of stand-ins says of some photos, and which workers said it."""
    answers = await asyncio.gather(*(fleet.ask(Task.IDENTIFY, bytes([number]), 5, 60) for number in numbers))
    return {answer.named.cards[0].name for answer in answers if answer.named}, {answer.worker for answer in answers}


async def test_photos_are_distributed_among_the_processes(fleet: Fleet, workers: Workers, redis: RedisServer):
    workers.start(VERSION, 0.2, "--processes", "3")
    await all_there(fleet, redis, 3)
    names, answered_by = await seen(fleet, range(12))
    assert names == {name_of(bytes([number])) for number in range(12)}
    assert len(answered_by) == 3


async def test_a_killed_process_is_replaced_and_its_photo_is_processed_by_another(
    fleet: Fleet, workers: Workers, redis: RedisServer
):
    workers.start(VERSION, 0.5, "--processes", "2", "--lost-after", "1")
    killed = await all_there(fleet, redis, 2)
    asked = asyncio.create_task(seen(fleet, range(2)))
    await until(lambda: len(workers.begun()) == 2)
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    names, answered_by = await asked
    assert names == {name_of(bytes([number])) for number in range(2)}
    assert {pid_in(name) for name in answered_by} <= await pids_of(redis, 2, killed)


async def test_on_a_signal_to_stop_all_processes_finish_their_photos_first(
    fleet: Fleet, workers: Workers, redis: RedisServer
):
    parent = workers.start(VERSION, 1, "--processes", "2")
    children = await all_there(fleet, redis, 2)
    asked = asyncio.create_task(seen(fleet, range(2)))
    await until(lambda: len(workers.begun()) == 2)
    for pid in (*children, parent.pid):
        os.kill(pid, signal.SIGTERM)
    names, _ = await asked
    assert names == {name_of(bytes([number])) for number in range(2)}
    assert await asyncio.to_thread(parent.wait) == 0
    assert len(workers.begun()) == 2


async def test_a_worker_stops_when_its_parent_is_gone(monkeypatch: pytest.MonkeyPatch):
    stopped = asyncio.Event()
    monkeypatch.setattr(worker, "accept_stop", stopped.set)
    reading, writing = os.pipe()
    os.close(writing)
    await worker.run_until_orphaned(SimpleNamespace(run=stopped.wait), reading)
    os.close(reading)


def test_a_process_whose_engine_cannot_be_reopened_gives_up(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    class Replaced:
        def close(self) -> None:
            """It has no files."""

        def reopen(self) -> None:
            raise ArtifactMismatch("The catalogue was replaced.")

    monkeypatch.setattr(worker, "Prefork", lambda work, _: SimpleNamespace(run=lambda: work(0)))
    with pytest.raises(SystemExit) as stop:
        worker.serve_many(pytest.fail, Replaced(), 2)
    assert stop.value.code == GIVE_UP
    assert "artifact_mismatch: The catalogue was replaced." in caplog.text


def open_files(pid: int) -> set[str]:
    """The names of the files that a process has open."""
    return {str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir() if link.exists()}


def threads(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


def is_gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


@pytest.fixture(name="parent")
def real_family(redis: RedisServer, demo_artifacts: Path, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    words = ["worker", "--redis", redis.url, "--artifacts", str(demo_artifacts), "--processes", "2"]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "engine", *words], cwd=ROOT, stderr=log)
    yield process
    process.terminate()
    assert process.wait() == 0


async def test_a_forked_engine_gives_the_same_results_also_if_forked_later(
    parent: subprocess.Popen[bytes], fleet: Fleet, redis: RedisServer, demo_engine: Engine, tmp_path: Path
):
    fleet._version = lambda: demo_engine.version
    photos = drawn(4)
    right = expected(demo_engine, photos)
    first = await all_there(fleet, redis, 2)
    files = {str(demo_engine._artifacts.catalogue.resolve())}
    # The parent has no thread that could hold a lock, and no file that SQLite would take for its own in a child.
    assert not files & open_files(parent.pid)
    assert threads(parent.pid) == 1
    assert all(files <= open_files(pid) for pid in first)
    for start in (0, 100):
        asked = (fleet.ask(Task.IDENTIFY, distinct(jpeg, start + number), 5, 120) for number, jpeg in enumerate(photos))
        assert [said(answer.named) for answer in await asyncio.gather(*asked) if answer.named] == right
        for pid in first if start == 0 else ():
            os.kill(pid, signal.SIGKILL)
            await until(lambda pid=pid: is_gone(pid))
