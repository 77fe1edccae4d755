"""Failures of the store: users still get answers, and only their buttons don't work."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event

from bot.store import StoreError, database, new_key
from tests.support.bot.patched_engine import NAME, OTHER, PHOTO
from tests.support.bot.world import MESSAGES, World, control, text_of

EN = MESSAGES.words("en")


def file_of(world: World) -> Path:
    return Path(world.client.store._database._where)


@contextmanager
def a_full_disk(world: World) -> Iterator[None]:
    """Fill the file and don't let it grow."""
    store = world.client.store
    engine = store._database._engine

    def no_more_pages(connection, *_) -> None:
        connection.execute("PRAGMA max_page_count = 1")

    engine.dispose()
    event.listen(engine, "connect", no_more_pages)
    (answer,) = store.answers_in(world.answered.id)
    with suppress(StoreError):
        while True:
            store.add_answer(replace(answer, key=new_key()))
    yield
    event.remove(engine, "connect", no_more_pages)
    engine.dispose()


@contextmanager
def a_locked_file(world: World) -> Iterator[None]:
    """Let another program hold the write lock."""
    other = sqlite3.connect(file_of(world), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.close()


@contextmanager
def a_damaged_file(world: World) -> Iterator[None]:
    """Overwrite the file while it is open."""
    world.client.store._database._engine.dispose()
    path = file_of(world)
    whole = path.read_bytes()
    path.write_bytes(b"\x5a" * len(whole))
    yield
    world.client.store._database._engine.dispose()
    path.write_bytes(whole)


FAULTS: list[Callable[[World], object]] = [a_full_disk, a_locked_file, a_damaged_file]


@pytest.fixture(name="world", autouse=True)
def world_without_waiting(quick: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Don't wait for the lock: nobody releases it in these tests."""
    monkeypatch.setattr(database, "BUSY_MS", 1)
    quick.client.store._database._engine.dispose()
    return quick


@pytest.mark.parametrize("fault", FAULTS)
async def test_photos_are_answered_wherever_they_are_posted(world: World, fault, caplog: pytest.LogCaptureFixture):
    await world.post(world.answered, PHOTO)
    with fault(world):
        await world.post(world.answered, PHOTO)
        await world.post(world.quiet, PHOTO, text=f"<@{world.client.user.id}>")
        direct = await world.post_direct(PHOTO)
        command = (await world.alice.slash(world.quiet, "identify", image=PHOTO)).response
    assert [NAME in text_of(reply) for reply in world.replies(world.answered)] == [True, True]
    assert NAME in text_of(world.replies(world.quiet)[0])
    assert NAME in text_of(direct)
    assert NAME in text_of(command)
    assert any("could not be stored" in line for line in caplog.messages)


@pytest.mark.parametrize("fault", [a_locked_file, a_damaged_file])
async def test_the_buttons_of_an_answer_that_was_not_stored_say_so(world: World, fault):
    await world.post(world.answered, PHOTO)
    with fault(world):
        await world.post(world.answered, PHOTO)
    reply = world.replies(world.answered)[-1]
    pressed = await world.alice.click(reply, custom_id=control(reply, "wrong"))
    assert pressed.response.content == EN.format("too-old")


@pytest.mark.parametrize("what", ["wrong", "export"])
async def test_a_button_pressed_while_the_store_is_damaged_says_so_and_the_log_names_the_file(
    world: World, what: str, caplog: pytest.LogCaptureFixture
):
    await world.post(world.answered, PHOTO)
    (reply,) = world.replies(world.answered)
    with a_damaged_file(world):
        pressed = await world.alice.click(reply, custom_id=control(reply, what))
    assert pressed.response.content == EN.format("memory-away")
    assert any(str(file_of(world)) in line for line in caplog.messages)


async def test_a_correction_that_cannot_be_stored_changes_nothing_and_says_so(world: World):
    await world.post(world.answered, PHOTO)
    (reply,) = world.replies(world.answered)
    with a_locked_file(world):
        panel = (await world.alice.click(reply, custom_id=control(reply, "wrong"))).response
        told = await world.alice.select(panel, [OTHER], custom_id=control(panel, "name"))
        assert told.response.content == EN.format("memory-away")
    (reply,) = world.replies(world.answered)
    assert NAME in text_of(reply)
    assert world.answer_of(reply).cards[0].name == NAME


async def test_settings_that_were_never_read_are_the_defaults(world: World):
    with a_damaged_file(world):
        await world.post(world.answered, PHOTO)
    assert world.replies(world.answered) == []
