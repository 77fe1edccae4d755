"""The tables, and the migrations that create them; portable across databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    func,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.exc import NoResultFound
from sqlalchemy.types import TypeDecorator

from bot.core.errors import StoreError
from bot.store.values import KEY_LETTERS, utc

METADATA = MetaData()


class UtcDateTime(TypeDecorator[datetime]):
    """A time in UTC. SQLite drops the time zone, so it is restored when read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return what is written."""
        return value and utc(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return what was read."""
        return value and (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC))


VERSION = Table("schema_version", METADATA, Column("version", Integer, nullable=False))
"""One row."""

GUILDS = Table(
    "guilds",
    METADATA,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("channels", JSON, nullable=False),
    Column("auto_answer", Boolean, nullable=False),
    Column("quiet", Boolean, nullable=False),
    Column("min_confidence", Float, nullable=False),
    Column("language", String(8)),
    Column("lookups", Boolean, nullable=False),
    Column("confirmers", JSON, nullable=False),
)

ANSWERS = Table(
    "answers",
    METADATA,
    Column("key", String(KEY_LETTERS), primary_key=True),
    Column("guild_id", BigInteger, index=True),
    Column("channel_id", BigInteger, nullable=False, index=True),
    Column("reply_id", BigInteger, index=True),
    Column("asker_id", BigInteger, nullable=False, index=True),
    Column("source_channel_id", BigInteger),
    Column("source_message_id", BigInteger),
    Column("language", String(8), nullable=False),
    Column("created_at", UtcDateTime, nullable=False, index=True),
    Column("cards", JSON, nullable=False),
    Column("photos", JSON, nullable=False),
)

CORRECTIONS = Table(
    "corrections",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("answer_key", String(KEY_LETTERS), ForeignKey("answers.key"), nullable=False, index=True),
    Column("card", Integer, nullable=False),
    Column("by", BigInteger, nullable=False, index=True),
    Column("guild_id", BigInteger),
    Column("was_name", Text),
    Column("was_status", String(16), nullable=False),
    Column("was_confidence", Float, nullable=False),
    Column("name", Text, nullable=False),
    Column("set", Text, nullable=False),
    Column("collector_number", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("confirmation_id", Integer),
)

CONFIRMATIONS = Table(
    "confirmations",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False, index=True),
    Column("set", Text, nullable=False),
    Column("collector_number", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("embedder", Text, nullable=False),
    Column("vector", LargeBinary, nullable=False),
)
"""The engine's confirmations (:class:`engine.StoredConfirmation`) in a shared database."""

CONFIRMATION_STATE = Table(
    "confirmation_state",
    METADATA,
    Column("version", BigInteger, nullable=False),
    Column("last_id", Integer, nullable=False),
)
"""One row, locked by every change of the confirmations: the number of changes, and the last id given."""

CLAIMS = Table(
    "shard_claims",
    METADATA,
    Column("holder", String(16), primary_key=True),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    Column("count", Integer, nullable=False),
    Column("beats", BigInteger, nullable=False),
)
"""One row per process: its shards, and a counter that grows while it is alive."""


def _create_first_tables(connection: Connection) -> None:
    METADATA.create_all(connection, [VERSION, GUILDS, ANSWERS, CORRECTIONS])
    connection.execute(insert(VERSION).values(version=0))


def _create_shared_tables(connection: Connection) -> None:
    METADATA.create_all(connection, [CONFIRMATIONS, CONFIRMATION_STATE, CLAIMS])
    # Corrections refer to confirmations in processes' own files, which may be imported under their old ids.
    last = connection.execute(select(func.max(CORRECTIONS.c.confirmation_id))).scalar_one()
    connection.execute(insert(CONFIRMATION_STATE).values(version=0, last_id=last or 0))


MIGRATIONS: tuple[Callable[[Connection], None], ...] = (_create_first_tables, _create_shared_tables)
"""Migration n leads from version n to n + 1, the last to the tables above. Never change a released migration: to change
a table, give the old migrations a copy of the tables as they were, and add a new one."""


def migrate(connection: Connection, where: str) -> None:
    """Migrate a database to the newest version, within the connection's transaction.

    Raises:
        StoreError: it belongs to a newer version, or to another program.
    """
    version = _version(connection, where)
    if version > len(MIGRATIONS):
        raise StoreError(
            f"{where} has format {version}, this program reads up to {len(MIGRATIONS)}. "
            "Start the version that wrote it, or a newer one."
        )
    for step in MIGRATIONS[version:]:
        step(connection)
    # Written even if nothing changed, so that a read-only database is noticed at startup, not at the first answer.
    connection.execute(update(VERSION).values(version=len(MIGRATIONS)))


def _version(connection: Connection, where: str) -> int:
    tables = inspect(connection).get_table_names()
    if not tables:
        return 0
    if VERSION.name not in tables:
        raise StoreError(f"{where} is another program's. Choose another file or database for the bot.")
    version = connection.execute(select(VERSION.c.version)).scalar_one()
    if not isinstance(version, int):
        raise NoResultFound("the version is no number")
    return version
