"""An engine that is changed while it works: real artifact folders, swapped under load."""

from __future__ import annotations

import asyncio
import inspect
import logging
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from bot.monitoring.metrics import Metrics
from bot.recognition.reloadable_engine import ArtifactWatch, ReloadableEngine
from engine import ArtifactDamaged, Engine
from training.scene.demo_set import DemoPhoto

NOT_FORWARDED = {"open", "close", "reopen", "catalogue"}
"""Of one engine alone: it is opened before it is held, closed by the holder, and its catalogue would outlive it."""


class Recorded:
    """An engine that says whether it is closed."""

    def __init__(self, name: str) -> None:
        self.name, self.closed = name, 0

    def close(self) -> None:
        self.closed += 1


def held(name: str) -> Any:
    return Recorded(name)


def test_whatever_the_engine_offers_the_holder_offers():
    offered = {name for name, _ in inspect.getmembers(Engine) if not name.startswith("_")}
    assert offered - NOT_FORWARDED == offered & set(dir(ReloadableEngine)) - {"close"}


def test_after_a_swap_the_new_one_answers_and_the_idle_old_one_is_closed():
    old, new = held("old"), held("new")
    holder = ReloadableEngine(old)
    holder.swap(new)
    with holder.borrow() as engine:
        assert engine is new
    assert (old.closed, new.closed) == (1, 0)


def test_the_old_one_is_closed_when_its_last_call_has_ended_and_only_once():
    old, new = held("old"), held("new")
    holder = ReloadableEngine(old)
    with holder.borrow():
        with holder.borrow():
            holder.swap(new)
        assert old.closed == 0
    assert old.closed == 1
    holder.close()
    holder.close()
    assert (old.closed, new.closed) == (1, 1)


def test_a_call_that_fails_does_not_keep_the_old_one_open():
    old = held("old")
    holder = ReloadableEngine(old)

    def fail_meanwhile() -> None:
        with holder.borrow():
            holder.swap(held("new"))
            raise LookupError

    with pytest.raises(LookupError):
        fail_meanwhile()
    assert old.closed == 1


class Place:
    """A symlink to an artifact folder, and a watch on it."""

    def __init__(self, folder: Path, artifacts: Path) -> None:
        self.link = folder / "current"
        self.link.symlink_to(artifacts)
        self.folder, self.metrics = folder, Metrics()
        self.opened: list[Path] = []
        self.holder = ReloadableEngine(Engine.open(self.link.resolve()))
        self.watch = ArtifactWatch(self.holder, self.link, self.open, self.metrics)

    def open(self, folder: Path) -> Engine:
        self.opened.append(folder)
        return Engine.open(folder)

    def copy(self, name: str) -> Path:
        return Path(shutil.copytree(self.link.resolve(), self.folder / name))

    def turn_to(self, folder: Path) -> None:
        fresh = self.folder / "next"
        fresh.symlink_to(folder)
        fresh.rename(self.link)

    async def poll(self) -> None:
        """Look until what changed has settled."""
        await self.watch.poll()
        await self.watch.poll()

    @property
    def current(self) -> Path:
        return Path(self.holder.info()["artifacts"]["folder"])


@pytest.fixture(name="place")
def artifacts_in_a_link(tmp_path: Path, demo_artifacts: Path):
    place = Place(tmp_path, demo_artifacts)
    yield place
    place.holder.close()


async def test_as_long_as_nothing_changes_nothing_is_opened(place: Place):
    await place.poll()
    assert place.opened == []


async def test_a_symlink_turned_to_another_folder_changes_the_engine(place: Place):
    new = place.copy("new")
    place.turn_to(new)
    await place.poll()
    assert place.current == new
    assert place.metrics.registry.get_sample_value("cardglass_artifact_swaps_total", {"outcome": "changed"}) == 1
    await place.poll()
    assert place.opened == [new]


async def test_a_folder_that_still_changes_is_let_settle(place: Place):
    new = place.copy("new")
    place.turn_to(new)
    await place.watch.poll()
    (new / "more").touch()
    await place.watch.poll()
    assert place.opened == []
    await place.watch.poll()
    assert place.opened == [new]


async def test_a_damaged_folder_is_told_once_and_the_old_engine_goes_on(
    place: Place, caplog: pytest.LogCaptureFixture, demo_single_photo: DemoPhoto
):
    before = place.current
    broken = place.copy("broken")
    with (broken / "index.faiss").open("r+b") as file:
        file.truncate(100)
    place.turn_to(broken)
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            await place.poll()
    (told,) = [record.message for record in caplog.records]
    assert "index.faiss" in told
    assert place.opened == [broken]
    assert place.current == before
    assert place.holder.identify(demo_single_photo.jpeg, top_k=1).cards[0].name == demo_single_photo.names[0]
    assert place.metrics.registry.get_sample_value("cardglass_artifact_swaps_total", {"outcome": "refused"}) == 1


async def test_a_damaged_folder_that_is_put_right_is_taken(place: Place):
    new = place.copy("new")
    whole = (new / "judge.json").read_bytes()
    (new / "judge.json").write_bytes(b"{}")
    place.turn_to(new)
    await place.poll()
    (new / "judge.json").write_bytes(whole)
    await place.poll()
    assert place.current == new


async def test_a_folder_taken_back_while_it_is_opened_is_not_used_and_may_come_again(place: Place):
    before, new = place.current, place.copy("new")

    def taken_back_at_first(folder: Path) -> Engine:
        if not place.opened:
            place.turn_to(before)
        return place.open(folder)

    place.watch = ArtifactWatch(place.holder, place.link, taken_back_at_first, place.metrics)
    place.turn_to(new)
    await place.poll()
    assert place.current == before
    await place.poll()
    assert place.opened == [new]
    place.turn_to(new)
    await place.poll()
    assert place.opened == [new, new]
    assert place.current == new


async def test_what_is_in_use_already_is_not_opened_again(place: Place):
    before, broken = place.current, place.copy("broken")
    (broken / "judge.json").unlink()
    for folder in (broken, before, broken):
        place.turn_to(folder)
        await place.poll()
    assert place.opened == [broken, broken]
    assert place.current == before


async def test_a_folder_that_is_not_there_for_a_while_is_no_end(place: Place):
    before, back = place.current, place.copy("back")
    place.link.unlink()
    await place.poll()
    assert place.current == before
    place.link.symlink_to(back)
    await place.poll()
    assert place.current == back


async def test_calls_under_way_while_engines_change_all_get_their_answer(place: Place, demo_single_photo: DemoPhoto):
    done = threading.Event()

    def ask() -> int:
        answers = 0
        while not done.is_set():
            assert place.holder.card(demo_single_photo.names[0]) is not None
            (card, *_) = place.holder.identify(demo_single_photo.jpeg, top_k=1).cards
            assert card.name == demo_single_photo.names[0]
            answers += 1
        return answers

    with ThreadPoolExecutor(2) as threads:
        asking = [threads.submit(ask) for _ in range(2)]
        for number in range(3):
            place.turn_to(place.copy(f"new {number}"))
            await place.poll()
        done.set()
        answers = await asyncio.gather(*map(asyncio.wrap_future, asking))
    assert all(answers)
    assert place.current.name == "new 2"


async def test_a_call_under_way_goes_on_when_the_folder_of_its_engine_is_replaced_and_deleted(
    place: Place, demo_single_photo: DemoPhoto
):
    """The index is left in its file: what is deleted stays as long as an engine has it open."""
    first, second = place.copy("first"), place.copy("second")
    place.turn_to(first)
    await place.poll()
    with place.holder.borrow() as old:
        place.turn_to(second)
        await place.poll()
        shutil.rmtree(first)
        for _ in range(3):
            assert old.identify(demo_single_photo.jpeg, top_k=1).cards[0].name == demo_single_photo.names[0]
    assert place.current == second
    assert place.holder.identify(demo_single_photo.jpeg, top_k=1).cards[0].name == demo_single_photo.names[0]


def test_the_engine_itself_says_what_is_wrong_with_a_damaged_folder(place: Place):
    broken = place.copy("broken")
    (broken / "manifest.json").write_text("{")
    with pytest.raises(ArtifactDamaged):
        Engine.open(broken)
