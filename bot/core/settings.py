"""The operator's settings, read and checked once at startup, from the environment and a ``.env`` file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from bot.core.database_url import DRIVER, POSTGRESQL
from bot.core.errors import SettingsError
from bot.core.shards import Shards, parse_shards

PREFIX = "CARDGLASS_"
TOKEN, TOKEN_FILE = "DISCORD_TOKEN", "DISCORD_TOKEN_FILE"
MAX_PORT = 65535
RECOGNISER_URL = "RECOGNISER_URL"
DEFAULT_FLEET_WORKERS = 16
"""Default number of photos a bot sends to a fleet at the same time."""
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
LOG_FORMATS = ("text", "json")
SERVERS = tuple(f"{name}://" for name in (*POSTGRESQL, DRIVER))
"""Schemes of a database server's URL."""
SECRET = frozenset({"CARDGLASS_DATABASE", RECOGNISER_URL})
"""Variables whose value may contain a password, so error messages don't quote it."""
SWITCH = {"on": True, "off": False}
OVERLAY, DATABASE, CARDS, ARTIFACTS = "overlay.sqlite", "cardglass.sqlite", "cards", "artifacts"
"""Names in the data folder, and of the artifacts in the folder of cards."""


class Schedule(StrEnum):
    """How often the cards are refreshed."""

    DAILY = "daily"
    WEEKLY = "weekly"
    OFF = "off"


class Address(NamedTuple):
    """The address the bot listens on."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Address:
        """Parse ``HOST:PORT``; raises ValueError."""
        host, colon, port = text.rpartition(":")
        # Without a host aiohttp would listen on all interfaces; that must be explicit.
        if not (colon and host and port.isascii() and port.isdigit() and 1 <= int(port) <= MAX_PORT):
            raise ValueError("must be HOST:PORT, for example 127.0.0.1:8080")
        return cls(host.strip("[]"), int(port))

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Settings:
    """All the operator's settings; ``.env.example`` explains each.

    Attributes:
        artifacts: None for those that the bot fetches itself, or until then the shipped ones.
        refresh: how often they are fetched; None for daily, unless somebody else keeps the artifacts.
        languages: whose cards and names are fetched besides English ones.
        overlay: the file of confirmed answers, None for the one in ``data``.
        database: a PostgreSQL URL, "" for a file in ``data``.
        shards: None for all.
        recogniser_url: URL of the Redis through which workers get photos, "" if the bot processes them itself.
        workers: photos processed at the same time; 0 for one per core, at most four, or 16 with a fleet.
        http: address for health checks and metrics, None for none.
    """

    token: str = field(default="", repr=False)
    message_content: bool = True
    artifacts: Path | None = None
    refresh: Schedule | None = None
    languages: tuple[str, ...] = ()
    data: Path = Path("data")
    overlay: Path | None = None
    database: str = field(default="", repr=False)
    shards: Shards | None = None
    recogniser_url: str = field(default="", repr=False)
    workers: int = 0
    max_waiting: int = 200
    max_waiting_per_user: int = 20
    deadline_s: float = 60.0
    max_photo_bytes: int = 25 * 1024 * 1024
    download_timeout_s: float = 20.0
    cdn_hosts: frozenset[str] = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
    http: Address | None = None
    contact: str = ""
    keep_days: int = 30
    log_level: str = "INFO"
    log_format: str = "text"

    @property
    def overlay_file(self) -> Path:
        """The file of confirmed answers."""
        return self.overlay or self.data / OVERLAY

    @property
    def store(self) -> str | Path:
        """The database of the bot's own data: a URL, or a file."""
        return self.database or self.data / DATABASE

    @property
    def cards(self) -> Path:
        """The folder of what is fetched from Scryfall."""
        return self.data / CARDS

    @property
    def fetched_artifacts(self) -> Path:
        """The artifact folder made of that; it need not exist."""
        return self.cards / ARTIFACTS

    @property
    def schedule(self) -> Schedule:
        """How often the cards are refreshed by this bot."""
        others_do = self.artifacts is not None or bool(self.recogniser_url)
        return self.refresh or (Schedule.OFF if others_do else Schedule.DAILY)

    @property
    def leads(self) -> bool:
        """Whether this process does what must happen once for the whole bot."""
        return self.shards is None or self.shards.leads


def _number(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        value = int(text)
        if not low <= value <= high:
            raise ValueError(f"must be {low} to {high}")
        return value

    return read


def _one_of(choices: Iterable[str]) -> Callable[[str], str]:
    by_letters = {choice.casefold(): choice for choice in choices}

    def read(text: str) -> str:
        if text.casefold() not in by_letters:
            raise ValueError(f"must be one of {', '.join(by_letters.values())}")
        return by_letters[text.casefold()]

    return read


def _starting_with(prefixes: tuple[str, ...], hint: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not text.startswith(prefixes):
            raise ValueError(hint)
        return text

    return read


def _read_token(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ValueError(error.strerror) from None


def _read_languages(text: str) -> tuple[str, ...]:
    codes = tuple(sorted(set(text.lower().replace(",", " ").split())))
    for code in codes:
        if not (code.isascii() and code.isalpha() and 2 <= len(code) <= 3):
            raise ValueError("must be codes such as de,fr,zhs")
    return codes


PARSERS: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    TOKEN: ("token", str),
    TOKEN_FILE: ("token", _read_token),
    "CARDGLASS_MESSAGE_CONTENT": ("message_content", lambda text: SWITCH[_one_of(SWITCH)(text)]),
    "CARDGLASS_ARTIFACTS": ("artifacts", Path),
    "CARDGLASS_REFRESH": ("refresh", lambda text: Schedule(_one_of(Schedule)(text))),
    "CARDGLASS_LANGUAGES": ("languages", _read_languages),
    "CARDGLASS_DATA": ("data", Path),
    "CARDGLASS_OVERLAY": ("overlay", Path),
    "CARDGLASS_DATABASE": (
        "database",
        _starting_with(SERVERS, f"must be a URL starting with {SERVERS[0]}, or empty for a file in the data folder"),
    ),
    "CARDGLASS_SHARDS": ("shards", parse_shards),
    RECOGNISER_URL: (
        "recogniser_url",
        _starting_with(("redis://", "rediss://"), "must be redis://HOST:PORT, or rediss:// for TLS"),
    ),
    "CARDGLASS_WORKERS": ("workers", _number(0, 64)),
    "CARDGLASS_MAX_WAITING": ("max_waiting", _number(1, 1000)),
    "CARDGLASS_MAX_WAITING_PER_USER": ("max_waiting_per_user", _number(1, 1000)),
    "CARDGLASS_DEADLINE_S": ("deadline_s", _number(5, 600)),
    "CARDGLASS_MAX_PHOTO_MB": ("max_photo_bytes", lambda text: _number(1, 32)(text) * 1024 * 1024),
    "CARDGLASS_DOWNLOAD_TIMEOUT_S": ("download_timeout_s", _number(1, 300)),
    "CARDGLASS_CDN_HOSTS": ("cdn_hosts", lambda text: frozenset(text.lower().replace(",", " ").split())),
    "CARDGLASS_HTTP": ("http", Address.parse),
    "CARDGLASS_CONTACT": ("contact", str),
    "CARDGLASS_KEEP_DAYS": ("keep_days", _number(1, 3650)),
    "CARDGLASS_LOG_LEVEL": ("log_level", _one_of(LOG_LEVELS)),
    "CARDGLASS_LOG_FORMAT": ("log_format", _one_of(LOG_FORMATS)),
}
"""The field of each variable and its parser, which raises ValueError for invalid values."""


def read_settings(environment: Mapping[str, str], env_file: Path | None = None) -> Settings:
    """Return the settings; the environment overrides the file, and empty values count as missing.

    Raises:
        SettingsError: an unknown ``CARDGLASS_`` variable, or an invalid value.
    """
    given = {**_read_env_file(env_file), **environment}
    given = {name: value.strip() for name, value in given.items() if value.strip()}
    unknown = sorted(name for name in given if name.startswith(PREFIX) and name not in PARSERS)
    if unknown:
        raise SettingsError(f"Unknown setting {unknown[0]}; .env.example lists them all.")
    if TOKEN in given:
        given.pop(TOKEN_FILE, None)
    values: dict[str, Any] = {}
    for name, (field_name, parse) in PARSERS.items():
        if name not in given:
            continue
        try:
            values[field_name] = parse(given[name])
        except ValueError as error:
            quoted = name if name in SECRET else f"{name}={given[name]}"
            raise SettingsError(f"{quoted} can't be used: {error}.") from None
    return Settings(**values)


def _read_env_file(path: Path | None) -> dict[str, str]:
    """Return the ``KEY=VALUE`` lines of a file; none if it doesn't exist."""
    if path is None or not path.is_file():
        return {}
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} can't be read: {error}.") from None
    lines = (line.strip() for line in text.splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, _, value in pairs}
