"""Confirmations in the database, where several processes share it: what one of them learns or forgets, all do."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from threading import Event, Lock, Thread

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from bot.core.errors import StoreError
from bot.store.database import Database
from bot.store.retry import Outage, retry_short_outages
from bot.store.rows import learnt_from_row
from bot.store.schema import CONFIRMATION_STATE, CONFIRMATIONS
from engine import ConfirmationRefused, ConfirmationsError, StoredConfirmation, admit, has_part

log = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0
"""Seconds between two looks at whether another process has changed something: one row is read."""
AT_ONCE = 100
"""Confirmations that are taken in in one transaction, for which other processes wait."""
END_WITHIN_S = 1.0
"""A look takes milliseconds; one that waits for a server that is away is not waited for."""


class SqlConfirmations:
    """Keeps confirmations for the engines of all processes, see :class:`engine.Confirmations`. Thread-safe.

    What is asked for is answered from memory: a thread looks for what others changed, so that no search waits for
    the server. While it is away, what was known last goes on being known.

    Raises:
        StoreError: the database can't be read.
    """

    def __init__(self, database: Database, outage: Outage) -> None:
        self._database, self.outage = database, outage
        self._entries: dict[int, StoredConfirmation] = {}
        self._version = -1
        # Of two states the newer one stays.
        self._refreshing = Lock()
        self._refresh()
        self._ended = Event()
        self._looking = Thread(target=self._keep_up, name="confirmations", daemon=True)
        self._looking.start()

    def end(self) -> None:
        """Look no more."""
        self._ended.set()
        self._looking.join(END_WITHIN_S)

    def close(self) -> None:
        """Do nothing: engines come and go, and the store ends it when the last has gone."""

    def entries(self) -> Mapping[int, StoredConfirmation]:
        """Return everything kept, by id, oldest first."""
        return self._entries

    def version(self) -> int:
        """Return a number that is another one whenever what is kept was changed, by whatever process."""
        return self._version

    def add(self, new: StoredConfirmation) -> int:
        """Keep a confirmation and return its id, or the id of one that already says the same.

        Raises:
            ConfirmationRefused: overlay_full.
            ConfirmationsError: the database can't be read or written.
        """
        with _telling():
            idents, refused = self._added([(None, new)])
            if refused is not None:
                raise refused
            self._caught_up()
        return idents[0]

    def import_entries(self, entries: Mapping[int, StoredConfirmation]) -> int:
        """Keep confirmations that were kept elsewhere, under the ids they had, where nobody else has these.

        Returns:
            how many of them, from the first on, are kept here now: all, unless there is no room for more.

        Raises:
            ConfirmationsError: the database can't be read or written.
        """
        numbered, taken = list(entries.items()), 0
        with _telling():
            for begin in range(0, len(numbered), AT_ONCE):
                idents, refused = self._added(numbered[begin : begin + AT_ONCE])
                taken += len(idents)
                if refused is not None:
                    log.warning("%d confirmations are not taken in: %s", len(numbered) - taken, refused.message)
                    break
            self._caught_up()
        return taken

    def revoke(self, ident: int) -> bool:
        """Forget one; returns whether it was there. Raises ConfirmationsError."""
        return self._forget([CONFIRMATIONS.c.id == ident], lambda _: True) > 0

    def revoke_origin(self, part: str) -> int:
        """Forget all whose origin has this part, or these parts in a row. Raises ConfirmationsError."""
        return self._forget([], lambda origin: has_part(origin, part))

    def damage_error(self) -> ConfirmationsError:
        """Return the error that tells people that the database holds something else than confirmations."""
        return ConfirmationsError("overlay_damaged", str(self._database.damaged()))

    @retry_short_outages
    def _added(
        self, entries: Iterable[tuple[int | None, StoredConfirmation]]
    ) -> tuple[list[int], ConfirmationRefused | None]:
        """Return the ids of those that are kept now, and why the next one isn't."""
        idents: list[int] = []
        with self._database.writing() as connection:
            last_id = _locked(connection)
            for number, new in entries:
                try:
                    ident = _added(connection, new, last_id + 1, number)
                except ConfirmationRefused as refused:
                    return idents, refused
                last_id = max(last_id, ident)
                idents.append(ident)
            return idents, None

    def _forget(self, among: Sequence[ColumnElement[bool]], wanted: Callable[[str], bool]) -> int:
        with _telling():
            count = self._forgotten(among, wanted)
            self._caught_up()
            self._database.wipe()
        return count

    @retry_short_outages
    def _forgotten(self, among: Sequence[ColumnElement[bool]], wanted: Callable[[str], bool]) -> int:
        with self._database.writing() as connection:
            last_id = _locked(connection)
            rows = connection.execute(select(CONFIRMATIONS.c.id, CONFIRMATIONS.c.origin).where(*among))
            doomed = [row.id for row in rows if wanted(row.origin)]
            if doomed:
                connection.execute(delete(CONFIRMATIONS).where(CONFIRMATIONS.c.id.in_(doomed)))
                _note_change(connection, last_id)
            return len(doomed)

    @retry_short_outages
    def _caught_up(self) -> None:
        self._refresh()

    def _refresh(self) -> None:
        """Read what was changed since the last time: a row never changes, it comes or goes."""
        with self._refreshing, self._database.reading() as connection:
            version = connection.execute(select(CONFIRMATION_STATE.c.version)).scalar_one()
            if version == self._version:
                return
            there = set(connection.execute(select(CONFIRMATIONS.c.id)).scalars())
            kept = {ident: entry for ident, entry in self._entries.items() if ident in there}
            new = there - kept.keys()
            if new:
                kept |= _entries(connection, CONFIRMATIONS.c.id >= min(new))
            # In this order: whoever reads the version first has entries that are at least as new.
            self._entries = dict(sorted(kept.items()))
            self._version = version

    def _keep_up(self) -> None:
        away = False
        while not self._ended.wait(LOOK_EVERY_S):
            try:
                self._refresh()
            except StoreError as error:
                if not away:
                    log.warning("what others teach and revoke is not seen until the database is back: %s", error)
                away = True
            else:
                away = False


def _locked(connection: Connection) -> int:
    """Let no other process change confirmations until the transaction ends; returns the last id that was given."""
    last_id = connection.execute(select(CONFIRMATION_STATE.c.last_id).with_for_update()).scalar_one()
    return int(last_id)


def _added(connection: Connection, new: StoredConfirmation, next_id: int, number: int | None) -> int:
    """Add one under its number, where that is free, else under the next id; returns under which it is there."""
    same_as, replaces = admit(new, _of_its_card(connection, new), lambda: _count(connection))
    if same_as is not None:
        return same_as
    if replaces is not None:
        connection.execute(delete(CONFIRMATIONS).where(CONFIRMATIONS.c.id == replaces))
    ident = next_id if number is None or _is_taken(connection, number) else number
    connection.execute(insert(CONFIRMATIONS).values(id=ident, **asdict(new)))
    _note_change(connection, max(next_id - 1, ident))
    return ident


def _note_change(connection: Connection, last_id: int) -> None:
    state = CONFIRMATION_STATE.c
    connection.execute(update(CONFIRMATION_STATE).values(version=state.version + 1, last_id=last_id))


def _of_its_card(connection: Connection, new: StoredConfirmation) -> dict[int, StoredConfirmation]:
    return _entries(connection, CONFIRMATIONS.c.name == new.name, CONFIRMATIONS.c.embedder == new.embedder)


def _entries(connection: Connection, *wanted: ColumnElement[bool]) -> dict[int, StoredConfirmation]:
    rows = connection.execute(select(CONFIRMATIONS).where(*wanted).order_by(CONFIRMATIONS.c.id))
    return {row["id"]: learnt_from_row(row) for row in rows.mappings()}


def _count(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(CONFIRMATIONS)).scalar_one()


def _is_taken(connection: Connection, ident: int) -> bool:
    return connection.execute(select(CONFIRMATIONS.c.id).where(CONFIRMATIONS.c.id == ident)).first() is not None


@contextmanager
def _telling() -> Iterator[None]:
    """Turn the store's errors into those that the engine knows."""
    try:
        yield
    except StoreError as error:
        raise ConfirmationsError("overlay_unusable", str(error)) from error
