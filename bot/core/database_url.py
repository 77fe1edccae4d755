"""Where a store lies: a file, or a database's URL. Pure."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.core.errors import StoreError

POSTGRESQL = ("postgresql", "postgres")
"""How URLs of PostgreSQL begin, wherever they were copied from; the driver need not be named."""
DRIVER = "postgresql+psycopg"
"""The driver that the extra ``postgres`` brings."""


def parse_database_url(place: str | Path) -> URL:
    """Return the URL of a file or of what is a URL already; PostgreSQL's gets its driver where none is named.

    Raises:
        StoreError: it is no URL, that of a database in memory, or of one that is neither SQLite nor PostgreSQL.
    """
    if not isinstance(place, str) or "://" not in place:
        return URL.create("sqlite", database=str(place))
    try:
        url = make_url(place)
    except (ArgumentError, ValueError):
        # The text may hold a password: it isn't repeated.
        raise StoreError("The store's address is no file and no database's URL.") from None
    if is_sqlite(url) and url.database in (None, "", ":memory:"):
        raise StoreError(f"{place} names no file: what the bot remembers would be gone with it.")
    if url.drivername in POSTGRESQL:
        return url.set(drivername=DRIVER)
    if not is_sqlite(url) and url.drivername != DRIVER:
        raise StoreError("The store's address names neither a file nor a database of PostgreSQL (postgresql://...).")
    return url


def is_sqlite(url: URL) -> bool:
    """Return whether the database is a file of SQLite's."""
    return url.drivername.partition("+")[0] == "sqlite"


def hidden(url: URL) -> str:
    """Return what may be told of a place: its file, or its URL without password and options, which may hold one."""
    if is_sqlite(url) and url.database:
        return url.database
    return url.set(query={}).render_as_string(hide_password=True)
