"""What can stop a sync. Every message says what to do; files that were fetched before are kept and used again.

SyncError
├── AlreadyRunning      another sync is working on the folder
├── BulkDamaged         a bulk file, or another list, is not what it should be
├── DiskFull            no room left
├── ForeignHost         a link leads to a host that is not Scryfall's
├── NotFound            the server has nothing at an address (404)
├── Refused             the server does not accept a request (other 4xx)
├── StoreDamaged        the store of the last sync can't be read
├── TooFewCards         the card data are complete, but have far fewer cards than expected
└── Unreachable         no usable answer after every attempt
"""

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
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        raise _disk_full(folder, error) from error
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode not in NO_ROOM_FOR_SQLITE:
            raise
        raise _disk_full(folder, error) from error


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
            f"{store} is damaged ({error}) and has been removed. Run again: it is rebuilt from what is there."
        ) from error


def _disk_full(folder: Path, error: Exception) -> DiskFull:
    return DiskFull(
        f"Nothing more can be written to {folder} ({error}): the disk is full, or a quota is reached. "
        "Make room and run again: it continues where it stopped."
    )
