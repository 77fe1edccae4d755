"""What a sync remembers between runs, besides the files it makes. All of it may be lost without harm."""

from __future__ import annotations

import json
import sqlite3
import time
from datetime import date
from pathlib import Path
from typing import Any, Self

from engine.core.atomic_write import write_atomically
from training.scryfall.errors import NO_ROOM_FOR_SQLITE, AlreadyRunning, SyncError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS notes (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
-- Pictures that could not be fetched, and the day (ISO) of the last attempt.
CREATE TABLE IF NOT EXISTS missing (path TEXT PRIMARY KEY, day TEXT NOT NULL) WITHOUT ROWID;
"""
_PAUSE = "pause_until"
LONGEST_PAUSE = 3600.0
"""Seconds; no server can ask for more."""
_DAMAGE = (sqlite3.Error, UnicodeDecodeError, MemoryError)
"""Raised by damaged files: SQLite's own errors, those of decoding its texts, and for some files a lack of memory."""


class SyncState:
    """The notes of a folder, which lock it against other syncs, also in other processes."""

    def __init__(self, folder: Path) -> None:
        """Open the notes; a damaged file is replaced by an empty one.

        Raises:
            AlreadyRunning: another process holds them.
            SyncError: no file can be created there.
        """
        path = folder / "state.sqlite"
        try:
            self._open(path)
        except _DAMAGE as error:
            code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
            if code == sqlite3.SQLITE_BUSY:
                raise AlreadyRunning(f"Another sync is working in {folder}. Wait until it is done.") from error
            if code in NO_ROOM_FOR_SQLITE:
                raise
            for part in ("", "-wal", "-shm", "-journal"):
                path.with_name(path.name + part).unlink(missing_ok=True)
            try:
                self._open(path)
            except sqlite3.Error as again:
                raise SyncError(f"{path} can't be used: {again}. Make sure its folder can be written to.") from again

    def _open(self, path: Path) -> None:
        self._database = sqlite3.connect(path, timeout=0, isolation_level=None)
        try:
            # Held until the file is closed; the operating system releases it if the process is killed.
            self._database.execute("PRAGMA locking_mode = EXCLUSIVE")
            # Many small notes: none has to be on disk before the next one is written.
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = NORMAL")
            self._database.execute("BEGIN EXCLUSIVE")
            # Written each time: some damage shows only when something is written.
            self._database.execute("PRAGMA user_version = 1")
            self._database.execute("COMMIT")
            self._database.executescript(_SCHEMA)
            if self._database.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise sqlite3.DatabaseError("a check failed")
            for table, columns in (("notes", ["key", "value"]), ("missing", ["path", "day"])):
                rows = self._database.execute(f"SELECT * FROM {table}")  # noqa: S608 - a name of our own
                if [name for name, *_ in rows.description] != columns:
                    raise sqlite3.DatabaseError("a table has other columns")
                if not all(isinstance(value, str) for row in rows for value in row):
                    raise sqlite3.DatabaseError("a value is not text")
        except _DAMAGE:
            self._database.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def note(self, key: str) -> str:
        """Return a note, or an empty text if there is none."""
        row = self._database.execute("SELECT value FROM notes WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else ""

    def set_note(self, key: str, value: str) -> None:
        """Write a note for the next run."""
        self._database.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (key, value))

    @property
    def pause(self) -> float:
        """Seconds for which the server still must not be asked, 0 or more; an earlier run may have set the pause."""
        try:
            pause = float(self.note(_PAUSE) or 0) - time.time()
        except ValueError:
            return 0.0
        # The file may be damaged: neither NaN nor an endless pause.
        return min(pause, LONGEST_PAUSE) if pause > 0 else 0.0

    def set_pause(self, seconds: float) -> None:
        """Note that the server must not be asked for this long from now on."""
        self.set_note(_PAUSE, str(time.time() + seconds))

    def missing_on(self, today: date) -> set[str]:
        """Return the paths of pictures found missing today; forget older ones."""
        self._database.execute("DELETE FROM missing WHERE day <> ?", (today.isoformat(),))
        return {path for (path,) in self._database.execute("SELECT path FROM missing")}

    def set_missing(self, path: str, today: date) -> None:
        """Note that a picture could not be fetched."""
        self._database.execute("INSERT OR REPLACE INTO missing VALUES (?, ?)", (path, today.isoformat()))


def read_note(path: Path) -> dict[str, Any]:
    """Return the JSON object in a small file; an empty one if there is no such file or it is damaged."""
    try:
        value = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def write_note(path: Path, value: dict[str, Any]) -> None:
    """Write a JSON object to a file, which is either the old or the new one whenever the program is stopped."""
    with write_atomically(path) as part:
        part.write_text(json.dumps(value, sort_keys=True), encoding="utf-8")
