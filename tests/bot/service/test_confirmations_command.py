"""``python -m bot confirmations`` lists and revokes confirmations."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.core.settings import Settings
from bot.service.confirmations_command import add_confirmations_command, confirmations
from bot.store import Store
from engine import ConfirmationsError, SqliteConfirmations
from tests.support.confirmations import stored
from tests.support.postgres_server import Server, running_or_skipped

Ask = Callable[..., list[str]]


@pytest.fixture(name="server", scope="module")
def running_server() -> Iterator[Server]:
    yield from running_or_skipped()


@pytest.fixture(name="taught", params=["file", "database"])
def settings_with_two_confirmations(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    two = stored(1, set="dom", collector_number="60"), stored(2, name="Ponder", origin="guild 1 / user 77")
    if request.param == "file":
        settings = Settings(data=tmp_path)
        with closing(SqliteConfirmations.open(settings.overlay_file)) as overlay:
            for entry in two:
                overlay.add(entry)
        return settings
    settings = Settings(data=tmp_path, database=request.getfixturevalue("server").empty_database())
    with closing(Store(settings.database)) as store:
        for entry in two:
            store.confirmations().add(entry)
    return settings


@pytest.fixture(name="ask")
def run_the_command(taught: Settings, capsys: pytest.CaptureFixture[str]) -> Ask:
    def ask(*words: str) -> list[str]:
        parser = argparse.ArgumentParser()
        add_confirmations_command(parser.add_subparsers())
        confirmations(taught, parser.parse_args(["confirmations", *words]))
        return capsys.readouterr().out.splitlines()

    return ask


def test_each_is_a_line_with_its_id_and_origin(ask: Ask):
    first, second, count = ask()
    assert first.split() == [*("1", "2026-01-02T03:04:05+00:00", "Opt", "DOM", "60", "guild", "1", "/", "user", "2")]
    assert second.endswith("guild 1 / user 77")
    assert count == "confirmations: 2"


def test_revoked_confirmations_are_gone(ask: Ask):
    assert ask("--revoke", "1") == ["revoked: 1"]
    assert ask("--revoke", "1") == ["revoked: 0"]
    assert ask("--revoke-origin", "user 7") == ["revoked: 0"]
    assert ask("--revoke-origin", "user 77") == ["revoked: 1"]
    assert ask() == ["confirmations: 0"]


def test_a_missing_file_is_reported_and_not_created(tmp_path: Path):
    with pytest.raises(ConfirmationsError, match="There is no file"):
        confirmations(Settings(data=tmp_path), argparse.Namespace(revoke=None, revoke_origin=None))
    assert list(tmp_path.iterdir()) == []
