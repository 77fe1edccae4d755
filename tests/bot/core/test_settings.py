"""The operator's settings, and whether `.env.example` matches them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.core.errors import SettingsError
from bot.core.settings import PARSERS, TOKEN_FILE, Address, Schedule, Settings, read_settings
from bot.core.shards import Shards

WORD = "abc"
EXAMPLE = Path(__file__).parents[3] / ".env.example"


def example_lines() -> dict[str, str]:
    """Return each variable in `.env.example` with its value, commented out or not."""
    return dict(re.findall(r"^#?([A-Z_]+)=(.*)$", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE))


def test_the_example_lists_every_setting_there_is():
    assert set(example_lines()) == set(PARSERS)


def test_every_value_in_the_example_is_the_default():
    assert read_settings(example_lines()) == Settings()


def test_the_example_as_it_is_gives_the_defaults():
    assert read_settings({}, EXAMPLE) == Settings()


def test_without_any_setting_the_defaults_hold(tmp_path: Path):
    assert read_settings({}, tmp_path / "none") == Settings()


def test_every_setting_is_read():
    given = {
        "DISCORD_TOKEN": WORD,
        "CARDGLASS_CONTACT": "cards@example.org",
        "CARDGLASS_KEEP_DAYS": "7",
        "CARDGLASS_MESSAGE_CONTENT": "Off",
        "CARDGLASS_ARTIFACTS": "mine",
        "CARDGLASS_REFRESH": "Weekly",
        "CARDGLASS_LANGUAGES": "fr, DE fr",
        "CARDGLASS_DATA": "kept",
        "CARDGLASS_OVERLAY": "confirmed.sqlite",
        "CARDGLASS_DATABASE": "postgresql://bot@db/cards",
        "CARDGLASS_SHARDS": "4-7/16",
        "RECOGNISER_URL": "rediss://:a:b@example.org:6379/1",
        "CARDGLASS_WORKERS": "2",
        "CARDGLASS_MAX_WAITING": "7",
        "CARDGLASS_MAX_WAITING_PER_USER": "4",
        "CARDGLASS_DEADLINE_S": "30",
        "CARDGLASS_MAX_PHOTO_MB": "3",
        "CARDGLASS_DOWNLOAD_TIMEOUT_S": "9",
        "CARDGLASS_CDN_HOSTS": "CDN.example",
        "CARDGLASS_HTTP": "127.0.0.1:8080",
        "CARDGLASS_LOG_LEVEL": "debug",
        "CARDGLASS_LOG_FORMAT": "JSON",
    }
    assert set(given) == PARSERS.keys() - {TOKEN_FILE}
    assert read_settings(given) == Settings(
        token=WORD,
        contact="cards@example.org",
        keep_days=7,
        message_content=False,
        refresh=Schedule.WEEKLY,
        languages=("de", "fr"),
        artifacts=Path("mine"),
        data=Path("kept"),
        overlay=Path("confirmed.sqlite"),
        database="postgresql://bot@db/cards",
        shards=Shards(4, 7, 16),
        recogniser_url="rediss://:a:b@example.org:6379/1",
        workers=2,
        max_waiting=7,
        max_waiting_per_user=4,
        deadline_s=30,
        max_photo_bytes=3 * 2**20,
        download_timeout_s=9,
        cdn_hosts=frozenset({"cdn.example"}),
        http=Address("127.0.0.1", 8080),
        log_level="DEBUG",
        log_format="json",
    )


def test_confirmed_answers_are_in_the_data_folder_by_default():
    assert read_settings({"CARDGLASS_DATA": "kept"}).overlay_file == Path("kept/overlay.sqlite")
    assert read_settings({"CARDGLASS_OVERLAY": "mine.sqlite"}).overlay_file == Path("mine.sqlite")


def test_the_database_is_in_the_data_folder_by_default():
    assert read_settings({"CARDGLASS_DATA": "kept"}).store == Path("kept/cardglass.sqlite")
    assert read_settings({"CARDGLASS_DATABASE": "postgresql://db/cards"}).store == "postgresql://db/cards"


def test_a_database_s_password_is_never_shown():
    assert "hush" not in repr(read_settings({"CARDGLASS_DATABASE": "postgresql://bot:hush@db/cards"}))
    with pytest.raises(SettingsError, match="CARDGLASS_DATABASE") as refusal:
        read_settings({"CARDGLASS_DATABASE": "postgres:bot:hush@db/cards"})
    assert "hush" not in str(refusal.value)


def test_an_address_may_be_ipv6():
    assert read_settings({"CARDGLASS_HTTP": "[::1]:80"}).http == Address("::1", 80)


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

    def test_a_binary_file_is_named(self, tmp_path: Path):
        (tmp_path / ".env").write_bytes(b"DISCORD_TOKEN=\xff")
        with pytest.raises(SettingsError, match=r"\.env can't be read"):
            read_settings({}, tmp_path / ".env")

    def test_empty_values_count_as_missing(self, tmp_path: Path):
        (tmp_path / ".env").write_text("CARDGLASS_WORKERS=\nCARDGLASS_CONTACT=  ")
        assert read_settings({}, tmp_path / ".env") == Settings()


class TestToken:
    def test_it_may_be_in_a_file(self, tmp_path: Path):
        (tmp_path / "secret").write_text("abc\n")
        assert read_settings({"DISCORD_TOKEN_FILE": str(tmp_path / "secret")}).token == WORD

    def test_a_file_that_cannot_be_read_is_named(self, tmp_path: Path):
        with pytest.raises(SettingsError, match=r"DISCORD_TOKEN_FILE=.*none"):
            read_settings({"DISCORD_TOKEN_FILE": str(tmp_path / "none")})

    def test_it_is_not_shown_when_settings_are_printed(self):
        assert WORD not in repr(Settings(token=WORD))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CARDGLASS_WORKERS", "two"),
        ("CARDGLASS_WORKERS", "-1"),
        ("CARDGLASS_WORKERS", "65"),
        ("CARDGLASS_MAX_WAITING", "-1"),
        ("CARDGLASS_MAX_PHOTO_MB", "33"),
        ("CARDGLASS_DOWNLOAD_TIMEOUT_S", "1e9"),
        ("CARDGLASS_KEEP_DAYS", "0"),
        ("CARDGLASS_LOG_LEVEL", "LOUD"),
        ("CARDGLASS_LOG_FORMAT", "xml"),
        ("CARDGLASS_MESSAGE_CONTENT", "perhaps"),
        ("CARDGLASS_DEADLINE_S", "1"),
        ("CARDGLASS_HTTP", "8080"),
        ("CARDGLASS_HTTP", ":8080"),
        ("CARDGLASS_HTTP", "127.0.0.1:0"),
        ("CARDGLASS_HTTP", "127.0.0.1:http"),
        ("CARDGLASS_HTTP", "127.0.0.1:65536"),
        ("CARDGLASS_COLOUR", "green"),
        ("CARDGLASS_SHARDS", "0-3"),
        ("CARDGLASS_DATABASE", "mysql://bot@db/cards"),
        ("CARDGLASS_REFRESH", "hourly"),
        ("CARDGLASS_LANGUAGES", "german"),
    ],
)
def test_an_invalid_setting_is_named(name: str, value: str):
    with pytest.raises(SettingsError, match=name):
        read_settings({name: value})


def test_an_invalid_url_is_named_without_its_password():
    with pytest.raises(SettingsError) as error:
        read_settings({"RECOGNISER_URL": f"http://:{WORD}@example.org"})
    assert str(error.value) == "RECOGNISER_URL can't be used: must be redis://HOST:PORT, or rediss:// for TLS."
