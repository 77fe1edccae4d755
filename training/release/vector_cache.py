"""A cache of the pictures' vectors: a picture is embedded once for each network.

A picture is identified by its path in the list of faces and the size of its file (the sync gives a changed picture
another name), a network by the SHA-256 of its file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from engine.retrieval.embedder import Vectors
from training.data.errors import CommandError

FORMAT = 1
"""In ``PRAGMA user_version``. A cache of another format is emptied: everything in it can be computed again."""
APPLICATION_ID = 0x63677663
"""In ``PRAGMA application_id``, so that no other program's file is taken for a cache and emptied."""
SPARE = 1.0
"""Unused vectors kept for each used one, so that one build from a smaller list costs nothing."""

_SCHEMA = f"""
DROP TABLE IF EXISTS vectors;
DROP TABLE IF EXISTS models;
CREATE TABLE models (id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, dimension INTEGER NOT NULL);
-- vector: float16, little-endian.
CREATE TABLE vectors (
    path TEXT NOT NULL, bytes INTEGER NOT NULL, model INTEGER NOT NULL, vector BLOB NOT NULL,
    PRIMARY KEY (path, bytes, model)
) WITHOUT ROWID;
PRAGMA user_version = {FORMAT};
PRAGMA application_id = {APPLICATION_ID};
"""


class PictureKey(NamedTuple):
    """A picture's path, relative to the list of faces, and its file's size. A tuple, as a run makes half a million."""

    path: str
    bytes: int


class VectorCache:
    """The vectors by one network in a SQLite file, which is created if missing. For one thread.

    Raises:
        CommandError: the file is another program's, damaged, or can't be written.
    """

    def __init__(self, path: Path, model_sha256: str, dimension: int) -> None:
        self._path, self._dimension = path, dimension
        try:
            # Each batch is a transaction; a power cut loses the last one at most.
            self._database = sqlite3.connect(path, isolation_level=None)
            (owner,) = self._database.execute("PRAGMA application_id").fetchone()
            (version,) = self._database.execute("PRAGMA user_version").fetchone()
            (tables,) = self._database.execute("SELECT COUNT(*) FROM sqlite_schema").fetchone()
            if tables and owner != APPLICATION_ID:
                raise CommandError(f"{path} is another program's file; move it elsewhere.")
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = NORMAL")
            if version != FORMAT:
                self._database.executescript(_SCHEMA)
            insert = "INSERT OR IGNORE INTO models (sha256, dimension) VALUES (?, ?)"
            self._database.execute(insert, (model_sha256, dimension))
            query = "SELECT id FROM models WHERE sha256 = ?"
            (self._model,) = self._database.execute(query, (model_sha256,)).fetchone()
        except sqlite3.DatabaseError as error:
            raise self._unusable(error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def __contains__(self, key: PictureKey) -> bool:
        query = "SELECT 1 FROM vectors WHERE path = ? AND bytes = ? AND model = ?"
        return self._database.execute(query, (*key, self._model)).fetchone() is not None

    def add(self, keys: Iterable[PictureKey], vectors: Vectors) -> None:
        """Add vectors, float32 (N, dimension), in one transaction; raises :class:`CommandError` if that fails."""
        blobs = (np.asarray(vector, "<f2").tobytes() for vector in vectors)
        rows = [(*key, self._model, blob) for key, blob in zip(keys, blobs, strict=True)]
        try:
            self._database.execute("BEGIN")
            self._database.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)", rows)
            self._database.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            raise self._unusable(error) from error

    def get(self, key: PictureKey) -> NDArray[np.float16] | None:
        """Return a picture's vector, float16 (dimension,), or None if there is none by this network."""
        query = "SELECT vector FROM vectors WHERE path = ? AND bytes = ? AND model = ?"
        found = self._database.execute(query, (*key, self._model)).fetchone()
        return None if found is None else np.frombuffer(found[0], "<f2", self._dimension)

    def forget_unused(self, used: Iterator[PictureKey]) -> int:
        """Delete unused vectors if there are more than are kept in reserve; return how many were deleted."""
        with self._database:
            self._database.execute("CREATE TEMP TABLE used (path TEXT, bytes INTEGER, PRIMARY KEY (path, bytes))")
            self._database.executemany("INSERT OR IGNORE INTO used VALUES (?, ?)", used)
        (kept,) = self._database.execute("SELECT COUNT(*) FROM used").fetchone()
        (there,) = self._database.execute("SELECT COUNT(*) FROM vectors").fetchone()
        deleted = 0
        if there - kept > SPARE * kept:
            unused = "model != ? OR NOT EXISTS (SELECT 1 FROM used u WHERE u.path = v.path AND u.bytes = v.bytes)"
            deleted = self._database.execute(f"DELETE FROM vectors AS v WHERE {unused}", (self._model,)).rowcount  # noqa: S608 - our own text
            self._database.execute("VACUUM")
        self._database.execute("DROP TABLE used")
        return deleted

    def _unusable(self, error: sqlite3.Error) -> CommandError:
        return CommandError(
            f"The vectors in {self._path} can't be read or written ({error}). Make room if the disk is full; "
            "otherwise remove the file, and all pictures are embedded again."
        )
