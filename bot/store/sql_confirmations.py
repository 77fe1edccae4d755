"""Confirmations in a database shared by several processes: all of them see what one adds or revokes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from threading import Event, Lock, Thread

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from bot.core.errors import StoreError
from bot.store.database import Database
from bot.store.retry import Outage, retry_short_outages
from bot.store.rows import from_row
from bot.store.schema import CONFIRMATION_STATE, CONFIRMATIONS
from engine import ConfirmationRefused, ConfirmationsError, SqliteConfirmations, StoredConfirmation, admit, has_part

log = logging.getLogger(__name__)

_COUNT = select(func.count()).select_from(CONFIRMATIONS)
LOOK_EVERY_S = 1.0
"""Seconds between checks for changes by other processes; each reads one row."""
IMPORTED_AT_ONCE = 100
"""Confirmations imported per transaction, during which other processes wait."""
END_WITHIN_S = 1.0
"""How long to wait for the last check; it takes milliseconds, unless the server is away."""


class SqlConfirmations:
    """Stores confirmations for the engines of all processes, see :class:`engine.Confirmations`. Thread-safe.

    Reads are answered from memory, so that no search waits for the server; a thread polls for changes by other
    processes. While the server is away, the last known state stays in use.

    Raises:
        StoreError: the database can't be read.
    """

    def __init__(self, database: Database, outage: Outage) -> None:
        self._database, self.outage = database, outage
        self._entries: dict[int, StoredConfirmation] = {}
        self._version = -1
        # So that an older state never overwrites a newer one.
        self._refresh_lock = Lock()
        self._refresh()
        self._ended = Event()
        self._poller = Thread(target=self._poll, name="confirmations", daemon=True)
        self._poller.start()

    def end(self) -> None:
        """Stop polling."""
        self._ended.set()
        self._poller.join(END_WITHIN_S)

    def close(self) -> None:
        """Do nothing: engines come and go, and the store calls :meth:`end` after the last."""

    def entries(self) -> Mapping[int, StoredConfirmation]:
        """Return all confirmations by id, oldest first."""
        return self._entries

    def version(self) -> int:
        """Return a number that changes whenever any process changes the confirmations."""
        return self._version

    def add(self, new: StoredConfirmation) -> int:
        """Store a confirmation and return its id, or the id of an equal one.

        Raises:
            ConfirmationRefused: overlay_full.
            ConfirmationsError: the database can't be read or written.
        """
        with _translate_errors():
            idents, refused = self._insert([(None, new)])
            if refused is not None:
                raise refused
            self._catch_up()
        return idents[0]

    def import_file(self, path: Path) -> int:
        """Move an overlay file's confirmations to the database, keeping ids that are free, and return how many.

        The file is emptied, because later revocations only reach the database; confirmations that don't fit there stay
        in the file. An interrupted import does no harm: all are imported again, and equal ones are stored once.

        Raises:
            ConfirmationsError: the file or the database can't be used.
        """
        if not path.is_file():
            return 0
        with closing(SqliteConfirmations.open(path)) as overlay, _translate_errors():
            numbered, moved = list(overlay.entries().items()), 0
            for begin in range(0, len(numbered), IMPORTED_AT_ONCE):
                idents, refused = self._insert(numbered[begin : begin + IMPORTED_AT_ONCE])
                moved += len(idents)
                if refused is not None:
                    log.warning("%d confirmations not imported: %s", len(numbered) - moved, refused.message)
                    break
            self._catch_up()
            if moved:
                overlay.delete_up_to(numbered[moved - 1][0])
                log.info("moved %d confirmations from %s to the database", moved, path)
        return moved

    def revoke(self, ident: int) -> bool:
        """Revoke one confirmation; returns whether it existed. Raises ConfirmationsError."""
        return self._revoke(CONFIRMATIONS.c.id == ident) > 0

    def revoke_origin(self, part: str) -> int:
        """Revoke all whose origin contains this part, or these consecutive parts. Raises ConfirmationsError."""
        return self._revoke(has_origin=lambda origin: has_part(origin, part))

    def damage_error(self) -> ConfirmationsError:
        """Return the error for contents that are not confirmations."""
        return ConfirmationsError("overlay_damaged", str(self._database.damaged()))

    @retry_short_outages
    def _insert(
        self, entries: Iterable[tuple[int | None, StoredConfirmation]]
    ) -> tuple[list[int], ConfirmationRefused | None]:
        """Insert entries, each under its number if free; return their ids, and why the next one was refused."""
        idents: list[int] = []
        with self._database.writing() as connection:
            last_id = _lock_state(connection)
            for number, new in entries:
                of_its_card = _select(
                    connection, CONFIRMATIONS.c.name == new.name, CONFIRMATIONS.c.embedder == new.embedder
                )
                try:
                    ident, replaces = admit(new, of_its_card, lambda: connection.scalar(_COUNT) or 0)
                except ConfirmationRefused as refused:
                    return idents, refused
                if replaces is not None:
                    connection.execute(delete(CONFIRMATIONS).where(CONFIRMATIONS.c.id == replaces))
                if ident is None:
                    taken = select(CONFIRMATIONS.c.id).where(CONFIRMATIONS.c.id == number)
                    free = number is not None and connection.execute(taken).first() is None
                    ident = number if number is not None and free else last_id + 1
                    connection.execute(insert(CONFIRMATIONS).values(id=ident, **asdict(new)))
                    _note_change(connection, max(last_id, ident))
                last_id = max(last_id, ident)
                idents.append(ident)
            return idents, None

    def _revoke(self, *conditions: ColumnElement[bool], has_origin: Callable[[str], bool] = lambda _: True) -> int:
        @retry_short_outages
        def delete_rows(self: SqlConfirmations) -> int:
            with self._database.writing() as connection:
                last_id = _lock_state(connection)
                rows = connection.execute(select(CONFIRMATIONS.c.id, CONFIRMATIONS.c.origin).where(*conditions))
                revoked = [row.id for row in rows if has_origin(row.origin)]
                if revoked:
                    connection.execute(delete(CONFIRMATIONS).where(CONFIRMATIONS.c.id.in_(revoked)))
                    _note_change(connection, last_id)
                return len(revoked)

        with _translate_errors():
            count = delete_rows(self)
            self._catch_up()
            self._database.wipe()
        return count

    def _refresh(self) -> None:
        """Read what changed since the last time; rows are only ever added or deleted."""
        with self._refresh_lock, self._database.reading() as connection:
            version = connection.execute(select(CONFIRMATION_STATE.c.version)).scalar_one()
            if version == self._version:
                return
            present = set(connection.execute(select(CONFIRMATIONS.c.id)).scalars())
            kept = {ident: entry for ident, entry in self._entries.items() if ident in present}
            new = present - kept.keys()
            if new:
                kept |= _select(connection, CONFIRMATIONS.c.id >= min(new))
            # In this order, so that whoever reads the version first gets entries at least as new.
            self._entries = dict(sorted(kept.items()))
            self._version = version

    _catch_up = retry_short_outages(_refresh)

    def _poll(self) -> None:
        away = False
        while not self._ended.wait(LOOK_EVERY_S):
            try:
                self._refresh()
            except StoreError as error:
                if not away:
                    log.warning("changes by other processes are not seen until the database is back: %s", error)
                away = True
            else:
                away = False


def _lock_state(connection: Connection) -> int:
    """Lock out other processes' changes until the transaction ends, and return the last id in use."""
    last_id = connection.execute(select(CONFIRMATION_STATE.c.last_id).with_for_update()).scalar_one()
    return int(last_id)


def _note_change(connection: Connection, last_id: int) -> None:
    state = CONFIRMATION_STATE.c
    connection.execute(update(CONFIRMATION_STATE).values(version=state.version + 1, last_id=last_id))


def _select(connection: Connection, *conditions: ColumnElement[bool]) -> dict[int, StoredConfirmation]:
    rows = connection.execute(select(CONFIRMATIONS).where(*conditions).order_by(CONFIRMATIONS.c.id))
    return {row["id"]: from_row(StoredConfirmation, row) for row in rows.mappings()}


@contextmanager
def _translate_errors() -> Iterator[None]:
    """Turn the store's errors into those the engine knows."""
    try:
        yield
    except StoreError as error:
        raise ConfirmationsError("overlay_unusable", str(error)) from error
