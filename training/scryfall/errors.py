"""What can stop a sync. Every message says what to do; whatever was fetched before stays and is used again.

SyncError
├── AlreadyRunning      another sync works on the folder
├── BulkDamaged         a bulk file, or another list, is not what it should be
├── DiskFull            no room left
├── ForeignHost         a link leads to a host that is not Scryfall's
├── NotThere            the server has nothing under an address (404)
├── Refused             the server doesn't accept what we ask (other 4xx)
├── StoreDamaged        the cards kept from the last time can't be read
├── TooFewCards         the card data are whole, but have far fewer cards than expected
└── Unreachable         no answer after every attempt
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
    """The sync can't go on; run again, it continues where it stopped."""


class AlreadyRunning(SyncError):
    """Another sync works on the same folder."""


class BulkDamaged(SyncError):
    """A bulk file, or another list of the server's, is cut off, altered, or holds something else than it should."""


class DiskFull(SyncError):
    """There is no room for what is to be written."""


class ForeignHost(SyncError):
    """A link leads to a host that is not among those allowed."""


class NotThere(SyncError):
    """The server has nothing under this address."""


class Refused(SyncError):
    """The server doesn't accept a request, and would not at another try."""


class StoreDamaged(SyncError):
    """The store can't be read; it has been removed, and the next run builds it anew."""


class TooFewCards(SyncError):
    """The card data are whole, but have far fewer cards than the last, or than their sets."""


class Unreachable(SyncError):
    """The server gave no usable answer, however often it was asked."""


@contextmanager
def telling_a_full_disk(folder: Path) -> Iterator[None]:
    """Turn the many faces of a full disk into :class:`DiskFull`."""
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        raise _full(folder, error) from error
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode not in NO_ROOM_FOR_SQLITE:
            raise
        raise _full(folder, error) from error


@contextmanager
def removing_damage(store: Path) -> Iterator[None]:
    """Remove a store that turns out to be damaged, and raise :class:`StoreDamaged`."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF not in _DAMAGE:
            raise
        store.unlink(missing_ok=True)
        raise StoreDamaged(
            f"{store} is damaged ({error}) and has been removed. Run again: it is made anew from what is there."
        ) from error


def _full(folder: Path, error: Exception) -> DiskFull:
    return DiskFull(
        f"Nothing more can be written to {folder} ({error}): the disk is full, or a quota is reached. "
        "Make room and run again: it continues where it stopped."
    )
