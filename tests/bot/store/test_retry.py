"""Retries while a database server is away."""

from __future__ import annotations

import pytest

from bot.core.errors import ServerLost, StoreError
from bot.store import retry
from bot.store.retry import MAX_OUTAGE_S, Outage, retry_short_outages


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Flaky:
    """Fails a number of times, then succeeds."""

    def __init__(self, clock: Clock, failures: int, error: type[StoreError] = ServerLost) -> None:
        self.outage, self.failures, self.error, self.tries = Outage(clock), failures, error, 0

    @retry_short_outages
    def ask(self) -> str:
        self.tries += 1
        if self.tries <= self.failures:
            raise self.error("gone")
        return "here"


@pytest.fixture(name="clock")
def clock_advanced_by_sleep(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(retry.time, "sleep", clock.sleep)
    return clock


def test_a_short_outage_is_waited_out(clock: Clock):
    assert Flaky(clock, failures=20).ask() == "here"


def test_no_call_waits_longer_than_the_limit(clock: Clock):
    with pytest.raises(ServerLost):
        Flaky(clock, failures=10**6).ask()
    assert clock.now == pytest.approx(MAX_OUTAGE_S, abs=0.2)


def test_later_calls_in_a_long_outage_fail_at_once(clock: Clock):
    flaky = Flaky(clock, failures=10**6)
    with pytest.raises(ServerLost):
        flaky.ask()
    before = clock.now, flaky.tries
    with pytest.raises(ServerLost):
        flaky.ask()
    assert (clock.now, flaky.tries) == (before[0], before[1] + 1)


def test_the_next_outage_is_waited_out_again(clock: Clock):
    flaky = Flaky(clock, failures=20)
    flaky.ask()
    flaky.failures, clock.now = flaky.tries + 20, clock.now + 1000
    assert flaky.ask() == "here"


def test_other_errors_are_raised_at_once(clock: Clock):
    flaky = Flaky(clock, failures=1, error=StoreError)
    with pytest.raises(StoreError):
        flaky.ask()
    assert (clock.now, flaky.tries) == (0.0, 1)
