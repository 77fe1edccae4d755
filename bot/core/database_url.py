"""Where the store is: a file, or a database URL."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.core.errors import StoreError

POSTGRESQL = ("postgresql", "postgres")
"""Schemes of PostgreSQL URLs as people copy them, without a driver."""
DRIVER = "postgresql+psycopg"
"""The driver installed by the extra ``postgres``."""


def parse_database_url(place: str | Path) -> URL:
    """Return the URL of a file or database; PostgreSQL URLs without a driver get ours.

    Raises:
        StoreError: the URL is malformed, in-memory, or neither SQLite nor PostgreSQL.
    """
    if not isinstance(place, str) or "://" not in place:
        return URL.create("sqlite", database=str(place))
    try:
        url = make_url(place)
    except (ArgumentError, ValueError):
        # The text may contain a password, so it isn't quoted.
        raise StoreError("The store's address is neither a file nor a database URL.") from None
    if is_sqlite(url) and url.database in (None, "", ":memory:"):
        raise StoreError(f"{place} names no file: everything would be lost when the bot stops.")
    if url.drivername in POSTGRESQL:
        return url.set(drivername=DRIVER)
    if not is_sqlite(url) and url.drivername != DRIVER:
        raise StoreError("The store's address is neither a file nor a PostgreSQL database (postgresql://...).")
    return url


def is_sqlite(url: URL) -> bool:
    """Return whether the database is a SQLite file."""
    return url.drivername.partition("+")[0] == "sqlite"


def display_url(url: URL) -> str:
    """Return what may be shown of a URL: the file, or the URL without password and options, which may hold one."""
    if is_sqlite(url) and url.database:
        return url.database
    return url.set(query={}).render_as_string(hide_password=True)
