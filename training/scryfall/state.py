"""What a sync remembers between runs, besides the files it has made. All of it may be lost without harm."""

from __future__ import annotations

import sqlite3
import time
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Self

from training.scryfall.errors import NO_ROOM_FOR_SQLITE, AlreadyRunning, SyncError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS notes (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
-- Pictures that were not to be had, and on which day (ISO) they were last asked for.
CREATE TABLE IF NOT EXISTS missing (path TEXT PRIMARY KEY, day TEXT NOT NULL) WITHOUT ROWID;
"""
_PAUSE = "pause_until"
LONGEST_PAUSE = 3600.0
"""Seconds; no server is taken at its word for longer."""
_DAMAGE = (sqlite3.Error, UnicodeDecodeError, MemoryError)
"""What is raised of damaged files: SQLite's own errors, those of its texts, and of some that memory is short."""


class State:
    """The notes of a folder. Whoever holds them is the only one to work on it, also against other processes."""

    def __init__(self, folder: Path) -> None:
        """Open the notes; of a damaged file nothing is kept.

        Raises:
            AlreadyRunning: another process holds them.
            SyncError: no file can be made there.
        """
        path = folder / "state.sqlite"
        try:
            self._open(path)
        except _DAMAGE as error:
            code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
            if code == sqlite3.SQLITE_BUSY:
                raise AlreadyRunning(f"Another sync is at work in {folder}. Wait until it is done.") from error
            if code in NO_ROOM_FOR_SQLITE:
                raise
            self._open_anew(path)

    def _open_anew(self, path: Path) -> None:
        for part in ("", "-wal", "-shm", "-journal"):
            path.with_name(path.name + part).unlink(missing_ok=True)
        try:
            self._open(path)
        except sqlite3.Error as error:
            raise SyncError(f"{path} can't be used: {error}. See that its folder can be written to.") from error

    def _open(self, path: Path) -> None:
        self._database = sqlite3.connect(path, timeout=0, isolation_level=None)
        try:
            # Held until the file is closed, and by the operating system's doing also when we are killed.
            self._database.execute("PRAGMA locking_mode = EXCLUSIVE")
            # Many small notes: none needs to be on the disk before the next is taken.
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = NORMAL")
            self._database.execute("BEGIN EXCLUSIVE")
            # Written each time, for of some damage nothing else tells than that nothing can be written.
            self._database.execute("PRAGMA user_version = 1")
            self._database.execute("COMMIT")
            self._database.executescript(_SCHEMA)
            self._check()
        except _DAMAGE:
            self._database.close()
            raise

    def _check(self) -> None:
        """Raise sqlite3.DatabaseError, or another error of a damaged file, unless all of it can be read."""
        if self._database.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("a check failed")
        for query, names in (("SELECT * FROM notes", ["key", "value"]), ("SELECT * FROM missing", ["path", "day"])):
            rows = self._database.execute(query)
            if [name for name, *_ in rows.description] != names:
                raise sqlite3.DatabaseError("a table has other columns")
            if not all(isinstance(value, str) for row in rows for value in row):
                raise sqlite3.DatabaseError("what should be a text is none")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

    def note(self, key: str) -> str:
        """Return what was noted last, or an empty text."""
        row = self._database.execute("SELECT value FROM notes WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else ""

    def set_note(self, key: str, value: str) -> None:
        """Note something for the next run."""
        self._database.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (key, value))

    @property
    def pause(self) -> float:
        """Seconds for which a server still wants to be left alone, 0 or more; it may have been another run it told."""
        try:
            pause = float(self.note(_PAUSE) or 0) - time.time()
        except ValueError:
            return 0.0
        # Whatever came over the file: not a number, and none that never ends.
        return min(pause, LONGEST_PAUSE) if pause > 0 else 0.0

    def set_pause(self, seconds: float) -> None:
        """Note that a server wants to be left alone from now on."""
        self.set_note(_PAUSE, str(time.time() + seconds))

    def missing_since(self, today: date) -> set[str]:
        """Return the paths of pictures that were found missing today; older finds are forgotten."""
        self._database.execute("DELETE FROM missing WHERE day <> ?", (today.isoformat(),))
        return {path for (path,) in self._database.execute("SELECT path FROM missing")}

    def set_missing(self, path: str, today: date) -> None:
        """Note that a picture was not to be had."""
        self._database.execute("INSERT OR REPLACE INTO missing VALUES (?, ?)", (path, today.isoformat()))
