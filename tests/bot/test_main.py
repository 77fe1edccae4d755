"""``python -m bot``: what an operator reads when it can't start, and the exit code a supervisor sees."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOT_A_REAL = "not.a-real-one"


def start(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the bot in ``folder``, with these variables and none of the machine's own settings."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("CARDGLASS_", "DISCORD_"))}
    return subprocess.run(
        [sys.executable, "-m", "bot"],
        cwd=folder,
        env={**inherited, "PYTHONPATH": str(ROOT), **environment},
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
