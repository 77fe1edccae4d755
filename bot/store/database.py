"""The database connection: opening it, running whole transactions, and translating its errors into ours."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from threading import Condition, Lock
from typing import Any

from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.exc import DBAPIError, NoResultFound, SQLAlchemyError
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_fixed

from bot.core.database_url import display_url, is_sqlite, parse_database_url
from bot.core.errors import ServerLost, StoreError
from bot.store.postgres import engine_options, error_message, is_lost, lock_migrations
from bot.store.schema import migrate

BUSY_MS = 2_000
"""How long a writer waits for another process: a transaction takes a few milliseconds."""
BUSY_RETRY_S = 0.01
CLOSE_S = 5.0
"""Longest wait, when closing, for transactions in progress."""
WRITES = "cardglass_writes"
"""Execution option that marks a writing transaction."""

_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_NO_ACCESS = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM)


class Database:
    """A database with the tables of the newest version. Thread-safe."""

    def __init__(self, place: str | Path) -> None:
        """Open a SQLite file, creating it if missing (but not its folder), or the database at a URL.

        Raises:
            StoreError: it can't be opened, is damaged, belongs to another program, or to a newer version.
        """
        url = parse_database_url(place)
        self._where, self._is_sqlite = display_url(url), is_sqlite(url)
        with self._translate_errors():
            # Parameters contain user ids, which must not end up in a log with an error.
            self._engine = create_engine(url, hide_parameters=True, **engine_options(url, BUSY_MS))
        self._writing = self._engine.execution_options(**{WRITES: True})
        # By default PostgreSQL gives each statement its own snapshot.
        snapshot = {} if self._is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._reading = self._engine.execution_options(**snapshot)
        # SQLite's writers retry at random: among many threads, some would retry until they gave up.
        self._write_lock = Lock() if self._is_sqlite else nullcontext()
        self._running, self._ended = 0, Condition()
        if self._is_sqlite:
            event.listen(self._engine, "connect", _configure_sqlite)
            event.listen(self._engine, "begin", _begin_sqlite)
        try:
            self._prepare()
        except StoreError:
            self.close()
            raise

    def close(self) -> None:
        """Close all connections, once the transactions in other threads have ended.

        A task that is cancelled leaves its thread behind, and what that thread returns later nobody would close.
        """
        with self._ended:
            self._ended.wait_for(lambda: self._running == 0, CLOSE_S)
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection that sees one snapshot of the database; unreadable values count as damage."""
        with self._in_use(), self._detect_damage(), self._translate_errors(), self._reading.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield a connection for an all-or-nothing transaction; unreadable values count as damage."""
        with (
            self._in_use(),
            self._write_lock,
            self._detect_damage(),
            self._translate_errors(),
            self._writing.begin() as connection,
        ):
            yield connection

    def wipe(self) -> None:
        """Remove deleted rows from SQLite's log as well; if a reader holds the log, a later call will."""
        if self._is_sqlite:
            with self._translate_errors():
                self._run_pragma("wal_checkpoint(TRUNCATE)")

    def damaged(self) -> StoreError:
        """Return the error for contents that make no sense."""
        return StoreError(
            f"{self._where} is damaged, or not a store of this bot. Replace it with a backup, "
            "or move it away to start with an empty one."
        )

    def _prepare(self) -> None:
        with self.writing() as connection:
            if not self._is_sqlite:
                lock_migrations(connection)
            migrate(connection, self._where)
        if not self._is_sqlite:
            return
        # Not before the migration, because this changes the file: another program's must stay untouched.
        with self._translate_errors():
            # Other processes may be starting at the same moment. Everywhere else SQLite waits for their locks, but
            # here it upgrades a read lock, where waiting could deadlock, so it fails at once with SQLITE_BUSY.
            retrying = Retrying(
                retry=retry_if_exception(lambda error: _sqlite_code(error) == sqlite3.SQLITE_BUSY),
                wait=wait_fixed(BUSY_RETRY_S),
                stop=stop_after_delay(BUSY_MS / 1000),
                reraise=True,
            )
            retrying(self._run_pragma, "journal_mode = WAL")
            if self._run_pragma("quick_check(1)") != "ok":
                raise self.damaged()

    def _run_pragma(self, command: str) -> Any:
        """Run a pragma outside any transaction, and return its first value."""
        with closing(self._engine.raw_connection()) as raw:
            return raw.cursor().execute(f"PRAGMA {command}").fetchone()[0]

    @contextmanager
    def _in_use(self) -> Iterator[None]:
        """Keep the database open for the duration of the block."""
        with self._ended:
            self._running += 1
        try:
            yield
        finally:
            with self._ended:
                self._running -= 1
                self._ended.notify_all()

    @contextmanager
    def _detect_damage(self) -> Iterator[None]:
        """Report stored values that can't be decoded as damage."""
        try:
            yield
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            raise self.damaged() from error

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        """Turn the database's errors into ours."""
        try:
            yield
        except DBAPIError as error:
            translated = self._to_store_error(error.orig or error)
            if not self._is_sqlite and is_lost(error):
                translated = ServerLost(str(translated))
            # The server's own message may quote a rejected row: not even a traceback shows it.
            raise translated from (error if self._is_sqlite else None)
        except (SQLAlchemyError, sqlite3.Error, ImportError) as error:
            raise self._to_store_error(error) from error
        except (UnicodeDecodeError, MemoryError) as error:
            if not self._is_sqlite:
                raise
            # For some damaged files SQLite's own message isn't text; for others it claims to be out of memory.
            raise self.damaged() from error

    def _to_store_error(self, error: BaseException) -> StoreError:
        code = _sqlite_code(error)
        if code in _DAMAGE or isinstance(error, NoResultFound):
            return self.damaged()
        if code == sqlite3.SQLITE_FULL:
            return StoreError(
                f"{self._where} can't grow: the disk is full. Free some space; only this change was lost."
            )
        if code in _NO_ACCESS:
            return StoreError(
                f"{self._where} can't be used: {error}. Make sure its folder exists and the bot may write to it."
            )
        if isinstance(error, ImportError):
            return StoreError(f"{self._where} can't be used without {error.name}: pip install -e '.[bot,postgres]'.")
        return StoreError(f"{self._where} can't be used: {error_message(error)}.")


def _sqlite_code(error: BaseException) -> int:
    """Return SQLite's primary result code, 0 for other errors."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _configure_sqlite(connection: sqlite3.Connection, record: object) -> None:  # noqa: ARG001 - SQLAlchemy's signature
    # No implicit transactions: sqlite3 would begin a writing one late, and then find another writer ahead of it.
    connection.isolation_level = None
    for pragma in (f"busy_timeout = {BUSY_MS}", "foreign_keys = ON", "secure_delete = ON", "synchronous = NORMAL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES)
    connection.execute(text("BEGIN IMMEDIATE" if writes else "BEGIN"))
