"""Scryfall's migrations: which printings were merged into others or deleted, in effect."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from pathlib import Path
from typing import Any

from training.scryfall.client import Web
from training.scryfall.errors import SyncError
from training.scryfall.json_cache import load, save
from training.scryfall.skipped import Oddities
from training.scryfall.validation import Check, is_line, is_name, is_time, is_uuid, list_of, maybe, odd_in

FIRST_PAGE = "migrations?page=1"
MOST_PAGES = 1000
"""A list that goes on after these has no end."""
MERGE = "merge"
_MIGRATION: Mapping[str, Check] = {
    **dict.fromkeys(("id", "migration_strategy"), is_name),
    "performed_at": is_time,
    "old_scryfall_id": is_uuid,
    "new_scryfall_id": maybe(is_uuid),
}
_PAGE: Mapping[str, Check] = {"data": list_of(lambda _: True), "next_page": maybe(is_line)}


async def fetch_moves(web: Web, note: Path, odd: Oddities) -> dict[str, str | None]:
    """Return what became of printings, as :func:`moves_of` does; only migrations since the last time are fetched.

    Raises:
        SyncError: the server doesn't tell.
    """
    known = load(note).get("migrations")
    if not isinstance(known, list) or any(map(_odd_in_migration, known)):
        known = []
    # Migrations have a day and no time: those of the last day known are taken again.
    newest = known[0]["performed_at"] if known else ""
    before = odd.count
    found = list(odd.sifted("migration", [row async for row in _rows(web, newest)], _odd_in_migration))
    seen = {row["id"] for row in found}
    migrations = [{key: row.get(key) for key in _MIGRATION} for row in found]
    migrations += [row for row in known if row["id"] not in seen]
    # What is odd today may be put right: then all are asked for again.
    save(note, {"migrations": migrations if odd.count == before else []})
    return moves_of(migrations)


async def _rows(web: Web, newest: str) -> AsyncIterator[object]:
    """Yield what the pages hold, newest first, until one reaches a day before ``newest``, where that is given."""
    page = FIRST_PAGE
    for _ in range(MOST_PAGES):
        answer = await web.call(page)
        body = answer.body if answer else {}
        if wrong := odd_in(body, _PAGE):
            raise SyncError(f"The migrations' {page} is not as expected: {', '.join(wrong)}.")
        rows = body.get("data") or []
        for row in rows:
            yield row
        page = body.get("next_page") or ""
        reached = bool(newest and rows) and not _odd_in_migration(rows[-1]) and rows[-1]["performed_at"] < newest
        if not page or not body.get("has_more") or reached:
            return
    raise SyncError(f"The migrations have more than {MOST_PAGES:,} pages: the server's list has no end.")


def _odd_in_migration(row: object) -> list[str]:
    return odd_in(row, _MIGRATION)


def moves_of(migrations: Iterable[Mapping[str, Any]]) -> dict[str, str | None]:
    """Return the printing that took each moved one's place at last, or None where it was deleted.

    Args:
        migrations: Scryfall's objects, newest first: what a printing was merged into may have been moved later.
    """
    moves: dict[str, str | None] = {}
    for row in migrations:
        old, new = row["old_scryfall_id"], row["new_scryfall_id"]
        moves.setdefault(old, moves.get(new, new or None) if row["migration_strategy"] == MERGE else None)
    return {old: new for old, new in moves.items() if old != new}
