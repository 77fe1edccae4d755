"""What can stop a sync. Every message says what to do; files that were fetched before are kept and used again."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
NO_ROOM_FOR_SQLITE = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE})
"""Codes of errors that mean a full disk."""
_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


class SyncError(Exception):
    """The sync can't go on; another run continues where it stopped."""


class AlreadyRunning(SyncError):
    """Another sync is working on the same folder."""


class BulkDamaged(SyncError):
    """A bulk file, or another list of the server's, is cut off, altered, or something else."""


class DiskFull(SyncError):
    """There is no room left on the disk."""


class ForeignHost(SyncError):
    """A link leads to a host that is not among those allowed."""


class NotFound(SyncError):
    """The server has nothing at this address."""


class Refused(SyncError):
    """The server does not accept a request, and would not at another try."""


class StoreDamaged(SyncError):
    """The store can't be read; it has been removed, and the next run rebuilds it."""


class TooFewCards(SyncError):
    """The card data are complete, but have far fewer cards than the last ones, or than their sets."""


class Unreachable(SyncError):
    """The server gave no usable answer in any attempt."""


@contextmanager
def report_full_disk(folder: Path) -> Iterator[None]:
    """Turn every kind of error that means a full disk into :class:`DiskFull`."""
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        if isinstance(error, OSError):
            is_full = error.errno in _NO_ROOM
        else:
            is_full = error.sqlite_errorcode in NO_ROOM_FOR_SQLITE
        if not is_full:
            raise
        raise DiskFull(
            f"Nothing more can be written to {folder} ({error}): the disk is full, or a quota is reached. "
            "Make room and run again: it continues where it stopped."
        ) from error


@contextmanager
def remove_damaged_store(store: Path) -> Iterator[None]:
    """Remove the store if it turns out to be damaged, and raise :class:`StoreDamaged`."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF not in _DAMAGE:
            raise
        store.unlink(missing_ok=True)
        raise StoreDamaged(
            f"{store} is damaged ({error}) and has been removed. Run again to rebuild it from the downloaded files."
        ) from error
