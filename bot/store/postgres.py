"""What differs where the store lies on a PostgreSQL server, shared by several processes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import URL, Connection, text
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.core.database_url import is_sqlite

CONNECTIONS = 5
"""Connections a process has at most: a server grants a hundred in all unless told otherwise."""
CONNECT_S, DEAD_AFTER_S = 3, 10
"""Seconds to wait for a connection, and after which a server that acknowledges nothing counts as gone."""
STATEMENT_MS = 10_000
"""How long one statement may take; most take a millisecond."""
PREPARING_MS = 60_000
"""How long a process waits at its start while another leads the tables to the newest version."""
TURN = 0x6367_4462
"""The advisory lock of that ("cgDb"); other programs in the same database use other numbers."""

LOST = ("08", "57P")
"""How PostgreSQL's codes begin of connections that failed, and of servers that stop or aren't up yet."""


def engine_options(url: URL, busy_ms: int) -> dict[str, Any]:
    """Return SQLAlchemy's options for an engine; what the URL's query says wins.

    Args:
        busy_ms: how long a transaction waits for another's lock.
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
        # A server that was restarted has closed all connections: each is tried before it is used.
        "pool_pre_ping": True,
        "pool_size": CONNECTIONS,
        "max_overflow": 0,
        "connect_args": {name: value for name, value in ours.items() if name not in url.query},
    }


def lock_migrations(connection: Connection) -> None:
    """Let no other process make or change tables until the connection's transaction ends."""
    for name in ("lock_timeout", "statement_timeout"):
        connection.execute(text(f"SET LOCAL {name} = {PREPARING_MS}"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": TURN})


def is_lost(error: DBAPIError) -> bool:
    """Return whether the server couldn't be reached, or ended the connection."""
    state = getattr(error.orig, "sqlstate", None)
    if state is None:
        # The client's own words: only it can say that there was no answer.
        return isinstance(error, OperationalError)
    return error.connection_invalidated or state.startswith(LOST)


def error_message(error: BaseException) -> str:
    """Return what a database says of an error in one line, without the detail, which may repeat a row."""
    said = getattr(getattr(error, "diag", None), "message_primary", None) or str(error)
    return " ".join(said.split()).rstrip(".")
