"""Garbage collection pauses while an engine is opened, and resumes afterwards."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import Engine, EngineError
from engine.core.gc_pause import GcPause


@pytest.fixture(name="collections")
def noted_collections() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(phase: str, _: dict[str, int]) -> None:
        seen.append(phase)

    gc.callbacks.append(note)
    yield seen
    gc.callbacks.remove(note)


def test_opening_an_engine_collects_no_garbage(demo_artifacts: Path, collections: list[str]):
    collections.clear()
    engine = Engine.open(demo_artifacts, threads=1)
    while_opened = collections.count("start")
    engine.close()
    # One may start as soon as collection resumes; without the pause, opening would trigger dozens.
    assert while_opened <= 1
    assert gc.isenabled()


def test_collection_resumes_when_opening_fails(tmp_path: Path):
    with pytest.raises(EngineError):
        Engine.open(tmp_path)
    assert gc.isenabled()


def test_collection_resumes_after_the_last_block():
    pause_gc = GcPause()
    with pause_gc:
        with pause_gc:
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_collection_that_was_off_stays_off():
    gc.disable()
    try:
        with GcPause():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
