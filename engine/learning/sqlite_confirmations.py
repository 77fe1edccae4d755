"""The overlay: confirmed answers' vectors in one small SQLite file beside the index; bounded, and each can be revoked.

No photo is in it. What is revoked is overwritten with zeros, in the file and in SQLite's log beside it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import astuple
from functools import cache
from pathlib import Path

from engine.core.errors import ConfirmationsError
from engine.learning.confirmations import StoredConfirmation, admit, has_part

SCHEMA_VERSION = 1
"""Stands in ``PRAGMA user_version``; a file with a higher number is refused."""
APPLICATION_ID = 0x6367_4F76
"""Stands in ``PRAGMA application_id`` ("cgOv"): another program's SQLite file is left alone."""

_SCHEMA = f"""
BEGIN IMMEDIATE;
-- embedder: SHA-256 of the network that made the vector (float16). AUTOINCREMENT: no id is ever given twice.
CREATE TABLE IF NOT EXISTS confirmations (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, printed_in TEXT NOT NULL, number TEXT NOT NULL,
    origin TEXT NOT NULL, created_at TEXT NOT NULL, embedder TEXT NOT NULL, vector BLOB NOT NULL
);
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {SCHEMA_VERSION};
COMMIT;
"""
_SELECT = "SELECT id, name, printed_in, number, origin, created_at, embedder, vector FROM confirmations"
_OF_ONE_CARD = f"{_SELECT} WHERE name = ? AND embedder = ? ORDER BY id"
_INSERT = """
INSERT INTO confirmations (name, printed_in, number, origin, created_at, embedder, vector) VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_REVOKE = "DELETE FROM confirmations WHERE id = :id"
_REVOKE_UP_TO = "DELETE FROM confirmations WHERE id <= :id"
_REVOKE_ORIGIN = "DELETE FROM confirmations WHERE has_part(origin, :part)"


class SqliteConfirmations:
    """An overlay file: :class:`engine.learning.confirmations.Confirmations` on the disk. Not thread-safe."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection, self._path = connection, path

    @classmethod
    def open(cls, path: str | Path) -> SqliteConfirmations:
        """Open an overlay file, or make an empty one; its folder must be there.

        Raises:
            ConfirmationsError: overlay_unusable, overlay_damaged, overlay_foreign, overlay_newer.
        """
        path = Path(path)
        with _telling(path):
            # No implicit transactions: each is begun and ended where it is written.
            connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            connection.create_function("has_part", 2, has_part, deterministic=True)
        overlay = cls(connection, path)
        try:
            overlay._prepare()
        except ConfirmationsError:
            connection.close()
            raise
        return overlay

    def close(self) -> None:
        """Close the file; no other method may be called after that, unless it is opened again."""
        self._connection.close()

    def entries(self) -> dict[int, StoredConfirmation]:
        """Return everything kept, by id, oldest first."""
        with _telling(self._path):
            return self._select(f"{_SELECT} ORDER BY id")

    def version(self) -> int:
        """Return a number that is another one whenever another process changed the file."""
        with _telling(self._path):
            return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def add(self, new: StoredConfirmation) -> int:
        """Keep a confirmation and return its id, or the id of one that already says the same.

        Raises:
            ConfirmationRefused: overlay_full.
            ConfirmationsError: the file can't be read or written.
        """
        with self._writing():
            known = self._select(_OF_ONE_CARD, new.name, new.embedder)
            same_as, replaces = admit(new, known, self._count)
            if same_as is not None:
                return same_as
            if replaces is not None:
                self._connection.execute(_REVOKE, {"id": replaces})
            return int(self._connection.execute(_INSERT, astuple(new)).lastrowid or 0)

    def revoke(self, ident: int) -> bool:
        """Forget one; returns whether it was there."""
        return self._delete(_REVOKE, {"id": ident}) > 0

    def revoke_origin(self, part: str) -> int:
        """Forget all whose origin has this part, or these parts in a row; returns how many."""
        return self._delete(_REVOKE_ORIGIN, {"part": part})

    def forget_up_to(self, ident: int) -> None:
        """Forget all that were added up to this one: they were taken elsewhere."""
        self._delete(_REVOKE_UP_TO, {"id": ident})

    def damaged(self) -> ConfirmationsError:
        """Return the error that tells people that the file holds no confirmations."""
        return _damaged(self._path)

    def _prepare(self) -> None:
        """Make the file ours if it is empty, and see that it is whole."""
        with _telling(self._path):
            owner = self._connection.execute("PRAGMA application_id").fetchone()[0]
            version = self._connection.execute("PRAGMA user_version").fetchone()[0]
            tables = self._connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0]
            # Before anything is written: a file that isn't ours must stay as it is.
            _check_header(self._path, owner, version, is_empty=tables == 0)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA secure_delete = ON")
            if version == 0:
                self._connection.executescript(_SCHEMA)
            is_whole = self._connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
            if not is_whole or _columns(self._connection) != _columns_made():
                raise _damaged(self._path)

    def _delete(self, command: str, values: dict[str, int | str]) -> int:
        with self._writing():
            deleted = self._connection.execute(command, values).rowcount
        with _telling(self._path):
            # The log still holds what was deleted; where another process reads it, that process's end clears it.
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return deleted

    def _count(self) -> int:
        return int(self._connection.execute("SELECT COUNT(*) FROM confirmations").fetchone()[0])

    def _select(self, query: str, *values: str) -> dict[int, StoredConfirmation]:
        rows = self._connection.execute(query, values).fetchall()
        # SQLite itself would take a text for a blob, or a blob for a text.
        if not all(isinstance(vector, bytes) and all(isinstance(t, str) for t in texts) for _, *texts, vector in rows):
            raise _damaged(self._path)
        return {ident: StoredConfirmation(*rest) for ident, *rest in rows}

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """All or nothing, and nobody else writes meanwhile."""
        with _telling(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")


def _columns(connection: sqlite3.Connection) -> list[tuple[object, ...]]:
    """Return the table's columns as SQLite understands them: place, name, type, must be there, default, key."""
    return connection.execute("PRAGMA table_info(confirmations)").fetchall()


@cache
def _columns_made() -> list[tuple[object, ...]]:
    """Return the columns of a new file: the words that declare them are in the file, and damaged like the rest."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.executescript(_SCHEMA)
        return _columns(connection)


def _check_header(path: Path, owner: int, version: int, *, is_empty: bool) -> None:
    if owner != APPLICATION_ID and not (is_empty and owner == version == 0):
        raise ConfirmationsError(
            "overlay_foreign", f"{path} is another program's file. Name another for the confirmations."
        )
    if version > SCHEMA_VERSION:
        raise ConfirmationsError(
            "overlay_newer",
            f"{path} has format {version}, this program reads format {SCHEMA_VERSION}. "
            "Use the version that wrote it, or a newer one.",
        )


def _damaged(path: Path) -> ConfirmationsError:
    return ConfirmationsError(
        "overlay_damaged",
        f"{path} is damaged, or no file of confirmations. Put a copy of it in its place, or move it away "
        "to begin with an empty one.",
    )


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours."""
    try:
        yield
    except (sqlite3.Error, ValueError, MemoryError) as error:
        # Text that is no UTF-8, in a row or in SQLite's own message, and what is no vector come without a code; and
        # of some damaged files, a few kilobytes long, SQLite says that memory is short.
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
        if code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR):
            raise _damaged(path) from error
        raise ConfirmationsError(
            "overlay_unusable", f"{path} can't be used: {error}. See that its folder is there and can be written to."
        ) from error
