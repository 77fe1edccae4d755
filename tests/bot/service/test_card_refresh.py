"""Refreshing the cards beside the bot, with real child processes."""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.settings import Schedule, Settings
from bot.monitoring.metrics import Metrics
from bot.service import card_refresh
from bot.service.card_refresh import (
    FIRST_WAIT,
    LONGEST_RETRY,
    PERIODS,
    STATE,
    CardRefresh,
    RefreshState,
    refresh_command,
)

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
DAY = PERIODS[Schedule.DAILY]


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    """No test waits a minute for quiet, nor needs gigabytes."""
    monkeypatch.setattr(card_refresh, "QUIET_S", 0.02)
    monkeypatch.setattr(card_refresh, "POLL_S", 0.01)
    monkeypatch.setattr(card_refresh, "FIRST_ROOM", 1)
    monkeypatch.setattr(card_refresh, "ROOM", 1)


class Child:
    """A refresher whose child runs a Python program."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.metrics, self.busy = folder, Metrics(), False
        folder.mkdir(parents=True, exist_ok=True)

    def refresher(self, program: str) -> CardRefresh:
        command = [sys.executable, "-c", program]
        return CardRefresh(self.folder, Schedule.DAILY, lambda: self.busy, Metrics(), command)

    def stored(self) -> dict[str, object]:
        return json.loads((self.folder / STATE).read_text())


@pytest.fixture(name="child")
def _child(tmp_path):
    return Child(tmp_path / "cards")


class TestSchedule:
    def test_the_first_refresh_is_soon_after_the_start(self):
        assert RefreshState().wait(DAY, NOW) == FIRST_WAIT

    def test_the_next_is_a_day_after_the_last(self):
        state = RefreshState().after(None, NOW)
        assert state.wait(DAY, NOW + timedelta(hours=5)) == timedelta(hours=19)
        assert state.wait(DAY, NOW + timedelta(days=9)) == FIRST_WAIT

    @given(st.integers(1, 40))
    def test_each_failure_doubles_the_wait_up_to_a_day(self, failures):
        state = RefreshState().after(None, NOW - timedelta(days=3))
        waits = []
        for _ in range(failures):
            state = state.after("not_synced", NOW)
            waits.append(state.wait(DAY, NOW))
        assert waits == sorted(waits)
        assert all(two in (2 * one, LONGEST_RETRY) for one, two in itertools.pairwise(waits))
        assert state.succeeded_at == NOW - timedelta(days=3)

    def test_a_success_ends_the_failures(self):
        state = RefreshState().after("not_synced", NOW).after(None, NOW)
        assert (state.failures, state.problem) == (0, None)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "[]",
            "{",
            '{"succeeded_at": "never"}',
            '{"failures": "many"}',
            "null",
            '{"attempted_at": "2026-11-30T12:00:00"}',
        ],
    )
    def test_a_state_that_can_t_be_read_is_none(self, tmp_path, text):
        (tmp_path / STATE).write_text(text)
        assert RefreshState.read(tmp_path) == RefreshState()

    def test_a_state_is_read_as_it_was_written(self, tmp_path):
        state = RefreshState().after(None, NOW).after("worse", NOW)
        state.write(tmp_path)
        assert RefreshState.read(tmp_path) == state


class TestRefresh:
    async def test_a_success_is_stored_and_reported(self, child, caplog):
        caplog.set_level(logging.INFO)
        refresher = child.refresher("print('110 faces')")
        assert await refresher.refresh() is None
        assert child.stored()["failures"] == 0
        assert refresher.report().fetched_on == datetime.now(UTC).date()
        assert "the cards are current: 110 faces" in caplog.text

    @pytest.mark.parametrize(
        ("code", "problem"), [(1, "failed"), (2, "unusable"), (3, "worse"), (4, "not_synced"), (77, "failed")]
    )
    async def test_a_failure_is_told_by_its_code_with_the_last_words(self, child, caplog, code, problem):
        refresher = child.refresher(f"import sys; print('no such host'); sys.exit({code})")
        assert await refresher.refresh() == problem
        assert child.stored()["problem"] == problem
        assert refresher.report().problem == problem
        assert "no such host" in caplog.text
        assert "the next try is in 0:15:00" in caplog.text

    async def test_progress_is_told_while_it_runs(self, child):
        program = "import sys, time; sys.stderr.write('pictures:   7%|x| 7/100\\r'); sys.stderr.flush(); time.sleep(60)"
        refresher = child.refresher(program)
        task = asyncio.create_task(refresher.refresh())
        await until(lambda: refresher.report().progress == "pictures 7%")
        assert refresher.report().running
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not refresher.report().running

    async def test_stopping_the_bot_ends_the_child_and_its_children(self, child):
        ids = child.folder / "ids"
        program = (
            "import os, subprocess, sys, time\n"
            "other = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
            f"open({str(ids)!r}, 'w').write(f'{{os.getpid()}} {{other.pid}}')\n"
            "time.sleep(600)"
        )
        task = asyncio.create_task(child.refresher(program).refresh())
        await until(lambda: ids.exists() and len(ids.read_text().split()) == 2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        for pid in map(int, ids.read_text().split()):
            await until(lambda pid=pid: not is_running(pid))

    async def test_the_child_has_the_lowest_priority_and_no_secrets(self, child, monkeypatch):
        monkeypatch.setenv("DISCORD_TOKEN", "secret")
        told = child.folder / "told"
        program = (
            "import json, os, time\n"
            "while os.getpriority(os.PRIO_PROCESS, 0) < 19: time.sleep(0.01)\n"
            f"json.dump(dict(os.environ), open({str(told)!r}, 'w'))"
        )
        assert await child.refresher(program).refresh() is None
        assert "DISCORD_TOKEN" not in json.loads(told.read_text())

    async def test_it_waits_for_a_quiet_moment(self, child):
        child.busy = True
        task = asyncio.create_task(child.refresher("").refresh())
        await asyncio.sleep(0.1)
        assert not task.done()
        child.busy = False
        assert await task is None

    async def test_it_doesn_t_wait_for_ever(self, child, monkeypatch):
        monkeypatch.setattr(card_refresh, "PATIENCE_S", 0.05)
        child.busy = True
        assert await child.refresher("").refresh() is None

    async def test_without_room_nothing_is_started(self, child, monkeypatch, caplog):
        monkeypatch.setattr(card_refresh, "FIRST_ROOM", 2**60)
        assert await child.refresher("raise SystemExit(9)").refresh() == "no_room"
        assert "GB left" in caplog.text

    async def test_without_memory_nothing_is_started(self, child, monkeypatch, caplog):
        monkeypatch.setattr(card_refresh, "MEMORY", 2**60)
        assert await child.refresher("raise SystemExit(9)").refresh() == "no_memory"
        assert "add swap" in caplog.text

    async def test_the_kernel_ends_the_child_before_the_bot(self, child):
        program = (
            "import sys, time\n"
            "for _ in range(3000):\n"
            "    if open('/proc/self/oom_score_adj').read() == '1000\\n': sys.exit(0)\n"
            "    time.sleep(0.02)\n"
            "sys.exit(1)"
        )
        assert await child.refresher(program).refresh() is None

    async def test_much_output_is_no_problem(self, child):
        program = "import sys\nfor n in range(3000): sys.stdout.write('x' * 100 + '\\r')\nprint(); print('done')"
        assert await child.refresher(program).refresh() is None

    async def test_the_first_start_says_what_will_be_fetched_and_how_to_switch_it_off(self, child, caplog):
        caplog.set_level(logging.INFO)
        task = asyncio.create_task(child.refresher("").run())
        await until(lambda: "CARDGLASS_REFRESH=off" in caplog.text)
        task.cancel()
        first, second, *_ = [record.getMessage() for record in caplog.records]
        assert "560 MB" in first
        assert "CARDGLASS_REFRESH=off" in second

    async def test_later_starts_say_nothing(self, child, caplog):
        caplog.set_level(logging.INFO)
        RefreshState().after(None, datetime.now(UTC)).write(child.folder)
        task = asyncio.create_task(child.refresher("").run())
        await asyncio.sleep(0.05)
        task.cancel()
        assert caplog.text == ""


def test_metrics_tell_state_failures_and_age(tmp_path):
    RefreshState().after(None, datetime.now(UTC) - timedelta(hours=1)).after("worse", NOW).write(tmp_path)
    metrics = Metrics()
    refresher = CardRefresh(tmp_path, Schedule.WEEKLY, lambda: False, metrics, [])
    rendered = dict(line.rsplit(" ", 1) for line in metrics.render().decode().splitlines() if not line.startswith("#"))
    assert rendered["cardglass_refresh_running"] == "0.0"
    assert rendered["cardglass_refresh_failures"] == "1.0"
    assert float(rendered["cardglass_refresh_age_seconds"]) == pytest.approx(3600, abs=60)
    assert refresher.report().fetched_on is not None


def test_the_command_is_one_that_training_understands(tmp_path):
    command = refresh_command(Settings(data=tmp_path, languages=("de", "fr")))
    assert command[1:4] == ["-m", "training", "refresh"]
    assert command[command.index("--data") + 1] == str(tmp_path / "cards")
    assert command[command.index("--out") + 1] == str(tmp_path / "cards" / "artifacts")
    assert command[command.index("--languages") + 1] == "de,fr"


@pytest.mark.parametrize(
    ("changes", "schedule"),
    [
        ({}, Schedule.DAILY),
        ({"refresh": Schedule.WEEKLY}, Schedule.WEEKLY),
        ({"refresh": Schedule.OFF}, Schedule.OFF),
        ({"artifacts": Path("other")}, Schedule.OFF),
        ({"artifacts": Path("other"), "refresh": Schedule.DAILY}, Schedule.DAILY),
        ({"recogniser_url": "redis://x"}, Schedule.OFF),
    ],
)
def test_where_somebody_else_keeps_the_artifacts_the_bot_doesn_t(changes, schedule):
    assert Settings(**changes).schedule is schedule


async def until(condition) -> None:
    """Wait for something that another process does, which sets no event here."""
    while not condition():  # noqa: ASYNC110 - see above
        await asyncio.sleep(0.01)


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (ProcessLookupError, FileNotFoundError):
        return False
