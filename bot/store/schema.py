"""The tables, and the migrations that create them; portable across databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.exc import NoResultFound
from sqlalchemy.types import TypeDecorator

from bot.core.errors import StoreError
from bot.store.values import KEY_LETTERS, utc

METADATA = sa.MetaData()


class UtcDateTime(TypeDecorator[datetime]):
    """A time in UTC. SQLite drops the time zone, so it is restored when read."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        """Return what is written."""
        return value and utc(value)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        """Return what was read."""
        return value and (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC))


VERSION = sa.Table("schema_version", METADATA, sa.Column("version", sa.Integer, nullable=False))

GUILDS = sa.Table(
    "guilds",
    METADATA,
    sa.Column("guild_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("channels", sa.JSON, nullable=False),
    sa.Column("auto_answer", sa.Boolean, nullable=False),
    sa.Column("quiet", sa.Boolean, nullable=False),
    sa.Column("min_confidence", sa.Float, nullable=False),
    sa.Column("language", sa.String(8)),
    sa.Column("lookups", sa.Boolean, nullable=False),
    sa.Column("confirmers", sa.JSON, nullable=False),
    sa.Column("currency", sa.String(8), nullable=False),
)

PEOPLE = sa.Table(
    "people",
    METADATA,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("currency", sa.String(8), nullable=False),
)
"""What people chose for themselves."""

ANSWERS = sa.Table(
    "answers",
    METADATA,
    sa.Column("key", sa.String(KEY_LETTERS), primary_key=True),
    sa.Column("guild_id", sa.BigInteger, index=True),
    sa.Column("channel_id", sa.BigInteger, nullable=False, index=True),
    sa.Column("reply_id", sa.BigInteger, index=True),
    sa.Column("asker_id", sa.BigInteger, nullable=False, index=True),
    sa.Column("source_channel_id", sa.BigInteger),
    sa.Column("source_message_id", sa.BigInteger),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False, index=True),
    sa.Column("cards", sa.JSON, nullable=False),
    sa.Column("photos", sa.JSON, nullable=False),
)

CORRECTIONS = sa.Table(
    "corrections",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("answer_key", sa.String(KEY_LETTERS), sa.ForeignKey("answers.key"), nullable=False, index=True),
    sa.Column("card", sa.Integer, nullable=False),
    sa.Column("by", sa.BigInteger, nullable=False, index=True),
    sa.Column("guild_id", sa.BigInteger),
    sa.Column("was_name", sa.Text),
    sa.Column("was_status", sa.String(16), nullable=False),
    sa.Column("was_confidence", sa.Float, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("set", sa.Text, nullable=False),
    sa.Column("collector_number", sa.Text, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False, index=True),
    sa.Column("confirmation_id", sa.Integer),
)

CONFIRMATIONS = sa.Table(
    "confirmations",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("name", sa.Text, nullable=False, index=True),
    sa.Column("set", sa.Text, nullable=False),
    sa.Column("collector_number", sa.Text, nullable=False),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("created_at", sa.Text, nullable=False),
    sa.Column("embedder", sa.Text, nullable=False),
    sa.Column("vector", sa.LargeBinary, nullable=False),
)
"""The engine's confirmations (:class:`engine.StoredConfirmation`) in a shared database."""

CONFIRMATION_STATE = sa.Table(
    "confirmation_state",
    METADATA,
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("last_id", sa.Integer, nullable=False),
)
"""One row, locked by every change of the confirmations: the number of changes, and the last id given."""

CLAIMS = sa.Table(
    "shard_claims",
    METADATA,
    sa.Column("holder", sa.String(16), primary_key=True),
    sa.Column("first", sa.Integer, nullable=False),
    sa.Column("last", sa.Integer, nullable=False),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("beats", sa.BigInteger, nullable=False),
)
"""One row per process: its shards, and a counter that grows while it is alive."""


_FIRST_GUILDS = sa.Table(
    "guilds",
    sa.MetaData(),
    sa.Column("guild_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("channels", sa.JSON, nullable=False),
    sa.Column("auto_answer", sa.Boolean, nullable=False),
    sa.Column("quiet", sa.Boolean, nullable=False),
    sa.Column("min_confidence", sa.Float, nullable=False),
    sa.Column("language", sa.String(8)),
    sa.Column("lookups", sa.Boolean, nullable=False),
    sa.Column("confirmers", sa.JSON, nullable=False),
)


def _create_first_tables(connection: sa.Connection) -> None:
    _FIRST_GUILDS.create(connection)
    METADATA.create_all(connection, [VERSION, ANSWERS, CORRECTIONS])
    connection.execute(sa.insert(VERSION).values(version=0))


def _create_shared_tables(connection: sa.Connection) -> None:
    METADATA.create_all(connection, [CONFIRMATIONS, CONFIRMATION_STATE, CLAIMS])
    # Corrections refer to confirmations in processes' own files, which may be imported under their old ids.
    last = connection.execute(sa.select(sa.func.max(CORRECTIONS.c.confirmation_id))).scalar_one()
    connection.execute(sa.insert(CONFIRMATION_STATE).values(version=0, last_id=last or 0))


def _add_currencies(connection: sa.Connection) -> None:
    # Until then prices were shown in both.
    connection.execute(sa.text("ALTER TABLE guilds ADD COLUMN currency VARCHAR(8) DEFAULT 'both' NOT NULL"))
    METADATA.create_all(connection, [PEOPLE])


MIGRATIONS: tuple[Callable[[sa.Connection], None], ...] = (
    _create_first_tables,
    _create_shared_tables,
    _add_currencies,
)
"""Migration n leads from version n to n + 1, the last to the tables above. Never change a released migration: to change
a table, give the old migrations a copy of the tables as they were, and add a new one."""


def migrate(connection: sa.Connection, where: str) -> None:
    """Migrate a database to the newest version, within the connection's transaction.

    Raises:
        StoreError: it belongs to a newer version, or to another program.
    """
    version = 0
    if tables := sa.inspect(connection).get_table_names():
        if VERSION.name not in tables:
            raise StoreError(f"{where} is another program's. Choose another file or database for the bot.")
        version = connection.execute(sa.select(VERSION.c.version)).scalar_one()
        if not isinstance(version, int):
            raise NoResultFound("the version is not a number")
    if version > len(MIGRATIONS):
        raise StoreError(
            f"{where} has format {version}, this program reads up to {len(MIGRATIONS)}. "
            "Start the version that wrote it, or a newer one."
        )
    for step in MIGRATIONS[version:]:
        step(connection)
    # Written even if nothing changed, so that a read-only database is noticed at startup, not at the first answer.
    connection.execute(sa.update(VERSION).values(version=len(MIGRATIONS)))
