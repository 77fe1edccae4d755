"""Scryfall's migrations: printings that were merged into others or deleted."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import msgspec

from training.scryfall.client import ScryfallClient
from training.scryfall.errors import SyncError
from training.scryfall.records import InvalidRecord, Migration, MigrationPage, SkippedEntries, read_record
from training.scryfall.state import read_note, write_note

MAX_PAGES = 1000
"""A list that goes on after these has no end."""


async def fetch_moves(client: ScryfallClient, note: Path, skipped: SkippedEntries) -> dict[str, str | None]:
    """Return the moves of :func:`resolve_moves`; only migrations since the last time are fetched.

    Raises:
        SyncError: the server gives no usable answer.
    """
    try:
        known = read_record(read_note(note).get("migrations"), list[Migration])
    except InvalidRecord:
        known = []
    # Migrations have a day and no time, so those of the last known day are taken again.
    newest = known[0].performed_at if known else ""
    entries: list[object] = []
    page = "migrations?page=1"
    for _ in range(MAX_PAGES):
        response = await client.get_json(page)
        try:
            found = read_record(response.body if response else {}, MigrationPage)
        except InvalidRecord as error:
            raise SyncError(f"The answer to {page} is not as expected: {error}.") from error
        entries += found.data or []
        page = found.next_page or ""
        if not page or not found.has_more:
            break
        with suppress(InvalidRecord):
            if newest and found.data and read_record(found.data[-1], Migration).performed_at < newest:
                break
    else:
        raise SyncError(f"The migrations have more than {MAX_PAGES:,} pages: the server's list has no end.")
    before = skipped.count
    new = list(skipped.filter("migration", entries, Migration))
    ids = {migration.id for migration in new}
    migrations = new + [migration for migration in known if migration.id not in ids]
    # An invalid entry may be corrected later, so all are fetched again until there is none.
    saved = migrations if skipped.count == before else []
    write_note(note, {"migrations": msgspec.to_builtins(saved)})
    return resolve_moves(migrations)


def resolve_moves(migrations: Iterable[Migration]) -> dict[str, str | None]:
    """Return the final id of every moved printing, or None if it was deleted.

    Args:
        migrations: newest first; the target of a merge may have been moved later.
    """
    moves: dict[str, str | None] = {}
    for migration in migrations:
        target = migration.new_scryfall_id if migration.migration_strategy == "merge" else None
        moves.setdefault(migration.old_scryfall_id, moves.get(target, target) if target else None)
    return {old: new for old, new in moves.items() if old != new}
