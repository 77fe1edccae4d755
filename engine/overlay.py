"""The overlay: confirmed answers' vectors in one small SQLite file beside the index; bounded, and each can be revoked.

Knows nothing of photos and networks: it keeps names, vectors, and the SHA-256 of the network that made them.
No photo is in it. What is revoked is overwritten with zeros, in the file and in SQLite's log beside it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np

from engine.embedder import Vectors
from engine.errors import ConfirmationRefused, OverlayError

SCHEMA_VERSION = 1
"""Stands in ``PRAGMA user_version``; a file with a higher number is refused."""
APPLICATION_ID = 0x6367_4F76
"""Stands in ``PRAGMA application_id`` ("cgOv"): another program's SQLite file is left alone."""
MAX_PER_CARD = 8
"""Vectors of one card. Fewer than the rows looked at per face, so that no card can fill them all."""
MAX_CONFIRMATIONS = 20_000
"""Vectors in all. A full overlay refuses more: dropping the oldest would let one busy place forget all others'."""
SAME_SIMILARITY = 0.95
"""Cosine from which a vector says nothing that another of the same printing doesn't say."""
UNIT_TOLERANCE = 0.01
"""How far a vector's length may be from 1: float16 rounds by a thousandth, damage by anything."""
PART = " / "
"""Stands between the parts of an origin."""

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
_REVOKE_ORIGIN = "DELETE FROM confirmations WHERE instr(:part || origin || :part, :part || :wanted || :part) > 0"


@dataclass(frozen=True, slots=True)
class Learnt:
    """What is kept of one confirmation.

    Attributes:
        name: the card's name, as the catalogue spells it.
        set, collector_number: the printing, empty where it was not confirmed.
        origin: where it came from, parts with :data:`PART` between them.
        created_at: UTC, ISO 8601.
        embedder: SHA-256 of the network that made the vector.
        vector: float16 numbers of length 1, as bytes.
    """

    name: str
    set: str
    collector_number: str
    origin: str
    created_at: str
    embedder: str
    vector: bytes


class Overlay:
    """An overlay file. Not thread-safe: whoever shares it holds a lock."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection, self._path = connection, path
        self._version = -1

    @classmethod
    def open(cls, path: str | Path) -> Overlay:
        """Open an overlay file, or make an empty one; its folder must be there.

        Raises:
            OverlayError: overlay_unusable, overlay_damaged, overlay_foreign, overlay_newer.
        """
        path = Path(path)
        with _telling(path):
            # No implicit transactions: each is begun and ended where it is written.
            connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        overlay = cls(connection, path)
        try:
            overlay._prepare()
        except OverlayError:
            connection.close()
            raise
        return overlay

    def close(self) -> None:
        """Close the file; no other method may be called after that."""
        self._connection.close()

    def entries(self) -> dict[int, Learnt]:
        """Return everything kept, by id, oldest first."""
        with _telling(self._path):
            return self._select(f"{_SELECT} ORDER BY id")

    def is_changed(self) -> bool:
        """Return whether another process changed the file since the last call."""
        with _telling(self._path):
            before, self._version = self._version, self._connection.execute("PRAGMA data_version").fetchone()[0]
        return self._version != before

    def add(self, new: Learnt) -> int:
        """Keep a confirmation and return its id, or the id of one that already says the same.

        A card that has :data:`MAX_PER_CARD` vectors loses the older of the two that are most alike.

        Raises:
            ConfirmationRefused: overlay_full.
            OverlayError: the file can't be read or written.
        """
        with self._writing():
            known = self._select(_OF_ONE_CARD, new.name, new.embedder)
            vectors = self.unpacked([*known.values(), new], len(new.vector) // np.float16().nbytes)
            for (ident, one), near in zip(known.items(), vectors[:-1] @ vectors[-1], strict=True):
                if near >= SAME_SIMILARITY and (one.set, one.collector_number) == (new.set, new.collector_number):
                    return ident
            if len(known) >= MAX_PER_CARD:
                self._connection.execute(_REVOKE, {"id": list(known)[_to_give_way(vectors)]})
            elif self._count() >= MAX_CONFIRMATIONS:
                raise ConfirmationRefused(
                    "overlay_full",
                    f"{self._path} holds {MAX_CONFIRMATIONS:,} confirmations, which is all it may hold. Revoke some.",
                )
            return int(self._connection.execute(_INSERT, astuple(new)).lastrowid or 0)

    def revoke(self, ident: int) -> bool:
        """Forget one; returns whether it was there."""
        return self._delete(_REVOKE, {"id": ident}) > 0

    def revoke_origin(self, part: str) -> int:
        """Forget all whose origin has this part, or these parts in a row; returns how many."""
        return self._delete(_REVOKE_ORIGIN, {"part": PART, "wanted": part})

    def unpacked(self, entries: Sequence[Learnt], dimension: int) -> Vectors:
        """Return the vectors of some entries, all of one network that gives ``dimension`` numbers.

        Raises:
            OverlayError: overlay_damaged.
        """
        packed = b"".join(entry.vector for entry in entries)
        if any(len(entry.vector) != dimension * np.float16().nbytes for entry in entries):
            raise _damaged(self._path)
        with np.errstate(invalid="ignore"):  # damage may look like a signalling NaN
            vectors = np.frombuffer(packed, np.float16).astype(np.float32).reshape(-1, dimension)
        if not (np.abs(np.linalg.norm(vectors, axis=1) - 1) < UNIT_TOLERANCE).all():
            raise _damaged(self._path)
        return vectors

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
            if self._connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise _damaged(self._path)
            self._count()  # sees that the table is there

    def _delete(self, command: str, values: dict[str, int | str]) -> int:
        with self._writing():
            deleted = self._connection.execute(command, values).rowcount
        with _telling(self._path):
            # The log still holds what was deleted; where another process reads it, that process's end clears it.
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return deleted

    def _count(self) -> int:
        return int(self._connection.execute("SELECT COUNT(*) FROM confirmations").fetchone()[0])

    def _select(self, query: str, *values: str) -> dict[int, Learnt]:
        rows = self._connection.execute(query, values).fetchall()
        # SQLite itself would take a text for a blob, or a blob for a text.
        if not all(isinstance(vector, bytes) and all(isinstance(t, str) for t in texts) for _, *texts, vector in rows):
            raise _damaged(self._path)
        return {ident: Learnt(*rest) for ident, *rest in rows}

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


def _to_give_way(vectors: Vectors) -> int:
    """Return which of some vectors, oldest first, is the older of the two most alike; never the last."""
    nearness = np.triu(vectors @ vectors.T + 2, k=1)
    return int(np.unravel_index(np.argmax(nearness), nearness.shape)[0])


def _check_header(path: Path, owner: int, version: int, *, is_empty: bool) -> None:
    if owner != APPLICATION_ID and not (is_empty and owner == version == 0):
        raise OverlayError("overlay_foreign", f"{path} is another program's file. Name another for the confirmations.")
    if version > SCHEMA_VERSION:
        raise OverlayError(
            "overlay_newer",
            f"{path} has format {version}, this program reads format {SCHEMA_VERSION}. "
            "Use the version that wrote it, or a newer one.",
        )


def _damaged(path: Path) -> OverlayError:
    return OverlayError(
        "overlay_damaged",
        f"{path} is damaged, or no file of confirmations. Put a copy of it in its place, or move it away "
        "to begin with an empty one.",
    )


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours."""
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError) as error:
        # Text that is no UTF-8, in a row or in SQLite's own message, comes without a code.
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
        if code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR):
            raise _damaged(path) from error
        raise OverlayError(
            "overlay_unusable", f"{path} can't be used: {error}. See that its folder is there and can be written to."
        ) from error
