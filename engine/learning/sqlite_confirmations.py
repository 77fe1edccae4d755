"""Confirmations in a small SQLite file beside the index; limited in number, and each can be revoked.

The file holds no photos. Revoked entries are overwritten with zeros, in the file and in its write-ahead log.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import astuple
from pathlib import Path

from engine.core.errors import ConfirmationsError
from engine.learning.confirmations import StoredConfirmation, admit, has_part

SCHEMA_VERSION = 1
"""Stored in ``PRAGMA user_version``; a file with a higher number is refused."""
APPLICATION_ID = 0x6367_4F76
"""Stored in ``PRAGMA application_id`` ("cgOv"); another program's SQLite file is left alone."""

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
_COUNT = "SELECT COUNT(*) FROM confirmations"
_REVOKE = "DELETE FROM confirmations WHERE id = :id"
_REVOKE_UP_TO = "DELETE FROM confirmations WHERE id <= :id"
_REVOKE_ORIGIN = "DELETE FROM confirmations WHERE has_part(origin, :part)"


class SqliteConfirmations:
    """:class:`engine.learning.confirmations.Confirmations` in a file. Not thread-safe."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection, self._path = connection, path

    @classmethod
    def open(cls, path: str | Path) -> SqliteConfirmations:
        """Open a file of confirmations, or create an empty one; its folder must exist.

        Raises:
            ConfirmationsError: overlay_unusable, overlay_damaged, overlay_foreign, overlay_newer.
        """
        path = Path(path)
        with _translating_errors(path):
            # No implicit transactions: each is begun and ended explicitly.
            connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            connection.create_function("has_part", 2, has_part, deterministic=True)
        try:
            with _translating_errors(path):
                _prepare(connection, path)
        except ConfirmationsError:
            connection.close()
            raise
        return cls(connection, path)

    def close(self) -> None:
        """Close the file; no other method may be called after that."""
        self._connection.close()

    def entries(self) -> dict[int, StoredConfirmation]:
        """Return all entries by id, oldest first."""
        with _translating_errors(self._path):
            return self._select(f"{_SELECT} ORDER BY id")

    def version(self) -> int:
        """Return a number that changes whenever another process changes the file."""
        with _translating_errors(self._path):
            return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def add(self, new: StoredConfirmation) -> int:
        """Store a confirmation and return its id, or the id of an equivalent one."""
        with self._writing():
            known = self._select(_OF_ONE_CARD, new.name, new.embedder)
            same_as, replaces = admit(new, known, lambda: int(self._connection.execute(_COUNT).fetchone()[0]))
            if same_as is not None:
                return same_as
            if replaces is not None:
                self._connection.execute(_REVOKE, {"id": replaces})
            return int(self._connection.execute(_INSERT, astuple(new)).lastrowid or 0)

    def revoke(self, ident: int) -> bool:
        """Delete one; return whether it existed."""
        return self._delete(_REVOKE, {"id": ident}) > 0

    def revoke_origin(self, part: str) -> int:
        """Delete all whose origin has this part, or these consecutive parts; return how many."""
        return self._delete(_REVOKE_ORIGIN, {"part": part})

    def delete_up_to(self, ident: int) -> None:
        """Delete all entries up to this id, after they were moved elsewhere."""
        self._delete(_REVOKE_UP_TO, {"id": ident})

    def damage_error(self) -> ConfirmationsError:
        """Return the error to raise if the entries turn out to be no confirmations."""
        return _damage_error(self._path)

    def _delete(self, command: str, values: dict[str, int | str]) -> int:
        with self._writing():
            deleted = self._connection.execute(command, values).rowcount
        with _translating_errors(self._path):
            # The log still holds the deleted rows. While another process reads it, only the end of that one clears it.
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return deleted

    def _select(self, query: str, *values: str) -> dict[int, StoredConfirmation]:
        rows = self._connection.execute(query, values).fetchall()
        # SQLite itself would accept a text as a blob, or a blob as a text.
        if not all(isinstance(vector, bytes) and all(isinstance(t, str) for t in texts) for _, *texts, vector in rows):
            raise _damage_error(self._path)
        return {ident: StoredConfirmation(*rest) for ident, *rest in rows}

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Run the block as one exclusive transaction."""
        with _translating_errors(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Create the table in an empty file, and check that another file is ours and intact."""
    owner = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    is_empty = connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0] == 0
    # Checked before anything is written: a file that isn't ours must stay as it is.
    if owner != APPLICATION_ID and not (is_empty and owner == version == 0):
        raise ConfirmationsError(
            "overlay_foreign", f"{path} is another program's file. Choose another path for the confirmations."
        )
    if version > SCHEMA_VERSION:
        raise ConfirmationsError(
            "overlay_newer",
            f"{path} has format {version}, this program reads format {SCHEMA_VERSION}. "
            "Use the version that wrote it, or a newer one.",
        )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA secure_delete = ON")
    if version == 0:
        connection.executescript(_SCHEMA)
    is_intact = connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
    # The file's own declaration of the table may be damaged like the rest of it: compare the columns with a new file's.
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as new:
        new.executescript(_SCHEMA)
        found, expected = (one.execute("PRAGMA table_info(confirmations)").fetchall() for one in (connection, new))
    if not is_intact or found != expected:
        raise _damage_error(path)


def _damage_error(path: Path) -> ConfirmationsError:
    return ConfirmationsError(
        "overlay_damaged",
        f"{path} is damaged, or not a file of confirmations. Restore a copy of it, or move it away to start with an "
        "empty one.",
    )


@contextmanager
def _translating_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours."""
    try:
        yield
    except (sqlite3.Error, ValueError, MemoryError) as error:
        # Errors about invalid UTF-8, in a row or in SQLite's own message, and about invalid vectors have no code. For
        # some damaged files of a few kilobytes SQLite reports that memory is short.
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
        if code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR):
            raise _damage_error(path) from error
        raise ConfirmationsError(
            "overlay_unusable", f"{path} can't be used: {error}. Check that its folder exists and is writable."
        ) from error
