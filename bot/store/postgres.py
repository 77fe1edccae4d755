"""What differs when the store is a PostgreSQL server shared by several processes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import URL, Connection, text
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.core.database_url import is_sqlite

CONNECTIONS = 5
"""Connections per process; by default a server allows a hundred in all."""
CONNECT_S, DEAD_AFTER_S = 3, 10
"""Connection timeout, and seconds without acknowledgement after which a server counts as gone."""
STATEMENT_MS = 10_000
"""Timeout of a statement; most take a millisecond."""
MIGRATION_WAIT_MS = 60_000
"""How long a starting process waits for another's migration."""
MIGRATION_LOCK = 0x6367_4462
"""The number of the migrations' advisory lock ("cgDb"), unlikely to be another program's."""

LOST = ("08", "57P")
"""Prefixes of PostgreSQL's codes for failed connections, and for servers that are stopping or starting."""


def engine_options(url: URL, busy_ms: int) -> dict[str, Any]:
    """Return SQLAlchemy's options for an engine; options in the URL's query take precedence.

    Args:
        busy_ms: how long a transaction waits for a lock.
    """
    if is_sqlite(url):
        return {}
    ours = {
        "application_name": "cardglass",
        "connect_timeout": CONNECT_S,
        "tcp_user_timeout": DEAD_AFTER_S * 1000,
        "options": f"-c lock_timeout={busy_ms} -c statement_timeout={STATEMENT_MS}",
    }
    return {
        # A restarted server has closed all connections, so each is tested before use.
        "pool_pre_ping": True,
        "pool_size": CONNECTIONS,
        "max_overflow": 0,
        "connect_args": {name: value for name, value in ours.items() if name not in url.query},
    }


def lock_migrations(connection: Connection) -> None:
    """Keep other processes from migrating until the connection's transaction ends."""
    for name in ("lock_timeout", "statement_timeout"):
        connection.execute(text(f"SET LOCAL {name} = {MIGRATION_WAIT_MS}"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})


def is_lost(error: DBAPIError) -> bool:
    """Return whether the server couldn't be reached or dropped the connection."""
    state = getattr(error.orig, "sqlstate", None)
    if state is None:
        # No code from the server, so the client itself raised this: there was no response.
        return isinstance(error, OperationalError)
    return error.connection_invalidated or state.startswith(LOST)


def error_message(error: BaseException) -> str:
    """Return a database's error message in one line, without the detail, which may quote a row."""
    said = getattr(getattr(error, "diag", None), "message_primary", None) or str(error)
    return " ".join(said.split()).rstrip(".")
