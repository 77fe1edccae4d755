"""Engines replaced while calls are under way, and the watch on their artifact folder."""

from __future__ import annotations

import asyncio
import inspect
import logging
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from bot.monitoring.metrics import Metrics
from bot.recognition.reloadable_engine import ArtifactWatch, ReloadableEngine
from engine import ArtifactDamaged, Engine
from training.scene.demo_set import DemoPhoto

NOT_FORWARDED = {"open", "close", "reopen", "catalogue"}
"""Not forwarded: how an engine is opened and closed, and its catalogue, which would outlive it."""


class FakeEngine:
    """An engine that knows its folder and counts how often it is closed."""

    def __init__(self, folder: str | Path) -> None:
        self.folder, self.closed = folder, 0

    def info(self) -> dict[str, Any]:
        return {"artifacts": {"folder": str(self.folder)}, "versions": {"cardglass": "1", "python": "3"}}

    def close(self) -> None:
        self.closed += 1


def refuse(folder: Path) -> Any:
    raise ArtifactDamaged(f"{folder} is damaged")


def open_fake(folder: Path) -> Any:
    return FakeEngine(folder) if folder.is_dir() else refuse(folder)


def test_every_public_method_of_the_engine_is_forwarded():
    offered = {name for name, _ in inspect.getmembers(Engine) if not name.startswith("_")}
    assert offered - NOT_FORWARDED == offered & set(dir(ReloadableEngine)) - {"close"}


def test_a_swap_closes_the_idle_old_engine_and_uses_the_new_one():
    old, new = FakeEngine("old"), FakeEngine("new")
    holder = ReloadableEngine(old)
    holder.swap(new)
    with holder.borrow() as engine:
        assert engine is new
    assert (old.closed, new.closed) == (1, 0)


def test_the_old_engine_is_closed_once_when_its_last_call_ends():
    old, new = FakeEngine("old"), FakeEngine("new")
    holder = ReloadableEngine(old)
    with holder.borrow():
        with holder.borrow():
            holder.swap(new)
        assert old.closed == 0
    assert old.closed == 1
    holder.close()
    holder.close()
    assert (old.closed, new.closed) == (1, 1)


def test_a_failing_call_does_not_keep_the_old_engine_open():
    old = FakeEngine("old")
    holder = ReloadableEngine(old)

    def fail_meanwhile() -> None:
        with holder.borrow():
            holder.swap(FakeEngine("new"))
            raise LookupError

    with pytest.raises(LookupError):
        fail_meanwhile()
    assert old.closed == 1


class Place:
    """A symlink to an artifact folder, and a watch on it that opens engines with ``open_engine``."""

    def __init__(self, folder: Path, artifacts: Path, open_engine: Callable[[Path], Any]) -> None:
        self.link = folder / "current"
        self.link.symlink_to(artifacts)
        self.folder, self.metrics, self.open_engine = folder, Metrics(), open_engine
        self.opened: list[Path] = []
        self.holder = ReloadableEngine(open_engine(self.link.resolve()))
        self.watch = ArtifactWatch(self.holder, self.link, self.open, self.metrics)

    def open(self, folder: Path) -> Any:
        self.opened.append(folder)
        return self.open_engine(folder)

    def copy(self, name: str) -> Path:
        return Path(shutil.copytree(self.link.resolve(), self.folder / name))

    def point_to(self, folder: Path) -> None:
        fresh = self.folder / "next"
        fresh.symlink_to(folder)
        fresh.rename(self.link)

    async def poll(self) -> None:
        """Check the folder until a change counts as settled."""
        await self.watch.poll()
        await self.watch.poll()

    @property
    def current(self) -> Path:
        return Path(self.holder.info()["artifacts"]["folder"])


@pytest.fixture(name="place")
def place_with_fake_engines(tmp_path: Path) -> Place:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "manifest.json").touch()
    return Place(tmp_path, tmp_path / "old", open_fake)


@pytest.fixture(name="real_place")
def place_with_real_engines(tmp_path: Path, demo_artifacts: Path) -> Iterator[Place]:
    place = Place(tmp_path, shutil.copytree(demo_artifacts, tmp_path / "old"), Engine.open)
    yield place
    place.holder.close()


async def test_nothing_is_opened_without_a_change(place: Place):
    await place.poll()
    assert place.opened == []


async def test_a_symlink_to_another_folder_replaces_the_engine(place: Place):
    new = place.copy("new")
    place.point_to(new)
    await place.poll()
    assert place.current == new
    assert place.metrics.registry.get_sample_value("cardglass_artifact_swaps_total", {"outcome": "changed"}) == 1
    await place.poll()
    assert place.opened == [new]


async def test_a_folder_that_is_still_changing_is_not_opened(place: Place):
    new = place.copy("new")
    place.point_to(new)
    await place.watch.poll()
    (new / "more").touch()
    await place.watch.poll()
    assert place.opened == []
    await place.watch.poll()
    assert place.opened == [new]


async def test_a_damaged_folder_is_logged_once_and_the_old_engine_stays(
    real_place: Place, caplog: pytest.LogCaptureFixture, demo_single_photo: DemoPhoto
):
    before = real_place.current
    broken = real_place.copy("broken")
    with (broken / "index.faiss").open("r+b") as file:
        file.truncate(100)
    real_place.point_to(broken)
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            await real_place.poll()
    (told,) = [record.message for record in caplog.records]
    assert "index.faiss" in told
    assert real_place.opened == [broken]
    assert real_place.current == before
    assert real_place.holder.identify(demo_single_photo.jpeg, top_k=1).cards[0].name == demo_single_photo.names[0]
    assert real_place.metrics.registry.get_sample_value("cardglass_artifact_swaps_total", {"outcome": "refused"}) == 1


async def test_a_repaired_folder_is_opened(place: Place):
    new = place.copy("new")
    place.open_engine = refuse
    place.point_to(new)
    await place.poll()
    assert place.opened == [new]
    (new / "judge.json").touch()
    place.open_engine = open_fake
    await place.poll()
    assert place.current == new


async def test_a_folder_withdrawn_while_it_is_opened_is_not_used_until_it_returns(place: Place):
    before, new = place.current, place.copy("new")

    def taken_back_at_first(folder: Path) -> Any:
        if not place.opened:
            place.point_to(before)
        return place.open(folder)

    place.watch = ArtifactWatch(place.holder, place.link, taken_back_at_first, place.metrics)
    place.point_to(new)
    await place.poll()
    assert place.current == before
    await place.poll()
    assert place.opened == [new]
    place.point_to(new)
    await place.poll()
    assert place.opened == [new, new]
    assert place.current == new


async def test_the_folder_in_use_is_not_opened_again(place: Place):
    before, broken = place.current, place.copy("broken")
    place.open_engine = refuse
    for folder in (broken, before, broken):
        place.point_to(folder)
        await place.poll()
    assert place.opened == [broken, broken]
    assert place.current == before


async def test_a_folder_may_be_missing_for_a_while(place: Place):
    before, back = place.current, place.copy("back")
    place.link.unlink()
    await place.poll()
    assert place.current == before
    place.link.symlink_to(back)
    await place.poll()
    assert place.current == back


async def test_calls_succeed_while_engines_are_replaced(real_place: Place, demo_single_photo: DemoPhoto):
    done, (name, *_) = threading.Event(), demo_single_photo.names

    def ask(find_name: Callable[[], str]) -> int:
        answers = 0
        while not done.is_set():
            assert find_name() == name
            answers += 1
        return answers

    with ThreadPoolExecutor(2) as threads:
        asking = [
            threads.submit(ask, lambda: real_place.holder.identify(demo_single_photo.jpeg, top_k=1).cards[0].name),
            threads.submit(ask, lambda: real_place.holder.card(name).name),
        ]
        for number in range(2):
            real_place.point_to(real_place.copy(f"new {number}"))
            await real_place.poll()
        done.set()
        answers = await asyncio.gather(*map(asyncio.wrap_future, asking))
    assert all(answers)
    assert real_place.current.name == "new 1"


async def test_a_call_survives_the_replacement_and_deletion_of_its_folder(
    real_place: Place, demo_single_photo: DemoPhoto
):
    """The index is memory-mapped: a deleted file lasts as long as an engine has it open."""
    first, second = real_place.current, real_place.copy("second")
    with real_place.holder.borrow() as old:
        real_place.point_to(second)
        await real_place.poll()
        shutil.rmtree(first)
        for _ in range(3):
            assert old.identify(demo_single_photo.jpeg, top_k=1).cards[0].name == demo_single_photo.names[0]
    assert real_place.current == second
    assert real_place.holder.identify(demo_single_photo.jpeg, top_k=1).cards[0].name == demo_single_photo.names[0]


def test_a_damaged_folder_is_an_error_of_the_engine(tmp_path: Path, demo_artifacts: Path):
    broken = Path(shutil.copytree(demo_artifacts, tmp_path / "broken"))
    (broken / "manifest.json").write_text("{")
    with pytest.raises(ArtifactDamaged):
        Engine.open(broken)
