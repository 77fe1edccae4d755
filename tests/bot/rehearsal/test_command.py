"""Error messages of ``python -m bot rehearse``."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from bot.__main__ import main


def test_without_the_simulated_discord_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    assert main(["rehearse", "--drawn", "anywhere"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "pip install -e '.[bot,demo]'" in line


@pytest.mark.parametrize("option", ["--photo", "--drawn"])
def test_a_missing_file_is_named(option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["rehearse", option, str(tmp_path / "nowhere")]) == 2
    assert "nowhere" in capsys.readouterr().err


def test_an_artifact_folder_that_cannot_be_used_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"")
    assert main(["rehearse", "--photo", str(photo), "--artifacts", str(tmp_path / "none")]) == 5
    assert "none" in capsys.readouterr().err
