"""Timing the stages of a photo."""

import pytest

from engine.core import timing
from engine.core.timing import Stopwatch
from engine.core.values import STAGES


@pytest.fixture
def clock(monkeypatch):
    """A clock set by hand, in seconds."""
    now = [100.0]
    monkeypatch.setattr(timing, "perf_counter", lambda: now[0])
    return now


def test_times_add_up_by_stage(clock):
    watch = Stopwatch()
    for stage, seconds in (("decode", 0.5), ("read", 0.25), ("decode", 0.125)):
        with watch.time(stage):
            clock[0] += seconds
    clock[0] += 1
    timings = watch.timings_ms()
    assert timings["decode"] == pytest.approx(625)
    assert timings["read"] == pytest.approx(250)
    assert timings["embed"] == 0
    assert timings["total"] == pytest.approx(1875)


def test_every_stage_is_listed_even_without_any_time(clock):
    assert tuple(Stopwatch().timings_ms()) == (*STAGES, "total")


def test_a_stage_that_fails_is_timed_too(clock):
    def fail(watch):
        with watch.time("embed"):
            clock[0] += 2
            raise RuntimeError("stop")

    watch = Stopwatch()
    with pytest.raises(RuntimeError, match="stop"):
        fail(watch)
    assert watch.timings_ms()["embed"] == pytest.approx(2000)


def test_an_unknown_stage_is_refused():
    watch = Stopwatch()
    with pytest.raises(KeyError), watch.time("cook"):
        pass
