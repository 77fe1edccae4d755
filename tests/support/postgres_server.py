"""A real PostgreSQL server in its own folder, on loopback, for the duration of the tests."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, text

from tests.support.ports import free_port
from tests.support.real_parts import POSTGRESQL

USER = "postgres"
"""The user the server runs as if the tests run as root, which it refuses; Debian's package creates it."""
OWNER, DATABASE, DRIVER = "cardglass", "postgres", "postgresql+psycopg"
STARTED_WITHIN_S = "120"
INIT = ("--auth=scram-sha-256", "--no-sync", "--no-instructions", "--encoding=UTF8", "--locale=C")
EMPTIED = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()",
    "DROP SCHEMA public CASCADE",
    "CREATE SCHEMA public",
)
SETTINGS = {"listen_addresses": "127.0.0.1", "max_connections": "60", "log_min_messages": "fatal"}


def programs() -> Path | None:
    """Return the folder of the newest server's programs, None if none is installed."""
    found = shutil.which("initdb")
    newest = sorted(POSTGRESQL.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return Path(found).parent if found else newest[-1].parent if newest else None


def why_not() -> str | None:
    """Return why no server can be started here, None if one can."""
    if programs() is None:
        return "PostgreSQL is not installed: apt-get install postgresql"
    if os.getuid() == 0 and USER not in {entry.pw_name for entry in pwd.getpwall()}:
        return f"the tests run as root, and PostgreSQL needs a user {USER}, which does not exist"
    return None


class Server:
    """A server that can be stopped and started again, with one database."""

    def __init__(self, folder: Path) -> None:
        found = programs()
        assert found is not None, why_not()
        self._programs, self._folder, self._data = found, folder, folder / "data"
        self.password, self.port, self.starts = secrets.token_urlsafe(12), free_port(), 0
        if os.getuid() == 0:
            shutil.chown(folder, USER, USER)
        secret = folder / "password"
        secret.write_text(self.password)
        if os.getuid() == 0:
            shutil.chown(secret, USER, USER)
        self._run("initdb", "-D", self._data, "-U", OWNER, "--pwfile", secret, *INIT)
        chosen = {**SETTINGS, "port": str(self.port), "unix_socket_directories": str(folder)}
        self._configure("".join(f"{name} = '{value}'\n" for name, value in chosen.items()))

    def start(self) -> None:
        """Start, and wait until connections are accepted."""
        log = self._folder / "log"
        self._run("pg_ctl", "start", "-D", self._data, "-w", "-t", STARTED_WITHIN_S, "-s", "-l", log)
        self.starts += 1

    def stop(self) -> None:
        """Close all connections and stop."""
        self._run("pg_ctl", "stop", "-D", self._data, "-w", "-m", "fast", "-s")

    def crash(self) -> None:
        """Stop as after a power failure: the next start has to recover."""
        self._run("pg_ctl", "stop", "-D", self._data, "-w", "-m", "immediate", "-s")

    def restart(self, crash: bool = False) -> None:
        """Stop, or crash, and start again."""
        if crash:
            self.crash()
        else:
            self.stop()
        self.start()

    def empty_database(self) -> str:
        """Empty the database, closing all connections, and return its URL with the password."""
        admin = create_engine(self._url(DRIVER), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            for command in EMPTIED:
                connection.execute(text(command))
        admin.dispose()
        return self.url

    @property
    def url(self) -> str:
        """The database's URL, as an operator would write it."""
        return self._url("postgresql").render_as_string(hide_password=False)

    def _url(self, driver: str) -> URL:
        return URL.create(driver, OWNER, self.password, "127.0.0.1", self.port, DATABASE)

    def _configure(self, lines: str) -> None:
        with (self._data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(lines)

    def _run(self, program: str, *arguments: str | Path) -> None:
        command: Sequence[str | Path] = [self._programs / program, *arguments]
        role = {"user": USER, "group": USER, "extra_groups": []} if os.getuid() == 0 else {}
        # Not a pipe: the server would keep it open, and the call would wait for it.
        with (self._folder / f"{program}.out").open("wb") as out:
            done = subprocess.run(command, cwd="/", stdout=out, stderr=out, check=False, **role)  # type: ignore[call-overload]
        assert done.returncode == 0, (self._folder / f"{program}.out").read_text()


@contextmanager
def running() -> Iterator[Server]:
    """Run a server for the duration of the block, and delete it afterwards."""
    # Not in pytest's folder, which the server's user can't enter.
    folder = Path(tempfile.mkdtemp(prefix="cardglass-postgres-"))
    try:
        server = Server(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def running_or_skipped() -> Iterator[Server]:
    """Yield a running server; skip the test, with the reason, if none can be started."""
    reason = why_not()
    if reason:
        pytest.skip(reason)
    with running() as server:
        yield server
