"""The operator's settings, and that `.env.example` tells the truth about them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import READERS, TOKEN, TOKEN_FILE, Settings, read_settings

WORD = "abc"
EXAMPLE = Path(__file__).parents[2] / ".env.example"


def example_lines() -> dict[str, str]:
    """Each variable of `.env.example` and the value that stands there, whether commented out or not."""
    return dict(re.findall(r"^#?([A-Z_]+)=(.*)$", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE))


def test_the_example_lists_every_setting_there_is():
    assert set(example_lines()) == {TOKEN, TOKEN_FILE, *READERS}


def test_every_value_in_the_example_is_the_default():
    assert read_settings(example_lines()) == Settings()


def test_the_example_as_it_is_gives_the_defaults():
    assert read_settings({}, EXAMPLE) == Settings()


def test_without_any_setting_the_defaults_hold(tmp_path: Path):
    assert read_settings({}, tmp_path / "none") == Settings()


def test_every_setting_can_be_chosen():
    given = {
        "DISCORD_TOKEN": WORD,
        "CARDGLASS_CHANNELS": "1, 22  333",
        "CARDGLASS_ARTIFACTS": "mine",
        "CARDGLASS_WORKERS": "2",
        "CARDGLASS_MAX_WAITING": "7",
        "CARDGLASS_MAX_PHOTO_MB": "3",
        "CARDGLASS_DOWNLOAD_TIMEOUT_S": "9",
        "CARDGLASS_CDN_HOSTS": "CDN.example",
        "CARDGLASS_LOG_LEVEL": "debug",
    }
    assert set(given) == {TOKEN, *READERS}
    assert read_settings(given) == Settings(
        token=WORD,
        channels=frozenset({1, 22, 333}),
        artifacts=Path("mine"),
        workers=2,
        max_waiting=7,
        max_photo_bytes=3 * 2**20,
        download_timeout_s=9,
        cdn_hosts=frozenset({"cdn.example"}),
        log_level="DEBUG",
    )


class TestFile:
    @pytest.mark.parametrize(
        "line",
        ["DISCORD_TOKEN=abc", "DISCORD_TOKEN = 'abc' ", '  DISCORD_TOKEN="abc"', "\nDISCORD_TOKEN=abc\n#x=y"],
    )
    def test_values_may_be_quoted_and_spaced(self, tmp_path: Path, line: str):
        (tmp_path / ".env").write_text(line)
        assert read_settings({}, tmp_path / ".env").token == WORD

    def test_the_environment_wins(self, tmp_path: Path):
        (tmp_path / ".env").write_text("CARDGLASS_WORKERS=2\nCARDGLASS_MAX_WAITING=5")
        settings = read_settings({"CARDGLASS_WORKERS": "3"}, tmp_path / ".env")
        assert (settings.workers, settings.max_waiting) == (3, 5)

    def test_what_is_empty_counts_as_not_given(self, tmp_path: Path):
        (tmp_path / ".env").write_text("CARDGLASS_WORKERS=\nCARDGLASS_CHANNELS=  ")
        assert read_settings({}, tmp_path / ".env") == Settings()


class TestToken:
    def test_it_may_lie_in_a_file_of_its_own(self, tmp_path: Path):
        (tmp_path / "secret").write_text("abc\n")
        assert read_settings({"DISCORD_TOKEN_FILE": str(tmp_path / "secret")}).token == WORD

    def test_a_file_that_cannot_be_read_is_named(self, tmp_path: Path):
        with pytest.raises(SettingsError, match=r"DISCORD_TOKEN_FILE=.*none"):
            read_settings({"DISCORD_TOKEN_FILE": str(tmp_path / "none")})

    def test_it_is_not_shown_where_settings_are_printed(self):
        assert WORD not in repr(Settings(token=WORD))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CARDGLASS_WORKERS", "two"),
        ("CARDGLASS_WORKERS", "0"),
        ("CARDGLASS_WORKERS", "65"),
        ("CARDGLASS_MAX_WAITING", "-1"),
        ("CARDGLASS_MAX_PHOTO_MB", "33"),
        ("CARDGLASS_DOWNLOAD_TIMEOUT_S", "1e9"),
        ("CARDGLASS_CHANNELS", "#cards"),
        ("CARDGLASS_LOG_LEVEL", "LOUD"),
        ("CARDGLASS_COLOUR", "green"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(name: str, value: str):
    with pytest.raises(SettingsError, match=name):
        read_settings({name: value})
