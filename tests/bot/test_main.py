"""``python -m bot``: error messages and exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOT_A_REAL = "not.a-real-one"


def start(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the bot in ``folder``, with these variables and none of the machine's own settings."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("CARDGLASS_", "DISCORD_"))}
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env={**inherited, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_without_a_token_it_says_where_to_get_one(tmp_path: Path):
    ended = start(tmp_path)
    assert (ended.returncode, ended.stdout) == (3, "")
    (line,) = ended.stderr.splitlines()
    assert "https://discord.com/developers/applications" in line


def test_an_unknown_setting_is_named_rather_than_ignored(tmp_path: Path):
    ended = start(tmp_path, DISCORD_TOKEN=NOT_A_REAL, CARDGLASS_CHANELS="1")
    assert (ended.returncode, ended.stdout) == (4, "")
    (line,) = ended.stderr.splitlines()
    assert "CARDGLASS_CHANELS" in line


def test_settings_are_read_from_the_env_file_where_the_bot_is_started(tmp_path: Path):
    (tmp_path / ".env").write_text("CARDGLASS_WORKERS=none\n")
    ended = start(tmp_path)
    assert ended.returncode == 4
    assert "CARDGLASS_WORKERS=none" in ended.stderr


@pytest.mark.parametrize("there", [True, False], ids=["an empty folder", "no folder"])
def test_an_artifact_folder_that_cannot_be_used_is_named(tmp_path: Path, there: bool):
    folder = tmp_path / "mine"
    if there:
        folder.mkdir()
    ended = start(tmp_path, DISCORD_TOKEN=NOT_A_REAL, CARDGLASS_ARTIFACTS=str(folder))
    assert (ended.returncode, ended.stdout) == (5, "")
    (line,) = ended.stderr.splitlines()
    assert str(folder) in line
    assert NOT_A_REAL not in line


def test_check_lists_the_settings_and_connects_to_nothing(tmp_path: Path):
    ended = start(tmp_path, "check", DISCORD_TOKEN=NOT_A_REAL, CARDGLASS_DATA="kept", CARDGLASS_HTTP="127.0.0.1:8080")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "127.0.0.1:8080" in ended.stdout
    assert str(tmp_path / "kept") in ended.stdout
    assert NOT_A_REAL not in ended.stdout


def test_check_names_a_missing_token_last(tmp_path: Path):
    ended = start(tmp_path, "check")
    assert ended.returncode == 3
    assert "https://discord.com/developers/applications" in ended.stdout.splitlines()[-1]


def test_a_data_folder_that_cannot_be_written_is_named(tmp_path: Path):
    (tmp_path / "file").touch()
    ended = start(tmp_path, DISCORD_TOKEN=NOT_A_REAL, CARDGLASS_DATA=str(tmp_path / "file"))
    assert (ended.returncode, ended.stdout) == (4, "")
    (line,) = ended.stderr.splitlines()
    assert line.startswith("CARDGLASS_DATA=")


def test_check_shows_the_shards(tmp_path: Path):
    ended = start(tmp_path, "--shards", "0-3/16", "check", DISCORD_TOKEN=NOT_A_REAL, CARDGLASS_SHARDS="4-7/16")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "shards: 0-3/16" in ended.stdout.splitlines()


def test_invalid_shards_are_a_usage_error_with_the_reason(tmp_path: Path):
    ended = start(tmp_path, "--shards", "0-16/16", DISCORD_TOKEN=NOT_A_REAL)
    assert ended.returncode == 2
    assert "numbered 0 to 15" in ended.stderr.splitlines()[-1]


def test_an_unreachable_database_is_reported_without_its_password(tmp_path: Path):
    pytest.importorskip("psycopg")
    ended = start(tmp_path, "check", DISCORD_TOKEN=NOT_A_REAL, CARDGLASS_DATABASE="postgresql://bot:hush@127.0.0.1:1/x")
    assert ended.returncode == 4
    (line,) = ended.stderr.splitlines()
    assert "127.0.0.1:1/x can't be used" in line
    assert "hush" not in line


def test_an_unknown_command_is_a_usage_error(tmp_path: Path):
    assert start(tmp_path, "sing").returncode == 2


STOPPED = """
import asyncio, os, signal, sys
from bot import __main__
from bot.client import client

async def start(self, token):
    os.kill(os.getpid(), getattr(signal, sys.argv.pop()))
    await asyncio.Event().wait()

client.CardglassClient.start = start
sys.exit(__main__.main([]))
"""


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_signal_ends_it_with_code_0(tmp_path: Path, name: str):
    ended = subprocess.run(
        [sys.executable, "-c", STOPPED, name],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "DISCORD_TOKEN": NOT_A_REAL, "CARDGLASS_LOG_FORMAT": "json"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0
    events = [json.loads(line)["event"] for line in ended.stderr.splitlines() if line.startswith("{")]
    # Another thread may have its last word after it.
    assert "stopping; 0 answers not finished" in events
