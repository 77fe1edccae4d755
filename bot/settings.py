"""The operator's settings: read once at start, from the environment and a ``.env`` file, and checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.errors import SettingsError

PREFIX = "CARDGLASS_"
TOKEN, TOKEN_FILE = "DISCORD_TOKEN", "DISCORD_TOKEN_FILE"
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an operator may choose; ``.env.example`` explains each.

    Attributes:
        token: the bot's token, "" where none was given.
        channels: ids of channels in which every photo is answered.
        artifacts: the engine's artifact folder, None for the shipped one.
        workers: photos looked at at the same time.
        max_waiting: photos that may wait for a worker.
        max_photo_bytes: larger files are refused.
        download_timeout_s: seconds a download may take in all.
        cdn_hosts: hosts photos may be fetched from.
        log_level: one of :data:`LOG_LEVELS`.
    """

    token: str = field(default="", repr=False)
    channels: frozenset[int] = frozenset()
    artifacts: Path | None = None
    workers: int = 1
    max_waiting: int = 20
    max_photo_bytes: int = 25 * 1024 * 1024
    download_timeout_s: float = 20.0
    cdn_hosts: frozenset[str] = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
    log_level: str = "INFO"


def _number(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        value = int(text)
        if not low <= value <= high:
            raise ValueError(f"must be {low} to {high}")
        return value

    return read


def _ids(text: str) -> frozenset[int]:
    return frozenset(int(part) for part in text.replace(",", " ").split())


def _hosts(text: str) -> frozenset[str]:
    return frozenset(part.lower() for part in text.replace(",", " ").split())


def _level(text: str) -> str:
    if text.upper() not in LOG_LEVELS:
        raise ValueError(f"must be one of {', '.join(LOG_LEVELS)}")
    return text.upper()


READERS: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "CARDGLASS_CHANNELS": ("channels", _ids),
    "CARDGLASS_ARTIFACTS": ("artifacts", Path),
    "CARDGLASS_WORKERS": ("workers", _number(1, 64)),
    "CARDGLASS_MAX_WAITING": ("max_waiting", _number(1, 1000)),
    "CARDGLASS_MAX_PHOTO_MB": ("max_photo_bytes", lambda text: _number(1, 32)(text) * 1024 * 1024),
    "CARDGLASS_DOWNLOAD_TIMEOUT_S": ("download_timeout_s", _number(1, 300)),
    "CARDGLASS_CDN_HOSTS": ("cdn_hosts", _hosts),
    "CARDGLASS_LOG_LEVEL": ("log_level", _level),
}
"""Each variable's field and how its text is read; raises ValueError where it can't be."""


def read_settings(environment: Mapping[str, str], env_file: Path | None = None) -> Settings:
    """Return the settings; the environment wins over the file, and what is empty counts as not given.

    Raises:
        SettingsError: an unknown ``CARDGLASS_`` variable, or a value that can't be used.
    """
    given = {**_read_env_file(env_file), **environment}
    given = {name: value.strip() for name, value in given.items() if value.strip()}
    unknown = sorted(name for name in given if name.startswith(PREFIX) and name not in READERS)
    if unknown:
        raise SettingsError(f"Unknown setting {unknown[0]}; .env.example lists all there are.")
    values = {field: _read(name, given[name], reader) for name, (field, reader) in READERS.items() if name in given}
    return Settings(token=_token(given), **values)


def _read(name: str, text: str, reader: Callable[[str], Any]) -> Any:
    try:
        return reader(text)
    except ValueError as error:
        raise SettingsError(f"{name}={text} can't be used: {error}.") from None


def _token(given: Mapping[str, str]) -> str:
    if TOKEN in given or TOKEN_FILE not in given:
        return given.get(TOKEN, "")
    try:
        return Path(given[TOKEN_FILE]).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(f"{TOKEN_FILE}={given[TOKEN_FILE]} can't be read: {error.strerror}.") from None


def _read_env_file(path: Path | None) -> dict[str, str]:
    """Return the ``KEY=VALUE`` lines of a file; none where there is no file."""
    if path is None or not path.is_file():
        return {}
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, _, value in pairs}
