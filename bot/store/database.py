"""The connection to the database: how it is opened, and whole transactions, whose errors become ours."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.exc import DBAPIError, NoResultFound, SQLAlchemyError

from bot.core.database_url import hidden, is_sqlite, parse_database_url
from bot.core.errors import ServerLost, StoreError
from bot.store.postgres import engine_options, error_message, is_lost, lock_migrations
from bot.store.schema import migrate

BUSY_MS = 2_000
"""How long a writer waits for another process's; a transaction takes a few milliseconds, and a player waits."""
WRITES = "cardglass_writes"
"""Name of the option that tells a writing transaction from a reading one."""

_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_NO_ACCESS = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM)


class Database:
    """A database that has the newest version's tables. Thread-safe."""

    def __init__(self, place: str | Path) -> None:
        """Open a file, made where there is none (its folder must be there), or the database at a URL.

        Raises:
            StoreError: it can't be opened, is damaged, another program's, or of a newer version.
        """
        url = parse_database_url(place)
        self._where, self._is_sqlite = hidden(url), is_sqlite(url)
        with self._telling():
            # Parameters hold users' ids: they must not get into a log with an error.
            self._engine = create_engine(url, hide_parameters=True, **engine_options(url, BUSY_MS))
        self._writing = self._engine.execution_options(**{WRITES: True})
        # PostgreSQL gives each statement a state of its own, unless asked for one throughout.
        throughout = {} if self._is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._reading = self._engine.execution_options(**throughout)
        # SQLite lets writers try again by chance: of many threads some would try until they give up.
        self._turn = Lock() if self._is_sqlite else nullcontext()
        if self._is_sqlite:
            event.listen(self._engine, "connect", _set_up)
            event.listen(self._engine, "begin", _begin)
        try:
            self._prepare()
        except StoreError:
            self.close()
            raise

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the database throughout; what can't be understood is damage."""
        with self._understanding(), self._telling(), self._reading.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection for a transaction: all of it happens, or nothing; what can't be understood is damage."""
        with self._turn, self._understanding(), self._telling(), self._writing.begin() as connection:
            yield connection

    def wipe(self) -> None:
        """Remove what was deleted from SQLite's log, too; where a reader holds it, a later call will."""
        if self._is_sqlite:
            with self._telling():
                self._pragma("wal_checkpoint(TRUNCATE)")

    def _prepare(self) -> None:
        with self.writing() as connection:
            if not self._is_sqlite:
                lock_migrations(connection)
            migrate(connection, self._where)
        if self._is_sqlite:
            with self._telling():
                # Only now, for it changes the file: another program's stays as it was.
                self._pragma("journal_mode = WAL")
                if self._pragma("quick_check(1)") != "ok":
                    raise self.damaged()

    def _pragma(self, command: str) -> Any:
        """Run a pragma outside of any transaction, and return the first value it gives."""
        raw = self._engine.raw_connection()
        try:
            return raw.cursor().execute(f"PRAGMA {command}").fetchone()[0]
        finally:
            raw.close()

    @contextmanager
    def _understanding(self) -> Iterator[None]:
        """Take values that can't be made of what was read for damage."""
        try:
            yield
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            raise self.damaged() from error

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Turn the database's errors into ours."""
        try:
            yield
        except DBAPIError as error:
            told = self._told(error.orig or error)
            if not self._is_sqlite and is_lost(error):
                told = ServerLost(str(told))
            # The server's own words may repeat a row that it refused: not even a traceback shows them.
            raise told from (error if self._is_sqlite else None)
        except (SQLAlchemyError, sqlite3.Error, ImportError) as error:
            raise self._told(error) from error
        except (UnicodeDecodeError, MemoryError) as error:
            if not self._is_sqlite:
                raise
            # Of some damaged files SQLite's own message is no text, and of others it says that memory is short.
            raise self.damaged() from error

    def _told(self, error: BaseException) -> StoreError:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in _DAMAGE or isinstance(error, NoResultFound):
            return self.damaged()
        if code == sqlite3.SQLITE_FULL:
            return StoreError(
                f"{self._where} can't grow: the disk is full. Make room; nothing was lost but this change."
            )
        if code in _NO_ACCESS:
            return StoreError(
                f"{self._where} can't be used: {error}. See that its folder is there and that the bot may write to it."
            )
        if isinstance(error, ImportError):
            return StoreError(f"{self._where} can't be used without {error.name}: pip install -e '.[bot,postgres]'.")
        return StoreError(f"{self._where} can't be used: {error_message(error)}.")

    def damaged(self) -> StoreError:
        """Return the error that tells that what is in the database can't be understood."""
        return StoreError(
            f"{self._where} is damaged, or no store of this bot. Put a copy of it in its place, "
            "or move it away to begin with an empty one."
        )


def _set_up(connection: sqlite3.Connection, record: object) -> None:  # noqa: ARG001 - SQLAlchemy's signature
    # No implicit transactions: sqlite3 would begin a writing one late, and then find another writer before it.
    connection.isolation_level = None
    for pragma in (f"busy_timeout = {BUSY_MS}", "foreign_keys = ON", "secure_delete = ON", "synchronous = NORMAL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES)
    connection.execute(text("BEGIN IMMEDIATE" if writes else "BEGIN"))
