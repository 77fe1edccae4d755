"""No search for garbage while an engine is opened, and none too few afterwards."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import Engine, EngineError
from engine.core.gc_pause import GcPause


@pytest.fixture(name="searches")
def noted_searches() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(phase: str, _: dict[str, int]) -> None:
        seen.append(phase)

    gc.callbacks.append(note)
    yield seen
    gc.callbacks.remove(note)


def test_while_an_engine_is_opened_nothing_is_searched(demo_artifacts: Path, searches: list[str]):
    searches.clear()
    engine = Engine.open(demo_artifacts, threads=1)
    while_opened = searches.count("start")
    engine.close()
    # One may begin as soon as they are on again; opening alone would set off dozens.
    assert while_opened <= 1
    assert gc.isenabled()


def test_one_that_can_t_be_opened_leaves_the_search_on(tmp_path: Path):
    with pytest.raises(EngineError):
        Engine.open(tmp_path)
    assert gc.isenabled()


def test_it_is_on_again_when_the_last_block_has_ended():
    pause_gc = GcPause()
    with pause_gc:
        with pause_gc:
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_whoever_has_switched_it_off_finds_it_off():
    gc.disable()
    try:
        with GcPause():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
